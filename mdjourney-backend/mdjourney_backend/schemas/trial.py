"""Trying a schema before it counts: lint a file, and foresee what an override would do to the documents there are."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mdjourney_backend.schemas.faults import Content, Schema
from mdjourney_backend.schemas.judge import Judge
from mdjourney_backend.schemas.lint import Finding
from mdjourney_backend.schemas.override import MAX_BYTES, BrokenOverride, prepare
from mdjourney_backend.schemas.packaged import CONTEXTUAL, Packaged
from mdjourney_contract.data import packaged_schemas
from mdjourney_contract.problems import NotFound


@dataclass(frozen=True, slots=True)
class Lint:
    """What `mdjourney schema check FILE` says: the name the file would count under, and all that is wrong with it."""

    name: str
    findings: list[Finding]
    schema: Schema | None

    @property
    def ok(self) -> bool:
        """Whether it could be used as it is."""
        return self.schema is not None


@dataclass(frozen=True, slots=True)
class Impact:
    """What a candidate schema would change; the lists hold positions in the documents that were given."""

    documents: int
    incomplete: list[int]
    invalid: list[int]

    @property
    def sentence(self) -> str:
        """`12 of 40 documents would become incomplete, 1 invalid`."""
        count = f"{len(self.incomplete)} of {self.documents} documents would become incomplete"
        return count + (f", {len(self.invalid)} invalid" if self.invalid else "")


def lint(path: Path, name: str | None = None, packaged: Path | None = None) -> Lint:
    """Check a file as if it lay in `.template_schemas/`.

    Args:
        path: the schema; its stem is its name, `contextual/` before it if its folder is called so or no document has
            that name.
        name: the name to check it under instead.

    Raises:
        NotFound: there is no such file.
    """
    known = Packaged(packaged or packaged_schemas())
    name = name or _name(path, known)
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as exc:
        raise NotFound(f"{path}: {exc.strerror}") from None
    try:
        return Lint(name, [], prepare(name, raw, known))
    except BrokenOverride as exc:
        found = [Finding(e.get("pointer", ""), str(e["message"])) for e in exc.errors]
        return Lint(name, found or [Finding("", exc.detail)], None)


def _name(path: Path, known: Packaged) -> str:
    template = path.parent.name == CONTEXTUAL or not known.has(path.stem)
    return f"{CONTEXTUAL}/{path.stem}" if template else path.stem


def candidate(name: str, body: Content, packaged: Packaged) -> Schema:
    """A schema that somebody wants to save, checked like a file.

    Raises:
        BrokenOverride: it could not be used.
    """
    return prepare(name, json.dumps(body).encode(), packaged)


def impact(now: Judge, then: Judge, documents: Iterable[Content]) -> Impact:
    """Which documents that are complete, or valid, now would no longer be so."""
    incomplete, invalid, count = [], [], 0
    for index, document in enumerate(documents):
        count += 1
        before, after = now.assess(document), then.assess(document)
        if before.complete and not after.complete and after.valid:
            incomplete.append(index)
        if before.valid and not after.valid:
            invalid.append(index)
    return Impact(count, incomplete, invalid)
