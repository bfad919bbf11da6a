"""Finds what matches: what the inverted index holds is asked of it window by window, newest first; the rest is drawn from an
index and sorted while it is rare, and walked from the newest when it is frequent.

Asked for the newest matches in one go, PostgreSQL walks the dates whatever the filter (see the planner trap in
`docs/store.md`); which way is short is decided here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from mdjourney_store.connection import Connection
from mdjourney_store.labels import label
from mdjourney_store.marks import any_of, spans
from mdjourney_store.search.compiling import Part, fields_in, parts_of, simple_part
from mdjourney_store.search.lexed import Condition, Lexed, both, either, labelled
from mdjourney_store.search.shape import Shape
from mdjourney_store.search.terms import Term
from mdjourney_store.viewer import Sight

#: Up to this many matches are counted and sorted at once.
FEW: Final = 2000
#: The same where each has to be looked at for other conditions.
_FEW_TESTED: Final = 1000
#: Entries of an index that are passed over before something is called frequent.
_PASSED: Final = 5000
#: Rows that one look into the inverted index may give.
_MOST_FOUND: Final = 5000
#: A first window holds so many times the rows that should do, each further one so many times the last.
_GENEROUS: Final = 2.0
_WIDER: Final = 6.0
#: The part of rows that is taken to pass a test nothing is known about.
_PASSING: Final = 0.2
#: What this part of the rows has is near the newest without an index.
_EVERYWHERE: Final = 0.2
#: A short name may stand for so many full ones.
_MOST_NAMES: Final = 50
Row = dict[str, Any]

_NEWEST: Final = "ORDER BY {0}.at DESC, {0}.kind DESC, {0}.entity_id DESC"
# by its key, row by row: `OFFSET 0` keeps PostgreSQL from reading the whole table to join a few rows
_ROW_OF: Final = "LATERAL (SELECT * FROM search_document d WHERE d.kind = {0}.kind AND d.entity_id = {0}.entity_id OFFSET 0) s"


@dataclass(frozen=True, slots=True)
class Wanted:
    """`columns` of up to `limit` rows of `search_document s` after a key `(at, kind, entity_id)`, newest first."""

    columns: str
    limit: int
    after: list[Any] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """`total` None: more than are counted, or not counted on this way."""

    rows: list[Row]
    total: int | None


@dataclass(frozen=True, slots=True)
class Asked:
    """The parts of a query, and the one that limits it to what the viewer sees (None: all)."""

    parts: list[Part]
    sight: Part | None = None
    #: The viewer's projects, where every visible row belongs to one.
    projects: list[str] | None = None

    @property
    def all(self) -> list[Part]:
        """Everything that must hold."""
        return self.parts if self.sight is None else [*self.parts, self.sight]


def compiled(connection: Connection, sight: Sight, term: Term) -> Asked:
    """What must hold for this viewer.

    Raises:
        QueryError: a value does not fit its field.
    """
    parts = parts_of(term, full_names(connection, fields_in(term)))
    if sight.projects is None:
        return Asked(parts)
    if _has_own(connection, sight):
        return Asked(parts, _visible(sight))
    known = labelled([label("project", project) for project in sight.projects])
    return Asked(
        parts, simple_part(("s.project_id = ANY(%s)", [sight.projects]), rank=6, lexed=known), sight.projects
    )


def _has_own(connection: Connection, sight: Sight) -> bool:
    """Whether the viewer has trials that belong to no project."""
    viewer = sight.viewer
    found = connection.execute(
        "SELECT 1 FROM search_document WHERE project_id IS NULL AND user_id = %s AND user_domain = %s LIMIT 1",
        (viewer.user_id, viewer.domain),
    ).fetchone()
    return found is not None


def _visible(sight: Sight) -> Part:
    viewer = sight.viewer
    test = (
        "(s.project_id = ANY(%s) OR (s.kind = 'trial' AND s.project_id IS NULL AND s.user_id = %s AND s.user_domain = %s))",
        list[object]([sight.projects, viewer.user_id, viewer.domain]),
    )
    projects = labelled([label("project", project) for project in sight.projects or []])
    own = labelled([label("user", viewer.user_id)])
    both_known = [known for known in (projects, own) if known is not None]
    complete = projects is not None or not sight.projects
    return simple_part(test, rank=6, lexed=either(both_known) if complete else None)


def draw(connection: Connection, shape: Shape, asked: Asked, wanted: Wanted) -> Found:
    """The rows that match, and how many there are."""
    parts = asked.all
    if len(parts) == 1 and (parts[0].simple or parts[0].ordered):
        found = _alone(connection, asked, wanted)
        if found is not None:
            return found
    lexed = both([part.lexed for part in parts if part.lexed is not None])
    rare = lexed is not None and lexed.share(shape) * shape.rows <= lexed.few
    for part in sorted((p for p in asked.parts if p.draw and not p.simple), key=lambda p: p.rank):
        if part.lexed is None and (not rare or part.rank == 0):
            found = _few(connection, asked, part, wanted)
            if found is not None:
                return found
    for part in (p for p in asked.parts if p.draw and p.simple and p.rank == 0):
        found = _few(connection, asked, part, wanted)
        if found is not None:
            return found
    ordered = next((part for part in asked.parts if part.ordered), None)
    everywhere = lexed is not None and shape.known and lexed.share(shape) >= _EVERYWHERE
    near = everywhere and (ordered is not None or (lexed is not None and lexed.whole))
    if lexed is not None and not near and any(part.lexed for part in asked.parts):
        found = _by_windows(connection, shape, lexed, parts, wanted)
        if found is not None:
            return found
    return Found(_walk(connection, asked, wanted), None)


def _alone(connection: Connection, asked: Asked, wanted: Wanted) -> Found | None:
    """One filter that an index keeps in order of time."""
    part = asked.all[0]
    total = None
    if part.label is not None:
        total = _kept(connection, part.label)
    elif part.ordered is not None and part.draw is not None:
        # what is rare among many of its field would be far apart
        found = _few(connection, asked, part, wanted)
        if found is not None:
            return found
    elif wanted.after is None:
        total = _count(connection, part)
    return Found(_walk(connection, asked, wanted), total)


def _kept(connection: Connection, labelled_with: tuple[str, str]) -> int | None:
    facet, value = labelled_with
    row = connection.execute(
        "SELECT uses FROM label_use WHERE project_id = '' AND facet = %s AND value = %s", (facet, value[:200])
    ).fetchone()
    return 0 if row is None else int(row["uses"])


def _count(connection: Connection, part: Part) -> int | None:
    row = connection.execute(
        f"SELECT count(*) AS n FROM (SELECT 1 FROM search_document s WHERE {part.test[0]} LIMIT {FEW + 1:d}) x",  # noqa: S608 - own fragments
        part.test[1],
    ).fetchone()
    number = 0 if row is None else int(row["n"])
    return number if number <= FEW else None


def _few(connection: Connection, asked: Asked, part: Part, wanted: Wanted) -> Found | None:
    """Everything the part draws, tested and sorted; None when it draws too much."""
    assert part.draw is not None
    rest = [p for p in asked.all if p is not part]
    mine, mine_values = "TRUE", list[object]()
    if asked.projects is not None:
        # the index tells the project: rows of others need not be looked at
        rest = [p for p in rest if p is not asked.sight]
        mine, mine_values = "d.project_id = ANY(%s)", [asked.projects]
    tests, test_values = _joined([p.test for p in rest])
    join = f"CROSS JOIN {_ROW_OF.format('c')}" if rest else ""
    later, after = _later(wanted, "m")
    bound = _FEW_TESTED if rest else FEW
    passed = _PASSED if mine_values else bound
    rows = connection.execute(
        f"WITH d AS MATERIALIZED ({part.draw[0]} LIMIT {passed + 1:d}),"  # noqa: S608 - own fragments
        f" c AS MATERIALIZED (SELECT * FROM d WHERE {mine} LIMIT {bound + 1:d}),"
        f" n AS MATERIALIZED (SELECT (SELECT count(*) FROM d) <= {passed:d} AND (SELECT count(*) FROM c) <= {bound:d} AS whole),"
        f" m AS MATERIALIZED (SELECT DISTINCT c.at, c.kind, c.entity_id FROM c {join} WHERE (SELECT whole FROM n) AND {tests})"
        f" SELECT n.whole, (SELECT count(*) FROM m) AS total, s.kind AS found, {wanted.columns} FROM n LEFT JOIN (SELECT * FROM m"
        f"  WHERE {later} {_NEWEST.format('m')} LIMIT {wanted.limit:d}) p ON TRUE"
        f"  LEFT JOIN {_ROW_OF.format('p')} ON TRUE {_NEWEST.format('p')}",
        [*part.draw[1], *mine_values, *test_values, *after],
        prepare=False,
    ).fetchall()
    if not rows[0]["whole"]:
        return None
    total = rows[0]["total"]
    for row in rows:
        del row["whole"], row["total"]
    return Found([row for row in rows if row.pop("found") is not None], total)


def _by_windows(
    connection: Connection, shape: Shape, lexed: Lexed, parts: Sequence[Part], wanted: Wanted
) -> Found | None:
    """The newest matches of what the inverted index finds, from windows that end at the cursor and grow; None where one
    holds too much."""
    left = [part.rest for part in parts if part.rest is not None]
    share = lexed.share(shape) * _passing(parts)
    until = wanted.after[0] if wanted.after else None
    for since in _windows(shape, share, wanted.limit, until, lexed.few):
        rows, drawn, total = _in_window(connection, _windowed(lexed, since, until), left, wanted)
        if drawn > _MOST_FOUND:
            return None
        if since is None:
            return Found(rows, total)
        if len(rows) >= wanted.limit:
            return Found(rows, None)
    return None


def _windows(
    shape: Shape, share: float, limit: int, until: datetime | None, few: int
) -> Iterator[datetime | None]:
    """Where windows begin in which `limit` matches are likely; the last begins nowhere. At most `few` are looked at whole."""
    if shape.known and share * shape.rows > few:
        size = _GENEROUS * limit / share
        while size < shape.rows / 2:
            since = shape.since(size, until)
            if since is None:
                break
            yield since
            size *= _WIDER
    yield None


def _windowed(lexed: Lexed, since: datetime | None, until: datetime | None) -> Condition:
    sql, values = lexed.query
    if since is None:
        return sql, values
    return f"{sql} && %s::tsquery", [*values, any_of(spans(since, until))]


def _in_window(
    connection: Connection, query: Condition, left: Sequence[Condition], wanted: Wanted
) -> tuple[list[Row], int, int]:
    tests, values = _joined(left)
    later, after = _later(wanted, "s")
    rows = connection.execute(
        # a query that is not known when it is planned: PostgreSQL then never takes the dates or the whole table for shorter
        f"WITH m AS MATERIALIZED (SELECT s.*, {tests} AS fits FROM (SELECT * FROM search_document d"  # noqa: S608 - own fragments
        f"  WHERE d.tsv @@ (SELECT {query[0]}) LIMIT {_MOST_FOUND + 1:d}) s)"
        f" SELECT n.drawn, n.total, s.kind AS found, {wanted.columns}"
        " FROM (SELECT count(*) AS drawn, count(*) FILTER (WHERE fits) AS total FROM m) n"
        f" LEFT JOIN (SELECT * FROM m s WHERE fits AND {later} {_NEWEST.format('s')} LIMIT {wanted.limit:d}) s ON TRUE"
        f" {_NEWEST.format('s')}",
        [*values, *query[1], *after],
    ).fetchall()
    drawn, total = rows[0]["drawn"], rows[0]["total"]
    for row in rows:
        del row["drawn"], row["total"]
    return [row for row in rows if row.pop("found") is not None], drawn, total


def sample(shape: Shape, asked: Asked, columns: str, number: int) -> Iterator[Condition]:
    """Queries for `columns` of up to `number` + 1 matches, each with a wider view than the one before: the first that
    gives more than `number` rows, or the last, is the answer."""
    parts = asked.all
    lexed = both([part.lexed for part in parts if part.lexed is not None])
    drawn = min((p for p in asked.parts if p.draw and p.lexed is None), key=lambda p: p.rank, default=None)
    if (
        lexed is not None
        and any(part.lexed for part in asked.parts)
        and (drawn is None or lexed.share(shape) < _EVERYWHERE)
    ):
        tests, values = _joined([part.rest for part in parts if part.rest is not None])
        share = lexed.share(shape) * _passing(parts)
        for since in _windows(shape, share, number + 1, None, lexed.few):
            sql, given = _windowed(lexed, since, None)
            query = (
                f"SELECT {columns} FROM (SELECT * FROM search_document d WHERE d.tsv @@ (SELECT {sql}) OFFSET 0) s"  # noqa: S608 - own fragments
                f" WHERE {tests} LIMIT {number + 1:d}"
            )
            yield query, [*given, *values]
    elif drawn is None or drawn.draw is None or drawn.simple:
        yield _walking(asked, Wanted(columns, number + 1))
    else:
        tests, values = _joined([part.test for part in parts if part is not drawn])
        query = (
            f"SELECT {columns} FROM (SELECT DISTINCT kind, entity_id FROM ({drawn.draw[0]} LIMIT {number + 1:d}) d) c"  # noqa: S608 - own fragments
            f" CROSS JOIN {_ROW_OF.format('c')} WHERE {tests}"
        )
        yield query, [*drawn.draw[1], *values]


def _passing(parts: Sequence[Part]) -> float:
    """The part of what the inverted index finds that is taken to pass the other tests."""
    return _PASSING if any(part.lexed is None for part in parts) else 1.0


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


def _walk(connection: Connection, asked: Asked, wanted: Wanted) -> list[Row]:
    sql, values = _walking(asked, wanted)
    return connection.execute(sql, values).fetchall()


def _walking(asked: Asked, wanted: Wanted) -> Condition:
    parts = asked.all
    first = next((part for part in parts if part.ordered), None)
    if first is None or first.ordered is None:
        tests, values = _joined([part.test for part in parts])
        later, after = _later(wanted, "s")
        sql = (
            f"SELECT {wanted.columns} FROM search_document s WHERE {later} AND {tests}"  # noqa: S608 - own fragments
            f" {_NEWEST.format('s')} LIMIT {wanted.limit:d}"
        )
        return sql, [*after, *values]
    mine, mine_values = "TRUE", list[object]()
    if asked.projects is not None:
        # the index tells the project: rows of others need not be looked at
        parts = asked.parts
        mine, mine_values = "e.project_id = ANY(%s)", [asked.projects]
    tests, values = _joined([part.test for part in parts if part is not first])
    later, after = _later(wanted, "e")
    # a row may have several numbers in one field
    # and what is said of its project outside is not taken for a reason to sort
    once = (
        "SELECT DISTINCT ON (e.at, e.kind, e.entity_id) e.at, e.kind, e.entity_id, e.project_id FROM entity_field e"  # noqa: S608 - own fragments
        f" WHERE {first.ordered[0]} AND {later} {_NEWEST.format('e')}"
    )
    sql = (
        f"SELECT {wanted.columns} FROM ({once}) e CROSS JOIN {_ROW_OF.format('e')}"  # noqa: S608 - own fragments
        f" WHERE {mine} AND {tests} {_NEWEST.format('e')} LIMIT {wanted.limit:d}"
    )
    return sql, [*first.ordered[1], *after, *mine_values, *values]


def _joined(tests: Sequence[Condition]) -> Condition:
    sql = " AND ".join(test[0] for test in tests) or "TRUE"
    return sql, [value for test in tests for value in test[1]]


def _later(wanted: Wanted, table: str) -> Condition:
    if wanted.after is None:
        return "TRUE", []
    return f"({table}.at, {table}.kind, {table}.entity_id) < (%s, %s, %s)", wanted.after
