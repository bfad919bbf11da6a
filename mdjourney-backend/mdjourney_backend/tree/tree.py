"""The folders of one tree as they are on disk now: projects, datasets, runs and instruments, found by identifier."""

import contextlib
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TypeVar

from mdjourney_backend.changes import Ref
from mdjourney_backend.held import Held, held
from mdjourney_backend.layout import (
    METADATA,
    Layout,
    Meaning,
    administrative_ref,
    complete_name,
    project_ref,
    run_ref,
)
from mdjourney_backend.tree.listing import Listings
from mdjourney_backend.tree.peeking import Peeking
from mdjourney_backend.tree.places import (
    DatasetPlace,
    Folder,
    InstrumentPlace,
    ProjectPlace,
    RunPlace,
    Shape,
    Skipped,
)
from mdjourney_backend.tree.skipped import Skipping
from mdjourney_contract.problems import NotFound, Unavailable


class Tree:
    """Looks, never writes. Listings and identifiers are cached by stat, so asking often is cheap.

    Thread-safe: caches hold immutable values and are replaced whole.
    """

    def __init__(self, root: Path, layout: Layout) -> None:
        self.root = root
        self.layout = layout
        self._listings = Listings(root)
        self._peeking = Peeking(root)
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

    @contextlib.contextmanager
    def hold(self, place: DatasetPlace | RunPlace) -> Iterator[Held]:
        """The folder of a dataset, or of the one a run lies in, held open: what is written through it reaches no other,
        wherever it is moved meanwhile.

        Raises:
            Unavailable: the dataset, or the run in it, does not lie there any more.
        """
        path = place.path.partition(f"/{METADATA}/")[0]
        moved = Unavailable(f"{path} was moved just now; try again", retry_after=1)
        with contextlib.ExitStack() as open_folders:
            try:
                folder = open_folders.enter_context(held(self.root, path))
            except OSError as exc:
                raise moved from exc
            found = self.identifier_in(administrative_ref(path), "dataset_identifier", folder)
            if found != place.dataset_id:
                raise moved
            if isinstance(place, RunPlace):
                run_id = self.identifier_in(place.ref, "experiment_identifier_run_id", folder)
                if run_id != place.run_id:
                    raise moved
            yield folder

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
        for entry in self._listings.of(run.path):
            named = complete_name(entry.name)
            if named is not None and named[0] == run.run_id and not entry.is_folder:
                found.append((named[1], Ref("complete_metadata", f"{run.path}/{entry.name}")))
        return sorted(found, key=lambda pair: pair[0])

    def instruments(self) -> list[InstrumentPlace]:
        """Every instrument that has its document, by slug."""
        base = f"{METADATA}/instruments"
        found = []
        for entry in self._listings.of(base):
            path = f"{base}/{entry.name}/instrument_technical.json"
            if entry.is_folder and self._listings.is_regular(path):
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
                for run in self._listings.of(runs):
                    if run.is_folder:
                        yield from self._documents_in(f"{runs}/{run.name}")

    def project_folders(self) -> list[Folder]:
        """Folders that are projects by name, with or without document."""
        return [f for f in self._projects_below("", 1) if not self._listings.is_tree(f.path)]

    def dataset_folders(self, project_path: str) -> list[Folder]:
        """Folders of a project that are datasets, with or without documents."""
        found = []
        for entry in self._listings.of(project_path):
            if entry.is_folder and entry.utf8 and not self.layout.ignored(entry.name):
                folder = self._listings.folder(f"{project_path}/{entry.name}")
                if folder is not None and not self._listings.is_tree(folder.path):
                    found.append(folder)
        return found

    def identifier_in(self, ref: Ref, key: str, folder: Held | None = None) -> str | None:
        """A string member of a small document, or None where document or member is not there (or not readable). With
        `folder`, of the document that lies in that held folder."""
        value = self._peeking.strings(ref, folder).get(key)
        return value if isinstance(value, str) else None

    def shape(self) -> Shape:
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
        for entry in self._listings.of(base) if level < self.layout.depth else ():
            if entry.is_folder and entry.utf8 and not self.layout.ignored(entry.name):
                path = f"{base}/{entry.name}" if base else entry.name
                if not self.layout.is_project_name(entry.name):
                    yield from self._containers(path, level + 1)

    def settle_on(self, identifier: str, path: str) -> None:
        """Say which folder an identifier belongs to while a fresh copy of it still claims the same one."""
        self._homes = {**self._homes, identifier: path}

    def skipped(self, limit: int = 10_000) -> list[Skipped]:
        """What is described nowhere: files outside datasets, and what rules or names exclude. At most `limit`."""
        skipping = Skipping(self.layout, self._listings, self.project_folders(), self.dataset_folders)
        return list(islice(skipping.all(), limit))

    def _projects_below(self, base: str, level: int) -> Iterator[Folder]:
        for entry in self._listings.of(base):
            if not entry.is_folder or not entry.utf8 or self.layout.ignored(entry.name):
                continue
            path = f"{base}/{entry.name}" if base else entry.name
            if self.layout.is_project_name(entry.name):
                folder = self._listings.folder(path)
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
        for entry in self._listings.of(base):
            if not entry.is_folder:
                continue
            ref = run_ref(dataset.path, entry.name)
            run_id = self.identifier_in(ref, "experiment_identifier_run_id")
            home = self.identifier_in(ref, "dataset_identifier_link")
            if run_id is not None and home == dataset.dataset_id:
                yield RunPlace(run_id, dataset.dataset_id, f"{base}/{entry.name}", ref)

    def _documents_in(self, folder: str) -> Iterator[Ref]:
        for entry in self._listings.of(folder):
            place = self.layout.meaning(f"{folder}/{entry.name}")
            if place.meaning is Meaning.DOCUMENT and place.ref is not None and not entry.is_special:
                yield place.ref


P = TypeVar("P", ProjectPlace, DatasetPlace)


def _one(found: "list[P]", home: str | None, message: str) -> P:
    if not found:
        raise NotFound(message)
    return next((place for place in found if place.path == home), found[0])
