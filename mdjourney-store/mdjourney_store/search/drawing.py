"""Finds what matches: rare matches are drawn from an index and sorted, frequent ones walked from the newest.

Asked for the newest matches in one go, PostgreSQL walks the dates whatever the filter (see the planner trap in
`docs/store.md`); which way is short is decided here, by counting up to a bound.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from mdjourney_store.connection import Connection
from mdjourney_store.search.compiling import Condition, Part, fields_in, parts_of, simple_part
from mdjourney_store.search.terms import Term
from mdjourney_store.viewer import Sight

#: Up to this many matches are counted and sorted at once.
FEW: Final = 5000
#: The same where each has to be looked at for other conditions.
_FEW_TESTED: Final = 2000
#: A draw that PostgreSQL expects to read more than this is not tried.
_TOO_MANY: Final = 6000
#: Above this the newest matches are near, whatever else is asked.
_FREQUENT: Final = 20_000
#: A short name may stand for so many full ones.
_MOST_NAMES: Final = 50
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """`columns` of up to `limit` rows of `search_document s` after a key `(at, kind, entity_id)`, newest first."""

    columns: str
    limit: int
    after: list[Any] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """`total` None: more than `FEW`, or not counted."""

    rows: list[Row]
    total: int | None


@dataclass(frozen=True, slots=True)
class Asked:
    """The parts of a query, and the projects it is limited to (None: not, or by one of the parts)."""

    parts: list[Part]
    projects: list[str] | None = None


def compiled(connection: Connection, sight: Sight, term: Term) -> Asked:
    """What must hold for this viewer.

    Raises:
        QueryError: a value does not fit its field.
    """
    parts = parts_of(term, full_names(connection, fields_in(term)))
    if sight.projects is None:
        return Asked(parts)
    if _has_own(connection, sight):
        return Asked([*parts, _visible(sight)])
    return Asked([*parts, simple_part(("s.project_id = ANY(%s)", [sight.projects]), rank=6)], sight.projects)


def _has_own(connection: Connection, sight: Sight) -> bool:
    """Whether the viewer has trials that belong to no project."""
    viewer = sight.viewer
    found = connection.execute(
        "SELECT 1 FROM search_document WHERE project_id IS NULL AND user_id = %s AND user_domain = %s LIMIT 1",
        (viewer.user_id, viewer.domain),
    ).fetchone()
    return found is not None


def draw(connection: Connection, asked: Asked, wanted: Wanted) -> Found:
    """The rows that match, and how many there are."""
    parts = asked.parts
    if not parts:
        return Found(_walk(connection, parts, wanted), None)
    if len(parts) == 1 and (parts[0].simple or parts[0].ordered):
        total = None if wanted.after else _count(connection, parts[0])
        return Found(_walk(connection, parts, wanted, prepare=None), total)
    for part in sorted((p for p in parts if p.draw), key=lambda p: p.rank):
        way = _way(connection, part)
        if way is None:
            continue
        rest = [p for p in parts if p is not part or not way.exact]
        found = _few(connection, *_limited(way, rest, asked), wanted)
        if found is not None:
            return found
    return Found(_walk(connection, parts, wanted), None)


def sample(connection: Connection, asked: Asked, columns: str, number: int) -> Condition:
    """A query for `columns` of up to `number` + 1 matches, whichever come first."""
    parts = asked.parts
    first = next((p for p in sorted(parts, key=lambda p: p.rank) if p.draw), None)
    if first is None or first.draw is None or first.simple or (first.ordered and len(parts) == 1):
        return _walking(parts, Wanted(columns, number + 1))
    if first.guessed:
        # the inverted index is quicker to a few of many matches than a walk past the rest; it is not believed by itself
        connection.execute("SET LOCAL enable_seqscan = off")
    first, others = _limited(first, [p for p in parts if p is not first or not p.exact], asked)
    assert first.draw is not None
    connection.execute("SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off")
    rest, values = _joined(others)
    return (
        (
            f"SELECT {columns} FROM (SELECT DISTINCT kind, entity_id FROM ({first.draw[0]} LIMIT %s) d) c"  # noqa: S608 - own fragments
            f" JOIN search_document s ON s.kind = c.kind AND s.entity_id = c.entity_id WHERE {rest}"
        ),
        [*first.draw[1], number + 1, *values],
    )


def _limited(part: Part, rest: list[Part], asked: Asked) -> tuple[Part, list[Part]]:
    """The part drawing from the viewer's projects alone, where its table knows them, and what is still to be tested."""
    if asked.projects is None or part.table is None or part.draw is None or part is asked.parts[-1]:
        return part, rest
    sql, values = part.draw
    limited = replace(part, draw=(f"{sql} AND {part.table}.project_id = ANY(%s)", [*values, asked.projects]))
    return limited, [p for p in rest if p is not asked.parts[-1]]


def _way(connection: Connection, part: Part) -> Part | None:
    """The part with what is to be drawn from, None where that would read too much."""
    expected = _estimate(connection, part) if part.guessed else 0
    if expected <= _TOO_MANY:
        return part
    if part.slower is None or expected > _FREQUENT:
        return None
    return replace(part, draw=part.slower, exact=True, guessed=False, table="f")


