"""Labels: what a search row is counted under, and how many rows carry each, kept beside the rows; fields likewise."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from psycopg import sql

from mdjourney_store.connection import Connection
from mdjourney_store.fields import TAG_FIELD, Field

#: Facets beside kind, status, project, user and tag.
FACET_FIELDS: Final = (
    "experiment_template_type",
    "qc_assessment",
    "run_status",
    "instrument_used_link",
    "license",
)
#: Between a label's facet and its value.
SEPARATOR: Final = "\x1f"
_LONGEST: Final = 200
#: Of somebody's own rows outside of projects so many are counted, the newest: no sum is kept of them.
_MOST_OWN: Final = 2000
_OWN: Final = "FROM search_document WHERE project_id IS NULL AND user_id = %s AND user_domain = %s"

#: (project, or '' for all of them; facet; value) -> how many more, or fewer, rows carry it. Of fields: (project; field; what it
#: holds).
Counts = Counter[tuple[str, str, str]]


def label(facet: str, value: str) -> str:
    """What a row is counted under that has this value; of long values the beginning."""
    return f"{facet}{SEPARATOR}{value[:_LONGEST]}"


def labels_of(own: Iterable[tuple[str, str | None]], fields: Sequence[Field]) -> list[str]:
    """Labels made of an entity's own members and of its fields that are facets."""
    found = [*own, *((field.name, field.text) for field in fields if field.name in FACET_FIELDS)]
    return [label(facet, value) for facet, value in found if value]


def counted(connection: Connection, kind: str, identifiers: Sequence[str]) -> Counts:
    """What these entities count for as they are indexed now."""
    counts = Counts()
    for row in connection.execute(
        "SELECT project_id, labels FROM search_document WHERE kind = %s AND entity_id = ANY(%s)",
        (kind, list(identifiers)),
    ):
        for label in row["labels"]:
            facet, _, value = label.partition(SEPARATOR)
            for project in {"", row["project_id"] or ""}:
                counts[project, facet, value] += 1
    return counts


def carried(connection: Connection, kind: str, identifiers: Sequence[str]) -> Counts:
    """What these entities' fields count for as they are indexed now."""
    counts = Counts()
    for row in connection.execute(
        "SELECT project_id, field, bool_or(text_value IS NOT NULL) AS text, bool_or(num_value IS NOT NULL) AS number"
        " FROM entity_field WHERE kind = %s AND entity_id = ANY(%s) AND field <> %s GROUP BY entity_id, project_id, field",
        (kind, list(identifiers), TAG_FIELD),
    ):
        for project in {"", row["project_id"] or ""}:
            for holds in ("any", *(held for held in ("text", "number") if row[held])):
                counts[project, row["field"], holds] += 1
    return counts


def uses_seen(
    connection: Connection, projects: list[str], person: tuple[str, str]
) -> tuple[str, list[object], bool]:
    """A query for `facet`, `value`, `uses` of labels in some projects and in a person's own rows outside of projects (a label
    may come twice), its values, and whether all of those rows are counted."""
    kept = "SELECT facet, value, uses FROM label_use WHERE project_id = ANY(%s)"
    row = connection.execute(
        f"SELECT count(*) AS n FROM (SELECT 1 {_OWN} LIMIT %s) o",  # noqa: S608 - own fragments
        (*person, _MOST_OWN + 1),
    ).fetchone()
    number = 0 if row is None else row["n"]
    if not number:
        return kept, [projects], True
    own = (
        'SELECT split_part(l.label, chr(31), 1) COLLATE "C" AS facet,'  # noqa: S608 - own fragments
        ' substr(l.label, strpos(l.label, chr(31)) + 1) COLLATE "C" AS value, count(*) AS uses'
        f" FROM (SELECT labels {_OWN} ORDER BY at DESC LIMIT %s) o CROSS JOIN LATERAL unnest(o.labels) AS l(label) GROUP BY 1, 2"
    )
    return f"{kept} UNION ALL {own}", [projects, *person, _MOST_OWN], number <= _MOST_OWN


def put_counts(connection: Connection, counts: Counts) -> None:
    """Add to what is kept of labels; rows are locked in the order of their keys."""
    _add(connection, counts, "label_use", ("project_id", "facet", "value"))


def put_carried(connection: Connection, counts: Counts) -> None:
    """The same of fields."""
    _add(connection, counts, "field_use", ("project_id", "field", "holds"))


def _add(connection: Connection, counts: Counts, table: str, key: tuple[str, str, str]) -> None:
    changed = sorted((row, number) for row, number in counts.items() if number)
    if not changed:
        return
    names = {"table": sql.Identifier(table), "key": sql.SQL(", ").join(map(sql.Identifier, key))}
    connection.execute(
        sql.SQL(
            "INSERT INTO {table} AS u ({key}, uses) SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[])"
            " ON CONFLICT ({key}) DO UPDATE SET uses = u.uses + excluded.uses"
        ).format(**names),
        [*([row[part] for row, _ in changed] for part in range(3)), [number for _, number in changed]],
    )
    less = [row for row, number in changed if number < 0]
    if less:
        connection.execute(
            sql.SQL(
                "DELETE FROM {table} USING unnest(%s::text[], %s::text[], %s::text[]) AS k(a, b, c)"
                " WHERE ({key}) = (k.a, k.b, k.c) AND uses = 0"
            ).format(**names),
            [[row[part] for row in less] for part in range(3)],
        )
