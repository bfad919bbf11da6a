"""Bringing one dataset in step with its files: scan, settle, read, match moves, plan, write, index."""

import contextlib
import logging
import os
import time
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from mdjourney_backend.changes import FilesChanged, Taken, file_owner
from mdjourney_backend.counting import Counters
from mdjourney_backend.documents import Documents
from mdjourney_backend.held import Held, held
from mdjourney_backend.journal import Brief, FileRow, Journal
from mdjourney_backend.layout import Layout, structural_ref
from mdjourney_backend.pipeline import moves
from mdjourney_backend.pipeline.doubts import begin
from mdjourney_backend.pipeline.meter import Meter
from mdjourney_backend.pipeline.nearby import MOST_FOLDERS, known_in, region_of, seen_in
from mdjourney_backend.pipeline.reading import NotYet, Read, Reader
from mdjourney_backend.pipeline.scanning import Difference, Seen, compare, scan, surely_moved
from mdjourney_backend.pipeline.settling import Settling
from mdjourney_backend.pipeline.standing import Home
from mdjourney_backend.pipeline.unfinished import Left
from mdjourney_backend.triggers import t2_files
from mdjourney_contract.people import SYSTEM, Identity

log = logging.getLogger(__name__)

#: Between two flushes of a dataset pass at least this many seconds, and this many times what the last one cost.
FLUSH_SECONDS: Final = 3.0
FLUSH_RATIO: Final = 8.0
#: What was read of more files than these is not kept in memory.
FLUSH_FILES: Final = 20_000


@dataclass(frozen=True, slots=True)
class _Work:
    """What one scan of a dataset asks to be done now."""

    ready: list[tuple[Seen, bool]]
    gone: list[FileRow]
    moved: dict[str, str]
    waiting: set[str]
    growing: list[str]


@dataclass(frozen=True, slots=True)
class _Open:
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


