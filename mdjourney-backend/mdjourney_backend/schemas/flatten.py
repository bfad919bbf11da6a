"""Making a schema stand alone: what it extends is merged at its top, what it refers to becomes a local `$defs` entry."""

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from mdjourney_backend.schemas.faults import split
from mdjourney_contract.problems import Invalid

Body = dict[str, Any]
#: Gives the standalone body behind a `$ref` without its fragment; raises `UnknownReference`.
Lookup = Callable[[str], Mapping[str, Any]]

_OWN_WORDS = {
    "title",
    "description",
    "examples",
    "default",
    "deprecated",
    "readOnly",
    "writeOnly",
    "$comment",
}
_UNIONS = {"required", "x-required-to-complete"}
_NOT_INHERITED = {"$id", "$schema", "$defs", "definitions"}
#: Keywords whose value is a schema, a list of schemas, or a mapping to schemas.
ONE = {
    "items", "additionalItems", "contains", "additionalProperties", "propertyNames", "unevaluatedItems",
    "unevaluatedProperties", "not", "if", "then", "else", "contentSchema",
}  # fmt: skip
SEVERAL = {"allOf", "anyOf", "oneOf", "prefixItems"}
NAMED = {"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"}
_LAST = 9000


class UnknownReference(Invalid):
    """A `$ref` to something that is neither in the schema itself nor packaged."""

    title = "The schema refers to something unknown"


def children(schema: Any) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """The direct subschemas of a schema, each with the path that leads to it."""
    if not isinstance(schema, dict):
        return
    for key, value in schema.items():
        if key in ONE and isinstance(value, dict | bool):
            yield (key,), value
        elif (key in SEVERAL or key == "items") and isinstance(value, list):
            for index, item in enumerate(value):
                yield (key, index), item
        elif key in NAMED and isinstance(value, dict):
            for name, item in value.items():
                yield (key, name), item
        elif key == "dependencies" and isinstance(value, dict):
            for name, item in value.items():
                if isinstance(item, dict | bool):
                    yield (key, name), item


