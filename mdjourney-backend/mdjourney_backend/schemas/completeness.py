"""What a human still owes: the walk that lists each field of `x-required-to-complete` without an answer."""

from collections.abc import Iterator, Mapping
from typing import Any

from mdjourney_backend.schemas import titles
from mdjourney_backend.schemas.dialect import Checker, compiled
from mdjourney_backend.schemas.faults import Fault, pointer
from mdjourney_backend.schemas.flatten import UnknownReference, local, walk

OWED = "x-required-to-complete"
#: Texts that stand where an answer should; compared casefolded, without surrounding punctuation.
PLACEHOLDERS = frozenset(
    {
        "",
        "tbd",
        "tba",
        "todo",
        "fixme",
        "xxx",
        "n/a",
        "na",
        "unknown",
        "placeholder",
        "to be determined",
        "to be done",
    }
)
Path = tuple[str | int, ...]


def answers(value: Any) -> bool:
    """Whether a value says something: not null, blank, empty, or a placeholder."""
    if isinstance(value, str):
        return value.strip().strip("<>[](){}.…-?!* ").casefold() not in PLACEHOLDERS
    if isinstance(value, dict | list):
        return any(map(answers, value.values() if isinstance(value, dict) else value))
    return value is not None


class Completeness:
    """The walk for one flattened schema."""

    def __init__(self, body: Mapping[str, Any], checker: Checker) -> None:
        self._body = body
        self._checker = checker
        self._owing: dict[int, bool] = {}

    def missing(self, content: Any) -> list[Fault]:
        """Every field a person owes and has not answered, each place once, in schema order."""
        found = dict.fromkeys(self._walk(self._body, content, ()))
        return [self._fault(path) for path in found]

    def _fault(self, path: Path) -> Fault:
        title = titles.title(self._body, path)
        verb = "are" if titles.several(self._body, path) else "is"
        return Fault(
            pointer=pointer(path),
            title=title,
            message=f"{titles.place(self._body, path)} {verb} needed",
            keyword=OWED,
        )

    def _owes(self, schema: Any) -> bool:
        """Whether anything can be owed below a subschema; spares the walk through thousands of file entries."""
        known = self._owing.get(id(schema))
        if known is None:
            known = self._owing[id(schema)] = self._reaches(schema, set())
        return known

    def _reaches(self, schema: Any, seen: set[str]) -> bool:
        for _, node in walk(schema):
            if not isinstance(node, dict):
                continue
            if node.get(OWED):
                return True
            reference = node.get("$ref")
            if isinstance(reference, str) and reference not in seen:
                seen.add(reference)
                if self._reaches(local(self._body, reference), seen):
                    return True
        return False

    def _walk(self, schema: Any, content: Any, path: Path) -> Iterator[Path]:
        if not isinstance(schema, dict) or not self._owes(schema):
            return
        if isinstance(schema.get("$ref"), str):
            yield from self._referred(schema["$ref"], content, path)
        yield from self._in_place(schema, content, path)
        if isinstance(content, dict):
            yield from self._members(schema, content, path)
        elif isinstance(content, list):
            prefix = schema.get("prefixItems", [])
            for index, item in enumerate(content):
                yield from self._walk(
                    prefix[index] if index < len(prefix) else schema.get("items"), item, (*path, index)
                )

    def _referred(self, reference: str, content: Any, path: Path) -> Iterator[Path]:
        try:
            target = local(self._body, reference)  # the node itself: answers are remembered by identity
        except UnknownReference:
            return
        yield from self._walk(target, content, path)

    def _in_place(self, schema: Mapping[str, Any], content: Any, path: Path) -> Iterator[Path]:
        for branch in schema.get("allOf", []):
            yield from self._walk(branch, content, path)
        for key in ("anyOf", "oneOf"):
            fitting = [b for b in schema.get(key, []) if self._checker.accepts(b, content)]
            if fitting:
                yield from min((list(self._walk(branch, content, path)) for branch in fitting), key=len)
        if "if" in schema:
            taken = "then" if self._checker.accepts(schema["if"], content) else "else"
            yield from self._walk(schema.get(taken), content, path)
        if isinstance(content, dict):
            for key, dependent in schema.get("dependentSchemas", {}).items():
                if key in content:
                    yield from self._walk(dependent, content, path)

    def _members(self, schema: Mapping[str, Any], content: Mapping[str, Any], path: Path) -> Iterator[Path]:
        owed = list(schema.get(OWED, []))
        named = schema.get("properties", {})
        for key in sorted(owed, key=list(named).index if set(owed) <= set(named) else owed.index):
            if not answers(content.get(key)):
                yield (*path, key)
        for key, value in content.items():
            if key in owed and not answers(value):
                continue
            if key in named:
                yield from self._walk(named[key], value, (*path, key))
            for pattern, dependent in schema.get("patternProperties", {}).items():
                if compiled(pattern).search(key):
                    yield from self._walk(dependent, value, (*path, key))
            if key not in named and isinstance(schema.get("additionalProperties"), dict):
                yield from self._walk(schema["additionalProperties"], value, (*path, key))
