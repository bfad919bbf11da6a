"""Examples for OpenAPI documents: a value that fits a JSON Schema, put together from the examples its fields give."""

from collections.abc import Mapping
from typing import Any, Final

#: What stands for a value of a plain kind whose field gives no example.
_PLAIN: Final[Mapping[str, Any]] = {
    "string": "text",
    "integer": 1,
    "number": 1.5,
    "boolean": True,
    "object": {},
    "null": None,
}


def example(schema: Mapping[str, Any], components: Mapping[str, Any]) -> Any:
    """A value that fits a schema; of objects the members they must have and those that give an example or a default.

    `components` are the schemas that are referred to, by the last part of their reference.
    """
    if schema.get("examples"):
        return schema["examples"][0]
    if "$ref" in schema:
        return example(components[schema["$ref"].rpartition("/")[2]], components)
    for key in ("const", "default"):
        if key in schema:
            return schema[key]
    if "enum" in schema:
        return schema["enum"][0]
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return example(schema[key][0], components)
    if schema.get("type") == "array":
        return [example(schema["items"], components)] if schema.get("items") else []
    if "properties" in schema:
        wanted = schema.get("required", list(schema["properties"]))
        return {
            k: example(v, components)
            for k, v in schema["properties"].items()
            if k in wanted or v.get("examples") or v.get("default") is not None
        }
    return _PLAIN.get(schema.get("type", ""))
