"""Derives, for one batch of entities, what graph and search need: edges, search documents, comparable fields, counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from psycopg import sql

from mdjourney_store.connection import Connection
from mdjourney_store.fields import TAG_FIELD, Field, fields_of
from mdjourney_store.grammar import Target, strings_in, targets_in
from mdjourney_store.labels import Counts, carried, counted, labels_of, put_carried, put_counts
from mdjourney_store.marks import label_mark, pair_marks, span_marks
from mdjourney_store.words import field_words, spaced

_LONGEST_BODY: Final = 200_000
_MOST_MARKED: Final = 5000

_READ: Final = {
    "trial": "SELECT trial_id AS entity_id, project_id, user_id, user_domain, birth_timestamp AS at, deleted_at, metadata AS content,"
    " status, NULL AS title FROM trial_detail WHERE trial_id = ANY(%s)",
    "project": "SELECT project_id AS entity_id, project_id, created_by_user_id AS user_id,"
    " created_by_domain AS user_domain, created_at AS at, deleted_at,"
    " details AS content, name AS title FROM project_detail WHERE project_id = ANY(%s)",
    "dataset": "SELECT dataset_id AS entity_id, project_id, NULL AS user_id, NULL AS user_domain, created_at AS at, deleted_at, COALESCE(title, rel_path) AS title,"
    " COALESCE(structural, '{}') || COALESCE(administrative, '{}') AS content"
    " FROM dataset_detail WHERE dataset_id = ANY(%s)",
}
_EDGES: Final = {
    "trial": ("graph_edges", "source_trial_id"),
    "project": ("project_edges", "source_project_id"),
}

_SEARCH = """
INSERT INTO search_document AS s (kind, entity_id, project_id, user_id, user_domain, title, status, at, tags, labels, tsv)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s,
        setweight(to_tsvector('simple', %s), 'A') || setweight(to_tsvector('simple', %s), 'B')
            || array_to_tsvector(%s))
ON CONFLICT (kind, entity_id) DO UPDATE
    SET project_id = excluded.project_id, user_id = excluded.user_id, user_domain = excluded.user_domain, title = excluded.title,
        status = excluded.status, at = excluded.at, tags = excluded.tags, labels = excluded.labels,
        tsv = excluded.tsv
