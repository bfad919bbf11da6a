"""Bringing one dataset in step with its files: scan, settle, read, match moves, plan, write, index."""

import contextlib
import logging
import time
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from typing import Final

from mdjourney_backend.counting import Counters
from mdjourney_backend.documents import Documents
from mdjourney_backend.held import held
from mdjourney_backend.journal import Brief, FileRow, Journal
from mdjourney_backend.layout import Layout, structural_ref
from mdjourney_backend.pipeline.arrivals import Arrivals, OpenDataset
from mdjourney_backend.pipeline.batches import Batch, change, rows_after
from mdjourney_backend.pipeline.doubts import begin
from mdjourney_backend.pipeline.meter import Meter
from mdjourney_backend.pipeline.nearby import MOST_FOLDERS, known_in, region_of, seen_in
from mdjourney_backend.pipeline.reading import NotYet, Read, Reader
from mdjourney_backend.pipeline.scanning import Difference, compare, scan
from mdjourney_backend.pipeline.settling import Settling
from mdjourney_backend.pipeline.sorting import Work, sort
from mdjourney_backend.pipeline.standing import Home
from mdjourney_backend.pipeline.unfinished import Left
from mdjourney_backend.triggers import t2_files

log = logging.getLogger(__name__)

#: Between two flushes of a dataset pass at least this many seconds, and this many times what the last one cost.
FLUSH_SECONDS: Final = 3.0
FLUSH_RATIO: Final = 8.0
#: What was read of more files than these is not kept in memory.
FLUSH_FILES: Final = 20_000


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
        self._arrivals = Arrivals(root, documents, journal, home)
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
            place = OpenDataset(home, folder, self._documents.within(folder))
            difference = self._difference(place, near)
            index = self._journal.files.some(place.dataset_id, difference.paths())
            work = sort(place.dataset_id, difference, index, self._settling)
            if work.gone and not self._standing():
                work = replace(work, gone=[])
            late = self._take(place, work, index)
        waiting = work.waiting | {n.seen.path for n in late}
        self._settling.keep_only(place.dataset_id, waiting)
        problems = tuple((f"{place.path}/{n.seen.path}", n.reason) for n in late)
        growing = tuple(f"{place.path}/{p}" for p in work.growing)
        return Left(len(waiting), growing, problems, frozenset(waiting))

    def finish_moves(self) -> None:
        """What a killed backend left of moves between datasets; see `Arrivals.finish`."""
        self._arrivals.finish()

    def _difference(self, place: OpenDataset, near: Collection[str] | None) -> Difference:
        files = self._journal.files
        if near is not None:
            region = region_of([*near, *files.racy(place.dataset_id)])
            if region.folders <= MOST_FOLDERS:
                seen = seen_in(place.folder.fd, "", self._layout, region)
                return compare(known_in(files, place.dataset_id, region), seen)
        known = files.brief(place.dataset_id) or self._begin(place)
        return compare(known, scan(place.folder.fd, "", self._layout))

    def _begin(self, place: OpenDataset) -> dict[str, Brief]:
        """The index of a dataset that has none (it came from elsewhere, is a copy, or the journal was lost) begins with
        what its document says."""
        begin(self._journal.files, place.documents.read(structural_ref(place.path)).content)
        return self._journal.files.brief(place.dataset_id)

    def _take(self, place: OpenDataset, work: Work, index: dict[str, FileRow]) -> list[NotYet]:
        """Read what is ready and flush in batches whose distance grows with their cost."""
        late: list[NotYet] = []
        read: list[Read] = []
        self._meter.found(len(work.ready), sum(s.size for s, _ in work.ready))
        last, cost = time.monotonic(), 0.0
        began, count, size = last, 0, 0

        def batch(*, final: bool) -> Batch:
            gone, moved = (work.gone, work.moved) if final else ([], {})
            return Batch(place.dataset_id, place.path, read, gone, moved, index)

        # closed before the folder is: nothing reads through it any more then
        with contextlib.closing(self._reader.read(place.folder, work.ready)) as results:
            for result in results:
                self._meter.did(result.seen.size)
                if isinstance(result, NotYet):
                    late.append(result)
                    continue
                count, size = count + 1, size + result.seen.size
                read.append(result)
                passed = time.monotonic() - last
                if passed >= max(FLUSH_SECONDS, FLUSH_RATIO * cost) or len(read) >= FLUSH_FILES:
                    started = time.monotonic()
                    self._flush(place, batch(final=False), work.moved)
                    read = []
                    last = time.monotonic()
                    cost = last - started
        if read or work.gone or work.moved:
            self._flush(place, batch(final=True), work.moved)
        if work.ready:
            spent = time.monotonic() - began
            self._counters.add(
                files_processed=count, files_failed=len(late), bytes_read=size, files_seconds=spent
            )
        return late

    def _flush(self, place: OpenDataset, batch: Batch, spoken_for: Collection[str]) -> None:
        """One document write and one journal transaction; a file that left another dataset leaves it after it is
        here."""
        origins = self._arrivals.origins(place, batch, spoken_for)
        changed = change(batch, origins, self._arrivals.lives_elsewhere)
        edits = t2_files.plan(changed)
        if not edits:
            return
        saved = place.documents.apply_entries(edits[0], actor=batch.actor())
        self._counters.add(triggers_2=1)
        log.info("trigger 2: %s: %d files", place.path, batch.size)
        ids = {path: str(entry["file_identifier"]) for path, entry in saved.entries.items()}
        rows, dropped = rows_after(batch, changed, ids)
        with self._journal.batch():
            self._journal.files.drop(place.dataset_id, dropped)
            self._journal.files.put(rows)
            self._journal.files.set_pointers_due(place.dataset_id, True)
        for path in dropped:
            batch.index.pop(path, None)
        self._arrivals.leave(place, origins.values())
        self._journal.emit(
            "ingest", {"dataset_id": place.dataset_id, "path": place.path, "files": len(batch.read)}
        )
