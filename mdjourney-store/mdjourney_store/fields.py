"""A metadata document as flat, comparable fields: what searches compare and facets count."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

_LONGEST_TEXT: Final = 200
#: Longer names are left out: an index row has 2,700 bytes.
_LONGEST_NAME: Final = 300
_MOST_FIELDS: Final = 500
#: Tags are fields of this name, beside those of the document.
TAG_FIELD: Final = "#"
#: Written by the system on every document: of no use in a search.
_LEFT_OUT: Final = frozenset(
    {"$schema", "schema_version", "last_modified_by", "last_modified_date", TAG_FIELD}
)


@dataclass(frozen=True, slots=True)
class Field:
    """`name` is the dotted path without list positions; `text` is casefolded; `number` for numbers."""

    name: str
    text: str | None
    number: float | None


def fields_of(document: Any) -> list[Field]:
    """Scalar values of a document, at most 500; texts longer than 200 characters are left to full text search."""
    found: list[Field] = []
    seen: set[Field] = set()
    for field in _walk(document, ""):
        if field not in seen:
            seen.add(field)
            found.append(field)
            if len(found) == _MOST_FIELDS:
                break
    return found


def _walk(value: Any, path: str) -> Iterator[Field]:
    if isinstance(value, dict):
        for key, item in value.items():
            if len(path) + len(key) > _LONGEST_NAME:
                continue
            if path or key not in _LEFT_OUT:
                yield from _walk(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for item in value:
            yield from _walk(item, path)
    elif isinstance(value, bool):
        yield Field(path, str(value).lower(), None)
    elif isinstance(value, int | float):
        yield Field(path, None, _double(value))
    elif isinstance(value, str) and 0 < len(value) <= _LONGEST_TEXT:
        yield Field(path, value.casefold(), None)


def _double(value: float) -> float | None:
    try:
        return float(value)
    except OverflowError:
        return None
