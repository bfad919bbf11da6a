"""The statements behind a projection, one function for each table that files fill."""

from datetime import datetime
from typing import Any

from psycopg import sql
from psycopg.types.json import Jsonb

from mdjourney_contract.people import Identity
from mdjourney_store import people
from mdjourney_store.connection import Connection
from mdjourney_store.projected_files import put_files
from mdjourney_store.rows import Changes, DatasetRow, DocumentRow, Origin, ProjectRow, RecordRow, TrialRow

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

_TRIAL = """
INSERT INTO trial_detail AS t
    (trial_id, user_id, user_domain, project_id, birth_timestamp, death_timestamp, clean_exit, metadata, origin_id,
     recorded_by)
VALUES (%s, %s, %s, (SELECT project_id FROM dataset_detail WHERE dataset_id = %s), %s, %s, %s, %s, %s, 'document')
ON CONFLICT (trial_id) DO UPDATE
    SET user_id = COALESCE(t.user_id, excluded.user_id), user_domain = COALESCE(t.user_domain, excluded.user_domain),
        project_id = COALESCE(excluded.project_id, t.project_id),
        birth_timestamp = excluded.birth_timestamp, death_timestamp = excluded.death_timestamp,
        clean_exit = excluded.clean_exit, metadata = excluded.metadata, origin_id = excluded.origin_id,
        recorded_by = 'document', deleted_at = NULL
    WHERE t.origin_id IS NULL OR t.origin_id = excluded.origin_id OR t.deleted_at IS NOT NULL
RETURNING t.*
"""


def place_of(connection: Connection, row: DocumentRow) -> tuple[str | None, str | None, str | None]:
    """Project, dataset and trial a document belongs to, as far as is known now."""
    entity = row.entity
    if isinstance(entity, ProjectRow):
        return entity.project_id, None, None
    if isinstance(entity, DatasetRow):
        return entity.project_id or _project_of(connection, entity.dataset_id), entity.dataset_id, None
    if isinstance(entity, TrialRow):
        project = _project_of(connection, entity.dataset_id) if entity.dataset_id else None
        return project, entity.dataset_id, entity.trial_id
    if isinstance(entity, RecordRow):
        found = connection.execute(
            "SELECT t.project_id, d.dataset_id FROM trial_detail t LEFT JOIN trial_dataset d USING (trial_id)"
            " WHERE t.trial_id = %s",
            (entity.trial_id,),
        ).fetchone()
        return (None, None, entity.trial_id) if found is None else (*found.values(), entity.trial_id)
    return None, None, None


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
    changes.count("project_detail", int(_differs(before, after)))
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
    changes.count("dataset_detail", int(_differs(before, after)))
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


def put_trial(
    connection: Connection, origin: Origin, row: TrialRow, actor: Identity | None, changes: Changes
) -> bool:
    """False when another tree holds that identifier. Birth and death are noted as trial events."""
    if row.dataset_id is not None:
        connection.execute(
            "INSERT INTO dataset_detail (dataset_id) VALUES (%s) ON CONFLICT (dataset_id) DO NOTHING",
            (row.dataset_id,),
        )
    before = _row(connection, "SELECT * FROM trial_detail WHERE trial_id = %s FOR UPDATE", row.trial_id)
    values = (
        row.trial_id, *people.key(row.person), row.dataset_id, row.birth_timestamp, row.death_timestamp,
        row.clean_exit, Jsonb(_with_record(connection, row.trial_id, dict(row.metadata))), origin.origin_id,
    )  # fmt: skip
    after = connection.execute(_TRIAL, values).fetchone()
    if after is None:
        return False
    if row.dataset_id is not None:
        if before is not None:
            connection.execute(
                "DELETE FROM trial_dataset WHERE trial_id = %s AND dataset_id <> %s",
                (row.trial_id, row.dataset_id),
            )
        connection.execute(
            "INSERT INTO trial_dataset (trial_id, dataset_id) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            (row.trial_id, row.dataset_id),
        )
    changes.count("trial_detail", int(_differs(before, after)))
    _tell_life(connection, before, after, actor or row.person)
    if before is None or before["recorded_by"] == "stub":
        # its records may have come before it
        connection.execute(
            "UPDATE metadata_document SET project_id = %s, dataset_id = %s"
            " WHERE trial_id = %s AND kind = 'complete_metadata' AND dataset_id IS DISTINCT FROM %s",
            (after["project_id"], row.dataset_id, row.trial_id, row.dataset_id),
        )
    return True


def point_at_record(connection: Connection, trial_id: str, changes: Changes) -> None:
    """Let a trial's metadata name its newest Complete Metadata File. Without the trial's row there is nothing to do:
    its own document brings the same."""
    before = _row(connection, "SELECT * FROM trial_detail WHERE trial_id = %s FOR UPDATE", trial_id)
    if before is None or before["recorded_by"] != "document":
        return
    metadata = _with_record(connection, trial_id, dict(before["metadata"] or {}))
    if metadata != before["metadata"]:
        connection.execute(
            "UPDATE trial_detail SET metadata = %s WHERE trial_id = %s", (Jsonb(metadata), trial_id)
        )
        changes.count("trial_detail")


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


def _with_record(connection: Connection, trial_id: str, metadata: dict[str, Any]) -> dict[str, Any]:
    newest = connection.execute(
        "SELECT rel_path, (content ->> 'revision')::int AS revision FROM metadata_document"
        " WHERE kind = 'complete_metadata' AND trial_id = %s AND deleted_at IS NULL"
        " ORDER BY (content ->> 'revision')::int DESC NULLS LAST LIMIT 1",
        (trial_id,),
    ).fetchone()
    metadata.pop("complete_metadata", None)
    return metadata if newest is None else {**metadata, "complete_metadata": dict(newest)}


def _tell_life(
    connection: Connection,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    actor: Identity | None,
) -> None:
    assert after is not None
    events: list[tuple[str, datetime]] = []
    if before is None or before["recorded_by"] == "stub":
        events.append(("birth", after["birth_timestamp"]))
    if after["death_timestamp"] and not (before and before["death_timestamp"]):
        events.append(("death", after["death_timestamp"]))
    if before and before["death_timestamp"] and not after["death_timestamp"]:
        events.append(("revival", after["updated_at"]))
    for event, at in events:
        row = (after["trial_id"], after["project_id"], at, event, *people.key(actor))
        # a rebuild finds no row and the event all the same
        connection.execute(
            "INSERT INTO trial_event (trial_id, project_id, at, event, actor_user_id, actor_domain, detail)"
            " SELECT %s, %s, %s, %s, %s, %s, %s WHERE NOT EXISTS"
            " (SELECT 1 FROM trial_event WHERE trial_id = %s AND event = %s AND at = %s)",
            (*row, Jsonb({"clean_exit": after["clean_exit"]}), after["trial_id"], event, at),
        )


def _project_of(connection: Connection, dataset_id: str) -> str | None:
    found = _row(connection, "SELECT project_id FROM dataset_detail WHERE dataset_id = %s", dataset_id)
    return None if found is None else found["project_id"]


def _row(connection: Connection, query: str, identifier: str) -> dict[str, Any] | None:
    return connection.execute(query, (identifier,)).fetchone()


def _differs(before: dict[str, Any] | None, after: dict[str, Any] | None) -> bool:
    ignored = {"updated_at"}
    return before is None or {k: v for k, v in before.items() if k not in ignored} != {
        k: v for k, v in (after or {}).items() if k not in ignored
    }


def _json(value: Any) -> Jsonb | None:
    return None if value is None else Jsonb(value)
