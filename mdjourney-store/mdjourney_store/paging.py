"""Keyset cursors: where the next page begins, told by the last row's sort values."""

import base64
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from mdjourney_contract.clock import rfc3339
from mdjourney_contract.problems import BadRequest

MOST: Final = 500
#: Numbers beyond have no place in any column.
_LARGEST: Final = 2**63
Page = dict[str, Any]


def bounded(limit: int) -> int:
    """Rows of one page: 1 to 500."""
    return max(1, min(limit, MOST))


def page(rows: Sequence[dict[str, Any]], limit: int, key: Sequence[str], hide: Sequence[str] = ()) -> Page:
    """`{"items": [...], "next_cursor": ...}` from up to `limit` + 1 rows sorted by `key`; `hide` names columns that
    served only for sorting."""
    items = list(rows[:limit])
    cursor = encode([items[-1][column] for column in key]) if len(rows) > limit else None
    return {
        "items": [{k: v for k, v in row.items() if k not in hide} for row in items] if hide else items,
        "next_cursor": cursor,
    }


def begins_with(text: str) -> str:
    """A pattern for `LIKE`."""
    return text.replace("\0", "").replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def encode(values: Sequence[Any]) -> str:
    """Sort values as an opaque text."""
    plain = [rfc3339(value) if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def decode(cursor: str | None, *kinds: type) -> list[Any] | None:
    """The sort values of a cursor, of the kinds `datetime`, `str` or `int`; None for the first page.

    Raises:
        BadRequest: the text is no cursor of this list.
    """
    if cursor is None:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != len(kinds):
            raise TypeError("another number of values")
        return [_as(kind, value) for kind, value in zip(kinds, values, strict=True)]
    except (ValueError, TypeError, RecursionError) as error:
        raise BadRequest(
            "The cursor is not one this list gave out", errors=[{"key": "cursor", "message": "not a cursor"}]
        ) from error


def _as(kind: type, value: Any) -> Any:
    if kind is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("no time zone")
        return moment
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError(f"no {kind.__name__}")
    if isinstance(value, int) and not -_LARGEST <= value < _LARGEST:
        raise ValueError("no number of ours")
    if isinstance(value, str):
        value.encode()  # half a character is none
        if "\0" in value:
            raise ValueError("NUL is in no text")
    return value
