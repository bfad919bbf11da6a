"""Which schema applies: `.template_schemas/` of the tree first, the packaged one second, looked at every time."""

import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from mdjourney_backend.schemas import titles, trial
from mdjourney_backend.schemas.advice import advice
from mdjourney_backend.schemas.faults import Assessment, Content, Fault, Schema, split
from mdjourney_backend.schemas.judge import Judge
from mdjourney_backend.schemas.override import MAX_BYTES, BrokenOverride, prepare
from mdjourney_backend.schemas.packaged import BASE_TEMPLATE, CONTEXTUAL, Packaged
from mdjourney_backend.schemas.trial import Impact
from mdjourney_backend.ticks import is_quiet
from mdjourney_contract.data import packaged_schemas
from mdjourney_contract.problems import NotFound

OVERRIDES = ".template_schemas"
_NAME = re.compile(r"(contextual/)?[A-Za-z0-9][A-Za-z0-9_-]{0,99}\Z", re.ASCII)
#: An index of a list in a pointer: what people send may hold other digits, and very many.
_INDEX = re.compile(r"[0-9]{1,9}\Z")
#: mtime_ns, size, inode, ctime_ns of an override; None: there is none.
Stamp = tuple[int, int, int, int] | None


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of `GET /schemas`; `reason` says why its layer won."""

    name: str
    title: str
    kind: Literal["document", "template"]
    source: Literal["local", "packaged"]
    version: str
    problem: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class SchemaProblem:
    """A local override that is not used, and why."""

    name: str
    message: str


def compile_packaged(packaged: Path | None = None) -> None:
    """Read and compile every packaged schema now, so that whoever is forked from this process finds it done."""
    found = Packaged.of(packaged or packaged_schemas())
    for name in found.names():
        found.judge(name).assess({})


def template_name(content: Mapping[str, Any]) -> str:
    """The schema name of a run document: `contextual/<experiment_template_type>`."""
    kind = content.get("experiment_template_type")
    name = f"{CONTEXTUAL}/{kind}"
    return name if isinstance(kind, str) and _NAME.match(name) else BASE_TEMPLATE


class SchemaManager:
    """Resolves and applies the schemas of one tree. Safe to use from several threads.

    Args:
        root: the tree (MONITOR_PATH).
        packaged: folder of the packaged schemas.
    """

    def __init__(self, root: Path, packaged: Path | None = None) -> None:
        self._root = root
        self._overrides = str(root / OVERRIDES)
        self._packaged = Packaged.of(packaged or packaged_schemas())
        self._cache: dict[str, tuple[tuple[Stamp, Stamp], Judge]] = {}

    def resolve(self, name: str) -> Schema:
        """The schema in force for a name (`project_descriptive`, `contextual/computational_workflow`, ...).

        Raises:
            NotFound: neither a local nor a packaged schema has this name.
        """
        return self._judge(name).schema

    def assess(self, name: str, content: Content) -> Assessment:
        """Errors and missing answers of a document.

        A template that is no longer there is judged by `experiment_contextual`; `schema.problem` says so.

        Raises:
            NotFound: no schema of this name, and it is no template.
        """
        return self._judge_leniently(name).assess(content)

    def errors(self, name: str, content: Content) -> list[Fault]:
        """The errors of `assess` alone; what is missing is not looked for.

        Raises:
            NotFound: as for `assess`.
        """
        return self._judge_leniently(name).errors(content)

    def advice(self, name: str, content: Content) -> list[Fault]:
        """What could be said better: units that do not read as UCUM. Never a reason to refuse."""
        return advice(self._judge_leniently(name).schema.body, content)

    def assess_entries(
        self, entries: Sequence[Content], name: str = "file_technical"
    ) -> dict[int, list[Fault]]:
        """Faults of many entries, by position; empty when all are valid. Compiled, so fit for 100,000 entries."""
        return self._judge(name).entries(list(entries))

    def title_of(self, name: str, pointer: str) -> str:
        """The title of the field at a JSON pointer, for people."""
        path = [int(part) if _INDEX.match(part) else part for part in split(pointer)]
        return titles.title(self._judge_leniently(name).schema.body, path)

    def check(self, name: str, body: Content) -> Schema:
        """A schema somebody wants to save as override, checked and flattened as if it were there.

        Raises:
            BrokenOverride: it could not be used; `errors` hold every reason.
            NotFound: no document has this name.
        """
        if not _NAME.match(name):
            raise NotFound(f"{name[:100]!r} is no name of a schema")
        return trial.candidate(name, body, self._packaged)

    def impact(self, name: str, candidate_body: Content, documents: Iterable[Content]) -> Impact:
        """How many of `documents`, complete or valid now, would not be so under the candidate.

        Raises:
            BrokenOverride: the candidate could not be used at all.
        """
        return trial.impact(self._judge_leniently(name), Judge(self.check(name, candidate_body)), documents)

    def names(self) -> list[str]:
        """All names, documents first, then templates."""
        local = {n for n in self._local_files() if n.startswith(CONTEXTUAL + "/") and _NAME.match(n)}
        found = set(self._packaged.names()) | local
        return sorted(found, key=lambda name: (name.startswith(CONTEXTUAL), self._packaged.rank(name), name))

    def templates(self) -> list[str]:
        """The templates a run can start from, without the `contextual/`."""
        return [n.removeprefix(CONTEXTUAL + "/") for n in self.names() if n.startswith(CONTEXTUAL + "/")]

    def problems(self) -> list[SchemaProblem]:
        """Every local override that is refused just now."""
        refused = [SchemaProblem(s.name, s.problem) for s in self.list() if s.problem is not None]
        names = set(self.names())
        return refused + [
            SchemaProblem(
                stray, f"{OVERRIDES}/{stray}.json: there is no document of this name, so nothing uses it"
            )
            for stray in self._local_files()
            if stray not in names
        ]

    def list(self) -> list[Listed]:
        """Every schema with the layer that won."""
        schemas = [self._judge_leniently(name).schema for name in self.names()]
        return [Listed(s.name, s.title, s.kind, s.source, s.version, s.problem, s.reason) for s in schemas]

    def _judge_leniently(self, name: str) -> Judge:
        try:
            return self._judge(name)
        except NotFound:
            if not name.startswith(CONTEXTUAL + "/"):
                raise
            base = self._packaged.schema(BASE_TEMPLATE)
            problem = f"there is no template {name.removeprefix(CONTEXTUAL + '/')!r} any more"
            return Judge(
                Schema(
                    name,
                    "packaged",
                    base.version,
                    base.id,
                    base.body,
                    problem,
                    f"{problem}; its base is used",
                )
            )

    def _judge(self, name: str) -> Judge:
        if not _NAME.match(name):
            raise NotFound(f"{name[:100]!r} is no name of a schema")
        stamp = self._stamp(name)
        below = self._stamp(BASE_TEMPLATE) if name.startswith(CONTEXTUAL + "/") else None
        cached = self._cache.get(name)
        if cached is not None and cached[0] == (stamp, below):
            return cached[1]
        quiet = _quiet(stamp) and _quiet(below)
        packaged = self._on_base(below)
        judge = packaged.judge(name) if stamp is None else Judge(self._load(name, packaged))
        if quiet:
            self._cache[name] = ((stamp, below), judge)
        return judge

    def _on_base(self, below: Stamp) -> Packaged:
        """The packaged schemas, their templates on the local base where there is a sound one."""
        base = self._judge(BASE_TEMPLATE).schema if below is not None else None
        return self._packaged.on_base(base) if base is not None and base.source == "local" else self._packaged

    def _load(self, name: str, packaged: Packaged) -> Schema:
        try:
            return prepare(name, self._read(name), packaged)
        except BrokenOverride as exc:
            problem = f"{OVERRIDES}/{name}.json: {exc.detail}"
        fallback = packaged.fallback(name)
        return Schema(
            name,
            "packaged",
            fallback.version,
            fallback.id,
            fallback.body,
            problem,
            "the local override is refused, the packaged schema is used meanwhile",
        )

    def _stamp(self, name: str) -> Stamp:
        try:
            found = os.lstat(f"{self._overrides}/{name}.json")
        except (FileNotFoundError, NotADirectoryError):
            return None
        return (found.st_mtime_ns, found.st_size, found.st_ino, found.st_ctime_ns)

    def _read(self, name: str) -> bytes:
        """The bytes of an override: a plain file below plain folders, no link followed."""
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        opened: list[int] = []
        try:
            opened.append(os.open(self._root / OVERRIDES, flags | os.O_DIRECTORY))
            for folder in name.split("/")[:-1]:
                opened.append(os.open(folder, flags | os.O_DIRECTORY, dir_fd=opened[-1]))
            opened.append(os.open(name.rsplit("/", maxsplit=1)[-1] + ".json", flags, dir_fd=opened[-1]))
            with os.fdopen(opened.pop(), "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise BrokenOverride("it is no plain file")
                return file.read(MAX_BYTES + 1)
        except OSError as exc:
            raise BrokenOverride(f"it cannot be read: {exc.strerror} (links are not followed)") from None
        finally:
            for fd in opened:
                os.close(fd)

    def _local_files(self) -> Iterator[str]:
        for prefix, folder in (
            ("", self._root / OVERRIDES),
            (CONTEXTUAL + "/", self._root / OVERRIDES / CONTEXTUAL),
        ):
            try:
                entries = sorted(path.name for path in folder.iterdir())
            except OSError:
                continue
            for entry in entries:
                if entry.endswith(".json"):
                    yield prefix + entry.removesuffix(".json")


def _quiet(stamp: Stamp) -> bool:
    """Whether a stat vouches for what is read from now on."""
    return stamp is None or is_quiet(stamp[3])
