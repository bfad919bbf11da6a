"""How frequent words are and when rows were recorded, as PostgreSQL counted when it last looked (`ANALYZE`).

Read every half minute, not for each search. It decides which way is tried first, never what is found.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from mdjourney_store.connection import Connection

#: Seconds for which a shape is believed.
KEPT_SECONDS: Final = 30.0
#: Fewer rows than this are looked through in any order.
_SMALL: Final = 3000


@dataclass(frozen=True, slots=True)
class Shape:
    """How many rows there are; lexeme -> share of rows that hold it; moments that part the rows in equal portions."""

    rows: float = 0.0
    shares: Mapping[str, float] = field(default_factory=dict)
    least: float = 0.0
    moments: Sequence[datetime] = ()

    @property
    def known(self) -> bool:
        """Whether there is enough to go by."""
        return self.rows >= _SMALL and len(self.moments) > 1

    def share(self, lexeme: str) -> float:
        """The part of rows that hold this lexeme; of one that is not frequent a guess."""
        return self.shares.get(lexeme, self.least / 2)

    def share_beginning(self, beginning: str) -> float:
        """The part of rows with a lexeme that begins so."""
        found = sum(share for lexeme, share in self.shares.items() if lexeme.startswith(beginning))
        return min(1.0, found + self.least / 2)

    def since(self, rows: float, until: datetime | None) -> datetime | None:
        """The moment such that about so many rows lie between it and `until`; None: all older ones are needed."""
        portions = len(self.moments) - 1
        last = float(portions) if until is None else self._place(until)
        place = last - rows / self.rows * portions
        if place <= 0:
            return None
        whole = int(place)
        earlier, later = self.moments[whole], self.moments[min(whole + 1, portions)]
        return earlier + (later - earlier) * (place - whole)

    def _place(self, moment: datetime) -> float:
        at = bisect_left(self.moments, moment)
        if at == 0 or at == len(self.moments):
            return float(min(at, len(self.moments) - 1))
        earlier, later = self.moments[at - 1], self.moments[at]
        return at - 1 + ((moment - earlier) / (later - earlier) if later > earlier else 1.0)


def shape_of(connection: Connection) -> Shape:
    """Read it; an unknown one where nothing was counted yet."""
    rows, shares, least = _counted(connection, "search_document", "search_document", "tsv")
    found = connection.execute(
        "SELECT histogram_bounds::text::timestamptz[] AS moments FROM pg_stats WHERE schemaname = current_schema()"
        " AND tablename = 'search_document' AND attname = 'at'"
    ).fetchone()
    return Shape(rows, shares, least, (found and found["moments"]) or [])


def shape_of_files(connection: Connection) -> Shape:
    """The same of `file_entry`; its rows are known by numbers, not by moments."""
    return Shape(*_counted(connection, "file_entry", "file_words", None))


def _counted(
    connection: Connection, table: str, counted_for: str, column: str | None
) -> tuple[float, Mapping[str, float], float]:
    rows = connection.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", (table,)).fetchone()
    found: Any = connection.execute(
        "SELECT most_common_elems::text::text[] AS words, most_common_elem_freqs AS shares FROM pg_stats"
        " WHERE schemaname = current_schema() AND tablename = %s AND attname = COALESCE(%s, attname)",
        (counted_for, column),
    ).fetchone()
    lexemes, shares = (found["words"] or [], found["shares"] or []) if found else ([], [])
    # after the shares of the lexemes come the smallest and the largest of them
    least = shares[len(lexemes)] if len(shares) > len(lexemes) else 0.0
    return max(0.0, rows["reltuples"] if rows else 0.0), dict(zip(lexemes, shares, strict=False)), least
