"""Leading a tree for a moment: what `mdjourney scan` does when nobody leads, and how it asks who does."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mdjourney_backend.changes import Write
from mdjourney_backend.documents import Documents
from mdjourney_backend.history.recorder import History
from mdjourney_backend.inbox import Inbox
from mdjourney_backend.journal import Journal, Stage
from mdjourney_backend.journal.journal import FILE_NAME
from mdjourney_backend.layout import METADATA, Layout
from mdjourney_backend.leader import Leadership
from mdjourney_backend.pipeline.pipeline import Pipeline
from mdjourney_backend.pipeline.recording import Recording
from mdjourney_backend.pipeline.status import PipelineStatus, Progress, published_progress
from mdjourney_backend.schemas import SchemaManager
from mdjourney_backend.technical import Extractors
from mdjourney_backend.tree import Tree
from mdjourney_contract.problems import OutOfTime
from mdjourney_contract.session_config import SessionConfig

if TYPE_CHECKING:
    from mdjourney_backend.history.pointers import Pointers

_POLL: Final = 0.1
_TELL: Final = 0.2
_TRY_AGAIN: Final = 2.0


@dataclass(frozen=True, slots=True)
class Led:
    """The parts of a backend that leads."""

    leadership: Leadership
    layout: Layout
    tree: Tree
    documents: Documents
    journal: Journal
    history: History
    pipeline: Pipeline
    pointers: "Pointers | None"


@dataclass(frozen=True, slots=True)
class Scanned:
    """The outcome of one scan. `led`: done here; otherwise the leader was asked, and is done: all that lay in the tree
    when it was asked is described and committed. `status` is None when it was asked."""

    led: bool
    status: PipelineStatus | None


def scan_once(
    root: Path,
    config: SessionConfig,
    home: Path,
    timeout: float = 3600.0,
    told: Callable[[Progress], None] | None = None,
) -> Scanned:
    """One reconcile of the whole tree, for cron and the command line.

    Args:
        told: called now and then, from another thread, with how far it has come, here or in the backend that leads.

    Raises:
        TreeMissing, Conflict: the tree is not there, nested, or served with other tree-shaping keys.
        OutOfTime: not finished, here or by the leader, within `timeout` seconds.
        MDJourneyError, OSError: the tree or its history cannot be written now.
    """
    inbox = Inbox(root)
    asked: str | None = None
    deadline = time.monotonic() + timeout
    while True:
        with led(root, config, home) as leader:
            if leader is not None:
                with _telling(leader.pipeline, told):
                    return Scanned(True, leader.pipeline.run_until_still(timeout))
        asked = asked or inbox.ask_for_rescan()
        retry = min(deadline, time.monotonic() + _TRY_AGAIN)  # to lead ourselves, should the leader go
        while inbox.is_open(asked):
            if time.monotonic() > deadline:
                raise OutOfTime(f"whoever leads {root} is not done yet; it goes on", retry_after=10)
            if time.monotonic() > retry:
                break
            if told is not None and (progress := published_progress(root)) is not None:
                told(progress)
            time.sleep(_POLL)
        else:
            return Scanned(False, None)


@contextlib.contextmanager
def led(root: Path, config: SessionConfig, home: Path) -> Iterator[Led | None]:
    """The parts of a leader, its pipeline not started; None when another backend leads."""
    leadership = Leadership(root, config, home)
    if not leadership.acquire(lambda: None):
        yield None
        return
    try:
        parts = _parts(root, config, leadership)
        # what a killed save left; its folder may hold no whole document yet
        folders = {ref.path.rpartition("/")[0] for ref in parts.tree.documents()}
        folders |= {f"{project.path}/{METADATA}" for project in parts.tree.project_folders()}
        parts.documents.tidy(sorted(folders))
        try:
            yield parts
        finally:
            parts.pipeline.stop()
            parts.journal.close()
    finally:
        leadership.release()


@contextlib.contextmanager
def writing(
    root: Path, config: SessionConfig, home: Path, schemas: SchemaManager
) -> Iterator[tuple[Documents, Callable[[], bool]]]:
    """Documents to write through, and what commits what was written: we lead for a moment, or leave it to who leads."""
    with led(root, config, home) as leader:
        if leader is None:
            yield Documents(root, schemas, Inbox(root)), lambda: False
        else:
            recording = Recording(root, leader.journal, leader.history, lambda: None)
            yield leader.documents, recording.drain


@contextlib.contextmanager
def _telling(pipeline: Pipeline, told: Callable[[Progress], None] | None) -> Iterator[None]:
    if told is None:
        yield
        return
    ending = threading.Event()

    def tell() -> None:
        while not ending.wait(_TELL):
            if (progress := pipeline.status(echo=False).progress) is not None:
                told(progress)

    thread = threading.Thread(target=tell, name="mdj-progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ending.set()
        thread.join()


class _Sink:
    """Writes go to the journal, and the pipeline is told once there is one."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.pipeline: Pipeline | None = None

    def written(self, write: Write) -> None:
        self._journal.written(write)
        if self.pipeline is not None:
            self.pipeline.written()


def _parts(root: Path, config: SessionConfig, leadership: Leadership) -> Led:
    state = leadership.journal_dir
    layout = Layout.of(config)
    tree = Tree(root, layout)
    wanted: dict[Stage, bool] = {"history": config.history.git, "sync": config.store.sync}
    journal = Journal.open(state / FILE_NAME, [stage for stage, on in wanted.items() if on])
    history = History.open(root, config, state)
    sink = _Sink(journal)
    documents = Documents(root, SchemaManager(root), sink, recover=history.latest)
    pointers = _pointers(root, config)

    def prepare() -> Mapping[str, bytes | None]:
        return {**history.prepare(), **(pointers.prepare() if pointers is not None else {})}

    sink.pipeline = Pipeline(
        root,
        config,
        layout,
        tree,
        documents,
        journal,
        standing=lambda: leadership.leads and leadership.available(),
        recorder=history if config.history.git else None,
        pointers=pointers,
        extracting=Extractors(),
        prepare=prepare,
    )
    return Led(leadership, layout, tree, documents, journal, history, sink.pipeline, pointers)


def _pointers(root: Path, config: SessionConfig) -> "Pointers | None":
    if not (config.history.git and config.history.dvc):
        return None
    from mdjourney_backend.history.pointers import Pointers

    return Pointers(root, config)
