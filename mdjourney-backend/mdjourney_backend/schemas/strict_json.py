"""Reading JSON strictly: what `json.loads` lets through (NaN, 1e999, duplicate keys, deep nesting) is refused.

Everybody who reads JSON from outside (a document on disk, a schema, a request body) reads it with `loads` from here.
"""

import json
from typing import Any, NoReturn

from mdjourney_contract.problems import BadRequest

MAX_DEPTH = 64
MIN_INT, MAX_INT = -(2**63), 2**64 - 1


class JsonError(BadRequest):
    """Bytes that are not strict JSON; the one error carries `message` and, where known, `line` and `column`."""

    title = "The JSON cannot be read"


def loads(data: bytes | str, *, max_bytes: int | None = None, max_depth: int = MAX_DEPTH) -> Any:
    """Read one JSON value.

    Raises:
        JsonError: not UTF-8, not JSON, NaN, an infinite number, a whole number beyond 64 bits, a key that stands twice, an unpaired surrogate or
            U+0000 (the metadata store can hold neither), nesting deeper than `max_depth`, or over `max_bytes`.
    """
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if max_bytes is not None and len(raw) > max_bytes:
        raise _fail(f"it has {len(raw)} bytes, {max_bytes} at most")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise _fail("it is not UTF-8", line=raw.count(b"\n", 0, exc.start) + 1) from None
    try:
        value = json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_float=_float, parse_int=_int
        )
    except json.JSONDecodeError as exc:
        raise _fail(f"{exc.msg[:1].lower()}{exc.msg[1:]}", line=exc.lineno, column=exc.colno) from None
    except RecursionError:
        raise _fail(f"it is nested deeper than {max_depth}") from None
    _check_depth(value, max_depth)
    if "\\u" in text:
        _check_text(value)
    return value


def _fail(message: str, **where: int) -> JsonError:
    at = f"line {where['line']}: " if "line" in where else ""
    return JsonError(f"{at}{message}", errors=[{"message": message, **where}])


def _check_depth(value: Any, limit: int) -> None:
    level = [value]
    depth = 0
    while level := [item for item in level if isinstance(item, dict | list)]:
        depth += 1
        if depth > limit:
            raise _fail(f"it is nested deeper than {limit}")
        level = [x for item in level for x in (item.values() if isinstance(item, dict) else item)]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]  # add() is the point
        raise _fail(f"the key {twice!r} stands twice")
    return out


def _constant(name: str) -> NoReturn:
    raise _fail(f"{name} is not a JSON number")


def _float(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise _fail(f"{text[:40]} is too large for a number")
    return value


def _int(text: str) -> int:
    value = int(text) if len(text) <= 20 else MAX_INT + 1
    if not MIN_INT <= value <= MAX_INT:
        raise _fail(f"{text[:40]} does not fit into 64 bits")
    return value


def _check_text(value: Any) -> None:
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            stack.extend(item.keys())
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
        elif isinstance(item, str):
            if "\0" in item:
                raise _fail("a text contains U+0000")
            if any("\ud800" <= ch <= "\udfff" for ch in item):
                raise _fail("a text contains half a character (an unpaired surrogate)")
