"""The statements behind a projection, one function for each table that files fill."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from psycopg import sql
from psycopg.types.json import Jsonb

from mdjourney_contract.people import Identity
from mdjourney_store import people
from mdjourney_store.connection import Connection
from mdjourney_store.holders import Held, Kind, held_elsewhere, may_write
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
#: Kinds of documents that a row of each of these tables may come from.
_NAMED_BY = (
    ["project_descriptive"],
    ["dataset_administrative", "dataset_structural"],
    ["experiment_contextual"],
)

#: Where rows of a table find the dataset they lie in.
_OF_DATASETS = {
    "trial_detail": "trial_dataset l, dataset_detail d WHERE l.trial_id = t.trial_id AND d.dataset_id = l.dataset_id",
    "metadata_document": "dataset_detail d WHERE d.dataset_id = t.dataset_id",
}
_PROJECT = """
INSERT INTO project_detail AS p
    (project_id, name, details, created_at, created_by_user_id, created_by_domain, origin_id, rel_path)
VALUES (%s, %s, %s, COALESCE(%s, now()), %s, %s, %s, %s)
ON CONFLICT (project_id) DO UPDATE
    SET name = excluded.name, details = excluded.details, created_at = excluded.created_at, origin_id = excluded.origin_id,
        rel_path = excluded.rel_path, deleted_at = NULL,
        created_by_user_id = COALESCE(p.created_by_user_id, excluded.created_by_user_id),
        created_by_domain = COALESCE(p.created_by_domain, excluded.created_by_domain)
    WHERE {may_write}
RETURNING p.*
"""

_DATASET = """
INSERT INTO dataset_detail AS d
    (dataset_id, project_id, title, rel_path, administrative, structural, created_at, origin_id)
VALUES (%s, %s, %s, %s, %s, %s, COALESCE(%s, now()), %s)
ON CONFLICT (dataset_id) DO UPDATE
    SET project_id = CASE WHEN d.origin_id = excluded.origin_id THEN COALESCE(excluded.project_id, d.project_id)
            ELSE excluded.project_id END,
        rel_path = excluded.rel_path,
        title = CASE WHEN excluded.administrative IS NULL THEN d.title ELSE excluded.title END,
        administrative = COALESCE(excluded.administrative, d.administrative),
        structural = COALESCE(excluded.structural, d.structural),
        created_at = CASE WHEN excluded.administrative IS NULL THEN d.created_at ELSE excluded.created_at END,
        origin_id = excluded.origin_id, deleted_at = NULL
    WHERE {may_write}
