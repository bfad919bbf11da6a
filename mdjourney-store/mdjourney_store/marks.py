"""Lexemes that stand in a search row beside its words: its labels, pairs of neighbouring words, spans of time.

With them one look into the inverted index answers what would need several indexes or a look at every row. No mark begins
with a letter or digit, so no word that somebody looks for, and no beginning of one, is ever taken for a mark.
"""

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

#: Widths of spans in seconds, as powers of two: 68 minutes, 18 hours, 12 days, half a year, 8 years, 136 years.
_WIDTHS: Final = (12, 16, 20, 24, 28, 32)
#: Moments are counted from here to here (1970 to 2242); what lies outside is taken for the edge.
_END: Final = 2**33 - 1
#: Widths of spans of numbers given one after the other (files), and the end of the widest; the index `file_words` makes them.
_NUMBER_WIDTHS: Final = (8, 12, 16, 20, 24)
_LAST_NUMBER: Final = 2**28 - 1
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
    return list(_cover(first, last, min(last, _seconds(datetime.now(UTC))), _WIDTHS))


def number_spans(first: int, last: int | None, newest: int) -> list[str] | None:
    """The same for numbers, of which `newest` is about the last given; None: they are too large for it."""
    if newest > _LAST_NUMBER // 2:
        return None
    return list(_cover(max(0, first), _LAST_NUMBER if last is None else last, newest, _NUMBER_WIDTHS))


def _cover(first: int, last: int, dense: int, widths: Sequence[int]) -> Iterator[str]:
    finest = max((w for w in widths if (dense - first) >> w >= _FINENESS), default=widths[0])
    position = first >> finest << finest
    while position <= last:
        width = finest
        for wider in widths:
            if wider > width and position % (1 << wider) == 0 and position + (1 << wider) - 1 <= last:
                width = wider
        yield _span(width, position >> width)
        position += 1 << width


def _span(width: int, number: int) -> str:
    return f"@{width:x}.{number:x}"


def _seconds(moment: datetime) -> int:
    return max(0, min(_END, int(moment.timestamp())))


def any_of(marks: Iterable[str]) -> str:
    """A `tsquery` for one of these."""
    return "(" + " | ".join(f"'{mark}'" for mark in marks) + ")"
