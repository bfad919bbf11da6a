"""What the folders of a tree are called once they are found: places, folders as they were seen, the shape of it all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mdjourney_backend.changes import Ref

#: A clock that stamps files goes on in steps no longer than this.
_TICK_NS: Final = 20_000_000


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