"""


@dataclass(frozen=True, slots=True)
class _Entity:
    kind: str
    entity_id: str
    project_id: str | None
    user_id: str | None
    user_domain: str | None
    title: str
    status: str | None
    at: datetime
    content: dict[str, Any]
    targets: frozenset[Target]


def index(connection: Connection, entities: Mapping[str, Sequence[str]]) -> None:
    """Make edges, search documents, fields and counts of these entities (ids by kind) agree with their rows.

    Entities that are gone or marked as deleted lose all four. Counts, which several connectors share, are locked last
    and in order, so that no two can wait for each other.
    """
    counts, fields = Counts(), Counts()
    names: set[str] = set()
    for kind, identifiers in entities.items():
        rows = connection.execute(_READ[kind], (list(identifiers),)).fetchall()
        alive = [_entity(kind, row) for row in rows if row["deleted_at"] is None]
        if kind in _EDGES:
            _put_edges(connection, kind, identifiers, alive)
        counts.subtract(counted(connection, kind, identifiers))
        fields.subtract(carried(connection, kind, identifiers))
        names |= _put_search(connection, kind, identifiers, alive)
        counts.update(counted(connection, kind, identifiers))
        fields.update(carried(connection, kind, identifiers))
    _put_names(connection, names)
    put_counts(connection, counts)
    put_carried(connection, fields)


def preview(text: str) -> list[dict[str, str]]:
    """The edges a text would give, for people who are typing it."""
    from mdjourney_store.grammar import targets_in_text

    return [
        {"target_entity_type": target.kind, "target_entity_id": target.identifier}
        for target in sorted(targets_in_text(text))
    ]


def _entity(kind: str, row: dict[str, Any]) -> _Entity:
    content = row["content"] or {}
    itself = Target("trial" if kind == "trial" else "project", row["entity_id"].lower())
    return _Entity(
        kind=kind,
        entity_id=row["entity_id"],
        project_id=row["project_id"],
        user_id=row["user_id"],
        user_domain=row["user_domain"],
        title=str(row["title"] or content.get("experiment_name") or row["entity_id"]),
        status=row["status"] if kind == "trial" else content.get("project_status"),
        at=row["at"],
        content=content,
        targets=frozenset(targets_in(content) - {itself}),
    )


def _put_edges(
    connection: Connection, kind: str, identifiers: Sequence[str], alive: Iterable[_Entity]
) -> None:
    table, column = (sql.Identifier(name) for name in _EDGES[kind])
    known = {
        (row["source"], Target(row["target_entity_type"], row["target_entity_id"]))
        for row in connection.execute(
            sql.SQL(
                "SELECT {column} AS source, target_entity_type, target_entity_id FROM {table} WHERE {column} = ANY(%s)"
            ).format(table=table, column=column),
            (list(identifiers),),
        )
    }
    wanted = {(entity.entity_id, target) for entity in alive for target in entity.targets}
    remove = sql.SQL(
        "DELETE FROM {table} WHERE {column} = %s AND target_entity_type = %s AND target_entity_id = %s"
    ).format(table=table, column=column)
    add = sql.SQL(
        "INSERT INTO {table} ({column}, target_entity_type, target_entity_id) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
    ).format(table=table, column=column)
    with connection.cursor() as cursor:
        cursor.executemany(remove, [(source, t.kind, t.identifier) for source, t in known - wanted])
        cursor.executemany(add, [(source, t.kind, t.identifier) for source, t in sorted(wanted - known)])


def _put_search(
    connection: Connection, kind: str, identifiers: Sequence[str], alive: Sequence[_Entity]
) -> set[str]:
    gone = set(identifiers) - {entity.entity_id for entity in alive}
    connection.execute(
        "DELETE FROM search_document WHERE kind = %s AND entity_id = ANY(%s)", (kind, list(gone))
    )
    connection.execute(
        "DELETE FROM entity_field WHERE kind = %s AND entity_id = ANY(%s)",
        (kind, [e.entity_id for e in alive]),
    )
    fields = [(entity, [*fields_of(entity.content), *_tag_fields(entity)]) for entity in alive]
    with connection.cursor() as cursor:
        cursor.executemany(_SEARCH, [_search_values(entity, found) for entity, found in fields])
        with cursor.copy(
            "COPY entity_field (kind, entity_id, project_id, at, field, text_value, num_value) FROM STDIN"
        ) as copy:
            for entity, found in fields:
                for f in found:
                    copy.write_row(
                        (kind, entity.entity_id, entity.project_id, entity.at, f.name, f.text, f.number)
                    )
    return {field.name for _, found in fields for field in found}


def _tag_fields(entity: _Entity) -> list[Field]:
    return [Field(TAG_FIELD, tag, None) for tag in _tags(entity)]


def _tags(entity: _Entity) -> list[str]:
    return sorted(target.identifier for target in entity.targets if target.kind == "tag")


def _search_values(entity: _Entity, fields: Sequence[Field]) -> tuple[object, ...]:
    body = " ".join(strings_in(entity.content))[:_LONGEST_BODY]
    status = None if entity.status is None else str(entity.status)[:20].casefold()
    own = [
        ("kind", entity.kind),
        ("status", status),
        ("project", entity.project_id),
        ("user", entity.user_id),
    ]
    labels = labels_of([*own, *(("tag", tag) for tag in _tags(entity))], fields)
    title, words = spaced(entity.title[:1000]), spaced(body)
    marks = [
        *_marked(fields),
        *map(label_mark, labels),
        *pair_marks(f"{title} {words}"),
        *span_marks(entity.at),
    ]
    return (
        entity.kind, entity.entity_id, entity.project_id, entity.user_id, entity.user_domain, entity.title[:1000], status, entity.at,
        _tags(entity), labels, title, words, sorted(set(marks)),
    )  # fmt: skip


def _marked(fields: Sequence[Field]) -> list[str]:
    found = {
        word
        for field in fields
        if field.text and field.name != TAG_FIELD
        for word in field_words(field.name, field.text)
    }
    return sorted(found)[:_MOST_MARKED]


def _put_names(connection: Connection, names: set[str]) -> None:
    if names:
        connection.execute(
            "INSERT INTO field_name (field, leaf) SELECT n.field, n.leaf FROM unnest(%s::text[], %s::text[]) AS n(field, leaf)"
            " WHERE NOT EXISTS (SELECT 1 FROM field_name f WHERE f.field = n.field) ORDER BY n.field ON CONFLICT DO NOTHING",
            (sorted(names), [name.rpartition(".")[2] for name in sorted(names)]),
        )
