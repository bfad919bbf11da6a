"""Finds references that lead back to themselves, multiply, or recur twice in one place: what no document should meet."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from mdjourney_backend.schemas.faults import pointer
from mdjourney_backend.schemas.flatten import children, walk

MAX_IN_PLACE = 5_000
MAX_CHAIN = 100
_IN_PLACE = {"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas"}
_BELOW = {"properties", "patternProperties", "items", "additionalProperties"}


def loops(body: Mapping[str, Any]) -> tuple[str, str] | None:
    """The first trouble in a flattened schema: where, and a sentence; None where all is well."""
    return _Graph(body).trouble()


class _Graph:
    """Which subschema applies what to the same value (in place) and to its members (below)."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        nodes = {pointer(path): node if isinstance(node, dict) else {} for path, node in walk(body)}
        self._references = {at: node["$ref"] for at, node in nodes.items() if "$ref" in node}
        self._known = nodes.keys()
        self._beside: dict[str, list[str]] = {}
        self._below: dict[str, list[tuple[str, str]]] = {}
        for at, node in nodes.items():
            steps = [step for step, _ in children(node)]
            self._beside[at] = [at + pointer(step) for step in steps if step[0] in _IN_PLACE]
            below = [step for step in steps if step[0] in _BELOW]
            self._below[at] = [
                ("patterns" if s[0] == "patternProperties" else pointer(s), at + pointer(s)) for s in below
            ]
        self._sizes: dict[str, int] = {}

    def trouble(self) -> tuple[str, str] | None:
        for at, reference in self._references.items():
            if not reference.startswith("#") or unquote(reference[1:]) not in self._known:
                return at + "/$ref", f"{reference} points at nothing in this schema"
            self._beside[at] = [*self._beside[at], unquote(reference[1:])]
        for at, reference in self._references.items():
            if says := self._says(at):
                return at + "/$ref", f"{reference} {says}"
        again = next(self._repeated(), None)
        return (again, "contains itself more than once in the same place") if again else None

    def _says(self, at: str) -> str | None:
        try:
            size = self._in_place(at, ())
        except RecursionError:
            return "leads back to itself"
        if size is None:
            return f"leads on through more than {MAX_CHAIN} references"
        return f"multiplies into more than {MAX_IN_PLACE} checks" if size > MAX_IN_PLACE else None

    def _in_place(self, start: str, way: tuple[str, ...]) -> int | None:
        """How many subschemas one value meets from here; None: too many in a row.

        Raises:
            RecursionError: `start` is on the way to itself.
        """
        if start in way:
            raise RecursionError(start)
        if start in self._sizes:
            return self._sizes[start]
        if len(way) > MAX_CHAIN:
            return None
        total = 1
        for target in self._beside[start]:
            size = self._in_place(target, (*way, start))
            if size is None:
                return None
            total = min(total + size, MAX_IN_PLACE * 10)
        self._sizes[start] = total
        return total

    def _repeated(self) -> Iterator[str]:
        """Definitions that recur twice for one member: exponential in the depth of a document."""
        component = self._components()
        for start in set(map(unquote, (r[1:] for r in self._references.values()))):
            leads: dict[str, int] = {}
            for at in self._closure(start):
                for key, target in self._below[at]:
                    if any(component[x] == component[start] for x in self._closure(target)):
                        leads[key] = leads.get(key, 0) + 1
            if max(leads.values(), default=0) > 1:
                yield start

    def _closure(self, start: str) -> list[str]:
        out: list[str] = []
        todo = [start]
        while todo:
            at = todo.pop()
            out.append(at)
            todo.extend(self._beside[at])
        return out

    def _components(self) -> dict[str, str]:
        """For each subschema the name of its strongly connected component (Tarjan, without recursion)."""
        order: dict[str, int] = {}
        low: dict[str, int] = {}
        stack: list[str] = []
        component: dict[str, str] = {}
        for root in self._known:
            work = [(root, iter(self._all(root)))] if root not in order else []
            if work:
                order[root] = low[root] = len(order)
                stack.append(root)
            while work:
                at, targets = work[-1]
                for target in targets:
                    if target not in order:
                        order[target] = low[target] = len(order)
                        stack.append(target)
                        work.append((target, iter(self._all(target))))
                        break
                    if target not in component:
                        low[at] = min(low[at], order[target])
                else:
                    work.pop()
                    if work:
                        low[work[-1][0]] = min(low[work[-1][0]], low[at])
                    if low[at] == order[at]:
                        while (member := stack.pop()) != at:
                            component[member] = at
                        component[at] = at
        return component

    def _all(self, at: str) -> list[str]:
        return [*self._beside[at], *(target for _, target in self._below[at])]
