"""JSON as this system accepts and writes it: no duplicate keys, no NaN or infinity, 64-bit integers, bounded depth, UTF-8.

`json.loads` takes `NaN`, `1e999` and the last of duplicate keys; orjson takes duplicate keys. What we wrote ourselves
is recognised by writing it again: equal bytes cannot hide a duplicate, and that check is cheap.
"""

import json
import math
from collections.abc import Iterator
from typing import Any, Final, NoReturn

import orjson

from mdjourney_contract.problems import Invalid

MAX_DEPTH: Final = 64
_MIN_INT: Final = -(2**63)
_MAX_INT: Final = 2**64 - 1
_OPTIONS: Final = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
#: The indent of a line inside more than `MAX_DEPTH` lists and objects, as `render` writes it.
_TOO_DEEP: Final = b"\n" + b"  " * (MAX_DEPTH + 1)


class Unreadable(Invalid):
    """Bytes that are not strict JSON; the one error carries `message` and, where known, `line` and `column`."""

    title = "The JSON cannot be read"


def parse(raw: bytes) -> Any:
    """Read strict JSON: a document on disk, a request.

    Raises:
        Unreadable: not UTF-8, a syntax error (with line and column), a duplicate key, NaN, an infinite number, a whole
            number beyond 64 bits, a lone surrogate, or nesting deeper than 64.
    """
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return _slowly(raw)
    return value if _canonical(value, raw) and _TOO_DEEP not in raw else _slowly(raw)


def loads(data: bytes | str, *, max_bytes: int | None = None, max_depth: int = MAX_DEPTH) -> Any:
    """Read strict JSON that may not hold U+0000 either: a schema.

    Raises:
        Unreadable: as `parse`, or over `max_bytes`.
    """
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if max_bytes is not None and len(raw) > max_bytes:
        raise _fail(f"it has {len(raw)} bytes, {max_bytes} at most")
    value = _slowly(raw, max_depth)
    if b"\\u0000" in raw and any(
        isinstance(part, str) and "\0" in part for _, part in _walk(value, max_depth)
    ):
        raise _fail("a text contains U+0000")
    return value


def render(value: Any) -> bytes:
    """UTF-8, two spaces of indent, a newline at the end.

    Raises:
        Unreadable: something in it has no place in JSON (an integer beyond 64 bits, a lone surrogate).
    """
    try:
        return orjson.dumps(value, option=_OPTIONS)
    except (TypeError, ValueError, RecursionError) as exc:
        raise Unreadable(f"cannot be written as JSON: {exc}") from None


def _canonical(value: Any, raw: bytes) -> bool:
    try:
        return orjson.dumps(value, option=_OPTIONS) == raw
    except (TypeError, ValueError):
        return False


def _slowly(raw: bytes, max_depth: int = MAX_DEPTH) -> Any:
    try:
        text = raw.decode("utf-8-sig")
        value = json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_float=_float, parse_int=_int
        )
    except UnicodeDecodeError as exc:
        raise _fail(f"byte {exc.start} is not UTF-8", line=raw.count(b"\n", 0, exc.start) + 1) from None
    except json.JSONDecodeError as exc:
        raise _fail(exc.msg, line=exc.lineno, column=exc.colno) from None
    except RecursionError:
        raise _fail(f"it is nested deeper than {max_depth}") from None
    surrogates = "\\u" in text
    for depth, part in _walk(value, max_depth):
        if depth > max_depth:
            raise _fail(f"it is nested deeper than {max_depth}")
        if surrogates and isinstance(part, str) and not _is_unicode(part):
            raise _fail("a text contains half a character (a lone surrogate)")
    return value


def _fail(message: str, **where: int) -> Unreadable:
    at = ", ".join(f"{name} {number}" for name, number in where.items())
    return Unreadable(f"{at}: {message}" if at else message, errors=[{"message": message, **where}])


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _fail(f"the key {key!r} stands twice in one object")
            seen.add(key)
    return out


def _constant(name: str) -> NoReturn:
    raise _fail(f"{name} is not a JSON number")


def _float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise _fail(f"{text[:40]} is too large for a number")
    return number


def _int(text: str) -> int:
    value = int(text) if len(text) <= 20 else _MAX_INT + 1
    if not _MIN_INT <= value <= _MAX_INT:
        raise _fail(f"{text[:40]} ({len(text)} digits) does not fit into 64 bits")
    return value


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _walk(value: Any, max_depth: int) -> Iterator[tuple[int, Any]]:
    """Every value and key with the number of lists and objects around it, without recursion."""
    waiting: list[tuple[int, Any]] = [(0, value)]
    while waiting:
        depth, part = waiting.pop()
        if isinstance(part, dict | list):
            depth += 1
            if depth <= max_depth:
                waiting.extend((depth, v) for v in (part.values() if isinstance(part, dict) else part))
                if isinstance(part, dict):
                    waiting.extend((depth, k) for k in part)
        yield depth, part
