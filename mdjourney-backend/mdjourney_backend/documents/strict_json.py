"""JSON as this system accepts and writes it: no duplicate keys, no NaN or infinity, bounded depth, UTF-8.

`json.loads` takes `NaN`, `1e999` and the last of duplicate keys; orjson takes duplicate keys. What we wrote ourselves
is recognised by writing it again: equal bytes cannot hide a duplicate, and that check is cheap.
"""

import json
import math
from collections.abc import Iterator
from typing import Any

import orjson

from mdjourney_contract.problems import Invalid

MAX_DEPTH = 64


class Unreadable(Invalid):
    """Bytes that are not strict JSON."""

    title = "The JSON cannot be read"


def parse(raw: bytes) -> Any:
    """Read strict JSON.

    Raises:
        Unreadable: not UTF-8, a syntax error (with line and column), a duplicate key, NaN, an infinite number, a
            lone surrogate, or nesting deeper than 64.
    """
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        value = None
    else:
        if _canonical(value, raw):
            return value
    return _slowly(raw)


def render(value: Any) -> bytes:
    """UTF-8, two spaces of indent, a newline at the end.

    Raises:
        Unreadable: something in it has no place in JSON (an integer beyond 64 bits, a lone surrogate).
    """
    try:
        return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    except (TypeError, ValueError, RecursionError) as exc:
        raise Unreadable(f"cannot be written as JSON: {exc}") from None


def _canonical(value: Any, raw: bytes) -> bool:
    try:
        return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE) == raw
    except (TypeError, ValueError):
        return False


def _slowly(raw: bytes) -> Any:
    try:
        text = raw.decode("utf-8-sig")
        value = json.loads(
            text, object_pairs_hook=_without_duplicates, parse_constant=_refuse, parse_float=_finite
        )
    except UnicodeDecodeError as exc:
        raise Unreadable(f"byte {exc.start} is not UTF-8") from None
    except json.JSONDecodeError as exc:
        message = f"line {exc.lineno}, column {exc.colno}: {exc.msg}"
        raise Unreadable(
            message, errors=[{"line": exc.lineno, "column": exc.colno, "message": exc.msg}]
        ) from None
    except RecursionError:
        raise Unreadable(f"nested deeper than {MAX_DEPTH}") from None
    except ValueError as exc:  # an integer with thousands of digits
        raise Unreadable(str(exc)) from None
    for depth, part in _walk(value):
        if depth > MAX_DEPTH:
            raise Unreadable(f"nested deeper than {MAX_DEPTH}")
        if isinstance(part, str) and not _is_unicode(part):
            raise Unreadable(f"{part[:40]!r} holds half a character (a lone surrogate)")
    return value


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise Unreadable(f"the key {key!r} stands twice in one object")
            seen.add(key)
    return out


def _refuse(constant: str) -> Any:
    raise Unreadable(f"{constant} is not a JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise Unreadable(f"{text} is too large for a number")
    return number


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _walk(value: Any) -> Iterator[tuple[int, Any]]:
    """Every value and key with its depth, without recursion."""
    waiting: list[tuple[int, Any]] = [(0, value)]
    while waiting:
        depth, part = waiting.pop()
        yield depth, part
        if depth > MAX_DEPTH:
            continue
        if isinstance(part, dict):
            waiting.extend((depth + 1, v) for v in part.values())
            waiting.extend((depth + 1, k) for k in part)
        elif isinstance(part, list):
            waiting.extend((depth + 1, v) for v in part)
