"""What a path below the tree root means: project, dataset, data, document, ignored or outside of everything."""

import fnmatch
import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Final

from mdjourney_backend.changes import Ref
from mdjourney_contract.session_config import SessionConfig

METADATA: Final = ".metadata"
OURS: Final = ".mdjourney"
LOCAL_SCHEMAS: Final = ".template_schemas"

#: Basename patterns that are never data, whatever the config says.
ALWAYS_IGNORED: Final = (
    ".*",
    "*.part",
    "*.tmp",
    "~$*",
    "*.dvc",
    "Thumbs.db",
    "desktop.ini",
    # exports of ours that land beside the data
    "ro-crate-metadata.json",
    "ro-crate-preview.html",
    "bagit.txt",
    "bag-info.txt",
    "manifest-sha256.txt",
    "tagmanifest-sha256.txt",
)
#: Names that are part of how MDJourney, git and DVC work; nobody needs to be told that they are not data.
HOUSEKEEPING: Final = frozenset(
    {METADATA, OURS, LOCAL_SCHEMAS, ".git", ".dvc", ".gitignore", ".gitattributes", ".dvcignore"}
)

_COMPLETE = re.compile(r"(?P<run>.+)_v2_metadata(_(?P<revision>[1-9][0-9]*))?\.json\Z", re.DOTALL)


class Meaning(Enum):
    """What a path can be."""

    ROOT = "root"
    #: a folder above projects, where `depth` allows projects to lie deeper
    CONTAINER = "container"
    PROJECT = "project"
    DATASET = "dataset"
    #: a file, link or folder inside a dataset
    DATA = "data"
    DOCUMENT = "document"
    #: part of `.metadata` but no document (locks, temporary and quarantined files)
    METADATA = "metadata"
    SCHEMA = "schema"
    #: `.mdjourney`, `.git`, `.dvc`
    HOUSEKEEPING = "housekeeping"
    IGNORED = "ignored"
    #: files directly in the root or a project, and folders that are no project
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Place:
    """The meaning of one path, with the project and dataset it belongs to (tree-relative) and, for DATA, its path
    relative to the dataset."""

    meaning: Meaning
    project: str | None = None
    dataset: str | None = None
    inside: str | None = None
    ref: Ref | None = None


class Layout:
    """The rules of one tree. Pure: looks at names only."""

    def __init__(self, prefix: str = "p_", depth: int = 1, ignore: tuple[str, ...] = ()) -> None:
        self.prefix = prefix
        self.depth = depth
        self.patterns = (*ALWAYS_IGNORED, *ignore)
        self._matches = re.compile("|".join(fnmatch.translate(p) for p in self.patterns)).match

    @classmethod
    def of(cls, config: SessionConfig) -> "Layout":
        """The layout a session config asks for."""
        return cls(config.project_prefix, config.depth, config.ignore)

    def ignored(self, name: str) -> bool:
        """Whether a basename is never data."""
        return self._matches(name) is not None

    def ignoring_pattern(self, name: str) -> str | None:
        """The first pattern that makes a basename ignored."""
        return next((p for p in self.patterns if fnmatch.fnmatchcase(name, p)), None)

    def is_project_name(self, name: str) -> bool:
        """Whether a folder of that name, where projects may lie, is a project."""
        return name.startswith(self.prefix) and not self.ignored(name)

    def meaning(self, path: str) -> Place:
        """What a tree-relative POSIX path means (`""` is the root). Whether it is file or folder is not asked: a
        DATASET may turn out to be a file directly in a project, which is OUTSIDE."""
        parts = tuple(p for p in path.split("/") if p)
        if not parts:
            return Place(Meaning.ROOT)
        if parts[0] == METADATA:
            return _metadata(None, None, parts, path)
        if parts[0] == LOCAL_SCHEMAS:
            return Place(Meaning.SCHEMA)
        if parts[0] in HOUSEKEEPING:
            return Place(Meaning.HOUSEKEEPING)
        return self._below(parts, path)

    def _below(self, parts: tuple[str, ...], path: str) -> Place:
        for level, name in enumerate(parts[: self.depth]):
            if self.ignored(name):
                return Place(Meaning.IGNORED)
            if self.is_project_name(name):
                return self._in_project("/".join(parts[: level + 1]), parts[level + 1 :], path)
        deeper = len(parts) < self.depth
        return Place(Meaning.CONTAINER if deeper else Meaning.OUTSIDE)

    def _in_project(self, project: str, rest: tuple[str, ...], path: str) -> Place:
        if not rest:
            return Place(Meaning.PROJECT, project)
        if rest[0] == METADATA:
            return _metadata(project, None, rest, path)
        if self.ignored(rest[0]):
            return Place(Meaning.IGNORED, project)
        dataset = f"{project}/{rest[0]}"
        if len(rest) == 1:
            return Place(Meaning.DATASET, project, dataset)
        if rest[1] == METADATA:
            return _metadata(project, dataset, rest[1:], path)
        if any(self.ignored(name) for name in rest[1:]):
            return Place(Meaning.IGNORED, project, dataset)
        return Place(Meaning.DATA, project, dataset, "/".join(rest[1:]))


