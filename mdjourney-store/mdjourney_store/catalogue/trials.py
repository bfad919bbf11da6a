"""Trials: lists, one in full, and what happened to it."""

from datetime import datetime
from typing import Any, Literal

from mdjourney_contract.problems import NotFound
from mdjourney_store.connection import Connection, Row, Store
from mdjourney_store.lanes import MOST_LANES, Condition, Lanes, Rows, even, newest
from mdjourney_store.paging import MOST, Page, bounded, decode, page
from mdjourney_store.viewer import Sight, Viewer

Status = Literal["alive", "clean", "unclean", "abandoned"]

COLUMNS = """
t.trial_id, t.user_id, t.user_domain, t.project_id, t.birth_timestamp, t.death_timestamp, t.clean_exit, t.created_at,
t.updated_at, t.recorded_by, t.status, t.experiment_name, t.experiment_template_type AS template, p.name AS project_name,
(SELECT l.dataset_id FROM trial_dataset l WHERE l.trial_id = t.trial_id LIMIT 1) AS dataset_id
"""

_BESIDE = "LEFT JOIN project_detail p ON p.project_id = t.project_id"
#: Where rows come of lanes, a join would be planned before them.
_BESIDE_EACH = "LEFT JOIN LATERAL (SELECT d.name FROM project_detail d WHERE d.project_id = t.project_id OFFSET 0) p ON TRUE"
_SOURCE = f"trial_detail t {_BESIDE}"
_ROWS = Rows(
    "trial_detail",
    ("birth_timestamp", "trial_id"),
    "s.project_id IS NULL AND s.user_id = %s AND s.user_domain = %s",
    "s.deleted_at IS NULL",
)


def whole(rows: str) -> str:
    """Columns of trials with `metadata`, and where they come from: `rows`, a trusted name, has those of `trial_detail`."""
    return f"{COLUMNS}, t.metadata FROM {rows} t {_BESIDE}"


