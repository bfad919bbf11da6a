"""Finds what matches: what the inverted index holds is asked of it window by window, newest first; the rest is drawn from an
index and sorted while it is rare, and walked from the newest when it is frequent.

Asked for the newest matches in one go, PostgreSQL walks the dates whatever the filter (see the planner trap in
`docs/store.md`); which way is short is decided here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mdjourney_store.connection import Connection, Row
from mdjourney_store.lanes import Lanes, even, matching_of, newest
from mdjourney_store.search.asked import NEWEST, ROW_OF, ROWS, Asked, Wanted, joined
from mdjourney_store.search.compiling import Part
from mdjourney_store.search.lexed import Condition
from mdjourney_store.search.shape import Shape
from mdjourney_store.search.windows import (
    GENEROUS,
    Likely,
    by_windows,
    likely,
    windowed,
    windows,
)

#: Up to this many matches are counted and sorted at once.
FEW: Final = 2000
#: The same where each has to be looked at for other conditions.
_FEW_TESTED: Final = 1000
#: Entries of an index that are passed over before something is called frequent.
_PASSED: Final = 5000
#: What this part of the rows has is near the newest without an index.
_EVERYWHERE: Final = 0.2
#: Up to so many of the newest rows a viewer sees are tested one after the other; fewer where more than the row is read.
_TESTED: Final = 2048
_TESTED_BESIDE: Final = 1024
#: So many times as much is drawn for a sample where the first was not enough.
_MORE: Final = 8


@dataclass(frozen=True, slots=True)
class Found:
    """`total` None: more than are counted, or not counted on this way."""

    rows: list[Row]
    total: int | None


def draw(connection: Connection, shape: Shape, asked: Asked, wanted: Wanted) -> Found:
    """The rows that match, and how many there are."""
    held = likely(shape, asked)
    if len(asked.all) == 1 and (asked.all[0].simple or asked.all[0].ordered):
        return _alone(connection, asked, held, wanted)
    rare = held.lexed is not None and held.lexed.share(shape) * shape.rows <= held.lexed.few
    for part in sorted((p for p in asked.parts if p.draw and not p.simple), key=lambda p: p.rank):
        if part.lexed is None and (not rare or part.rank == 0):
            found = _few(connection, asked, part, wanted)
            if found is not None:
                return found
    for part in (p for p in asked.parts if p.draw and p.simple and p.rank == 0):
        found = _few(connection, asked, part, wanted)
        if found is not None:
            return found
    if not held.is_whole(shape):
        rows = _by_lanes(connection, asked, held, wanted)
        if rows is not None:
            return Found(rows, None)
    if any(part.lexed for part in asked.parts) and not _near(shape, asked, held):
        in_windows = by_windows(connection, shape, asked, held, wanted)
        if in_windows is not None:
            return Found(*in_windows)
    return Found(_walk(connection, asked, wanted), None)


def _near(shape: Shape, asked: Asked, held: Likely) -> bool:
    """Whether there are so many matches that the newest are soon found without the inverted index."""
    whole = held.lexed is not None and held.lexed.whole
    return (
        shape.known
        and held.share * held.seen >= _EVERYWHERE
        and (whole or any(p.ordered for p in asked.parts))
    )


def _alone(connection: Connection, asked: Asked, held: Likely, wanted: Wanted) -> Found:
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
    rows = _by_lanes(connection, asked, held, wanted)
    return Found(_walk(connection, asked, wanted) if rows is None else rows, total)


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
    rest, (mine, mine_values) = _beside(asked, part)
    tests, test_values = joined([p.test for p in rest])
    join = f"CROSS JOIN {ROW_OF.format('c')}" if rest else ""
    later, after = wanted.later("m")
    bound = _FEW_TESTED if rest else FEW
    passed = _PASSED if mine_values else bound
    rows = connection.execute(
        f"WITH d AS MATERIALIZED ({part.draw[0]} LIMIT {passed + 1:d}),"  # noqa: S608 - own fragments
        f" c AS MATERIALIZED (SELECT * FROM d WHERE {mine} LIMIT {bound + 1:d}),"
        f" n AS MATERIALIZED (SELECT (SELECT count(*) FROM d) <= {passed:d} AND (SELECT count(*) FROM c) <= {bound:d} AS whole),"
        f" m AS MATERIALIZED (SELECT DISTINCT c.at, c.kind, c.entity_id FROM c {join} WHERE (SELECT whole FROM n) AND {tests})"
        f" SELECT n.whole, (SELECT count(*) FROM m) AS total, s.kind AS found, {wanted.columns} FROM n LEFT JOIN (SELECT * FROM m"
        f"  WHERE {later} {NEWEST.format('m')} LIMIT {wanted.limit:d}) p ON TRUE"
        f"  LEFT JOIN {ROW_OF.format('p')} ON TRUE {NEWEST.format('p')}",
        [*part.draw[1], *mine_values, *test_values, *after],
        prepare=False,
    ).fetchall()
    if not rows[0]["whole"]:
        return None
    total = rows[0]["total"]
    for row in rows:
        del row["whole"], row["total"]
    return Found([row for row in rows if row.pop("found") is not None], total)


def _beside(asked: Asked, part: Part) -> tuple[list[Part], Condition]:
    """What is to be tested of rows that a part drew as `d`: of the row, and of what is drawn."""
    rest = [p for p in asked.all if p is not part]
    if asked.projects is None:
        return rest, ("TRUE", [])
    # the index tells the project: rows of others need not be looked at
    return [p for p in rest if p is not asked.sight], ("d.project_id = ANY(%s)", [asked.projects])


def sample(
    connection: Connection, shape: Shape, asked: Asked, columns: str, number: int
) -> Iterator[Condition]:
    """Queries for `columns` of up to `number` + 1 matches, each with a wider view than the one before: the first that
    gives more than `number` rows, or the last, is the answer."""
    wanted = Wanted(columns, number + 1)
    held = likely(shape, asked)
    if not held.is_whole(shape):
        yield from _sample_of_lanes(asked, held, wanted)
    drawn = min((p for p in asked.parts if p.draw and p.lexed is None), key=lambda p: p.rank, default=None)
    if (
        held.lexed is not None
        and any(part.lexed for part in asked.parts)
        and (drawn is None or held.lexed.share(shape) < _EVERYWHERE)
    ):
        tests, values = joined([part.rest for part in asked.all if part.rest is not None])
        for since in windows(shape, held, wanted):
            sql, given = windowed(held.lexed, since, None)
            query = (
                f"SELECT {columns} FROM (SELECT * FROM search_document d WHERE d.tsv @@ (SELECT {sql}) OFFSET 0) s"  # noqa: S608 - own fragments
                f" WHERE {tests} LIMIT {wanted.limit:d}"
            )
            yield query, [*given, *values]
    elif drawn is None or drawn.draw is None or drawn.simple:
        yield _walking(asked, wanted)
    else:
        entries = wanted.limit
        while True:
            sql, values = _drawn(asked, drawn, entries)
            rows = f"(SELECT DISTINCT kind, entity_id FROM ({sql}) d) c CROSS JOIN {ROW_OF.format('c')}"  # noqa: S608 - own fragments
            yield f"SELECT {columns} FROM {rows} LIMIT {wanted.limit:d}", values  # noqa: S608 - own fragments
            row = connection.execute(f"SELECT count(*) AS n FROM ({sql}) d", values).fetchone()  # noqa: S608 - own fragments
            if row is None or row["n"] < entries:
                return
            entries *= _MORE  # a row may have several numbers in one field


def _sample_of_lanes(asked: Asked, held: Likely, wanted: Wanted) -> Iterator[Condition]:
    """The newest of what the viewer sees, where enough of it is likely to match."""
    tested = [part for part in asked.parts if not part.indexed]
    if asked.lanes is None or any(part.lexed is None for part in tested):
        return
    number = even(wanted.limit / held.share if tested else wanted.limit)
    if number > (_TESTED_BESIDE if any(part.beside for part in tested) else _TESTED):
        return
    sql, values = newest(
        ROWS, asked.lanes, number, None, joined([part.test for part in asked.parts if part.indexed]), "s.*"
    )
    tests, more = joined([part.test for part in tested])
    yield (
        f"SELECT {wanted.columns} FROM ({sql}) s WHERE {tests} LIMIT {wanted.limit:d}",  # noqa: S608 - own fragments
        [*values, *more],
    )


def _drawn(asked: Asked, part: Part, entries: int) -> Condition:
    """So many of what a part draws that pass all tests."""
    assert part.draw is not None
    rest, (mine, mine_values) = _beside(asked, part)
    tests, values = joined([p.test for p in rest])
    join = f"CROSS JOIN {ROW_OF.format('d')}" if rest else ""
    sql = f"SELECT d.kind, d.entity_id FROM ({part.draw[0]}) d {join} WHERE {mine} AND {tests} LIMIT {entries:d}"  # noqa: S608 - own fragments
    return sql, [*part.draw[1], *mine_values, *values]


def _by_lanes(connection: Connection, asked: Asked, held: Likely, wanted: Wanted) -> list[Row] | None:
    """Tests the newest rows that the viewer sees one after the other; None where matches are too far apart for it."""
    if asked.lanes is None or any(part.ordered and part.lexed is None for part in asked.parts):
        return None  # numbers are walked along an index of their own, which tells the project
    tested = [part for part in asked.parts if not part.indexed]
    most = _TESTED_BESIDE if any(part.beside for part in tested) else _TESTED
    likely = wanted.limit * (GENEROUS / held.share if tested else 1)
    while likely <= most:
        number = even(likely)
        rows, seen = _newest_tested(connection, asked, asked.lanes, number, wanted)
        if len(rows) >= wanted.limit or seen < number:
            return rows
        likely = max(number + 1, number * wanted.limit / (len(rows) + 1))
    return None


def _newest_tested(
    connection: Connection, asked: Asked, lanes: Lanes, number: int, wanted: Wanted
) -> tuple[list[Row], int]:
    """What matches among so many rows, and how many there were."""
    indexed = joined([part.test for part in asked.parts if part.indexed])
    tests, values = joined([part.test for part in asked.parts if not part.indexed])
    sql, given = newest(ROWS, lanes, number, wanted.after, indexed, "s.*")
    matching = f"SELECT {wanted.columns} FROM n s WHERE {tests} {NEWEST.format('s')} LIMIT {wanted.limit:d}"  # noqa: S608 - own fragments
    return matching_of(connection, ROWS, (sql, given), (matching, values))


def _walk(connection: Connection, asked: Asked, wanted: Wanted) -> list[Row]:
    sql, values = _walking(asked, wanted)
    return connection.execute(sql, values).fetchall()


def _walking(asked: Asked, wanted: Wanted) -> Condition:
    parts = asked.all
    first = next((part for part in parts if part.ordered), None)
    if first is None or first.ordered is None:
        tests, values = joined([part.test for part in parts])
        later, after = wanted.later("s")
        sql = (
            f"SELECT {wanted.columns} FROM search_document s WHERE {later} AND {tests}"  # noqa: S608 - own fragments
            f" {NEWEST.format('s')} LIMIT {wanted.limit:d}"
        )
        return sql, [*after, *values]
    mine, mine_values = "TRUE", list[object]()
    if asked.projects is not None:
        # the index tells the project: rows of others need not be looked at
        parts = asked.parts
        mine, mine_values = "e.project_id = ANY(%s)", [asked.projects]
    tests, values = joined([part.test for part in parts if part is not first])
    later, after = wanted.later("e")
    # a row may have several numbers in one field
    # and what is said of its project outside is not taken for a reason to sort
    once = (
        "SELECT DISTINCT ON (e.at, e.kind, e.entity_id) e.at, e.kind, e.entity_id, e.project_id FROM entity_field e"  # noqa: S608 - own fragments
        f" WHERE {first.ordered[0]} AND {later} {NEWEST.format('e')}"
    )
    sql = (
        f"SELECT {wanted.columns} FROM ({once}) e CROSS JOIN {ROW_OF.format('e')}"  # noqa: S608 - own fragments
        f" WHERE {mine} AND {tests} {NEWEST.format('e')} LIMIT {wanted.limit:d}"
    )
    return sql, [*first.ordered[1], *after, *mine_values, *values]
