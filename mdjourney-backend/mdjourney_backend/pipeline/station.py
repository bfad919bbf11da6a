"""One backend's place at a tree: leader with a running pipeline, or follower that takes over when the leader goes."""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from mdjourney_backend.changes import Write
from mdjourney_backend.documents import Documents
from mdjourney_backend.history import PointerKeeper, Recorder
from mdjourney_backend.inbox import Inbox
from mdjourney_backend.journal import Journal
from mdjourney_backend.journal.journal import FILE_NAME
from mdjourney_backend.journal.outbox import Stage
from mdjourney_backend.layout import Layout
from mdjourney_backend.leader import Leadership
from mdjourney_backend.pipeline.pipeline import Pipeline
from mdjourney_backend.pipeline.reading import Extracting
from mdjourney_backend.schemas import SchemaManager
from mdjourney_backend.tree import Tree
from mdjourney_contract.problems import MDJourneyError, OutOfTime
from mdjourney_contract.session_config import SessionConfig

log = logging.getLogger(__name__)

_TRY_AGAIN_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Keepers:
    """What a leader needs of history: None where the config turns it off."""

    recorder: Recorder | None = None
    pointers: PointerKeeper | None = None
    extracting: Extracting | None = None


class MakeKeepers(Protocol):
    """Makes the keepers of history when this backend begins to lead; `state` is a private folder for them."""

    def __call__(self, root: Path, config: SessionConfig, state: Path) -> Keepers: ...


class Sink:
    """The `WriteSink` of a backend: the journal while it leads, the inbox otherwise."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._lock = threading.Lock()
        self._journal: Journal | None = None
        self._after: Callable[[], None] = _nothing

    def written(self, write: Write) -> None:
        """Pass a write on."""
        with self._lock:
            journal, after = self._journal, self._after
            if journal is not None:
                journal.written(write)
        if journal is None:
            self._inbox.written(write)
        after()

    def lead(self, journal: Journal, after: Callable[[], None]) -> None:
        """Writes go to the journal from now on; `after` is called after each."""
        with self._lock:
            self._journal, self._after = journal, after

    def follow(self) -> None:
        """Writes go to the inbox from now on."""
        with self._lock:
            self._journal, self._after = None, _nothing


class Station:
    """Builds layout, tree and documents for a backend, and pipeline and journal while it leads.

    Args:
        led: called with the journal and the pipeline when this backend begins to lead (store worker, peer file).
        ended: called before journal and pipeline end.

    Raises (from the constructor and `start`):
        TreeMissing: the folder is not there.
        Conflict: the tree is nested, or served with other tree-shaping keys.
    """

    def __init__(
        self,
        root: Path,
        config: SessionConfig,
        home: Path,
        schemas: SchemaManager,
        make_keepers: MakeKeepers,
        *,
        led: Callable[[Journal, Pipeline], None] = lambda _journal, _pipeline: None,
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        self.root, self.config = root, config
        self.leadership = Leadership(root, config, home)
        self.layout = Layout.of(config)
        self.tree = Tree(root, self.layout)
        self.inbox = Inbox(root)
        self.sink = Sink(self.inbox)
        self.documents = Documents(root, schemas, self.sink, recover=self._recover)
        self.journal: Journal | None = None
        self.pipeline: Pipeline | None = None
        self.keepers = Keepers()
        self._make_keepers = make_keepers
        self._led, self._ended = led, ended
        self._ending = threading.Event()
        self._successor: threading.Thread | None = None

    @property
    def leads(self) -> bool:
        """Whether this backend runs the pipeline."""
        return self.pipeline is not None

    def start(self) -> None:
        """Lead, or follow and try again every second."""
        if self._try_to_lead():
            return
        self._successor = threading.Thread(target=self._succeed, name="mdj-successor", daemon=True)
        self._successor.start()

    def stop(self, drain: bool = True) -> None:
        """End what was started, and let the next one lead."""
        self._ending.set()
        if self._successor is not None:
            self._successor.join()
        self._stop_leading(drain)

    def rescan(self, timeout: float = 60.0) -> None:
        """Compare the whole tree and wait. A follower leaves an intent and waits until the leader took it.

        Raises:
            OutOfTime: not within `timeout` seconds.
        """
        if self.pipeline is not None:
            self.pipeline.rescan(timeout)
            return
        self.inbox.ask_for_rescan()
        deadline = time.monotonic() + timeout
        while self.inbox.names():
            if time.monotonic() > deadline:
                raise OutOfTime("the leader of this tree has not answered yet", retry_after=5)
            self._ending.wait(0.1)

    def _try_to_lead(self) -> bool:
        if not self.leadership.acquire(self._lost):
            return False
        try:
            self._begin()
        except BaseException:
            self._stop_leading(drain=False)
            raise
        return True

    def _begin(self) -> None:
        wanted: dict[Stage, bool] = {"history": self.config.history.git, "sync": self.config.store.sync}
        stages = [stage for stage, on in wanted.items() if on]
        folder = self.leadership.journal_dir
        self.journal = Journal.open(folder / FILE_NAME, stages)
        self.keepers = self._make_keepers(self.root, self.config, folder)
        pipeline = Pipeline(
            self.root,
            self.config,
            self.layout,
            self.tree,
            self.documents,
            self.journal,
            standing=lambda: self.leadership.leads and self.leadership.available(),
            recorder=self.keepers.recorder,
            pointers=self.keepers.pointers,
            extracting=self.keepers.extracting,
        )
        self.sink.lead(self.journal, pipeline.written)
        self.pipeline = pipeline
        self._led(self.journal, pipeline)
        pipeline.start()

    def _succeed(self) -> None:
        while not self._ending.wait(_TRY_AGAIN_SECONDS):
            try:
                if self._try_to_lead():
                    log.info("we lead %s now", self.root)
                    return
            except (MDJourneyError, OSError) as exc:
                log.warning("cannot lead %s: %s", self.root, exc)

    def _lost(self) -> None:
        """The lock was taken away: stop at once and follow."""
        threading.Thread(target=self._step_down, name="mdj-step-down", daemon=True).start()

    def _step_down(self) -> None:
        self._stop_leading(drain=False)
        if not self._ending.is_set():
            self._successor = threading.Thread(target=self._succeed, name="mdj-successor", daemon=True)
            self._successor.start()

    def _stop_leading(self, drain: bool) -> None:
        pipeline, self.pipeline = self.pipeline, None
        journal, self.journal = self.journal, None
        if pipeline is not None:
            pipeline.stop(drain)
            self._ended()
        self.sink.follow()
        if journal is not None:
            journal.close()
        self.leadership.release()

    def _recover(self, path: str) -> bytes | None:
        recorder = self.keepers.recorder
        return None if recorder is None else recorder.latest(path)


@contextlib.contextmanager
def running(station: Station) -> Iterator[Station]:
    """A started station that is stopped at the end."""
    station.start()
    try:
        yield station
    finally:
        station.stop()


def _nothing() -> None:
    return None