class Ingest:
    """Trigger 2 from folder to index, for one leader."""

    def __init__(
        self,
        root: Path,
        layout: Layout,
        documents: Documents,
        journal: Journal,
        reader: Reader,
        settling: Settling,
        meter: Meter,
        counters: Counters,
        home: Callable[[str], Home | None],
        standing: Callable[[], bool],
    ) -> None:
        """`home` says where a dataset lies now (raises Elsewhere where nobody knows); `standing` whether tree and leadership still are ours."""
        self._root = root
        self._layout = layout
        self._documents = documents
        self._journal = journal
        self._reader = reader
        self._settling = settling
        self._meter = meter
        self._counters = counters
        self._home = home
        self._standing = standing

    def bring_in_step(self, home: Home, near: Collection[str] | None = None) -> Left:
        """One pass: everything that is ready is described, the rest is counted. `index` below holds the rows of paths
        that differ; what is as it was is never loaded.

        Args:
            near: compare only the folders these paths lie in (all that waited must be among them); None for all.

        Raises:
            Vanished: the folder could not be listed to its end; nothing was changed.
            Elsewhere: this dataset, or one that files came from, was moved meanwhile.
        """
        with held(self._root, home.path, home.key) as folder:
            place = _Open(home, folder, self._documents.within(folder))
            difference = self._difference(place, near)
            index = self._journal.files.some(place.dataset_id, difference.paths())
            work = self._sort(place, difference, index)
            if work.gone and not self._standing():
                work = replace(work, gone=[])
            late = self._take(place, work, index)
        waiting = work.waiting | {n.seen.path for n in late}
        self._settling.keep_only(place.dataset_id, waiting)
        problems = tuple((f"{place.path}/{n.seen.path}", n.reason) for n in late)
        growing = tuple(f"{place.path}/{p}" for p in work.growing)
        return Left(len(waiting), growing, problems, frozenset(waiting))

    def _difference(self, place: _Open, near: Collection[str] | None) -> Difference:
        files = self._journal.files
        if near is not None:
            region = region_of([*near, *files.racy(place.dataset_id)])
            if region.folders <= MOST_FOLDERS:
                seen = seen_in(place.folder.fd, "", self._layout, region)
                return compare(known_in(files, place.dataset_id, region), seen)
        known = files.brief(place.dataset_id) or self._begin(place)
        return compare(known, scan(place.folder.fd, "", self._layout))

    def _begin(self, place: _Open) -> dict[str, Brief]:
        """The index of a dataset that has none (it came from elsewhere, is a copy, or the journal was lost) begins with
        what its document says."""
        begin(self._journal.files, place.documents.read(structural_ref(place.path)).content)
        return self._journal.files.brief(place.dataset_id)

    def finish_moves(self) -> None:
        """Moves between datasets that a killed backend left half done: entries go where their files went from.

        Raises:
            MDJourneyError, OSError: a document could not be written; the next call goes on.
        """
        for dataset_id, paths in self._journal.files.left_behind().items():
            self._depart(dataset_id, paths)

    def _sort(self, place: _Open, difference: Difference, index: dict[str, FileRow]) -> _Work:
        ready: list[tuple[Seen, bool]] = []
        waiting: set[str] = set()
        growing: list[str] = []
        scope = place.dataset_id
        lost = [index[path] for path in difference.gone]
        moved = surely_moved(difference.new, lost)
        here = set(moved.values())
        new = [s for s in difference.new if s.path not in here] if here else difference.new
        for seen in (*new, *difference.changed):
            if self._settling.still(scope, seen) and not self._still_racy(index.get(seen.path)):
                ready.append((seen, False))
                continue
            waiting.add(seen.path)
            if self._settling.grows(scope, seen.path):
                growing.append(seen.path)
                row = index.get(seen.path)
                if row is None or row.status != "growing":
                    ready.append((seen, True))
        inodes = {s.inode for s in new if s.path in waiting}
        gone: list[FileRow] = []
        for row in lost:
            if row.path in moved:
                continue
            long_enough = self._settling.gone_long_enough(scope, row.path)
            if long_enough and row.inode not in inodes:
                gone.append(row)
            else:
                waiting.add(row.path)
        return _Work(ready, gone, dict(moved), waiting, growing)

    def _still_racy(self, row: FileRow | None) -> bool:
        return row is not None and row.racy and row.ctime_ns > time.time_ns() - 30_000_000

    def _take(self, place: _Open, work: _Work, index: dict[str, FileRow]) -> list[NotYet]:
        """Read what is ready and flush in batches whose distance grows with their cost."""
        late: list[NotYet] = []
        batch: list[Read] = []
        self._meter.found(len(work.ready), sum(s.size for s, _ in work.ready))
        gone, moved = work.gone, work.moved
        last, cost = time.monotonic(), 0.0
        began, count, size = last, 0, 0
        # closed before the folder is: nothing reads through it any more then
        with contextlib.closing(self._reader.read(place.folder, work.ready)) as results:
            for result in results:
                self._meter.did(result.seen.size)
                if isinstance(result, NotYet):
                    late.append(result)
                    continue
                count, size = count + 1, size + result.seen.size
                batch.append(result)
                passed = time.monotonic() - last
                if passed >= max(FLUSH_SECONDS, FLUSH_RATIO * cost) or len(batch) >= FLUSH_FILES:
                    started = time.monotonic()
                    self._flush(place, batch, [], {}, index, moved)
                    batch = []
                    last = time.monotonic()
                    cost = last - started
        if batch or gone or moved:
            self._flush(place, batch, gone, moved, index, moved)
        if work.ready:
            spent = time.monotonic() - began
            self._counters.add(
                files_processed=count, files_failed=len(late), bytes_read=size, files_seconds=spent
            )
        return late

    def _flush(
        self,
        place: _Open,
        batch: Sequence[Read],
        gone: Sequence[FileRow],
        moved: dict[str, str],
        index: dict[str, FileRow],
        spoken_for: Collection[str],
    ) -> None:
        """One document write and one journal transaction; a file that left another dataset leaves it after it is
        here."""
        origins = self._origins(place, batch, index, spoken_for)
        change = self._change(place, batch, gone, moved, origins, index)
        edits = t2_files.plan(change)
        if not edits:
            return
        saved = place.documents.apply_entries(edits[0], actor=self._actor(batch))
        self._counters.add(triggers_2=1)
        log.info("trigger 2: %s: %d files", place.path, len(batch) + len(gone) + len(moved))
        ids = {path: str(entry["file_identifier"]) for path, entry in saved.entries.items()}
        with self._journal.batch():
            self._index(place, ids, change, batch, index)
            self._journal.files.set_pointers_due(place.dataset_id, True)
        for other_id in {row.dataset_id for row in origins.values()} - {place.dataset_id}:
            paths = [row.path for row in origins.values() if row.dataset_id == other_id]
            self._depart(other_id, paths)
        self._journal.emit(
            "ingest", {"dataset_id": place.dataset_id, "path": place.path, "files": len(batch)}
        )

    def _origins(
        self,
        place: _Open,
        batch: Sequence[Read],
        index: dict[str, FileRow],
        spoken_for: Collection[str],
    ) -> dict[str, FileRow]:
        """Where arrived files come from; `spoken_for` are paths whose files are known to lie elsewhere already."""
        arrived = [r for r in batch if not r.growing and _was_gone(index.get(r.seen.path))]
        if not arrived:
            return {}
        candidates = [
            *self._journal.files.by_inodes({r.seen.inode for r in arrived}),
            *self._journal.files.by_sha256s({r.sha256 for r in arrived}),
        ]
        here = {r.seen.path for r in arrived}
        taken = {(place.dataset_id, path) for path in (*here, *spoken_for)}
        elsewhere = [c for c in candidates if (c.dataset_id, c.path) not in taken]
        gone = self._gone(place, [c for c in elsewhere if c.status != "removed"])
        return moves.match(arrived, elsewhere, lambda row: (row.dataset_id, row.path) in gone)

    def _gone(self, place: _Open, rows: Sequence[FileRow]) -> set[tuple[str, str]]:
        """Which of these rows' files are not where they were; a dataset that is not there now has not lost its files.

        Raises:
            Elsewhere: nobody knows where a dataset is.
        """
        gone: set[tuple[str, str]] = set()
        for dataset_id in sorted({row.dataset_id for row in rows}):
            paths = [row.path for row in rows if row.dataset_id == dataset_id]
            with self._opened(place, dataset_id) as other:
                gone.update((dataset_id, p) for p in paths if other is not None and not _lies(other, p))
        return gone

    @contextlib.contextmanager
    def _opened(self, place: _Open, dataset_id: str) -> Iterator[Held | None]:
        """The folder of any dataset; None for one that is not there now."""
        if dataset_id == place.dataset_id:
            yield place.folder
        elif (home := self._home(dataset_id)) is None:
            yield None
        else:
            with held(self._root, home.path, home.key) as folder:
                yield folder

    def _change(
        self,
        place: _Open,
        batch: Sequence[Read],
        gone: Sequence[FileRow],
        moved: dict[str, str],
        origins: dict[str, FileRow],
        index: dict[str, FileRow],
    ) -> FilesChanged:
        carried = self._carried(place, origins)
        fresh = _new_ids(len(batch))
        taken = []
        for read in batch:
            path = read.seen.path
            origin, row = origins.get(path), index.get(path)
            here = origin is not None and origin.dataset_id == place.dataset_id
            known = origin if origin is not None else row
            new_id = known.file_id if known is not None else next(fresh)
            taken.append(
                Taken(
                    path,
                    new_id,
                    read.described,
                    read.growing,
                    moved_from=origin.path if origin is not None and here else None,
                    carried=None if origin is None or here else carried.get(origin.file_id),
                    came_from=None if origin is None or here else self._tree_path(origin),
                )
            )
        left = {row.path for row in origins.values() if row.dataset_id == place.dataset_id}
        removed: list[str] = []
        departed: list[str] = []
        for row in gone:
            if row.path not in left and row.path in index:  # an earlier batch may have found where it went
                (departed if self._lives_elsewhere(row) else removed).append(row.path)
        return FilesChanged(place.path, tuple(taken), tuple(removed), tuple(departed), moved)

    def _lives_elsewhere(self, row: FileRow) -> bool:
        """Whether the file's identifier already belongs to an entry of another dataset (a move cut short)."""
        rows = self._journal.files.by_inodes([row.inode])
        return any(
            r.file_id == row.file_id and r.dataset_id != row.dataset_id and r.status == "present"
            for r in rows
        )

    def _tree_path(self, row: FileRow) -> str:
        home = self._home(row.dataset_id)
        return f"{row.dataset_id if home is None else home.path}/{row.path}"

    def _carried(self, place: _Open, origins: dict[str, FileRow]) -> dict[str, dict[str, Any]]:
        """Whole entries of files that come from other datasets, by file identifier."""
        wanted = {row.file_id for row in origins.values() if row.dataset_id != place.dataset_id}
        found: dict[str, dict[str, Any]] = {}
        for other in {row.dataset_id for row in origins.values()} - {place.dataset_id}:
            paths = [row.path for row in origins.values() if row.dataset_id == other]
            with self._opened(place, other) as folder:
                if folder is None:
                    continue
                documents = self._documents.within(folder)
                for entry in documents.entries(structural_ref(folder.path), paths).values():
                    if entry.get("file_identifier") in wanted:
                        found[entry["file_identifier"]] = entry
        return found

    def _depart(self, dataset_id: str, paths: list[str]) -> None:
        home = self._home(dataset_id)
        if home is None:
            return
        with held(self._root, home.path, home.key) as folder:
            for edit in t2_files.plan(FilesChanged(home.path, departed=tuple(paths))):
                self._documents.within(folder).apply_entries(edit, actor=SYSTEM)
        with self._journal.batch():
            self._journal.files.drop(dataset_id, paths)
            self._journal.files.set_pointers_due(dataset_id, True)

    def _actor(self, batch: Sequence[Read]) -> Identity:
        """The owner of most of the files; the system where nothing tells (files that are gone have no owner)."""
        if not batch:
            return SYSTEM
        counts: dict[int, int] = {}
        for read in batch:
            counts[read.seen.uid] = counts.get(read.seen.uid, 0) + 1
        return file_owner(max(counts, key=lambda uid: counts[uid]))

    def _index(
        self,
        place: _Open,
        ids: Mapping[str, str],
        change: FilesChanged,
        batch: Sequence[Read],
        index: dict[str, FileRow],
    ) -> None:
        rows = [_row(place.dataset_id, read, ids[read.seen.path]) for read in batch]
        left = [t.moved_from for t in change.taken if t.moved_from is not None]
        for before, after in change.moved.items():
            if after in ids:  # else the document had no entry to move: the file is new there
                rows.append(replace(index[before], path=after, file_id=ids[after]))
        rows.extend(replace(index[p], status="removed") for p in change.removed)
        arrived = {row.path for row in rows}
        dropped = [p for p in (*left, *change.moved, *change.departed) if p not in arrived]
        self._journal.files.drop(place.dataset_id, dropped)
        self._journal.files.put(rows)
        for path in dropped:
            index.pop(path, None)


def _lies(folder: Held, path: str) -> bool:
    """Whether anything lies at a path below a held folder."""
    try:
        os.stat(path, dir_fd=folder.fd, follow_symlinks=False)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _was_gone(row: FileRow | None) -> bool:
    return row is None or row.status == "removed"


def _row(dataset_id: str, read: Read, file_id: str) -> FileRow:
    seen = read.seen
    status = "growing" if read.growing else "present"
    return FileRow(
        dataset_id,
        seen.path,
        status,
        seen.size,
        seen.mtime_ns,
        seen.ctime_ns,
        seen.inode,
        seen.dev,
        read.sha256,
        read.md5,
        file_id,
        read.racy,
    )


def _new_ids(count: int) -> Iterator[str]:
    """UUIDs, made of random bytes asked for once."""
    noise = os.urandom(16 * count)
    for start in range(0, len(noise), 16):
        yield str(uuid.UUID(bytes=noise[start : start + 16], version=4))
