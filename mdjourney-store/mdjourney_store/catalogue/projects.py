"""Projects, and what happened in one."""

from datetime import datetime
from typing import Any

from mdjourney_contract.problems import NotFound
from mdjourney_store.connection import Store
from mdjourney_store.paging import Page, bounded, decode, page
from mdjourney_store.viewer import Sight, Viewer

_COLUMNS = """
p.project_id, p.name, p.created_at, p.updated_at, p.created_by_user_id, p.created_by_domain, p.rel_path,
p.details ->> 'project_status' AS project_status, p.details -> 'principal_investigator' ->> 'name' AS principal_investigator
"""
# counts are kept by the connector: a project's numbers are read, not counted
_NUMBERS = """
COALESCE((SELECT l.uses FROM label_use l
  WHERE (l.project_id, l.facet, l.value) = (p.project_id, 'kind', 'dataset')), 0) AS datasets,
COALESCE((SELECT l.uses FROM label_use l
  WHERE (l.project_id, l.facet, l.value) = (p.project_id, 'kind', 'trial')), 0) AS trials,
COALESCE((SELECT l.uses FROM label_use l
  WHERE (l.project_id, l.facet, l.value) = (p.project_id, 'status', 'alive')), 0) AS alive,
(SELECT t.birth_timestamp FROM trial_detail t WHERE t.project_id = p.project_id AND t.deleted_at IS NULL
  ORDER BY t.project_id, t.birth_timestamp DESC, t.trial_id DESC LIMIT 1) AS last_birth
"""


def projects(
    store: Store, viewer: Viewer, *, q: str | None = None, limit: int = 50, cursor: str | None = None
) -> Page:
    """Projects, newest first; `q` is part of a name. Adds counts of `datasets`, `trials`, trials `alive`."""
    limit, after = bounded(limit), decode(cursor, datetime, str)
    with store.statements() as connection:
        condition, values = Sight.of(connection, viewer).condition("p.project_id")
        if q:
            condition += " AND strpos(lower(p.name), lower(%s)) > 0"
            values.append(q.replace("\0", ""))
        if after:
            condition += " AND (p.created_at, p.project_id) < (%s, %s)"
            values += after
        rows = connection.execute(
            f"SELECT p.*, {_NUMBERS} FROM (SELECT {_COLUMNS} FROM project_detail p"  # noqa: S608 - own fragments
            f" WHERE p.deleted_at IS NULL AND {condition} ORDER BY p.created_at DESC, p.project_id DESC LIMIT %s) p"
            " ORDER BY p.created_at DESC, p.project_id DESC",
            [*values, limit + 1],
        ).fetchall()
    return page(rows, limit, ("created_at", "project_id"))


def project(store: Store, viewer: Viewer, project_id: str) -> dict[str, Any]:
    """One project with `details` and `roles`.

    Raises:
        NotFound: no such project, or not for this viewer.
    """
    with store.statements() as connection:
        sight = Sight.of(connection, viewer)
        row = connection.execute(
            f"SELECT {_COLUMNS}, p.details, p.origin_id, {_NUMBERS} FROM project_detail p"  # noqa: S608 - own fragments
            " WHERE p.project_id = %s AND p.deleted_at IS NULL",
            (project_id,),
        ).fetchone()
        if row is None or not sight.includes(project_id):
            raise NotFound(f"No project {project_id!r}")
        roles = connection.execute(
            "SELECT r.user_id, r.domain, u.name, r.role::text AS role FROM user_project_role_linking r"
            " JOIN user_detail u USING (user_id, domain) WHERE r.project_id = %s ORDER BY r.role, r.user_id",
            (project_id,),
        ).fetchall()
    return {**row, "roles": roles}


def project_history(
    store: Store, viewer: Viewer, project_id: str, *, limit: int = 50, cursor: str | None = None
) -> Page:
    """What was saved in a project, newest first: `event_id`, `at`, `kind`, `rel_path`, `subject`, actor, ids.

    Raises:
        NotFound: no such project, or not for this viewer.
    """
    limit, after = bounded(limit), decode(cursor, int)
    with store.statements() as connection:
        _must_see(connection, viewer, project_id)
        rows = connection.execute(
            "SELECT event_id, at, kind, rel_path, subject, project_id, dataset_id, trial_id, actor_user_id, actor_domain,"
            " sha256 FROM document_event WHERE project_id = %s AND (%s::bigint IS NULL OR event_id < %s::bigint)"
            " ORDER BY event_id DESC LIMIT %s",
            (project_id, after[0] if after else None, after[0] if after else None, limit + 1),
        ).fetchall()
    return page(rows, limit, ("event_id",))


def _must_see(connection: Any, viewer: Viewer, project_id: str) -> None:
    found = connection.execute("SELECT 1 FROM project_detail WHERE project_id = %s", (project_id,)).fetchone()
    if found is None or not Sight.of(connection, viewer).includes(project_id):
        raise NotFound(f"No project {project_id!r}")