def walk(schema: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """A schema and all its subschemas, each with its path."""
    stack = [(at, schema)]
    while stack:
        path, node = stack.pop()
        yield path, node
        stack.extend(((*path, *step), child) for step, child in children(node))


def local(body: Mapping[str, Any], reference: str) -> Any:
    """What `#/...` points at.

    Raises:
        UnknownReference: nothing is there.
    """
    node: Any = body
    for part in split(unquote(reference)):
        try:
            node = node[int(part)] if isinstance(node, list) else node[part]
        except (KeyError, IndexError, ValueError, TypeError):
            raise UnknownReference(f"{reference} points at nothing in this schema") from None
    return node


def resolved(body: Mapping[str, Any], schema: Any) -> Any:
    """A subschema with a local `$ref` followed; what stands beside the `$ref` is laid over it."""
    seen = set()
    while isinstance(schema, dict) and isinstance(schema.get("$ref"), str) and schema["$ref"].startswith("#"):
        if schema["$ref"] in seen:
            raise UnknownReference(f"{schema['$ref']} refers to itself")
        seen.add(schema["$ref"])
        target = local(body, schema["$ref"])
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        schema = {**target, **beside} if isinstance(target, dict) else target
    return schema


def flatten(body: Mapping[str, Any], lookup: Lookup) -> Body:
    """A standalone copy of `body`: what it extends at its root is merged in, other outside references become `$defs`.

    Raises:
        UnknownReference: a reference that `lookup` does not know, or that points at nothing.
    """
    out: Body = copy.deepcopy(dict(body))
    adopter = _Adopter(out, lookup)
    out = adopter.extend_root(out)
    for _, node in list(walk(out)):
        if isinstance(node, dict) and not str(node.get("$ref", "#")).startswith("#"):
            node["$ref"] = adopter.adopt(node["$ref"])
    out["$defs"] = adopter.definitions | out.get("$defs", {})
    out["properties"] = _ordered(out.get("properties", {}))
    _prune(out)
    return out


class _Adopter:
    def __init__(self, out: Body, lookup: Lookup) -> None:
        self.definitions: Body = {}
        self._taken: Body = out.get("$defs", {})
        self._lookup = lookup
        self._names: dict[str, dict[str, str]] = {}

    def extend_root(self, out: Body) -> Body:
        """Merge what the root extends through `$ref` or `allOf: [{$ref}]`, in order; the extension's own words win."""
        bases: list[Body] = []
        rest: list[Any] = []
        for item in (
            [{"$ref": out.pop("$ref")}] if not str(out.get("$ref", "#")).startswith("#") else []
        ) + out.pop("allOf", []):
            outside = isinstance(item, dict) and set(item) == {"$ref"} and not item["$ref"].startswith("#")
            (bases if outside else rest).append(item)
        if rest:
            out["allOf"] = rest
        merged: Body = {}
        for base in bases:
            merged = merge(merged, self._inlined(base["$ref"]))
        return _head_first(merge(merged, out))

    def _inlined(self, reference: str) -> Body:
        uri, _, fragment = reference.partition("#")
        target = self._lookup(uri)
        self._bring_definitions(uri, target)
        part = local(target, "#" + fragment)
        kept = {key: value for key, value in part.items() if key not in _NOT_INHERITED}
        inlined: Body = self._renamed(uri, kept, root="#")
        return inlined

    def adopt(self, reference: str) -> str:
        """Make an outside reference local; returns the `#/$defs/...` that replaces it."""
        uri, _, fragment = reference.partition("#")
        target = self._lookup(uri)
        names = self._bring_definitions(uri, target)
        parts = split("#" + fragment)
        if len(parts) == 2 and parts[0] == "$defs" and parts[1] in names:
            return f"#/$defs/{names[parts[1]]}"
        name = "_".join([_short(target, uri), *parts])
        if name not in self.definitions:
            part = local(target, "#" + fragment)
            kept = {key: value for key, value in part.items() if key not in _NOT_INHERITED}
            self.definitions[name] = self._renamed(uri, kept, root=f"#/$defs/{name}")
        return f"#/$defs/{name}"

    def _bring_definitions(self, uri: str, target: Mapping[str, Any]) -> dict[str, str]:
        if uri in self._names:
            return self._names[uri]
        names = self._names[uri] = {}
        definitions = target.get("$defs", {})
        for name, body in definitions.items():
            there = self.definitions.get(name, self._taken.get(name))
            names[name] = name if there is None or there == body else f"{_short(target, uri)}_{name}"
        for name, body in definitions.items():
            self.definitions.setdefault(
                names[name], self._renamed(uri, body, root=f"#/$defs/{_short(target, uri)}")
            )
        return names

    def _renamed(self, uri: str, part: Any, root: str) -> Any:
        names = self._names[uri]
        part = copy.deepcopy(part)
        for _, node in walk(part):
            reference = node.get("$ref") if isinstance(node, dict) else None
            if reference == "#":
                node["$ref"] = root
            elif isinstance(reference, str) and reference.startswith("#/$defs/"):
                first, *more = reference.removeprefix("#/$defs/").split("/")
                node["$ref"] = "/".join(["#/$defs", names.get(first, first), *more])
        return part


def _short(target: Mapping[str, Any], uri: str) -> str:
    return str(target.get("x-name") or uri.rstrip("/").rsplit("/", 1)[-1]).replace("/", "_")


def _head_first(out: Body) -> Body:
    head = {
        key: out[key]
        for key in ("$schema", "$id", "x-name", "x-version", "title", "description")
        if key in out
    }
    return head | out


def merge(base: Body, own: Body) -> Body:
    """Both at once: everything `base` and `own` demand; where they differ in words, `own` has the last."""
    out: Body = dict(base)
    also: list[Any] = []
    for key, value in own.items():
        if (
            key not in out
            or out[key] == value
            or key in _OWN_WORDS
            or (key.startswith("x-") and key not in _UNIONS)
        ):
            out[key] = value
        elif key in _UNIONS:
            out[key] = [*out[key], *(name for name in value if name not in out[key])]
        elif key in ("properties", "patternProperties", "$defs"):
            out[key] = _merged_properties(out[key], value)
        elif key == "allOf":
            out[key] = [*out[key], *value]
        elif key in _NOT_INHERITED:
            out[key] = value
        elif key == "enum":
            out[key] = [item for item in out[key] if item in value]
        else:
            also.append({key: value})
    if {"if"} & {next(iter(item)) for item in also}:
        also = [
            {key: own[key] for key in ("if", "then", "else") if key in own},
            *(a for a in also if not {"if", "then", "else"} & a.keys()),
        ]
    if also:
        out["allOf"] = [*out.get("allOf", []), *also]
    return out


def _merged_properties(base: Body, own: Body) -> Body:
    out = dict(base)
    for name, value in own.items():
        there = out.get(name)
        if isinstance(there, dict) and isinstance(value, dict):
            out[name] = merge(there, value)
        else:
            out[name] = value if value is False or there is None else there
    return out


def _ordered(properties: Body) -> Body:
    """Every property with an `x-order`; those without follow the last that is not a record field."""
    last = max(
        (
            p.get("x-order", 0)
            for p in properties.values()
            if isinstance(p, dict) and p.get("x-order", 0) < _LAST
        ),
        default=0,
    )
    for value in properties.values():
        if isinstance(value, dict) and "x-order" not in value:
            last += 10
            value["x-order"] = last
    return dict(
        sorted(
            properties.items(),
            key=lambda kv: kv[1].get("x-order", _LAST) if isinstance(kv[1], dict) else _LAST,
        )
    )


def _prune(out: Body) -> None:
    """Drop definitions that nothing refers to."""
    kept: set[str] = set()
    todo: list[Any] = [{key: value for key, value in out.items() if key != "$defs"}]
    while todo:
        for _, node in walk(todo.pop()):
            reference = node.get("$ref", "") if isinstance(node, dict) else ""
            name = (
                reference.removeprefix("#/$defs/").split("/")[0] if reference.startswith("#/$defs/") else ""
            )
            if name and name not in kept and name in out["$defs"]:
                kept.add(name)
                todo.append(out["$defs"][name])
    out["$defs"] = {name: body for name, body in out["$defs"].items() if name in kept}
