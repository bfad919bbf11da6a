"""Turns the bytes of a local override into a schema in force, or says why it cannot be one."""

from collections.abc import Iterator, Mapping
from typing import Any

from mdjourney_backend import strict_json
from mdjourney_backend.schemas.dialect import (
    DRAFT_2020_12,
    Checker,
    NotCompiled,
    TooExpensive,
    dialect_of,
    fast,
)
from mdjourney_backend.schemas.faults import Content, Schema, pointer
from mdjourney_backend.schemas.flatten import UnknownReference, flatten, walk
from mdjourney_backend.schemas.lifting import owed_not_required
from mdjourney_backend.schemas.lint import Finding, findings
from mdjourney_backend.schemas.loops import loops
from mdjourney_backend.schemas.packaged import NAMESPACE, Packaged
from mdjourney_backend.schemas.sentences import faults
from mdjourney_backend.schemas.skeleton import written_by_the_system
from mdjourney_contract.problems import Invalid

MAX_BYTES = 5_000_000


class BrokenOverride(Invalid):
    """A local schema that cannot be used; `errors` hold one `{pointer, message}` for each reason."""

    title = "The schema cannot be used"

    @classmethod
    def because(cls, found: list[Finding]) -> "BrokenOverride":
        """All reasons in one sentence."""
        told = "; ".join(f"{f.pointer}: {f.message}" if f.pointer else f.message for f in found[:5])
        more = f"; and {len(found) - 5} more" if len(found) > 5 else ""
        return cls(told + more, errors=[{"pointer": f.pointer, "message": f.message} for f in found])


def prepare(name: str, raw: bytes, packaged: Packaged) -> Schema:
    """Read, check and flatten an override.

    Raises:
        BrokenOverride: no strict JSON, too large, or anything `lint` finds; all reasons at once where possible.
    """
    body = read(raw)
    if found := list(findings(body)):
        raise BrokenOverride.because(found)
    return _checked(name, body, packaged)


def read(raw: bytes) -> Any:
    """The JSON of a schema.

    Raises:
        BrokenOverride: over 5 MB, not strict JSON, or nested deeper than 64.
    """
    try:
        return strict_json.loads(raw, max_bytes=MAX_BYTES)
    except strict_json.Unreadable as exc:
        raise BrokenOverride(exc.detail, errors=exc.errors) from None


def _checked(name: str, body: Content, packaged: Packaged) -> Schema:
    base = packaged.fallback(name)
    if found := list(_references(body, packaged, base)):
        raise BrokenOverride.because(found)
    own = owed_not_required(body, base.body)
    try:
        flat = flatten(own, packaged.lookup)
    except UnknownReference as exc:
        raise BrokenOverride(exc.detail) from None
    flat.setdefault("$schema", DRAFT_2020_12)
    flat["$id"] = str(body.get("$id") or f"{NAMESPACE}local/{name}")
    flat["x-version"] = str(body.get("x-version") or base.version)
    flat["x-name"] = name
    if trouble := loops(flat):
        raise BrokenOverride.because([Finding(*trouble)])
    try:
        fast(flat)
    except NotCompiled as exc:
        raise BrokenOverride(f"it cannot be compiled: {exc}") from None
    if found := list(_rejected(name, flat, base.body)):
        raise BrokenOverride.because(found)
    return Schema(name, "local", flat["x-version"], flat["$id"], flat, None, "a local override is there")


def _references(body: Content, packaged: Packaged, base: Schema) -> Iterator[Finding]:
    """References that leave the schema for anything but a packaged one."""
    for path, node in _with_paths(body):
        reference = node.get("$ref")
        if not isinstance(reference, str) or reference.startswith("#"):
            continue
        at = pointer((*path, "$ref"))
        uri = reference.split("#")[0]
        if uri == body.get("$id"):
            yield Finding(at, f"{uri} is this schema itself: give it an $id of its own")
            continue
        try:
            packaged.lookup(uri)
        except UnknownReference as exc:
            yield Finding(at, exc.detail)
            continue
        if dialect_of(body) != dialect_of(base.body):
            yield Finding(at, f"a schema that extends a packaged one is written in {DRAFT_2020_12}")


def _with_paths(body: Content) -> Iterator[tuple[tuple[str | int, ...], Mapping[str, Any]]]:
    return ((path, node) for path, node in walk(body) if isinstance(node, dict))


def _rejected(name: str, flat: Content, base: Content) -> Iterator[Finding]:
    """What the system writes and this schema would refuse."""
    if flat.get("additionalProperties") is False and not set(base["properties"]) <= set(flat["properties"]):
        wanting = ", ".join(key for key in base["properties"] if key not in flat["properties"])
        yield Finding(
            "/additionalProperties",
            f"the schema is closed and has no place for fields the system or people fill ({wanting[:120]}...): "
            f'leave it open, or extend {base["$id"]} with "allOf": [{{"$ref": ...}}]',
        )
        return
    checker = Checker(flat)
    told: set[str] = set()
    for document in written_by_the_system(name, base):
        try:
            found = faults(flat, checker.errors(document))
        except TooExpensive:
            yield Finding("", "the schema refers to itself too often")
            return
        for fault in found:
            if fault["message"] not in told:
                told.add(fault["message"])
                yield Finding("", f"it would refuse what the system writes: {fault['message']}")