"""


def places_of(connection: Connection, origin: Origin, rows: Sequence[DocumentRow]) -> list[Place]:
    """Project, dataset and trial each document belongs to, as far as is known now; nothing that is held elsewhere."""
    entities = [row.entity for row in rows]
    datasets = {e.dataset_id for e in entities if isinstance(e, DatasetRow | TrialRow)}
    foreign: dict[Kind, set[str]] = {
        "project": held_elsewhere(connection, origin, "project", _named(entities, (ProjectRow, DatasetRow), "project_id")),
        "dataset": held_elsewhere(connection, origin, "dataset", datasets),
        "trial": held_elsewhere(connection, origin, "trial", _named(entities, (TrialRow, RecordRow), "trial_id")),
    }  # fmt: skip
    projects = _projects_of(connection, [name for name in datasets if name not in foreign["dataset"] if name])
    records = [
        e.trial_id for e in entities if isinstance(e, RecordRow) and e.trial_id not in foreign["trial"]
    ]
    trials = _places_of_trials(connection, records)

    def place(entity: Entity | None) -> Place:
        match entity:
            case ProjectRow() if entity.project_id not in foreign["project"]:
                return entity.project_id, None, None
            case DatasetRow() if entity.dataset_id not in foreign["dataset"]:
                named = None if entity.project_id in foreign["project"] else entity.project_id
                return named or projects.get(entity.dataset_id), entity.dataset_id, None
            case TrialRow() if not (
                entity.trial_id in foreign["trial"] or entity.dataset_id in foreign["dataset"]
            ):
                return projects.get(entity.dataset_id or ""), entity.dataset_id, entity.trial_id
            case RecordRow() if entity.trial_id not in foreign["trial"]:
                return trials.get(entity.trial_id, (None, None, entity.trial_id))
        return None, None, None

    return [place(entity) for entity in entities]


def put_project(
    connection: Connection, origin: Origin, row: ProjectRow, rel_path: str, changes: Changes
) -> Held | None:
    """The project where it is held elsewhere. Owner and members of the tree get their roles once."""
    before = _row(connection, "SELECT * FROM project_detail WHERE project_id = %s FOR UPDATE", row.project_id)
    name = None if row.name is None else row.name[:255]
    condition, values = may_write("project", "p", origin)
    after = connection.execute(
        _PROJECT.format(may_write=condition),
        [row.project_id, name, Jsonb(row.details), row.created_at, *people.key(row.created_by), origin.origin_id,
         rel_path, *values],
    ).fetchone()  # fmt: skip
    if after is None:
        return "project", row.project_id
    changes.count("project_detail", int(differs(before, after)))
    if before is not None and before["origin_id"] is None:
        _put_out_strangers(connection, origin, row.project_id)
    grants = [(origin.owner, "admin"), *((member, "operator") for member in origin.members)]
    for person, role in grants:
        if person is not None:
            changes.count(
                "user_project_role_linking", _grant(connection, origin, person, row.project_id, role)
            )
    return None


def put_dataset(
    connection: Connection, origin: Origin, row: DatasetRow, changes: Changes, *, whole: bool = False
) -> Held | None:
    """What is held elsewhere: the dataset, which is not written then, or its project, of which it is no part then. `whole`:
    its file entries are compared as they are."""
    foreign = held_elsewhere(connection, origin, "project", [row.project_id])
    project_id = None if row.project_id in foreign else row.project_id
    if project_id is not None:
        connection.execute(
            "INSERT INTO project_detail (project_id) VALUES (%s) ON CONFLICT (project_id) DO NOTHING",
            (project_id,),
        )
    before = _row(connection, "SELECT * FROM dataset_detail WHERE dataset_id = %s FOR UPDATE", row.dataset_id)
    condition, values = may_write("dataset", "d", origin)
    written = connection.execute(
        _DATASET.format(may_write=condition),
        [row.dataset_id, project_id, row.title, row.rel_path, _json(row.administrative), _json(row.structural),
         row.created_at, origin.origin_id, *values],
    ).rowcount  # fmt: skip
    if not written:
        return "dataset", row.dataset_id
    if row.files is not None:
        changes.count("file_entry", put_files(connection, row.dataset_id, row.files, whole=whole))
    after = _row(connection, "SELECT * FROM dataset_detail WHERE dataset_id = %s", row.dataset_id)
    changes.count("dataset_detail", int(differs(before, after)))
    # trials and documents of its runs may have come before its own
    for table, of in _OF_DATASETS.items():
        connection.execute(
            f"UPDATE {table} t SET project_id = d.project_id FROM {of} AND d.dataset_id = %s AND t.origin_id = %s"  # noqa: S608 - own names
            " AND d.project_id IS NOT NULL AND t.project_id IS DISTINCT FROM d.project_id",
            (row.dataset_id, origin.origin_id),
        )
    return ("project", row.project_id) if row.project_id in foreign and row.project_id else None


def _put_out_strangers(connection: Connection, origin: Origin, project_id: str) -> None:
    """What other trees said of a project before the tree that holds it did."""
    for table in ("dataset_detail", "trial_detail", "metadata_document"):
        connection.execute(
            f"UPDATE {table} SET project_id = NULL WHERE project_id = %s AND origin_id <> %s",  # noqa: S608 - own names
            (project_id, origin.origin_id),
        )


def _named(entities: Iterable[Entity | None], kinds: tuple[type, ...], name: str) -> set[str | None]:
    return {getattr(entity, name) for entity in entities if isinstance(entity, kinds)}


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
        point_at_record(connection, origin, entity_id, changes)
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


def bury_unnamed(connection: Connection, origin: Origin, changes: Changes) -> None:
    """Mark as deleted what this tree holds and none of its documents speaks of."""
    for kinds, (table, column) in zip(_NAMED_BY, _TABLES.values(), strict=True):
        buried = connection.execute(
            sql.SQL(
                "UPDATE {table} t SET deleted_at = now() WHERE t.origin_id = %s AND t.deleted_at IS NULL AND NOT EXISTS"
                " (SELECT FROM metadata_document m WHERE m.kind = ANY(%s) AND m.entity_id = t.{column}"
                "  AND m.origin_id = t.origin_id AND m.deleted_at IS NULL)"
            ).format(table=sql.Identifier(table), column=sql.Identifier(column)),
            (origin.origin_id, kinds),
        ).rowcount
        changes.count(table, buried)


def derive_anew(connection: Connection, origin: Origin) -> None:
    """Queue everything this tree holds for the connector, but for what is queued."""
    for kind, (table, column) in zip(("project", "dataset", "trial"), _TABLES.values(), strict=True):
        connection.execute(
            sql.SQL(
                "INSERT INTO connector_queue (entity_type, entity_id) SELECT %s, t.{column} FROM {table} t WHERE t.origin_id = %s"
                " AND NOT EXISTS (SELECT FROM connector_queue q WHERE q.entity_type = %s AND q.entity_id = t.{column})"
            ).format(table=sql.Identifier(table), column=sql.Identifier(column)),
            (kind, origin.origin_id, kind),
        )


def _grant(connection: Connection, origin: Origin, person: Identity, project_id: str, role: str) -> int:
    user_id, domain = people.key(person)
    first = connection.execute(
        "INSERT INTO automatic_grant (user_id, domain, project_id) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        (user_id, domain, project_id),
    ).rowcount
    if not first:
        return 0
    granted = connection.execute(
        "INSERT INTO user_project_role_linking (user_id, domain, project_id, role) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (user_id, domain, project_id, role),
    ).rowcount
    if granted:
        detail = {"user_id": user_id, "domain": domain, "before": None, "after": role, "by": "tree"}
        connection.execute(
            "INSERT INTO audit_event (actor_user_id, actor_domain, action, object_type, object_id, project_id, detail)"
            " VALUES (%s, %s, 'role', 'project', %s, %s, %s)",
            (*people.key(origin.owner or person), project_id, project_id, Jsonb({**detail, "origin_id": origin.origin_id})),
        )  # fmt: skip
    return granted


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