def full_names(connection: Connection, fields: set[str]) -> dict[str, list[str]]:
    """What these names stand for: fields of that name, and fields whose path ends with it; 50 each at most."""
    if not fields:
        return {}
    found: dict[str, list[str]] = {field: [] for field in fields}
    rows = connection.execute(
        "SELECT w.name, f.field FROM unnest(%s::text[], %s::text[]) AS w(name, leaf) JOIN field_name f ON f.leaf = w.leaf"
        " WHERE f.field = w.name OR right(f.field, length(w.name) + 1) = '.' || w.name ORDER BY length(f.field), f.field",
        (list(fields), [field.rpartition(".")[2] for field in fields]),
    )
    for row in rows:
        if len(found[row["name"]]) < _MOST_NAMES:
            found[row["name"]].append(row["field"])
    return found


def _visible(sight: Sight) -> Part:
    viewer = sight.viewer
    return simple_part(
        (
            "(s.project_id = ANY(%s) OR (s.kind = 'trial' AND s.project_id IS NULL AND s.user_id = %s AND s.user_domain = %s))",
            [sight.projects, viewer.user_id, viewer.domain],
        ),
        rank=6,
    )


def _count(connection: Connection, part: Part) -> int | None:
    sql, values = ("FROM entity_field e WHERE " + part.ordered[0], part.ordered[1]) if part.ordered else (
        "FROM search_document s WHERE " + part.test[0], part.test[1],
    )  # fmt: skip
    row = connection.execute(
        f"SELECT count(*) AS n FROM (SELECT 1 {sql} LIMIT {FEW + 1:d}) x",  # noqa: S608 - own fragments
        values,
    ).fetchone()
    number = 0 if row is None else int(row["n"])
    return number if number <= FEW else None


def _estimate(connection: Connection, part: Part) -> float:
    assert part.draw is not None
    row = connection.execute(f"EXPLAIN (FORMAT JSON) {part.draw[0]}", part.draw[1], prepare=False).fetchone()
    return 0.0 if row is None else float(row["QUERY PLAN"][0]["Plan"]["Plan Rows"])


def _few(connection: Connection, part: Part, rest: Sequence[Part], wanted: Wanted) -> Found | None:
    assert part.draw is not None
    tests, test_values = _joined(rest)
    join = "JOIN search_document s ON s.kind = c.kind AND s.entity_id = c.entity_id" if rest else ""
    later, after = _later(wanted, "m")
    bound = _FEW_TESTED if rest else FEW
    # a hash join reads the whole table to test a few rows
    connection.execute("SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off")
    rows = connection.execute(
        f"WITH c AS MATERIALIZED ({part.draw[0]} LIMIT %s), n AS MATERIALIZED (SELECT count(*) AS drawn FROM c),"  # noqa: S608 - own fragments
        f" m AS MATERIALIZED (SELECT DISTINCT c.at, c.kind, c.entity_id FROM c {join}"
        f"  WHERE (SELECT drawn FROM n) <= %s AND {tests})"
        f" SELECT n.drawn, (SELECT count(*) FROM m) AS total, s.kind AS found, {wanted.columns} FROM n LEFT JOIN (SELECT * FROM m"
        f"  WHERE {later} ORDER BY at DESC, kind DESC, entity_id DESC LIMIT %s) p ON TRUE"
        "  LEFT JOIN search_document s ON s.kind = p.kind AND s.entity_id = p.entity_id"
        " ORDER BY p.at DESC, p.kind DESC, p.entity_id DESC",
        [*part.draw[1], bound + 1, bound, *test_values, *after, wanted.limit],
        prepare=False,
    ).fetchall()
    if rows[0]["drawn"] > bound:
        return None
    total = rows[0]["total"]
    for row in rows:
        del row["drawn"], row["total"]
    return Found([row for row in rows if row.pop("found") is not None], total)


def _walk(
    connection: Connection, parts: Sequence[Part], wanted: Wanted, prepare: bool | None = False
) -> list[Row]:
    sql, values = _walking(parts, wanted)
    return connection.execute(sql, values, prepare=prepare).fetchall()


def _walking(parts: Sequence[Part], wanted: Wanted) -> Condition:
    first = next((part for part in parts if part.ordered), None)
    tests, values = _joined([part for part in parts if part is not first])
    if first is None or first.ordered is None:
        later, after = _later(wanted, "s")
        return (
            (
                f"SELECT {wanted.columns} FROM search_document s WHERE {later} AND {tests}"  # noqa: S608 - own fragments
                f" ORDER BY s.at DESC, s.kind DESC, s.entity_id DESC LIMIT {wanted.limit:d}"
            ),
            [*after, *values],
        )
    later, after = _later(wanted, "e")
    return (
        (
            f"SELECT {wanted.columns} FROM entity_field e"  # noqa: S608 - own fragments
            " JOIN search_document s ON s.kind = e.kind AND s.entity_id = e.entity_id"
            f" WHERE {first.ordered[0]} AND {later} AND {tests}"
            f" ORDER BY e.at DESC, e.kind DESC, e.entity_id DESC LIMIT {wanted.limit:d}"
        ),
        [*first.ordered[1], *after, *values],
    )


def _joined(parts: Sequence[Part]) -> Condition:
    sql = " AND ".join(part.test[0] for part in parts) or "TRUE"
    return sql, [value for part in parts for value in part.test[1]]


def _later(wanted: Wanted, table: str) -> Condition:
    if wanted.after is None:
        return "TRUE", []
    return f"({table}.at, {table}.kind, {table}.entity_id) < (%s, %s, %s)", wanted.after
