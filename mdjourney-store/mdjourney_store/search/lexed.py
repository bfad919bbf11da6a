"""What of a query the inverted index answers by itself: a `tsquery`, and how large a part of the rows it is likely to be."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from math import prod
from typing import Final

from mdjourney_store.marks import any_of, label_mark, pair_mark
from mdjourney_store.search.shape import Shape
from mdjourney_store.words import spaced, words_query

Condition = tuple[str, list[object]]
#: So many marks are looked for as alternatives, more are left to tests of the rows.
_MOST_MARKS: Final = 64
_FEW: Final = 1000
_FEW_TEXTS: Final = 100


@dataclass(frozen=True, slots=True)
class Lexed:
    """Something that every match has in the index.

    Attributes:
        query: SQL of type `tsquery`.
        share: the part of all rows that has it, likely.
        exact: whether every row that has it matches.
        few: up to so many rows are looked at at once; words side by side are looked up in the text of each.
        whole: the index reads all its matches, however narrow the window: the beginning of a word stands for many.
    """

    query: Condition
    share: Callable[[Shape], float]
    exact: bool
    few: int = _FEW
    whole: bool = False


def both(found: Sequence[Lexed]) -> Lexed | None:
    """All of these; None for none."""
    if len(found) < 2:
        return found[0] if found else None
    shares = [one.share for one in found]
    return _joined(found, " && ", lambda shape: prod(s(shape) for s in shares))


def either(found: Sequence[Lexed]) -> Lexed | None:
    """Any of these; None for none."""
    if len(found) < 2:
        return found[0] if found else None
    shares = [one.share for one in found]
    return _joined(found, " || ", lambda shape: min(1.0, sum(s(shape) for s in shares)))


def _joined(found: Sequence[Lexed], between: str, share: Callable[[Shape], float]) -> Lexed:
    return Lexed(
        (f"({between.join(one.query[0] for one in found)})", [v for one in found for v in one.query[1]]),
        share,
        exact=all(one.exact for one in found),
        few=min(one.few for one in found),
        whole=any(one.whole for one in found),
    )


def labelled(labels: Sequence[str]) -> Lexed | None:
    """Rows with one of these labels, and hardly any other; None: too many to look for."""
    marks = [label_mark(label) for label in labels]
    if not marks or len(marks) > _MOST_MARKS:
        return None

    def share(shape: Shape) -> float:
        return min(1.0, sum(shape.share(mark) for mark in marks))

    return Lexed(("%s::tsquery", [any_of(marks)]), share, exact=False)


def marked(query: str, marks: Sequence[str]) -> Lexed:
    """Rows that a query finds which are sure to hold these marks, of the last the beginning at least."""

    def share(shape: Shape) -> float:
        return min([*map(shape.share, marks[:-1]), shape.share_beginning(marks[-1])])

    return Lexed(("%s::tsquery", [query]), share, exact=False, whole=True)


def worded(text: str, *, prefix: bool, paired: bool = True) -> Lexed | None:
    """Words side by side; None where there is no word. `paired`: rows hold marks of their neighbouring words."""
    query = words_query(text, prefix=prefix)
    if query is None:
        return None
    words = spaced(text).split()
    whole = words[:-1] if prefix else words
    # the index knows words, not their neighbours: their common mark leaves few rows to look at
    pairs = [pair_mark(first, second) for first, second in pairwise(whole) if paired]
    shares = [partial(_share, lexeme.lower()) for lexeme in [*whole, *pairs]]
    if prefix:
        shares.append(partial(_share_beginning, words[-1].lower()))
    sql, values = "to_tsquery('simple', %s)", list[object]([query])
    if pairs:
        sql, values = f"({sql} && %s::tsquery)", [query, " & ".join(f"'{pair}'" for pair in pairs)]
    # what PostgreSQL takes for no word vanishes from a query: only plain words are sure to stay
    exact, few = "".join(words).isascii(), _FEW if len(words) == 1 else _FEW_TEXTS
    return Lexed((sql, values), lambda shape: min(s(shape) for s in shares), exact, few, prefix)


def _share(lexeme: str, shape: Shape) -> float:
    return shape.share(lexeme)


def _share_beginning(beginning: str, shape: Shape) -> float:
    return shape.share_beginning(beginning)