def trials(
    store: Store,
    viewer: Viewer,
    *,
    project_id: str | None = None,
    dataset_id: str | None = None,
    user_id: str | None = None,
    status: Status | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page:
    """Trials, latest birth first, without `metadata`."""
    limit, after = bounded(limit), decode(cursor, datetime, str)
    with store.statements() as connection:
        sight = Sight.of(connection, viewer)
        if (
            sight.projects is not None
            and len(sight.projects) < MOST_LANES
            and not (project_id or dataset_id or user_id)
        ):
            rows = _by_lanes(connection, sight, status, limit, after)
            return page(rows, limit, ("birth_timestamp", "trial_id"))
        condition, values = seen(sight)
        for column, value in (
            ("t.project_id", project_id),
            ("t.user_id", user_id),
            ("t.status", status),
        ):
            if value is not None:
                condition += f" AND {column} = %s"
                values.append(value)
        if dataset_id is not None:
            condition += " AND t.trial_id IN (SELECT l.trial_id FROM trial_dataset l WHERE l.dataset_id = %s)"
            values.append(dataset_id)
        if after:
            condition += " AND (t.birth_timestamp, t.trial_id) < (%s, %s)"
            values += after
        # how many trials the viewer's projects or a person have decides which way is short: planned anew each time; all else once
        most = "%s" if sight.projects is not None or user_id is not None else f"{limit + 1:d}"
        rows = connection.execute(
            f"SELECT {COLUMNS} FROM {_SOURCE} WHERE t.deleted_at IS NULL AND {condition}"  # noqa: S608 - own fragments
            f" ORDER BY t.birth_timestamp DESC, t.trial_id DESC LIMIT {most}",
            [*values, limit + 1] if most == "%s" else values,
        ).fetchall()
    return page(rows, limit, ("birth_timestamp", "trial_id"))


def _by_lanes(
    connection: Connection, sight: Sight, status: Status | None, limit: int, after: list[Any] | None
) -> list[Row]:
    """The newest of the viewer's projects, however many of other projects are newer."""
    lanes = Lanes(sight.projects or [], (sight.viewer.user_id, sight.viewer.domain))
    test: Condition = ("TRUE", []) if status is None else ("s.status = %s", [status])
    keys, values = newest(_ROWS, lanes, even(limit + 1), after, test, ", ".join(_ROWS.key))
    # rows are wide: the keys are merged and sorted, then as many rows are read as are shown
    return connection.execute(
        f"SELECT {COLUMNS} FROM ({keys}) k"  # noqa: S608 - own fragments
        " CROSS JOIN LATERAL (SELECT * FROM trial_detail d WHERE d.trial_id = k.trial_id OFFSET 0) t"
        f" {_BESIDE_EACH} ORDER BY k.birth_timestamp DESC, k.trial_id DESC LIMIT {limit + 1:d}",
        values,
    ).fetchall()


def trial(store: Store, viewer: Viewer, trial_id: str) -> dict[str, Any]:
    """One trial with `metadata`, `datasets` and `edges`.

    Raises:
        NotFound: no such trial, or not for this viewer.
    """
    with store.statements() as connection:
        row = must_see(connection, viewer, trial_id)
        datasets = connection.execute(
            "SELECT d.dataset_id, d.title, d.rel_path FROM trial_dataset l JOIN dataset_detail d USING (dataset_id)"
            " WHERE l.trial_id = %s AND d.deleted_at IS NULL",
            (trial_id,),
        ).fetchall()
        edges = connection.execute(
            "SELECT target_entity_type, target_entity_id FROM graph_edges WHERE source_trial_id = %s ORDER BY 1, 2",
            (trial_id,),
        ).fetchall()
    return {**row, "datasets": datasets, "edges": edges}


def timeline(
    store: Store, viewer: Viewer, trial_id: str, *, limit: int = MOST, cursor: str | None = None
) -> Page:
    """What happened to a trial, oldest first: `at`, `event`, `detail`, actor; events of its life and saves.

    Raises:
        NotFound: no such trial, or not for this viewer.
    """
    limit, after = bounded(limit), decode(cursor, datetime, int, int)
    values: list[object] = [trial_id]
    later = "TRUE"
    if after:
        later = "(at, source, event_id) > (%s, %s, %s)"
        values += after
    with store.statements() as connection:
        must_see(connection, viewer, trial_id)
        rows = connection.execute(
            "SELECT * FROM (SELECT at, 1 AS source, event_id, event, actor_user_id, actor_domain,"  # noqa: S608 - own fragments
            " NULLIF(detail - 'request', '{}') AS detail FROM trial_event WHERE trial_id = %s UNION ALL SELECT at, 2, event_id, 'document', actor_user_id, actor_domain,"
            " jsonb_build_object('kind', kind, 'rel_path', rel_path, 'subject', subject) FROM document_event"
            f" WHERE trial_id = %s) e WHERE {later} ORDER BY at, source, event_id LIMIT %s",
            [trial_id, *values, limit + 1],
        ).fetchall()
    return page(rows, limit, ("at", "source", "event_id"), hide=("source", "event_id"))


def must_see(connection: Connection, viewer: Viewer, trial_id: str) -> dict[str, Any]:
    """A trial's row with metadata.

    Raises:
        NotFound: no such trial, or not for this viewer.
    """
    condition, values = seen(Sight.of(connection, viewer))
    row = connection.execute(
        f"SELECT {whole('trial_detail')} WHERE t.trial_id = %s AND t.deleted_at IS NULL AND {condition}",
        [trial_id, *values],
    ).fetchone()
    if row is None:
        raise NotFound(f"No trial {trial_id!r}")
    return row


def seen(sight: Sight) -> tuple[str, list[object]]:
    """Condition for trials a viewer sees: of their projects, and their own that belong to none."""
    if sight.projects is None:
        return "TRUE", []
    viewer = sight.viewer
    return (
        "(t.project_id = ANY(%s) OR (t.project_id IS NULL AND t.user_id = %s AND t.user_domain = %s))",
        [sight.projects, viewer.user_id, viewer.domain],
    )
