"""Files that arrive in one dataset and left another: where they were, what is known of them, and their leaving there."""

import contextlib
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mdjourney_backend.changes import Entry, FilesChanged
from mdjourney_backend.documents import Documents
from mdjourney_backend.held import Held, held
from mdjourney_backend.journal import FileRow, Journal
from mdjourney_backend.layout import structural_ref
from mdjourney_backend.pipeline import moves
from mdjourney_backend.pipeline.batches import Batch, Origin
from mdjourney_backend.pipeline.standing import Home
from mdjourney_backend.triggers import t2_files
from mdjourney_contract.people import SYSTEM


@dataclass(frozen=True, slots=True)
class OpenDataset:
    """A dataset during one pass: its folder is held open, and its documents are written through it."""

    home: Home
    folder: Held
    documents: Documents

    @property
    def dataset_id(self) -> str:
        """Who it is."""
        return self.home.dataset_id

    @property
    def path(self) -> str:
        """Where it was when the pass began."""
        return self.home.path


class Arrivals:
    """For one leader. `home` says where a dataset lies now (raises Elsewhere where nobody knows)."""

    def __init__(
        self, root: Path, documents: Documents, journal: Journal, home: Callable[[str], Home | None]
    ) -> None:
        self._root = root
        self._documents = documents
        self._journal = journal
        self._home = home

    def origins(self, place: OpenDataset, batch: Batch, spoken_for: Collection[str]) -> dict[str, Origin]:
        """Where arrived files of a batch come from, by the path they have now; `spoken_for` are paths whose files are
        known to lie elsewhere already.

        Raises:
            Elsewhere: nobody knows where a dataset is that one may have come from.
        """
        arrived = batch.arrived()
        if not arrived:
            return {}
        candidates = [
            *self._journal.files.by_inodes({r.seen.inode for r in arrived}),
            *self._journal.files.by_sha256s({r.sha256 for r in arrived}),
        ]
        taken = {(place.dataset_id, path) for path in (*(r.seen.path for r in arrived), *spoken_for)}
        elsewhere = [c for c in candidates if (c.dataset_id, c.path) not in taken]
        gone = self._gone(place, [c for c in elsewhere if c.status != "removed"])
        found = moves.match(arrived, elsewhere, lambda row: (row.dataset_id, row.path) in gone)
        foreign = [row for row in found.values() if row.dataset_id != place.dataset_id]
        entries = self._entries(foreign)
        return {
            path: Origin(row, self._tree_path(row), entries.get(row.file_id))
            if row.dataset_id != place.dataset_id
            else Origin(row)
            for path, row in found.items()
        }

    def leave(self, place: OpenDataset, origins: Iterable[Origin]) -> None:
        """Have files that are described here leave the datasets they come from.

        Raises:
            Elsewhere, MDJourneyError, OSError: some did not yet; `finish` goes on.
        """
        rows = [o.row for o in origins if o.row.dataset_id != place.dataset_id]
        for dataset_id, paths in _by_dataset(rows).items():
            self._depart(dataset_id, paths)

    def finish(self) -> None:
        """Moves that a killed backend left half done: entries go where their files went from.

        Raises:
            Elsewhere, MDJourneyError, OSError: a document could not be written; the next call goes on.
        """
        for dataset_id, paths in self._journal.files.left_behind().items():
            self._depart(dataset_id, paths)

    def lives_elsewhere(self, row: FileRow) -> bool:
        """Whether the file's identifier already belongs to an entry of another dataset (a move cut short)."""
        rows = self._journal.files.by_inodes([row.inode])
        return any(
            r.file_id == row.file_id and r.dataset_id != row.dataset_id and r.status == "present"
            for r in rows
        )

    def _gone(self, place: OpenDataset, rows: Sequence[FileRow]) -> set[tuple[str, str]]:
        """Which of these rows' files are not where they were; a dataset that is not there now has not lost its files."""
        gone: set[tuple[str, str]] = set()
        for dataset_id, paths in _by_dataset(rows).items():
            with self._opened(dataset_id, place) as other:
                gone.update((dataset_id, p) for p in paths if other is not None and not _lies(other, p))
        return gone

    def _entries(self, rows: Sequence[FileRow]) -> dict[str, Entry]:
        """Whole entries of files that come from other datasets, by file identifier."""
        wanted = {row.file_id for row in rows}
        found: dict[str, Entry] = {}
        for dataset_id, paths in _by_dataset(rows).items():
            with self._opened(dataset_id) as folder:
                if folder is None:
                    continue
                documents = self._documents.within(folder)
                for entry in documents.entries(structural_ref(folder.path), paths).values():
                    if entry.get("file_identifier") in wanted:
                        found[entry["file_identifier"]] = entry
        return found

    @contextlib.contextmanager
    def _opened(self, dataset_id: str, place: OpenDataset | None = None) -> Iterator[Held | None]:
        """The folder of a dataset, `place`'s own if it is that; None for one that is not there now."""
        if place is not None and dataset_id == place.dataset_id:
            yield place.folder
        elif (home := self._home(dataset_id)) is None:
            yield None
        else:
            with held(self._root, home.path, home.key) as folder:
                yield folder

    def _tree_path(self, row: FileRow) -> str:
        home = self._home(row.dataset_id)
        return f"{row.dataset_id if home is None else home.path}/{row.path}"

    def _depart(self, dataset_id: str, paths: list[str]) -> None:
        with self._opened(dataset_id) as folder:
            if folder is None:
                return
            for edit in t2_files.plan(FilesChanged(folder.path, departed=tuple(paths))):
                self._documents.within(folder).apply_entries(edit, actor=SYSTEM)
        with self._journal.batch():
            self._journal.files.drop(dataset_id, paths)
            self._journal.files.set_pointers_due(dataset_id, True)


def _by_dataset(rows: Iterable[FileRow]) -> Mapping[str, list[str]]:
    """Paths by dataset, the datasets in order."""
    found: dict[str, list[str]] = {}
    for row in sorted(rows, key=lambda row: row.dataset_id):
        found.setdefault(row.dataset_id, []).append(row.path)
    return found


def _lies(folder: Held, path: str) -> bool:
    """Whether anything lies at a path below a held folder."""
    try:
        os.stat(path, dir_fd=folder.fd, follow_symlinks=False)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True
