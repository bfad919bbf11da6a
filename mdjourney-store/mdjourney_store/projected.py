"""The statements behind a projection, one function for each table that files fill."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg import sql
from psycopg.types.json import Jsonb

from mdjourney_contract.people import Identity
from mdjourney_store import people
from mdjourney_store.connection import Connection
from mdjourney_store.projected_files import put_files
from mdjourney_store.projected_trials import differs, point_at_record
from mdjourney_store.rows import (
    Changes,
    DatasetRow,
    DocumentRow,
    Entity,
    Origin,
    ProjectRow,
    RecordRow,
    TrialRow,
)

#: Project, dataset, trial.
Place = tuple[str | None, str | None, str | None]

_TABLES = {
    "project_descriptive": ("project_detail", "project_id"),
    "dataset_administrative": ("dataset_detail", "dataset_id"),
    "experiment_contextual": ("trial_detail", "trial_id"),
}


# a row belongs to the tree that sent it first, until that tree says it is gone: hence the conditions at the end
_PROJECT = """
INSERT INTO project_detail AS p
    (project_id, name, details, created_at, created_by_user_id, created_by_domain, origin_id, rel_path)
VALUES (%s, %s, %s, COALESCE(%s, now()), %s, %s, %s, %s)
ON CONFLICT (project_id) DO UPDATE
    SET name = excluded.name, details = excluded.details, created_at = excluded.created_at, origin_id = excluded.origin_id,
        rel_path = excluded.rel_path, deleted_at = NULL,
        created_by_user_id = COALESCE(p.created_by_user_id, excluded.created_by_user_id),
        created_by_domain = COALESCE(p.created_by_domain, excluded.created_by_domain)
    WHERE p.origin_id IS NULL OR p.origin_id = excluded.origin_id OR p.deleted_at IS NOT NULL
RETURNING p.*
"""

_DATASET = """
INSERT INTO dataset_detail AS d
    (dataset_id, project_id, title, rel_path, administrative, structural, created_at, origin_id)
VALUES (%s, %s, %s, %s, %s, %s, COALESCE(%s, now()), %s)
ON CONFLICT (dataset_id) DO UPDATE
    SET project_id = COALESCE(excluded.project_id, d.project_id), rel_path = excluded.rel_path,
        title = CASE WHEN excluded.administrative IS NULL THEN d.title ELSE excluded.title END,
        administrative = COALESCE(excluded.administrative, d.administrative),
        structural = COALESCE(excluded.structural, d.structural),
        created_at = CASE WHEN excluded.administrative IS NULL THEN d.created_at ELSE excluded.created_at END,
        origin_id = excluded.origin_id, deleted_at = NULL
    WHERE d.origin_id IS NULL OR d.origin_id = excluded.origin_id OR d.deleted_at IS NOT NULL
