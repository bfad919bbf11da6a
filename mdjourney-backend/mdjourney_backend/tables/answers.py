"""What somebody typed into a cell, as the value its field takes."""

import re
from collections.abc import Mapping
from typing import Any, Final

from mdjourney_backend.documents import Unreadable, parse
from mdjourney_backend.tables.columns import Path, Scalar

_WORDS: Final = {"true": True, "yes": True, "false": False, "no": False}
_WHOLE: Final = re.compile(r"[+-]?\d{1,18}\Z")


class NotReadable(ValueError):
    """A cell holds something its field cannot take; the message says what it would take."""


def read_cell(cell: Scalar, node: Mapping[str, Any], before: Any) -> Any:
    """The value of an edited cell.

    Args:
        node: the field's schema, references resolved; empty for a field no schema knows.
        before: the value the field has now, whose type counts where the schema says none; None for none.

    Raises:
        NotReadable: it cannot be read as what the field takes.
    """
    kinds = _kinds(node) or _kind_of(before)
    for kind in ("boolean", "integer", "number", "array", "object"):
        if kind in kinds:
            try:
                return _READERS[kind](cell, node)
            except NotReadable:
                if "string" not in kinds:
                    raise
    if kinds and "string" in kinds:
        return _text(cell)
    return cell


def node_at(body: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    """The schema of the field at a path; empty where the schema names none."""
    node: Any = body
    for part in path:
        node = _resolved(node, body)
        node = node.get("items", {}) if isinstance(part, int) else node.get("properties", {}).get(part, {})
    return _resolved(node, body)


def _resolved(node: Any, body: Mapping[str, Any], depth: int = 0) -> Mapping[str, Any]:
    if not isinstance(node, Mapping):
        return {}
    ref = node.get("$ref")
    if not isinstance(ref, str) or not ref.startswith("#/$defs/") or depth > 16:
        return node
    target = body.get("$defs", {}).get(ref.removeprefix("#/$defs/"), {})
    return {**_resolved(target, body, depth + 1), **{k: v for k, v in node.items() if k != "$ref"}}


def _kinds(node: Mapping[str, Any]) -> set[str]:
    found = node.get("type", [])
    kinds = {found} if isinstance(found, str) else set(found)
    for key in ("anyOf", "oneOf"):
        for branch in node.get(key, []):
            kinds |= _kinds(branch)
    if not kinds and "enum" in node:
        kinds = {k for v in node["enum"] for k in _kind_of(v)}
    return kinds - {"null"}


def _kind_of(value: Any) -> set[str]:
    for kind, name in (
        (bool, "boolean"),
        (str, "string"),
        (int, "integer"),
        (float, "number"),
        (list, "array"),
    ):
        if isinstance(value, kind):
            return {name}
    return {"object"} if isinstance(value, dict) else set()


def _text(cell: Scalar) -> str:
    if isinstance(cell, bool):
        return str(cell).lower()
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _boolean(cell: Scalar, _node: Mapping[str, Any]) -> bool:
    if isinstance(cell, bool):
        return cell
    found = _WORDS.get(str(cell).strip().casefold())
    if found is None:
        raise NotReadable(f"{str(cell)[:60]!r} is neither true nor false")
    return found


def _integer(cell: Scalar, _node: Mapping[str, Any]) -> int:
    if isinstance(cell, int) and not isinstance(cell, bool):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, str) and _WHOLE.match(cell.strip()):
        return int(cell)
    raise NotReadable(f"{str(cell)[:60]!r} is no whole number")


def _number(cell: Scalar, _node: Mapping[str, Any]) -> float | int:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return cell
    text = str(cell).strip()
    try:
        return int(text) if _WHOLE.match(text) else parse(text.encode())
    except Unreadable:
        value = None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    raise NotReadable(f"{text[:60]!r} is no number")


def _json(cell: Scalar, kind: type, word: str) -> Any:
    try:
        value = parse(str(cell).encode())
    except Unreadable as exc:
        raise NotReadable(f"cannot be read as {word}: {exc.detail}") from None
    if not isinstance(value, kind):
        raise NotReadable(f"is no {word}")
    return value


def _list(cell: Scalar, node: Mapping[str, Any]) -> list[Any]:
    text = str(cell).strip() if isinstance(cell, str) else _text(cell)
    if text.startswith("["):
        value = _json(text, list, "JSON list")
        return list(value)
    items = node.get("items", {})
    kinds = _kinds(items) if isinstance(items, Mapping) else set()
    if kinds and kinds <= {"object", "array"}:
        raise NotReadable("holds a list of groups: write it as JSON, [{...}]")
    parts = [p.strip() for p in text.split(";")]
    return [read_cell(p, items if isinstance(items, Mapping) else {}, "") for p in parts if p]


def _object(cell: Scalar, _node: Mapping[str, Any]) -> Any:
    return _json(cell, dict, "JSON object")


_READERS: Final[Mapping[str, Any]] = {
    "boolean": _boolean,
    "integer": _integer,
    "number": _number,
    "array": _list,
    "object": _object,
}
