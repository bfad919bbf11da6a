"""What a schema may be: the checks every local override passes before it counts."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import re2

from mdjourney_backend.schemas import patterns
from mdjourney_backend.schemas.dialect import against_meta_schema, compiled, dialect_of, dialects
from mdjourney_backend.schemas.faults import pointer
from mdjourney_backend.schemas.flatten import children, walk

MAX_NODES = 100_000
MAX_IN_PLACE = 5_000
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
_REFUSED = {
    "$dynamicRef": "use $ref",
    "$dynamicAnchor": "use $defs",
    "$recursiveRef": "use $ref",
    "$recursiveAnchor": "use $defs",
}
_IN_PLACE = {"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas"}


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
        yield Finding(
            "/$schema", f"{dialect_of(body)[:100]} is not understood; use one of {', '.join(dialects())}"
        )
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
        elif key not in _KNOWN and not (key.startswith("x-") and key in _HINTS):
            yield Finding(pointer((*path, key)), _unknown(key))
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


def _unknown(key: str) -> str:
    if key.startswith("x-"):
        near = difflib.get_close_matches(key, _HINTS, 1, 0.75)
        return f"{key} is no hint of MDJourney" + (f", is {near[0]} meant?" if near else "")
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
        return f"the pattern {pattern[:60]!r} does not run in linear time: {str(exc)[:80]}"
    if patterns.explodes(pattern):
        return f"the pattern {pattern[:60]!r} repeats a repetition: a browser would take for ever over it"
    return None


def reference_findings(body: Mapping[str, Any]) -> Iterator[Finding]:
    """Loops and explosions in a flattened schema: references that lead back to themselves, or multiply."""
    graph = _Graph(body)
    for path, node in walk(body):
        if isinstance(node, dict) and "$ref" in node:
            if not graph.has(node["$ref"]):
                yield Finding(pointer((*path, "$ref")), f"{node['$ref']} points at nothing in this schema")
                return
            size = graph.in_place(pointer(path))
            if size is None:
                yield Finding(pointer((*path, "$ref")), f"{node['$ref']} leads back to itself")
                return
            if size > MAX_IN_PLACE:
                yield Finding(
                    pointer((*path, "$ref")),
                    f"{node['$ref']} multiplies into more than {MAX_IN_PLACE} checks",
                )
                return
    again = graph.repeated()
    if again is not None:
        yield Finding(again, "the schema contains itself more than once in the same place")


class _Graph:
    """Which subschema applies what to the same value (in place) and to its members (below)."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        self._nodes = {pointer(path): node if isinstance(node, dict) else {} for path, node in walk(body)}
        self._sizes: dict[str, int | None] = {}

    def has(self, reference: str) -> bool:
        """Whether a reference points at a subschema."""
        return reference.startswith("#") and unquote(reference[1:]) in self._nodes

    def _targets(self, at: str) -> list[str]:
        node = self._nodes.get(at, {})
        reference = node.get("$ref")
        out = [unquote(reference[1:])] if isinstance(reference, str) and reference.startswith("#") else []
        return out + [at + pointer(step) for step, _ in children(node) if step[0] in _IN_PLACE]

    def in_place(self, start: str) -> int | None:
        """How many subschemas one value meets from here; None: without end."""
        self._sizes[start] = None
        total = 1
        for target in self._targets(start):
            size = self._sizes[target] if target in self._sizes else self.in_place(target)
            if size is None:
                return None
            total = min(total + size, MAX_IN_PLACE * 10)
        self._sizes[start] = total
        return total

    def _closure(self, start: str) -> list[str]:
        out: list[str] = []
        todo = [start]
        while todo and len(out) <= MAX_IN_PLACE:
            at = todo.pop()
            out.append(at)
            todo.extend(self._targets(at))
        return out

    def repeated(self) -> str | None:
        """A definition that applies itself twice to the same member: exponential in the depth of a document."""
        for start in {t for at in self._nodes for t in self._targets(at) if self._nodes[at].get("$ref")}:
            below: dict[tuple[str, ...], int] = {}
            for at in self._closure(start):
                for step, _ in children(self._nodes.get(at, {})):
                    if step[0] in ("properties", "items", "additionalProperties") and self._returns(
                        at + pointer(step), start
                    ):
                        key = tuple(map(str, step))
                        below[key] = below.get(key, 0) + 1
            if any(count > 1 for count in below.values()):
                return start
        return None

    def _returns(self, at: str, start: str) -> bool:
        """Whether `start` applies, in place, to what `at` describes."""
        return start in self._closure(at)
