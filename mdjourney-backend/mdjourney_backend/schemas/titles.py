"""The words for a place in a document: the title of each field on the way to it."""

from collections.abc import Mapping, Sequence
from typing import Any

from mdjourney_backend.schemas.flatten import UnknownReference, resolved


def field(body: Mapping[str, Any], schema: Any, key: str | int) -> Any:
    """The subschema of one member, looked for in `properties`, `items` and the branches beside them; None if unknown."""
    try:
        schema = resolved(body, schema)
    except UnknownReference:
        return None
    if not isinstance(schema, dict):
        return None
    if isinstance(key, int):
        prefix = schema.get("prefixItems", [])
        found = prefix[key] if key < len(prefix) else schema.get("items")
    else:
        found = schema.get("properties", {}).get(key)
    if found is not None:
        return found
    branches = [*schema.get("allOf", []), *schema.get("anyOf", []), *schema.get("oneOf", [])]
    branches += [schema[k] for k in ("then", "else") if k in schema]
    for branch in branches:
        if (found := field(body, branch, key)) is not None:
            return found
    other = schema.get("additionalProperties") if isinstance(key, str) else None
    return other if isinstance(other, dict) else None


def humanised(key: str) -> str:
    """`project_title` as `Project title`."""
    words = key.replace("_", " ").strip()
    return words[:1].upper() + words[1:] if words else key


def trail(body: Mapping[str, Any], path: Sequence[str | int]) -> list[str]:
    """One title for each step of a path; entries of lists are `entry 1`, `entry 2`, ..."""
    schema: Any = body
    out = []
    for key in path:
        schema = None if schema is None else field(body, schema, key)
        if isinstance(key, int):
            out.append(f"entry {key + 1}")
            continue
        own = schema if isinstance(schema, dict) else {}
        title = own.get("title")
        if title is None and own:
            try:
                target = resolved(body, own)
            except UnknownReference:
                target = {}
            title = target.get("title") if isinstance(target, dict) else None
        out.append(str(title) if title else humanised(key))
    return out


def title(body: Mapping[str, Any], path: Sequence[str | int]) -> str:
    """The title of the field at a path; the schema's own for the empty path."""
    return trail(body, path)[-1] if path else str(body.get("title", "The document"))


def several(body: Mapping[str, Any], path: Sequence[str | int]) -> bool:
    """Whether the title at a path is a plural: a list called `Experimenters`."""
    schema: Any = body
    for key in path:
        schema = field(body, schema, key)
    return isinstance(schema, dict) and schema.get("type") == "array" and title(body, path).endswith("s")


def place(body: Mapping[str, Any], path: Sequence[str | int]) -> str:
    """The whole way in words: `Experimenters, entry 2: Name`."""
    out = ""
    for step, words in zip(path, trail(body, path), strict=True):
        out += words if not out else (f", {words}" if isinstance(step, int) else f": {words}")
    return out or title(body, ())
