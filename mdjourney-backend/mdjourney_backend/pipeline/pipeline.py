"""The leader's engine: one thread that brings the tree in step, and the workers for history and store behind it."""

import logging
import threading
import time
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Final, Protocol

from mdjourney_backend.counting import Counters
from mdjourney_backend.documents import Documents
from mdjourney_backend.history import PointerKeeper, Recorder
from mdjourney_backend.history.interface import Headed
from mdjourney_backend.inbox import FOLDER, Inbox
from mdjourney_backend.journal import Journal
from mdjourney_backend.layout import OURS, Layout
from mdjourney_backend.memory import give_back
from mdjourney_backend.pipeline.asking import Asking
from mdjourney_backend.pipeline.folders import Folders
from mdjourney_backend.pipeline.ingest import Ingest, Left
from mdjourney_backend.pipeline.marks import Marks, is_silent, near
from mdjourney_backend.pipeline.meter import Meter
from mdjourney_backend.pipeline.on_behalf import OnBehalf
from mdjourney_backend.pipeline.outside import Outside
from mdjourney_backend.pipeline.reading import Extracting, Reader
from mdjourney_backend.pipeline.recording import HEAD, Recording
from mdjourney_backend.pipeline.scanning import Vanished
from mdjourney_backend.pipeline.settling import Settling
from mdjourney_backend.pipeline.standing import Home, Homes
from mdjourney_backend.pipeline.status import PipelineStatus, publish
from mdjourney_backend.pipeline.versions import Versions
from mdjourney_backend.tree import Tree
from mdjourney_backend.watch import Watcher
from mdjourney_contract import tracing
from mdjourney_contract.problems import MDJourneyError, OutOfTime
from mdjourney_contract.session_config import SessionConfig

log = logging.getLogger(__name__)

#: How long a question waits for events made before it to arrive.
ECHO_SECONDS: Final = 1.0
#: A pass that left something waiting is followed by another after this part of the settle time.
_SETTLE_PART: Final = 0.25
_LONGEST_NAP: Final = 5.0
#: After this many passes that brought nothing forward, the pauses between them grow.
_PATIENT_PASSES: Final = 8
_SYNC_SECONDS: Final = 5.0
#: After reading so many files there is memory to give back.
_MANY_FILES: Final = 1000

#: Where followers leave what they did.
_INBOX: Final = f"{OURS}/{FOLDER}/"


class SyncWorker(Protocol):
    """What the pipeline needs of the store's worker; who makes it starts and stops it."""

    def poke(self) -> None:
        """There may be something to send."""


