"""Datasets and their files."""

from datetime import datetime
from typing import Any

from mdjourney_contract.problems import NotFound
from mdjourney_store.connection import Store
from mdjourney_store.paging import Page, bounded, decode, page
from mdjourney_store.viewer import Sight, Viewer

_COLUMNS = (
    "d.dataset_id, d.project_id, d.title, d.rel_path, d.state, d.files, d.bytes, d.created_at, d.updated_at,"
    " d.administrative ->> 'access_level' AS access_level, d.administrative ->> 'license' AS license"
)


def datasets(
    store: Store, viewer: Viewer, *, project_id: str | None = None, limit: int = 50, cursor: str | None = None
) -> Page:
    """Datasets, newest first."""
    limit, after = bounded(limit), decode(cursor, datetime, str)
    with store.statements() as connection:
        condition, values = Sight.of(connection, viewer).condition("d.project_id")
        if project_id is not None:
            condition += " AND d.project_id = %s"
            values.append(project_id)
        if after:
            condition += " AND (d.created_at, d.dataset_id) < (%s, %s)"
            values += after
        rows = connection.execute(
            f"SELECT {_COLUMNS} FROM dataset_detail d"  # noqa: S608 - own fragments
            f" WHERE d.deleted_at IS NULL AND d.rel_path IS NOT NULL AND {condition}"
            " ORDER BY d.created_at DESC, d.dataset_id DESC LIMIT %s",
            [*values, limit + 1],
        ).fetchall()
    return page(rows, limit, ("created_at", "dataset_id"))


def dataset(store: Store, viewer: Viewer, dataset_id: str) -> dict[str, Any]:
    """One dataset with `administrative` and `structural`.

    Raises:
        NotFound: no such dataset, or not for this viewer.
    """
    with store.statements() as connection:
        return _must_see(connection, viewer, dataset_id)


def files(
    store: Store,
    viewer: Viewer,
    dataset_id: str,
    *,
    q: str | None = None,
    limit: int = 100,
    cursor: str | None = None,
) -> Page:
    """File entries of a dataset by path; `q` is part of a path.

    Raises:
        NotFound: no such dataset, or not for this viewer.
    """
    limit, after = bounded(limit), decode(cursor, str)
    condition, values = "dataset_id = %s", [dataset_id]
    if q:
        condition += " AND strpos(lower(path), lower(%s)) > 0"
        values.append(q.replace("\0", ""))
    if after:
        condition += " AND path > %s"
        values += after
    with store.statements() as connection:
        _must_see(connection, viewer, dataset_id)
        rows = connection.execute(
            "SELECT path, extension, mime_type, size_bytes, checksum, modified_at, status, state, role, technical"  # noqa: S608 - own fragments
            f" FROM file_entry WHERE {condition} ORDER BY path LIMIT %s",
            [*values, limit + 1],
        ).fetchall()
    return page(rows, limit, ("path",))


def _must_see(connection: Any, viewer: Viewer, dataset_id: str) -> dict[str, Any]:
    row: dict[str, Any] | None = connection.execute(
        f"SELECT {_COLUMNS}, d.administrative, d.structural FROM dataset_detail d"  # noqa: S608 - own fragments
        " WHERE d.dataset_id = %s AND d.deleted_at IS NULL",
        (dataset_id,),
    ).fetchone()
    if row is None or not Sight.of(connection, viewer).includes(row["project_id"]):
        raise NotFound(f"No dataset {dataset_id!r}")
    return row
