"""What a word is, for texts that are indexed and texts that are looked for alike: letters and digits side by side."""

import hashlib
import re
from collections.abc import Sequence
from typing import Final

_BETWEEN: Final = re.compile(r"[\W_]+")


def spaced(text: str) -> str:
    """The words of a text with single spaces between them: `run/5.fastq.gz` is `run 5 fastq gz`."""
    return _BETWEEN.sub(" ", text).strip()


def field_words(field: str, text: str) -> list[str]:
    """Lexemes that say which field a word stands in."""
    mark = _mark(field)
    return [mark + word for word in spaced(text).split()]


def field_query(fields: Sequence[str], text: str) -> str | None:
    """A `tsquery` for words in one of these fields, in any order, the last of which may go on. None: no word."""
    words = spaced(text).split()
    if not words:
        return None
    found = []
    for mark in map(_mark, fields):
        quoted = [f"'{mark}{word}'" for word in words]
        found.append("(" + " & ".join(quoted) + ":*)")
    return " | ".join(found)


def _mark(field: str) -> str:
    # begins like no word, so that no search for the beginning of a word finds it
    return "/" + hashlib.sha256(field.encode()).hexdigest()[:8] + "/"


def words_query(text: str, *, prefix: bool = False) -> str | None:
    """A `to_tsquery('simple', ...)` text for words that stand side by side; `prefix`: the last may go on. None: no word."""
    words = [f"'{word}'" for word in spaced(text).split()]
    if not words:
        return None
    return " <-> ".join(words) + (":*" if prefix else "")