"""


def places_of(connection: Connection, rows: Sequence[DocumentRow]) -> list[Place]:
    """Project, dataset and trial each document belongs to, as far as is known now."""
    named = [row.entity.dataset_id for row in rows if isinstance(row.entity, DatasetRow | TrialRow)]
    projects = _projects_of(connection, [name for name in named if name is not None])
    trials = _places_of_trials(
        connection, [row.entity.trial_id for row in rows if isinstance(row.entity, RecordRow)]
    )

    def place(entity: Entity | None) -> Place:
        match entity:
            case ProjectRow():
                return entity.project_id, None, None
            case DatasetRow():
                return entity.project_id or projects.get(entity.dataset_id), entity.dataset_id, None
            case TrialRow():
                return projects.get(entity.dataset_id or ""), entity.dataset_id, entity.trial_id
            case RecordRow():
                return trials.get(entity.trial_id, (None, None, entity.trial_id))
        return None, None, None

    return [place(row.entity) for row in rows]


def put_project(
    connection: Connection, origin: Origin, row: ProjectRow, rel_path: str, changes: Changes
) -> bool:
    """False when another tree holds that identifier. Owner and members of the tree get their roles once."""
    before = _row(connection, "SELECT * FROM project_detail WHERE project_id = %s FOR UPDATE", row.project_id)
    name = None if row.name is None else row.name[:255]
    after = connection.execute(
        _PROJECT,
        (row.project_id, name, Jsonb(row.details), row.created_at, *people.key(row.created_by), origin.origin_id,
         rel_path),
    ).fetchone()  # fmt: skip
    if after is None:
        return False
    changes.count("project_detail", int(differs(before, after)))
    grants = [(origin.owner, "admin"), *((member, "operator") for member in origin.members)]
    for person, role in grants:
        if person is not None:
            changes.count("user_project_role_linking", _grant(connection, person, row.project_id, role))
    return True


def put_dataset(connection: Connection, origin: Origin, row: DatasetRow, changes: Changes) -> bool:
    """False when another tree holds that identifier."""
    if row.project_id is not None:
        connection.execute(
            "INSERT INTO project_detail (project_id) VALUES (%s) ON CONFLICT (project_id) DO NOTHING",
            (row.project_id,),
        )
    before = _row(connection, "SELECT * FROM dataset_detail WHERE dataset_id = %s FOR UPDATE", row.dataset_id)
    written = connection.execute(
        _DATASET,
        (row.dataset_id, row.project_id, row.title, row.rel_path, _json(row.administrative), _json(row.structural),
         row.created_at, origin.origin_id),
    ).rowcount  # fmt: skip
    if not written:
        return False
    if row.files is not None:
        changes.count("file_entry", put_files(connection, row.dataset_id, row.files))
    after = _row(connection, "SELECT * FROM dataset_detail WHERE dataset_id = %s", row.dataset_id)
    changes.count("dataset_detail", int(differs(before, after)))
    connection.execute(
        "UPDATE trial_detail t SET project_id = d.project_id FROM trial_dataset l, dataset_detail d"
        " WHERE l.trial_id = t.trial_id AND d.dataset_id = l.dataset_id AND d.dataset_id = %s"
        " AND d.project_id IS NOT NULL AND t.project_id IS DISTINCT FROM d.project_id",
        (row.dataset_id,),
    )
    # documents of its runs may have come before its own
    connection.execute(
        "UPDATE metadata_document m SET project_id = d.project_id FROM dataset_detail d WHERE d.dataset_id = %s"
        " AND m.dataset_id = d.dataset_id AND d.project_id IS NOT NULL AND m.project_id IS DISTINCT FROM d.project_id",
        (row.dataset_id,),
    )
    return True


def bury(
    connection: Connection,
    origin: Origin,
    kind: str,
    entity_id: str | None,
    at: datetime | None,
    changes: Changes,
) -> None:
    """Mark an entity as deleted when no document of any tree speaks of it any more. Roles and events stay."""
    if kind == "complete_metadata" and entity_id is not None:
        point_at_record(connection, entity_id, changes)
    if kind not in _TABLES or entity_id is None:
        return
    alive = connection.execute(
        "SELECT 1 FROM metadata_document WHERE kind = %s AND entity_id = %s AND origin_id = %s AND deleted_at IS NULL",
        (kind, entity_id, origin.origin_id),
    ).fetchone()
    if alive:
        return
    table, column = _TABLES[kind]
    buried = connection.execute(
        sql.SQL(
            "UPDATE {table} SET deleted_at = COALESCE(%s, now())"
            " WHERE {column} = %s AND origin_id = %s AND deleted_at IS NULL"
        ).format(table=sql.Identifier(table), column=sql.Identifier(column)),
        (at, entity_id, origin.origin_id),
    ).rowcount
    changes.count(table, buried)


def note_conflict(connection: Connection, origin: Origin, row: DocumentRow) -> None:
    """Write down that another tree holds the identifier of this document."""
    kind = row.kind if row.kind in _TABLES else "dataset_administrative"
    table, column = _TABLES[kind]
    connection.execute(
        sql.SQL(
            "INSERT INTO sync_conflict (origin_id, rel_path, kind, entity_id, holder_origin_id)"
            " SELECT %s, %s, %s, {column}, origin_id FROM {table} WHERE {column} = %s"
            " ON CONFLICT (origin_id, rel_path) DO UPDATE SET holder_origin_id = excluded.holder_origin_id"
        ).format(table=sql.Identifier(table), column=sql.Identifier(column)),
        (origin.origin_id, row.rel_path, row.kind, row.entity_id),
    )


def _grant(connection: Connection, person: Identity, project_id: str, role: str) -> int:
    user_id, domain = people.key(person)
    first = connection.execute(
        "INSERT INTO automatic_grant (user_id, domain, project_id) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        (user_id, domain, project_id),
    ).rowcount
    if not first:
        return 0
    return connection.execute(
        "INSERT INTO user_project_role_linking (user_id, domain, project_id, role) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (user_id, domain, project_id, role),
    ).rowcount


def _projects_of(connection: Connection, datasets: Sequence[str]) -> dict[str, str | None]:
    if not datasets:
        return {}
    found = connection.execute(
        "SELECT dataset_id, project_id FROM dataset_detail WHERE dataset_id = ANY(%s)",
        (sorted(set(datasets)),),
    )
    return {row["dataset_id"]: row["project_id"] for row in found}


def _places_of_trials(connection: Connection, trials: Sequence[str]) -> dict[str, Place]:
    if not trials:
        return {}
    found = connection.execute(
        "SELECT t.trial_id, t.project_id, d.dataset_id FROM trial_detail t LEFT JOIN trial_dataset d USING (trial_id)"
        " WHERE t.trial_id = ANY(%s)",
        (sorted(set(trials)),),
    )
    return {row["trial_id"]: (row["project_id"], row["dataset_id"], row["trial_id"]) for row in found}


def _row(connection: Connection, query: str, identifier: str) -> dict[str, Any] | None:
    return connection.execute(query, (identifier,)).fetchone()


def _json(value: Any) -> Jsonb | None:
    return None if value is None else Jsonb(value)
