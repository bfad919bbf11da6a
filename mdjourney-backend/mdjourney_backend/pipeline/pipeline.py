"""The leader's engine: one thread that brings the tree in step, and the workers for history and store behind it."""

import logging
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

from mdjourney_backend.counting import Counters
from mdjourney_backend.documents import Documents
from mdjourney_backend.history import PointerKeeper, Recorder
from mdjourney_backend.inbox import FOLDER, Inbox
from mdjourney_backend.journal import Journal
from mdjourney_backend.layout import OURS, Layout
from mdjourney_backend.memory import give_back
from mdjourney_backend.pipeline.asking import Asking
from mdjourney_backend.pipeline.marks import Marks, is_silent
from mdjourney_backend.pipeline.meter import Meter
from mdjourney_backend.pipeline.on_behalf import OnBehalf
from mdjourney_backend.pipeline.passing import Passing
from mdjourney_backend.pipeline.reading import Extracting
from mdjourney_backend.pipeline.recording import Recording
from mdjourney_backend.pipeline.status import PipelineStatus, publish
from mdjourney_backend.pipeline.unfinished import Problem, nap, pause_of
from mdjourney_backend.tree import Tree
from mdjourney_backend.watch import Watcher
from mdjourney_contract import tracing
from mdjourney_contract.problems import MDJourneyError, OutOfTime
from mdjourney_contract.session_config import SessionConfig

log = logging.getLogger(__name__)

#: How long a question waits for events made before it to arrive.
ECHO_SECONDS: Final = 1.0
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
        self.root, self.config, self.layout = root, config, layout
        self.journal = journal
        self._standing = standing
        self._sync: SyncWorker | None = None
        self._meter, self._counters = Meter(), counters or Counters()
        self._asking, self._on_behalf = Asking(Inbox(root), journal), OnBehalf()
        self._passing = Passing(
            root,
            config,
            layout,
            tree,
            documents,
            journal,
            asking=self._asking,
            on_behalf=self._on_behalf,
            standing=standing,
            recorder=recorder,
            pointers=pointers,
            extracting=extracting,
            prepare=prepare,
            meter=self._meter,
            counters=self._counters,
            growing_after=growing_after,
            again=self._everything,
        )
        self._unfinished = self._passing.unfinished
        versions = self._passing.versions
        self._recording = (
            None
            if recorder is None
            else Recording(root, journal, recorder, self._committed, versions.flush, self._counters)
        )
        self._watcher = Watcher(root, config.watch, self._noticed, self.mark)
        self._state = threading.Condition()
        self._marks = Marks(everything=True)
        self._idle_passes = 0
        self._running = False
        self._ending = False
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
        self._passing.close()
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
        self.look(Marks(everything=True))
        while (status := self.status(echo=False)).pending_files or status.dirty:
            if time.monotonic() > deadline:
                why = f" ({status.problem})" if status.problem else ""
                raise OutOfTime(
                    f"{status.pending_files} files still wait{why}; the next scan goes on", retry_after=5
                )
            with self._state:
                self._state.wait(pause_of(self.config.settle_seconds))
                marks, self._marks = self._marks, Marks()
            self.look(marks)
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
        # in the order in which work goes on: what left one place by now is met, or through, in the next
        unseen = echo and self._available and self._watcher.watching and not self._watcher.echo(ECHO_SECONDS)
        intents = self._asking.waiting()
        with self._state:
            marked = self._marks.any() + self._running
            available = self._available
        left = self._unfinished.sum()
        history, sync = self.journal.waiting("history"), self.journal.waiting("sync")
        dirty = marked + left.folders + intents + unseen
        return PipelineStatus(
            in_step=available and not (dirty or left.pending or history or sync),
            available=available,
            dirty=dirty,
            pending_files=left.pending,
            growing=left.growing,
            progress=self._meter.progress(),
            problem=_said(available, left.problems, self._watcher.problem),
            history_waiting=history,
            history_problem=self._history_problem(),
            sync_waiting=sync,
        )

    def _history_problem(self) -> str | None:
        said = self._recording.problem() if self._recording is not None else None
        return said or self._passing.versions.problem()

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
                        and not self._unfinished.asks_for_a_pass()
                    ):
                        continue
                marks, self._marks = self._marks, Marks()
                self._running = True
                waited = self._unfinished.waits()
            try:
                self._guarded(marks)
            finally:
                with self._state:
                    self._running = False
                    idle = not marks.any() and self._unfinished.waits() == waited
                    self._idle_passes = self._idle_passes + 1 if idle else 0
                    self._state.notify_all()
            self._answer()
            if self._meter.rested(_MANY_FILES):
                give_back()

    def _nap(self) -> float:
        until_full = max(0.0, self._next_full - time.monotonic())
        return nap(self._unfinished.waits(), self.config.settle_seconds, self._idle_passes, until_full)

    def _guarded(self, marks: Marks) -> None:
        """One pass; what fails is told, marked again and tried after a pause."""
        began = time.monotonic()
        tracing.request_id.set(f"scan-{uuid.uuid4().hex[:12]}")  # of this thread alone
        try:
            self.look(marks)
            self._counters.add(scans=1, scan_seconds=time.monotonic() - began)
        except (MDJourneyError, OSError) as exc:
            log.warning("a pass over %s failed: %s", self.root, exc)
            self._put_off(str(exc))
        except Exception as exc:  # a mistake of ours must not leave the tree without anybody who looks
            log.exception("a pass over %s failed", self.root)
            self._put_off(f"a mistake in MDJourney ({type(exc).__name__}: {exc}); see the log")

    def _put_off(self, problem: str) -> None:
        """Look at everything again after a pause."""
        self._unfinished.failed(problem)
        with self._state:
            self._marks.everything = True
            if not self._ending:
                self._state.wait(1.0)

    def look(self, marks: Marks) -> None:
        """One pass in the calling thread, if the tree is there.

        Raises:
            MDJourneyError, OSError: the pass could not be finished; what was done stays.
        """
        if not self._here():
            return
        self._passing.look(marks)
        if marks.everything:
            self._next_full = time.monotonic() + 60 * self.config.rescan_minutes
        self.written()
        publish(self.root, self.status(echo=False))

    def _everything(self) -> None:
        with self._state:
            self._marks.everything = True

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


def _said(available: bool, problems: Sequence[Problem], watch: str | None) -> str | None:
    if not available:
        return "the folder, or the disk it lies on, is not there; nothing is written until it is back"
    if problems:
        path, reason = problems[0]
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        return (f"{path}: {reason}" if path else reason) + more
    return watch
