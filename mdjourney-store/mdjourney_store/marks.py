"""Lexemes that stand in a search row beside its words: its labels, pairs of neighbouring words, spans of time.

With them one look into the inverted index answers what would need several indexes or a look at every row. No mark begins
with a letter or digit, so no word that somebody looks for, and no beginning of one, is ever taken for a mark.
"""

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

#: Widths of spans in seconds, as powers of two: 68 minutes, 18 hours, 12 days, half a year, 8 years, 136 years.
_WIDTHS: Final = (12, 16, 20, 24, 28, 32)
#: Moments are counted from here to here (1970 to 2242); what lies outside is taken for the edge.
_END: Final = 2**33 - 1
#: A window is as many of the narrowest spans in use as this, or more.
_FINENESS: Final = 16


def label_mark(label: str) -> str:
    """Stands in every row that carries this label; hardly ever in another."""
    return "=" + hashlib.sha256(label.encode()).hexdigest()[:12]


def pair_mark(first: str, second: str) -> str:
    """Stands in every row with these two words side by side, and in one of 65,536 others."""
    return f"~{zlib.crc32(f'{first} {second}'.lower().encode()) & 0xFFFF:04x}"


def pair_marks(spaced: str) -> set[str]:
    """Of all neighbours in a text with single spaces between its words."""
    words = spaced.split()
    return {pair_mark(first, second) for first, second in pairwise(words)}


def span_marks(moment: datetime) -> list[str]:
    """The spans a moment lies in, of every width."""
    seconds = _seconds(moment)
    return [_span(width, seconds >> width) for width in _WIDTHS]


def spans(since: datetime, until: datetime | None = None) -> list[str]:
    """Some dozens of spans that hold every moment from `since` to `until`, and little else."""
    first, last = _seconds(since), _END if until is None else _seconds(until)
    finest = _finest(first, min(last, _seconds(datetime.now(UTC))))
    return list(_cover(first >> finest << finest, last, finest))


def _cover(position: int, last: int, finest: int) -> Iterator[str]:
    while position <= last:
        width = finest
        for wider in _WIDTHS:
            if wider > width and position % (1 << wider) == 0 and position + (1 << wider) - 1 <= last:
                width = wider
        yield _span(width, position >> width)
        position += 1 << width


def _finest(first: int, last: int) -> int:
    fitting = [width for width in _WIDTHS if (last - first) >> width >= _FINENESS]
    return max(fitting, default=_WIDTHS[0])


def _span(width: int, number: int) -> str:
    return f"@{width:x}.{number:x}"


def _seconds(moment: datetime) -> int:
    return max(0, min(_END, int(moment.timestamp())))


def any_of(marks: Iterable[str]) -> str:
    """A `tsquery` for one of these."""
    return "(" + " | ".join(f"'{mark}'" for mark in marks) + ")"
