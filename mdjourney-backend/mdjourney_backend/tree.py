"""The folders of one tree as they are on disk now: projects, datasets, runs and instruments, found by identifier."""

import os
import re
import stat
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar

import orjson

from mdjourney_backend.changes import Ref
from mdjourney_backend.held import FOLDER, Held
from mdjourney_backend.layout import (
    HOUSEKEEPING,
    METADATA,
    OURS,
    Layout,
    Meaning,
    administrative_ref,
    complete_name,
    project_ref,
    run_ref,
)
from mdjourney_contract.problems import NotFound

#: A folder listing younger than this when it was read may miss entries made in the same clock tick.
_RACY_NS: Final = 50_000_000
#: A clock that stamps files goes on in steps no longer than this.
_TICK_NS: Final = 20_000_000
_DOCUMENT: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
#: Of a larger document only the top is read: identifiers stand before the file entries.
_PEEK: Final = 65_536
_TOP_MEMBER: Final = re.compile(rb'^  "(\w+)": "([^"\\]{0,200})"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ProjectPlace:
    """A project and its folder, relative to the tree root."""

    project_id: str
    path: str


@dataclass(frozen=True, slots=True)
class DatasetPlace:
    """A dataset, its project and its folder, relative to the tree root."""

    dataset_id: str
    project_id: str
    path: str


@dataclass(frozen=True, slots=True)
class RunPlace:
    """A run of a dataset; `path` is its folder, `ref` its contextual document."""

    run_id: str
    dataset_id: str
    path: str
    ref: Ref


@dataclass(frozen=True, slots=True)
class InstrumentPlace:
    """An instrument of the tree."""

    slug: str
    ref: Ref


@dataclass(frozen=True, slots=True)
class Folder:
    """A project or dataset folder as lstat saw it; it may lack documents."""

    path: str
    inode: int
    dev: int
    mtime_ns: int
    ctime_ns: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """A path that is described nowhere, and why."""

    path: str
    reason: str


class Tree:
    """Looks, never writes. Listings and identifiers are cached by stat, so asking often is cheap.

    Thread-safe: caches hold immutable values and are replaced whole.
    """

    def __init__(self, root: Path, layout: Layout) -> None:
        self.root = root
        self.layout = layout
        self._listings: dict[str, tuple[tuple[int, int], tuple[_Entry, ...]]] = {}
        self._identifiers: dict[str, tuple[tuple[int, int, int, int], dict[str, Any]]] = {}
        self._homes: dict[str, str] = {}

    def projects(self) -> list[ProjectPlace]:
        """Every project that has its document, by path."""
        found = []
        for folder in self.project_folders():
            identifier = self.identifier_in(project_ref(folder.path), "project_identifier")
            if identifier is not None:
                found.append(ProjectPlace(identifier, folder.path))
        return found

    def datasets(self, project_id: str | None = None) -> list[DatasetPlace]:
        """Every dataset that has its administrative document, or those of one project, by path."""
        projects = self.projects() if project_id is None else [self.project(project_id)]
        return [place for project in projects for place in self._datasets_of(project)]

    def runs(self, dataset_id: str | None = None) -> list[RunPlace]:
        """The runs of one dataset or of all. A run that came with a copied dataset is provenance, not a run of it."""
        places = self.datasets() if dataset_id is None else [self.dataset(dataset_id)]
        return [run for place in places for run in self._runs_of(place)]

    def project(self, project_id: str) -> ProjectPlace:
        """
        Raises:
            NotFound: no project of the tree has that identifier now.
        """
        found = [p for p in self.projects() if p.project_id == project_id]
        return _one(found, self._homes.get(project_id), f"No project has the identifier {project_id!r}")

    def dataset(self, dataset_id: str) -> DatasetPlace:
        """
        Raises:
            NotFound: no dataset of the tree has that identifier now.
        """
        found = [d for d in self.datasets() if d.dataset_id == dataset_id]
        return _one(found, self._homes.get(dataset_id), f"No dataset has the identifier {dataset_id!r}")

    def run(self, run_id: str) -> RunPlace:
        """
        Raises:
            NotFound: no dataset of the tree has that run now.
        """
        for place in self.runs():
            if place.run_id == run_id:
                return place
        raise NotFound(f"No run has the identifier {run_id!r}")

    def revisions(self, run: RunPlace) -> list[tuple[int, Ref]]:
        """The Complete Metadata Files of a run, oldest first."""
        found = []
        for entry in self._list(run.path):
            named = complete_name(entry.name)
            if named is not None and named[0] == run.run_id and not entry.is_folder:
                found.append((named[1], Ref("complete_metadata", f"{run.path}/{entry.name}")))
        return sorted(found, key=lambda pair: pair[0])

    def instruments(self) -> list[InstrumentPlace]:
        """Every instrument that has its document, by slug."""
        base = f"{METADATA}/instruments"
        found = []
        for entry in self._list(base):
            path = f"{base}/{entry.name}/instrument_technical.json"
            if entry.is_folder and self._regular(path):
                found.append(InstrumentPlace(entry.name, Ref("instrument_technical", path)))
        return found

    def documents(self) -> Iterator[Ref]:
        """Every document that is on disk, whether its folder's identity is settled or not."""
        for instrument in self.instruments():
            yield instrument.ref
        for project in self.project_folders():
            yield from self._documents_in(f"{project.path}/{METADATA}")
            for dataset in self.dataset_folders(project.path):
                yield from self._documents_in(f"{dataset.path}/{METADATA}")
                runs = f"{dataset.path}/{METADATA}/runs"
                for run in self._list(runs):
                    if run.is_folder:
                        yield from self._documents_in(f"{runs}/{run.name}")

    def project_folders(self) -> list[Folder]:
        """Folders that are projects by name, with or without document."""
        return [f for f in self._projects_below("", 1) if not self._foreign_tree(f.path)]

    def dataset_folders(self, project_path: str) -> list[Folder]:
        """Folders of a project that are datasets, with or without documents."""
        found = []
        for entry in self._list(project_path):
            if entry.is_folder and entry.utf8 and not self.layout.ignored(entry.name):
                folder = self._folder(f"{project_path}/{entry.name}")
                if folder is not None and not self._foreign_tree(folder.path):
                    found.append(folder)
        return found

    def identifier_in(self, ref: Ref, key: str, folder: Held | None = None) -> str | None:
        """A string member of a small document, or None where document or member is not there (or not readable). With
        `folder`, of the document that lies in that held folder."""
        value = self._small(ref, folder).get(key)
        return value if isinstance(value, str) else None

    def shape(self) -> "Shape":
        """What tells whether a project or dataset folder came, went or was renamed: the folders they lie in, and when
        those changed last."""
        folders = {f.path: (f.inode, f.mtime_ns) for f in self.project_folders()}
        for path in self._containers("", 1):
            found = (self.root / path).stat()
            folders[path] = (found.st_ino, found.st_mtime_ns)
        return Shape(folders, time.time_ns())

    def _containers(self, base: str, level: int) -> Iterator[str]:
        """The folders that projects lie in."""
        yield base
        for entry in self._list(base) if level < self.layout.depth else ():
            if entry.is_folder and entry.utf8 and not self.layout.ignored(entry.name):
                path = f"{base}/{entry.name}" if base else entry.name
                if not self.layout.is_project_name(entry.name):
                    yield from self._containers(path, level + 1)

    def settle_on(self, identifier: str, path: str) -> None:
        """Say which folder an identifier belongs to while a fresh copy of it still claims the same one."""
        self._homes = {**self._homes, identifier: path}

    def skipped(self, limit: int = 10_000) -> list[Skipped]:
        """What is described nowhere: files outside datasets, and what rules or names exclude. At most `limit`."""
        found: list[Skipped] = []
        for item in self._skipped():
            found.append(item)
            if len(found) >= limit:
                break
        return found

    def _skipped(self) -> Iterator[Skipped]:
        projects = {f.path for f in self.project_folders()}
        yield from self._skipped_above("", 1, projects)
        for project in sorted(projects):
            datasets = {f.path for f in self.dataset_folders(project)}
            for entry in self._list(project):
                path = f"{project}/{entry.name}"
                if path in datasets:
                    yield from self._skipped_in(path)
                elif entry.name not in HOUSEKEEPING:
                    yield Skipped(printable(path), self._why(path, entry, "lies directly in a project"))

    def _skipped_above(self, base: str, level: int, projects: set[str]) -> Iterator[Skipped]:
        for entry in self._list(base):
            path = f"{base}/{entry.name}" if base else entry.name
            if path in projects or entry.name in HOUSEKEEPING:
                continue
            if entry.is_folder and level < self.layout.depth and not self.layout.ignored(entry.name):
                yield from self._skipped_above(path, level + 1, projects)
                continue
            where = f"is no project (their names begin with {self.layout.prefix!r})"
            yield Skipped(
                printable(path), self._why(path, entry, where if entry.is_folder else "lies outside projects")
            )

    def _skipped_in(self, folder: str) -> Iterator[Skipped]:
        for entry in self._list(folder, cache=False):
            path = f"{folder}/{entry.name}"
            if entry.name in HOUSEKEEPING or entry.name.endswith(".dvc"):
                continue
            reason = self._why(path, entry, "")
            if reason:
                yield Skipped(printable(path), reason)
            elif entry.is_folder:
                yield from self._skipped_in(path)

    def _why(self, path: str, entry: "_Entry", otherwise: str) -> str:
        if not entry.utf8:
            return "the name is not UTF-8"
        pattern = self.layout.ignoring_pattern(entry.name)
        if pattern is not None:
            return f"matches the ignore rule {pattern!r}"
        if entry.is_special:
            return "is no regular file, folder or link"
        if entry.is_folder and self._foreign_tree(path):
            return "is a tree of its own"
        return otherwise

    def _projects_below(self, base: str, level: int) -> Iterator[Folder]:
        for entry in self._list(base):
            if not entry.is_folder or not entry.utf8 or self.layout.ignored(entry.name):
                continue
            path = f"{base}/{entry.name}" if base else entry.name
            if self.layout.is_project_name(entry.name):
                folder = self._folder(path)
                if folder is not None:
                    yield folder
            elif level < self.layout.depth:
                yield from self._projects_below(path, level + 1)

    def _datasets_of(self, project: ProjectPlace) -> Iterator[DatasetPlace]:
        for folder in self.dataset_folders(project.path):
            identifier = self.identifier_in(administrative_ref(folder.path), "dataset_identifier")
            if identifier is not None:
                yield DatasetPlace(identifier, project.project_id, folder.path)

    def _runs_of(self, dataset: DatasetPlace) -> Iterator[RunPlace]:
        base = f"{dataset.path}/{METADATA}/runs"
        for entry in self._list(base):
            if not entry.is_folder:
                continue
            ref = run_ref(dataset.path, entry.name)
            run_id = self.identifier_in(ref, "experiment_identifier_run_id")
            home = self.identifier_in(ref, "dataset_identifier_link")
            if run_id is not None and home == dataset.dataset_id:
                yield RunPlace(run_id, dataset.dataset_id, f"{base}/{entry.name}", ref)

    def _documents_in(self, folder: str) -> Iterator[Ref]:
        for entry in self._list(folder):
            place = self.layout.meaning(f"{folder}/{entry.name}")
            if place.meaning is Meaning.DOCUMENT and place.ref is not None and not entry.is_special:
                yield place.ref

    def _foreign_tree(self, path: str) -> bool:
        return (self.root / path / OURS / "marker.json").is_file()

    def _folder(self, path: str) -> Folder | None:
        try:
            seen = os.lstat(self.root / path)
        except OSError:  # it went away since it was listed
            return None
        if not stat.S_ISDIR(seen.st_mode):
            return None
        return Folder(path, seen.st_ino, seen.st_dev, seen.st_mtime_ns, seen.st_ctime_ns)

    def _regular(self, path: str) -> bool:
        try:
            return stat.S_ISREG(os.lstat(self.root / path).st_mode)
        except OSError:  # not there
            return False

    def _list(self, path: str, cache: bool = True) -> tuple["_Entry", ...]:
        """Entries of a folder by name; nothing for a folder that is not there or is a link."""
        try:
            seen = os.lstat(self.root / path)
        except OSError:
            return ()
        if not stat.S_ISDIR(seen.st_mode) and path:
            return ()
        known = self._listings.get(path)
        if known is not None and known[0] == (seen.st_ino, seen.st_mtime_ns):
            return known[1]
        try:
            descriptor = os.open(self.root / path, FOLDER if path else FOLDER & ~os.O_NOFOLLOW)
        except OSError:  # it went away meanwhile, or may not be read
            return ()
        try:
            seen = os.fstat(
                descriptor
            )  # of the very folder that is listed: another may have taken its path just now
            with os.scandir(descriptor) as entries:
                listing = tuple(sorted((_Entry.of(e) for e in entries), key=lambda e: e.name))
        except OSError:
            return ()
        finally:
            os.close(descriptor)
        if cache and _quiet(seen.st_mtime_ns):
            self._listings[path] = ((seen.st_ino, seen.st_mtime_ns), listing)
        return listing

    def _small(self, ref: Ref, folder: Held | None = None) -> dict[str, Any]:
        inside = folder.inside(ref.path) if folder is not None else None
        path, fd = (inside, folder.fd) if folder and inside else (str(self.root / ref.path), None)
        try:
            seen = os.stat(path, dir_fd=fd, follow_symlinks=False)
            known = self._identifiers.get(ref.path)
            if known is not None and known[0] == _key(seen):
                return known[1]
            if not stat.S_ISREG(seen.st_mode):
                return {}
            descriptor = os.open(path, _DOCUMENT, dir_fd=fd)
        except OSError:
            return {}
        with open(descriptor, "rb") as file:
            seen = os.fstat(descriptor)  # of the very file that is read
            strings = _strings(file, seen.st_size)
        if strings and _quiet(seen.st_ctime_ns):
            self._identifiers[ref.path] = (_key(seen), strings)
        return strings


@dataclass(frozen=True, slots=True)
class Shape:
    """The folders that projects and datasets lie in: path -> inode and mtime (ns); `at` (ns) is when they were asked."""

    folders: Mapping[str, tuple[int, int]]
    at: int

    def held_still(self, later: "Shape") -> bool:
        """Whether surely no folder in one of them came, went or was renamed between this and a later look."""
        newest = max((mtime for _, mtime in self.folders.values()), default=0)
        # a change within one tick of the clock leaves the time as it was; a time to come says nothing
        return self.folders == later.folders and not 0 <= self.at - newest < _TICK_NS


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    is_folder: bool
    is_special: bool
    utf8: bool

    @classmethod
    def of(cls, entry: "os.DirEntry[str]") -> "_Entry":
        folder = entry.is_dir(follow_symlinks=False)
        plain = folder or entry.is_symlink() or entry.is_file(follow_symlinks=False)
        return cls(entry.name, folder, not plain, is_utf8(entry.name))


def is_utf8(name: str) -> bool:
    """Whether a name from the file system can be written in a document."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def printable(path: str) -> str:
    r"""A path with bytes that are not UTF-8 shown as `\xNN`."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


P = TypeVar("P", ProjectPlace, DatasetPlace)


def _one(found: "list[P]", home: str | None, message: str) -> P:
    if not found:
        raise NotFound(message)
    return next((place for place in found if place.path == home), found[0])


def _quiet(changed_ns: int) -> bool:
    return changed_ns < time.time_ns() - _RACY_NS


def _key(seen: os.stat_result) -> tuple[int, int, int, int]:
    return (seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns)


def _strings(file: BinaryIO, size: int) -> dict[str, str]:
    """The string members on the top of a JSON file; nothing when it cannot be read (documents reports that)."""
    try:
        whole = b""
        if size > _PEEK:
            whole = file.read(_PEEK)
            top = _TOP_MEMBER.findall(whole.split(b'\n  "file_descriptions"', 1)[0])
            if top:
                return {k.decode(): v.decode() for k, v in top}
        value = orjson.loads(whole + file.read())
    except (OSError, ValueError):
        return {}
    if not isinstance(value, dict):
        return {}
    return {k: v for k, v in value.items() if isinstance(v, str) and len(v) <= 200}
