"""What a schema may be: the checks every local override passes before it counts."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import re2

from mdjourney_backend.schemas import patterns
from mdjourney_backend.schemas.dialect import against_meta_schema, compiled, dialect_of, dialects
from mdjourney_backend.schemas.faults import pointer
from mdjourney_backend.schemas.flatten import walk

MAX_NODES = 100_000
_HINTS = {
    "x-group", "x-order", "x-widget", "x-filled-by", "x-maps-to", "x-required-to-complete", "x-version", "x-name",
}  # fmt: skip
_KNOWN = {
    "$schema", "$id", "$ref", "$defs", "definitions", "$comment", "$anchor", "$vocabulary", "type", "enum", "const", "title",
    "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "format", "pattern", "minLength",
    "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "items", "prefixItems",
    "additionalItems", "contains", "minContains", "maxContains", "minItems", "maxItems", "uniqueItems", "properties",
    "patternProperties", "additionalProperties", "propertyNames", "required", "minProperties", "maxProperties",
    "dependentRequired", "dependentSchemas", "dependencies", "allOf", "anyOf", "oneOf", "not", "if", "then", "else",
    "unevaluatedItems", "unevaluatedProperties", "contentEncoding", "contentMediaType", "contentSchema",
}  # fmt: skip
#: Words that editors put beside fields and that demand nothing.
_FOREIGN = {
    "markdownDescription",
    "enumDescriptions",
    "markdownEnumDescriptions",
    "defaultSnippets",
    "deprecationMessage",
    "meta:enum",
    "propertyOrder",
    "context",
    "allowComments",
    "allowTrailingCommas",
    "doNotSuggest",
    "ignoreCase",
}
#: Words that public schemas carry at their head beside the keywords: their name and version.
_HEAD = {"id", "version", "metamodel_version", "self"}
_OLD = ("draft-03", "draft-04", "draft-06")
_REFUSED = {
    "$dynamicRef": "use $ref",
    "$dynamicAnchor": "use $defs",
    "$recursiveRef": "use $ref",
    "$recursiveAnchor": "use $defs",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a schema: where, and a sentence."""

    pointer: str
    message: str


def findings(body: Any) -> Iterator[Finding]:
    """Everything wrong with a schema as written; an empty answer means it may be flattened."""
    if not isinstance(body, dict):
        yield Finding("", "a schema is a JSON object")
        return
    if dialect_of(body) not in dialects():
        yield Finding("/$schema", _not_understood(dialect_of(body)))
        return
    if _parts(body) > MAX_NODES:
        yield Finding("", f"it has more than {MAX_NODES} parts")
        return
    meta = against_meta_schema(body)
    if meta is not None:
        yield Finding(pointer(meta[0]), f"is not allowed by JSON Schema: {meta[1][:200]}")
        return
    for path, node in walk(body):
        if isinstance(node, dict):
            yield from _node(path, node)


def _not_understood(dialect: str) -> str:
    known = f"use one of {', '.join(dialects())}"
    if any(old in dialect for old in _OLD):
        how = "tools such as alterschema rewrite it for a newer one"
        return f"{dialect[:100]} is not understood, the draft is too old: {how}; {known}"
    return f"{dialect[:100]} is not understood; {known}"


def _parts(body: Any) -> int:
    """How many values there are in all, counted no further than the limit."""
    count, todo = 0, [body]
    while todo and count <= MAX_NODES:
        item = todo.pop()
        count += 1
        if isinstance(item, dict | list):
            todo.extend(item.values() if isinstance(item, dict) else item)
    return count


def _node(path: tuple[str | int, ...], node: Mapping[str, Any]) -> Iterator[Finding]:
    for key in node:
        if key in _REFUSED:
            yield Finding(pointer((*path, key)), f"{key} is not supported, {_REFUSED[key]}")
        elif (path or key not in _HEAD) and (says := _unknown(key)):
            yield Finding(pointer((*path, key)), says)
    if path and "$id" in node:
        yield Finding(pointer((*path, "$id")), "only the whole schema may have an $id")
    for pattern, where in _patterns(node):
        problem = _pattern_problem(pattern)
        if problem:
            yield Finding(pointer((*path, *where)), problem)
    if "unevaluatedProperties" in node and any(
        "patternProperties" in n for _, n in walk(node) if isinstance(n, dict)
    ):
        yield Finding(
            pointer((*path, "unevaluatedProperties")),
            "cannot stand together with patternProperties, use additionalProperties",
        )


def _unknown(key: str) -> str | None:
    if key in _KNOWN or key in _HINTS or key in _FOREIGN:
        return None
    if key.startswith("x-"):
        near = difflib.get_close_matches(key, _HINTS, 1, 0.8)
        return f"{key} is no hint of MDJourney, is {near[0]} meant?" if near else None
    near = difflib.get_close_matches(key, _KNOWN, 1, 0.6)
    return f"{key!r} is no keyword of JSON Schema" + (f", is {near[0]!r} meant?" if near else "")


def _patterns(node: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    if isinstance(node.get("pattern"), str):
        yield node["pattern"], ("pattern",)
    for pattern in node.get("patternProperties", {}):
        yield pattern, ("patternProperties", pattern)


def _pattern_problem(pattern: str) -> str | None:
    try:
        compiled(pattern)
    except re2.error as exc:
        says = exc.args[0].decode("utf-8", "replace") if isinstance(exc.args[0], bytes) else str(exc)
        return f"the pattern {pattern[:60]!r} does not run in linear time (re2): {says[:80]}"
    if patterns.explodes(pattern):
        return f"the pattern {pattern[:60]!r} repeats a repetition: a browser would take for ever over it"
    return None
