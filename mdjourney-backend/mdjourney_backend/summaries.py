"""What lists say of documents, remembered by stat so that a list costs a look at each file and not its reading."""

import os
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from mdjourney_backend.changes import Content, Ref
from mdjourney_backend.documents import Documents, NotPlain, schema_name
from mdjourney_backend.layout import structural_ref
from mdjourney_backend.schemas import Fault, Schema, SchemaManager
from mdjourney_backend.suggestions import Detected, detected_in
from mdjourney_backend.ticks import is_quiet
from mdjourney_backend.tree import DatasetPlace, RunPlace, Tree
from mdjourney_backend.triggers.t5_finalize import covered_number

_STATES: Final = ("V0", "V1", "V2")
Stamp = tuple[int, int, int, int]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Standing:
    """How a document stands under the schema in force; `content` is without file entries and must not be changed."""

    content: Content
    errors: list[Fault]
    missing: list[Fault]
    schema: Schema

    @property
    def valid(self) -> bool:
        return not self.errors

    @property
    def complete(self) -> bool:
        return not self.errors and not self.missing


@dataclass(frozen=True, slots=True)
class Files:
    """The file entries of a dataset in numbers; only what is present counts."""

    number: int
    size: int
    state: str
    detected: dict[Detected, int]


class Summaries:
    """Thread-safe: what is remembered is replaced whole, and never changed."""

    def __init__(self, root: Path, documents: Documents, schemas: SchemaManager, tree: Tree) -> None:
        self._root = root
        self._documents = documents
        self._schemas = schemas
        self._tree = tree
        self._standing: dict[str, tuple[Stamp, Standing]] = {}
        self._files: dict[str, tuple[tuple[Stamp, ...], Files]] = {}
        self._covered: dict[str, tuple[tuple[Stamp, ...], int]] = {}

    def standing(self, ref: Ref) -> Standing:
        """How a document stands.

        Raises:
            NotFound: there is none.
            Conflict: it cannot be read.
        """
        stamp = self._stamp(ref)
        known = self._standing.get(ref.path)
        if known is not None and known[0] == stamp and self._still(ref, known[1]):
            return known[1]
        quiet = is_quiet(stamp[3])
        document = self._documents.read(ref)
        found = self._documents.assess(document)
        made = Standing(document.without_entries(), found.errors, found.missing, found.schema)
        if quiet:
            self._standing[ref.path] = (stamp, made)
        return made

    def files(self, place: DatasetPlace) -> Files:
        """The entries of a dataset in numbers; none where it has no structural document yet."""
        ref = structural_ref(place.path)
        return self._remembered(self._files, ref.path, (ref,), lambda: self._count(ref))

    def detected(self, place: DatasetPlace) -> dict[Detected, int]:
        """The instruments that files of a dataset name, with how many do."""
        return self.files(place).detected

    def covered(self, run: RunPlace, dataset: DatasetPlace) -> int:
        """How many files a run covers."""
        ref = structural_ref(dataset.path)

        def count() -> int:
            context = self._documents.read(run.ref).content
            return self._of_entries(ref, lambda entries: covered_number(entries, context))

        return self._remembered(self._covered, run.ref.path, (run.ref, ref), count)

    def _count(self, ref: Ref) -> Files:
        return self._of_entries(ref, _in_numbers)

    def _of_entries(self, ref: Ref, answer: Callable[[Iterable[Content]], T]) -> T:
        """Ask the entries of a document, a few at a time; those of one that is not there are none."""
        if not self._documents.exists(ref):
            return answer(())
        try:
            return answer(self._documents.each_entry(ref))
        except NotPlain:  # somebody else wrote it
            return answer(self._documents.read(ref).content.get("file_descriptions", ()))

    def _remembered(
        self,
        memory: dict[str, tuple[tuple[Stamp, ...], T]],
        key: str,
        refs: tuple[Ref, ...],
        make: Callable[[], T],
    ) -> T:
        stamps = tuple(self._stamp(ref) for ref in refs)
        known = memory.get(key)
        if known is not None and known[0] == stamps:
            return known[1]
        quiet = all(is_quiet(stamp[3]) for stamp in stamps)
        made = make()
        if quiet:
            memory[key] = (stamps, made)
        return made

    def _still(self, ref: Ref, known: Standing) -> bool:
        """Whether the schema in force is the one the document was judged by."""
        name = schema_name(ref.kind, known.content)
        return name in self._schemas.names() and self._schemas.resolve(name) is known.schema

    def _stamp(self, ref: Ref) -> Stamp:
        try:
            found = os.lstat(self._root / ref.path)
        except OSError:  # reading it says why
            return (0, 0, 0, 0)
        return (found.st_mtime_ns, found.st_size, found.st_ino, found.st_ctime_ns)


def _in_numbers(entries: Iterable[Content]) -> Files:
    number = size = 0
    lowest = _STATES[-1]
    detected: Counter[Detected] = Counter()
    for entry in entries:
        if entry.get("status") == "removed":
            continue
        number += 1
        size += entry.get("file_size_bytes", 0)
        lowest = min(lowest, entry.get("version_state", _STATES[0]), key=_STATES.index)
        detected.update(detected_in((entry,)))
    return Files(number, size, lowest if number else _STATES[0], dict(detected))


def owes(found: Standing) -> int:
    """How many fields of a document somebody has to look at; nothing of an abandoned run."""
    if found.content.get("run_status") == "abandoned":
        return 0
    return len(found.errors) + len(found.missing)


def standing_of(parts: Iterable[Standing]) -> dict[str, Any]:
    """What a list says of documents that belong together."""
    found = list(parts)
    return {
        "valid": all(s.valid for s in found),
        "complete": all(s.complete for s in found),
        "missing": sum(len(s.missing) for s in found),
        "modified": max(
            (m for s in found if isinstance(m := s.content.get("last_modified_date"), str)), default=None
        ),
    }