def _metadata(project: str | None, dataset: str | None, parts: tuple[str, ...], path: str) -> Place:
    """`parts` begin with `.metadata`."""
    kind: str | None = None
    if dataset is not None:
        kind = _in_dataset(parts)
    elif project is not None:
        kind = "project_descriptive" if parts[1:] == ("project_descriptive.json",) else None
    elif len(parts) == 4 and parts[1] == "instruments" and parts[3] == "instrument_technical.json":
        kind = "instrument_technical"
    if kind is None:
        return Place(Meaning.METADATA, project, dataset)
    return Place(Meaning.DOCUMENT, project, dataset, ref=Ref(kind, path))


def _in_dataset(parts: tuple[str, ...]) -> str | None:
    if parts[1:] in (("dataset_administrative.json",), ("dataset_structural.json",)):
        return parts[1].removesuffix(".json")
    if len(parts) == 4 and parts[1] == "runs":
        if parts[3] == "experiment_contextual.json":
            return "experiment_contextual"
        found = complete_name(parts[3])
        if found is not None and found[0] == parts[2]:
            return "complete_metadata"
    return None


@lru_cache(maxsize=4096)
def complete_name(name: str) -> tuple[str, int] | None:
    """Run id and revision (from 1) that the name of a Complete Metadata File says, or None for another name."""
    found = _COMPLETE.match(name)
    if found is None:
        return None
    return found["run"], int(found["revision"] or 1)


def project_ref(project_path: str) -> Ref:
    """The project's document."""
    return Ref("project_descriptive", f"{project_path}/{METADATA}/project_descriptive.json")


def administrative_ref(dataset_path: str) -> Ref:
    """The dataset's administrative document."""
    return Ref("dataset_administrative", f"{dataset_path}/{METADATA}/dataset_administrative.json")


def structural_ref(dataset_path: str) -> Ref:
    """The dataset's structural document, which holds its file entries."""
    return Ref("dataset_structural", f"{dataset_path}/{METADATA}/dataset_structural.json")


def run_ref(dataset_path: str, run_id: str) -> Ref:
    """The contextual document of a run."""
    return Ref("experiment_contextual", f"{dataset_path}/{METADATA}/runs/{run_id}/experiment_contextual.json")


def complete_ref(dataset_path: str, run_id: str, revision: int = 1) -> Ref:
    """The Complete Metadata File of a run; revisions count from 1."""
    tail = "" if revision == 1 else f"_{revision}"
    return Ref(
        "complete_metadata", f"{dataset_path}/{METADATA}/runs/{run_id}/{run_id}_v2_metadata{tail}.json"
    )


def instrument_ref(slug: str) -> Ref:
    """The document of an instrument of the tree."""
    return Ref("instrument_technical", f"{METADATA}/instruments/{slug}/instrument_technical.json")
