"""Keeps a local `required` from making documents invalid: what people owe becomes `x-required-to-complete`."""

from collections.abc import Mapping
from typing import Any

from mdjourney_backend.schemas.completeness import OWED
from mdjourney_backend.schemas.faults import Content, pointer
from mdjourney_backend.schemas.flatten import children, walk

#: Where `required` asks instead of demanding.
_ASKING = ("if", "not", "contains")


def owed_not_required(body: Content, packaged: Mapping[str, Any]) -> Content:
    """A copy in which `required` names no more than the packaged schema requires at the same place.

    The rest, and `dependentRequired`, is owed instead. Inside `if`, `not` and `contains`, and in definitions these refer
    to, `required` stays. Alternatives of a `oneOf` told apart by `required` alone become an `anyOf`.
    """
    return _Lift(_asked(body)).node(body, packaged, "")


def _asked(body: Content) -> frozenset[str]:
    """Pointers of definitions that conditions refer to."""
    asking = [child for _, node in walk(body) for step, child in children(node) if step[0] in _ASKING]
    references = {node.get("$ref") for child in asking for _, node in walk(child) if isinstance(node, dict)}
    return frozenset(r[1:] for r in references if isinstance(r, str) and r.startswith("#/"))


class _Lift:
    def __init__(self, asked: frozenset[str]) -> None:
        self._asked = asked

    def node(self, node: Content, packaged: Any, at: str) -> Content:
        if at in self._asked:
            return node
        out = dict(node)
        _replace(out, packaged)
        for step, child in children(node):
            if step[0] not in _ASKING and isinstance(child, dict):
                self._put(out, node, step, self.node(child, _beside(packaged, step), at + pointer(step)))
        if "oneOf" in out and out["oneOf"] != node["oneOf"]:
            out["allOf"] = [*out.get("allOf", []), {"anyOf": out.pop("oneOf")}]
        return out

    @staticmethod
    def _put(out: Content, node: Content, step: tuple[str | int, ...], child: Content) -> None:
        key = str(step[0])
        if len(step) == 1:
            out[key] = child
            return
        if out[key] is node[key]:
            out[key] = list(node[key]) if isinstance(node[key], list) else dict(node[key])
        out[key][step[1]] = child


def _replace(out: Content, packaged: Any) -> None:
    kept = packaged.get("required", []) if isinstance(packaged, dict) else []
    demanded = out.pop("required", [])
    system = [key for key in demanded if key in kept]
    owed = [key for key in demanded if key not in kept]
    if system:
        out["required"] = system
    if owed:
        out[OWED] = list(dict.fromkeys([*out.get(OWED, []), *owed]))
    for key, needs in out.pop("dependentRequired", {}).items():
        rule = {"if": {"required": [key]}, "then": {OWED: list(needs)}}
        out["allOf"] = [*out.get("allOf", []), rule]


def _beside(packaged: Any, step: tuple[str | int, ...]) -> Any:
    """The same place in the packaged schema, if it has it."""
    node = packaged
    for part in step:
        if isinstance(node, dict):
            node = node.get(str(part))
        elif isinstance(node, list) and isinstance(part, int) and part < len(node):
            node = node[part]
        else:
            return None
    return node
