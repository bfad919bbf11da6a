"""What the inverted index finds, asked of it window by window from the newest until there are enough rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mdjourney_store.connection import Connection, Row
from mdjourney_store.marks import any_of, spans
from mdjourney_store.search.asked import NEWEST, Asked, Wanted, joined
from mdjourney_store.search.lexed import Condition, Lexed, both
from mdjourney_store.search.shape import Shape

#: Rows that one look into the inverted index may give.
_MOST_FOUND: Final = 5000
#: A first window holds so many times the rows that should do, each further one so many times the last.
GENEROUS: Final = 2.0
_WIDER: Final = 6.0
#: The part of rows that is taken to pass a test nothing is known about.
_PASSING: Final = 0.2
_LEAST: Final = 1e-9
Found = tuple[list[Row], int | None]


@dataclass(frozen=True, slots=True)
class Likely:
    """What the inverted index knows of a query.

    Attributes:
        lexed: what every match has, with what the viewer sees; None: nothing.
        seen: the part of all rows that the viewer sees, likely.
        share: the part of those that matches, likely.
    """

    lexed: Lexed | None
    seen: float
    share: float

    def is_whole(self, shape: Shape) -> bool:
        """Whether so few rows match that all are looked at and counted."""
        few = self.lexed.few if self.lexed is not None else 0
        return not shape.known or self.share * self.seen * shape.rows <= few


def likely(shape: Shape, asked: Asked) -> Likely:
    """What is known before the index is asked."""
    of_parts = both([part.lexed for part in asked.parts if part.lexed is not None])
    untested = any(part.lexed is None and not part.indexed for part in asked.parts)
    share = (of_parts.share(shape) if of_parts else 1.0) * (_PASSING if untested else 1.0)
    seen = 1.0
    if asked.sight is not None:
        seen = asked.sight.lexed.share(shape) if asked.sight.lexed else _PASSING
    lexed = both([part.lexed for part in asked.all if part.lexed is not None])
    return Likely(lexed, max(seen, _LEAST), max(share, _LEAST))


def by_windows(
    connection: Connection, shape: Shape, asked: Asked, held: Likely, wanted: Wanted
) -> Found | None:
    """The newest matches, from windows that end at the cursor and grow, and their number; None where one holds too much."""
    assert held.lexed is not None
    left = [part.rest for part in asked.all if part.rest is not None]
    until = wanted.after[0] if wanted.after else None
    for since in windows(shape, held, wanted):
        rows, drawn, total = _in_window(connection, windowed(held.lexed, since, until), left, wanted)
        if drawn > _MOST_FOUND:
            return None
        if since is None:
            return rows, total
        if len(rows) >= wanted.limit:
            return rows, None
    return None


def windows(shape: Shape, held: Likely, wanted: Wanted) -> Iterator[datetime | None]:
    """Where windows begin in which as many matches as are wanted are likely; the last begins nowhere. Up to `few` matches
    are looked at whole."""
    if not held.is_whole(shape):
        size = GENEROUS * wanted.limit / (held.share * held.seen)
        while size < shape.rows / 2:
            since = shape.since(size, wanted.after[0] if wanted.after else None)
            if since is None:
                break
            yield since
            size *= _WIDER
    yield None


def windowed(lexed: Lexed, since: datetime | None, until: datetime | None) -> Condition:
    """A `tsquery` for what lies in a window."""
    sql, values = lexed.query
    if since is None:
        return sql, values
    return f"{sql} && %s::tsquery", [*values, any_of(spans(since, until))]


def _in_window(
    connection: Connection, query: Condition, left: Sequence[Condition], wanted: Wanted
) -> tuple[list[Row], int, int]:
    tests, values = joined(left)
    later, after = wanted.later("s")
    rows = connection.execute(
        # a query that is not known when it is planned: PostgreSQL then never takes the dates or the whole table for shorter
        f"WITH m AS MATERIALIZED (SELECT s.*, {tests} AS fits FROM (SELECT * FROM search_document d"  # noqa: S608 - own fragments
        f"  WHERE d.tsv @@ (SELECT {query[0]}) LIMIT {_MOST_FOUND + 1:d}) s)"
        f" SELECT n.drawn, n.total, s.kind AS found, {wanted.columns}"
        " FROM (SELECT count(*) AS drawn, count(*) FILTER (WHERE fits) AS total FROM m) n"
        f" LEFT JOIN (SELECT * FROM m s WHERE fits AND {later} {NEWEST.format('s')} LIMIT {wanted.limit:d}) s ON TRUE"
        f" {NEWEST.format('s')}",
        [*values, *query[1], *after],
    ).fetchall()
    drawn, total = rows[0]["drawn"], rows[0]["total"]
    for row in rows:
        del row["drawn"], row["total"]
    return [row for row in rows if row.pop("found") is not None], drawn, total
