"""Which schema a document follows, and the order its keys are written in."""

from collections.abc import Mapping
from typing import Any

from mdjourney_backend.changes import Content

#: Member of a document that is edited through its own routes and left out of PUT and ETag.
EDITABLE_APART: Mapping[str, str] = {"dataset_structural": "file_descriptions"}

_MAX_REF_DEPTH = 16


def schema_name(kind: str, content: Mapping[str, Any]) -> str:
    """The schema of a document: its kind, or its template for the context of a run."""
    if kind == "experiment_contextual":
        template = content.get("experiment_template_type")
        if isinstance(template, str) and template and template != kind:
            return f"contextual/{template}"
    return kind


def in_schema_order(content: Content, schema: Mapping[str, Any], *, leave: str | None = None) -> Content:
    """The same content with keys in the order of the schema's `properties`, unknown keys last as they came.

    `leave` names a top-level member whose inside is not touched (entries are ordered by who writes them).
    """
    return _ordered(content, schema, schema, leave, 0)


def _ordered(
    value: Content, node: Mapping[str, Any], root: Mapping[str, Any], leave: str | None, depth: int
) -> Content:
    properties = _properties(node, root, 0)
    keys = [k for k in properties if k in value] + [k for k in value if k not in properties]
    return {
        k: value[k] if k == leave else _inside(value[k], properties.get(k, {}), root, depth + 1) for k in keys
    }


def _inside(value: Any, node: Any, root: Mapping[str, Any], depth: int) -> Any:
    if depth > _MAX_REF_DEPTH or not isinstance(node, Mapping):
        return value
    if isinstance(value, dict):
        return _ordered(value, node, root, None, depth)
    if isinstance(value, list) and any(isinstance(v, dict) for v in value):
        items = _resolved(node, root, 0).get("items", {})
        return [_inside(v, items, root, depth + 1) for v in value]
    return value


def _resolved(node: Mapping[str, Any], root: Mapping[str, Any], depth: int) -> Mapping[str, Any]:
    ref = node.get("$ref")
    if not isinstance(ref, str) or not ref.startswith("#/") or depth > _MAX_REF_DEPTH:
        return node
    target: Any = root
    for part in ref[2:].split("/"):
        target = (
            target.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(target, Mapping) else None
        )
    return {**_resolved(target, root, depth + 1), **node} if isinstance(target, Mapping) else node


def _properties(node: Mapping[str, Any], root: Mapping[str, Any], depth: int) -> dict[str, Any]:
    if depth > _MAX_REF_DEPTH:
        return {}
    found = _resolved(node, root, 0)
    out: dict[str, Any] = {}
    for part in found.get("allOf", ()):
        if isinstance(part, Mapping):
            out |= {k: v for k, v in _properties(part, root, depth + 1).items() if k not in out}
    own = found.get("properties", {})
    return {**out, **own} if isinstance(own, Mapping) else out