class Pipeline:
    """Owns order and failure. A stage that fails stays pending and holds up no earlier one.

    Args:
        standing: whether the tree is there and this backend leads it; nothing is written while it is not.
        recorder, pointers: None when history or DVC is off.
        prepare: sets both up on disk; answers the files of theirs to commit.
    """

    def __init__(
        self,
        root: Path,
        config: SessionConfig,
        layout: Layout,
        tree: Tree,
        documents: Documents,
        journal: Journal,
        *,
        standing: Callable[[], bool],
        recorder: Recorder | None = None,
        pointers: PointerKeeper | None = None,
        extracting: Extracting | None = None,
        prepare: Callable[[], Mapping[str, bytes | None]] = dict,
        counters: Counters | None = None,
        growing_after: float = 30.0,
    ) -> None:
        self.root, self.config, self.layout, self.tree = root, config, layout, tree
        self.documents, self.journal = documents, journal
        self._standing, self._recorder = standing, recorder
        self._sync: SyncWorker | None = None
        self._asking = Asking(Inbox(root), journal)
        self._meter, self._counters = Meter(), counters or Counters()
        self._homes = Homes()
        self._versions = Versions(root, journal, recorder, pointers, prepare)
        latest = recorder.latest if recorder is not None else _nothing
        self._settling = Settling(config.settle_seconds, growing_after=growing_after)
        tee = pointers.tee if pointers is not None else None
        self._reader = Reader(root, extracting, tee, time.time_ns, self._counters)
        self._folders = Folders(root, tree, documents, journal, latest, config.settle_seconds, self._counters)
        differs = recorder.differs if recorder is not None else _none_of
        self._outside = Outside(root, tree, documents, journal, latest, differs, self._history_as_left)
        self._ingest = Ingest(
            root,
            layout,
            documents,
            journal,
            self._reader,
            self._settling,
            self._meter,
            self._counters,
            self._homes.of,
            standing,
        )
        self._recording = (
            None
            if recorder is None
            else Recording(root, journal, recorder, self._committed, self._versions.flush, self._counters)
        )
        self._watcher = Watcher(root, config.watch, self._noticed, self.mark)
        self._state = threading.Condition()
        self._marks = Marks(everything=True)
        self._on_behalf = OnBehalf()
        self._idle_passes = 0
        self._running = False
        self._ending = False
        self._moves_finished = False
        self._left: dict[str, Left] = {}
        self._waiting_folders = 0
        self._problems: list[tuple[str, str]] = []
        self._available = True
        self._next_full = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="mdj-pipeline", daemon=True)

    # -- for the ones around it ---------------------------------------------------------------------------------------

    def start(self) -> None:
        """Watch first, then look at everything: what happens in between is marked."""
        self._watcher.start()
        if self._recording is not None:
            self._recording.start()
        self._thread.start()

    def stop(self, drain: bool = True) -> None:
        """End. With `drain` what is already described is committed first, if history takes it."""
        with self._state:
            self._ending = True
            self._state.notify_all()
        self._watcher.stop()
        if self._thread.ident is not None:
            self._thread.join()
        self._reader.close()
        if self._recording is not None and self._thread.ident is not None:
            self._recording.stop()
            if drain and self._standing():
                self._drain_history()

    def attach_sync(self, sync: SyncWorker) -> None:
        """The store's worker, told whenever something may wait for it."""
        self._sync = sync

    def run_until_still(self, timeout: float) -> PipelineStatus:
        """Look at everything in the calling thread, again and again until nothing waits but growing files and the
        store; used instead of `start`. Commits before it returns.

        Raises:
            OutOfTime: files or folders still wait after `timeout` seconds.
            MDJourneyError, OSError: the tree or its history cannot be written now.
        """
        deadline = time.monotonic() + timeout
        with self._state:
            self._marks = Marks()
        self.look(True, {})
        while (status := self.status(echo=False)).pending_files or status.dirty:
            if time.monotonic() > deadline:
                why = f" ({status.problem})" if status.problem else ""
                raise OutOfTime(
                    f"{status.pending_files} files still wait{why}; the next scan goes on", retry_after=5
                )
            with self._state:
                self._state.wait(max(0.05, self.config.settle_seconds * _SETTLE_PART))
                marks, self._marks = self._marks, Marks()
            self.look(marks.everything, marks.datasets)
        if self._recording is not None:
            self._recording.drain()
        self._answer()
        return self.status(echo=False)

    def mark(self, path: str | None = None) -> None:
        """Something happened at a tree-relative path (with a `/` behind it: in a folder's listing), or (None) anywhere.
        Returns at once."""
        place = None if path is None else self.layout.meaning(path)
        if place is not None and is_silent(place, path or ""):
            return
        with self._state:
            if place is None:
                self._marks.everything = True
            else:
                self._marks.add(place, path or "")
                if place.dataset is not None:
                    self._on_behalf.note(place.dataset)
            self._state.notify_all()

    def rescan(self, timeout: float = 60.0) -> None:
        """Compare the whole tree and wait until everything seen is described and committed; the store is given a few
        seconds on top, and waited for no longer.

        Raises:
            OutOfTime: not described and committed within `timeout` seconds; work goes on.
        """
        self.mark()
        deadline = time.monotonic() + timeout
        while not _committed_all(self.status(echo=False)):
            if time.monotonic() >= deadline:
                raise OutOfTime("the tree is still being read; ask again later", retry_after=5)
            self._pause(0.1)
        deadline = min(deadline, time.monotonic() + _SYNC_SECONDS)
        while not self.status(echo=False).in_step and time.monotonic() < deadline:
            self._pause(0.1)

    def _pause(self, seconds: float) -> None:
        with self._state:
            self._state.wait(seconds)

    def written(self) -> None:
        """A document was saved: history and store have something to do."""
        if self._recording is not None:
            self._recording.notify()
        if self._sync is not None:
            self._sync.poke()

    def status(self, echo: bool = True) -> PipelineStatus:
        """How things stand. With `echo` every file system event before this call has been looked at or counted."""
        unseen = echo and self._available and self._watcher.watching and not self._watcher.echo(ECHO_SECONDS)
        history, sync = self.journal.waiting("history"), self.journal.waiting("sync")
        intents = self._asking.waiting()
        with self._state:
            dirty = self._marks.any() + self._running + self._waiting_folders + intents + unseen
            pending = sum(left.waiting - len(left.growing) for left in self._left.values())
            growing = tuple(sorted(p for left in self._left.values() for p in left.growing))
            problems = [*self._problems, *(p for left in self._left.values() for p in left.problems)]
            available = self._available
        return PipelineStatus(
            in_step=available and not (dirty or pending or history or sync),
            available=available,
            dirty=dirty,
            pending_files=pending,
            growing=growing,
            progress=self._meter.progress(),
            problem=_said(available, problems, self._watcher.problem),
            history_waiting=history,
            history_problem=self._history_problem(),
            sync_waiting=sync,
        )

    def _history_problem(self) -> str | None:
        said = self._recording.problem() if self._recording is not None else None
        return said or self._versions.problem()

    # -- the thread ---------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            with self._state:
                if self._ending:
                    return
                if time.monotonic() >= self._next_full:
                    self._marks.everything = True
                if not self._marks.any() and not self._asking.waiting():
                    self._state.wait(self._nap())
                    if self._ending:
                        return
                    if (
                        not self._marks.any()
                        and time.monotonic() < self._next_full
                        and not self._unfinished()
                    ):
                        continue
                marks, self._marks = self._marks, Marks()
                self._running = True
                waited = self._waits()
            try:
                self._guarded(marks)
            finally:
                with self._state:
                    self._running = False
                    self._idle_passes = 0 if marks.any() or self._waits() != waited else self._idle_passes + 1
                    self._state.notify_all()
            self._answer()
            if self._meter.rested(_MANY_FILES):
                give_back()

    def _waits(self) -> int:
        return self._waiting_folders + sum(left.waiting for left in self._left.values())

    def _unfinished(self) -> bool:
        return bool(self._waiting_folders or self._problems or any(x.waiting for x in self._left.values()))

    def _nap(self) -> float:
        until_full = max(0.0, self._next_full - time.monotonic())
        if self._waiting_folders or any(x.waiting for x in self._left.values()):
            pause = max(0.05, self.config.settle_seconds * _SETTLE_PART)
            pause *= 2.0 ** min(max(0, self._idle_passes - _PATIENT_PASSES), 10)
            return min(until_full, pause, max(_LONGEST_NAP, self.config.settle_seconds))
        return min(until_full, _LONGEST_NAP)

    def _guarded(self, marks: Marks) -> None:
        """One pass; what fails is told, marked again and tried after a pause."""
        began = time.monotonic()
        tracing.request_id.set(f"scan-{uuid.uuid4().hex[:12]}")  # of this thread alone
        try:
            self.look(marks.everything, marks.datasets)
            self._counters.add(scans=1, scan_seconds=time.monotonic() - began)
        except (MDJourneyError, OSError) as exc:
            log.warning("a pass over %s failed: %s", self.root, exc)
            self._put_off(str(exc))
        except Exception as exc:  # a mistake of ours must not leave the tree without anybody who looks
            log.exception("a pass over %s failed", self.root)
            self._put_off(f"a mistake in MDJourney ({type(exc).__name__}: {exc}); see the log")

    def _put_off(self, problem: str) -> None:
        """Look at everything again after a pause."""
        with self._state:
            self._problems = [("", problem)]
            self._marks.everything = True
            if not self._ending:
                self._state.wait(1.0)

    def look(self, everything: bool, dirty: Mapping[str, Collection[str] | None]) -> None:
        """One pass in the calling thread: intents, folders, documents, files, pointers. `dirty` maps paths of datasets to
        places in them, None for all of a dataset.

        Raises:
            MDJourneyError, OSError: the pass could not be finished; what was done stays.
        """
        if not self._here():
            return
        self._versions.set_up()
        if self._asking.take():
            with self._state:
                self._marks.everything = True
        known = {k.identifier: (k.path, k.inode, k.dev) for k in self.journal.places.known("dataset")}
        standing = self._folders.reconcile()
        moved = {h.dataset_id for h in standing.datasets if known.get(h.dataset_id) != (h.path, *h.key)}
        for dataset_id in moved:
            self._versions.arrived(dataset_id)
        self._homes.take(standing)
        problems = [*standing.problems, *self._outside.reconcile(standing)]
        self._versions.forget_places(standing)
        if not self._moves_finished:
            self._ingest.finish_moves()
            self._moves_finished = True
        for home in standing.datasets:
            # what was marked, and what waits, was told of the path a folder had then
            whole = everything or home.dataset_id in moved
            self._one_if(whole, dirty, home, problems)
        problems.extend(self._versions.follow(self._homes.all(), self.tree.shape))
        with self._state:
            self._problems = problems
            self._waiting_folders = standing.waiting + self._outside.waiting + self._versions.waiting
            alive = {d.dataset_id for d in standing.datasets}
            self._left = {k: v for k, v in self._left.items() if k in alive}
            if everything:
                self._next_full = time.monotonic() + 60 * self.config.rescan_minutes
        self.written()
        publish(self.root, self.status(echo=False))

    def _one_if(
        self,
        everything: bool,
        dirty: Mapping[str, Collection[str] | None],
        home: Home,
        problems: list[tuple[str, str]],
    ) -> None:
        """Look at a dataset where it asks for it: all of it, or near what was marked and what waits."""
        left = self._left.get(home.dataset_id)
        if everything or left is None:
            self._one(home, problems)
        elif left.waiting or home.path in dirty:
            region = near(dirty.get(home.path, ()), left.paths)
            self._one(home, problems, *([] if region is None else [region]))

    def _one(
        self, home: Home, problems: list[tuple[str, str]], places: Collection[str] | None = None
    ) -> None:
        """A dataset that cannot be read or written holds up no other."""
        try:
            with self._on_behalf.looking_at(home.path):
                left = self._ingest.bring_in_step(home, places)
            if not left.waiting:
                self._on_behalf.in_step(home.path)
        except (Vanished, FileNotFoundError) as exc:
            left = Left(1, problems=((home.path, str(exc)),))
        except (MDJourneyError, OSError) as exc:
            log.warning("%s: %s", home.path, exc)
            problems.append((home.path, str(exc)))
            left = Left(1)
        with self._state:
            self._left[home.dataset_id] = left

    def _here(self) -> bool:
        here = self._standing()
        with self._state:
            if here != self._available:
                log.warning(
                    "%s is %s", self.root, "there again" if here else "not available: nothing is written"
                )
                self._marks.everything = True
            self._available = here
            if not here and not self._ending:
                self._marks.everything = True
                self._state.wait(1.0)
        return here

    def _answer(self) -> None:
        """Requests to look again are answered, by removing them, once all that was seen is described and committed."""
        asked = self._asking.open()
        if asked and _committed_all(self.status(echo=False)):
            self._asking.answer(asked)

    def _noticed(self, path: str) -> None:
        if path.startswith(_INBOX):  # nobody has to wait for the next look at it
            with self._state:
                self._state.notify_all()
        self.mark(path)

    def _history_as_left(self) -> bool:
        """Whether nothing waits for history and its newest commit is the last one we made."""
        if self._recorder is None:
            return True
        if not isinstance(self._recorder, Headed):
            return False
        left = self.journal.noted(HEAD)
        return left is not None and not self.journal.waiting("history") and left == self._recorder.head()

    # -- commits ---------------------------------------------------------------------------------------------------------

    def _committed(self) -> None:
        """Called by the history worker when nothing waits for it any more."""
        publish(self.root, self.status(echo=False))
        with self._state:
            self._state.notify_all()
        self._answer()

    def _drain_history(self) -> None:
        try:
            if self._recording is not None:
                self._recording.drain()
        except (MDJourneyError, OSError) as exc:
            log.warning("history waits for the next start: %s", exc)


def _committed_all(status: PipelineStatus) -> bool:
    return status.available and not (status.dirty or status.pending_files or status.history_waiting)


def _none_of(_paths: Iterable[str]) -> list[str]:
    return []


def _nothing(_path: str) -> bytes | None:
    return None


def _said(available: bool, problems: list[tuple[str, str]], watch: str | None) -> str | None:
    if not available:
        return "the folder, or the disk it lies on, is not there; nothing is written until it is back"
    if problems:
        path, reason = problems[0]
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        return (f"{path}: {reason}" if path else reason) + more
    return watch
