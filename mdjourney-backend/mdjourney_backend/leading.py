"""What the leader of a tree runs: journal, history, pointers, pipeline, sync; built when a backend takes the lead."""

import hashlib
import secrets
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from mdjourney_backend.catching_up import CatchingUp
from mdjourney_backend.changes import Ref, Write, file_owner
from mdjourney_backend.counting import Counters
from mdjourney_backend.documents import Documents
from mdjourney_backend.history import Pointers
from mdjourney_backend.history.recorder import History
from mdjourney_backend.journal import Journal, Stage
from mdjourney_backend.journal.journal import FILE_NAME
from mdjourney_backend.journal.outbox import FILE
from mdjourney_backend.layout import LOCAL_SCHEMAS, Layout
from mdjourney_backend.leader import Leadership
from mdjourney_backend.pipeline import Pipeline
from mdjourney_backend.pipeline.status import Progress
from mdjourney_backend.sync import Sync
from mdjourney_backend.technical import Extractors
from mdjourney_backend.tree import Tree
from mdjourney_contract.clock import now
from mdjourney_contract.launch import Launch
from mdjourney_contract.people import Identity
from mdjourney_store.rows import Origin
from mdjourney_store.standing import Standing

_JOURNAL_ID: Final = "journal"


class Leading:
    """The engine of one leader; `start` once, `stop` once. It is the sink of documents while it leads."""

    def __init__(
        self,
        launch: Launch,
        root: Path,
        leadership: Leadership,
        layout: Layout,
        tree: Tree,
        documents: Documents,
        history: History,
        ring: Callable[[], None],
        counters: Counters,
    ) -> None:
        config = launch.config
        self._ring = ring
        self._root = root
        self._history = history
        self._ending = threading.Event()
        pointers = Pointers(root, config) if config.history.git and config.history.dvc else None
        #: None where no pointers are kept
        self.pointers = pointers

        def prepare() -> Mapping[str, bytes | None]:
            return {**history.prepare(), **(pointers.prepare() if pointers is not None else {})}

        self.journal = Journal.open(leadership.journal_dir / FILE_NAME, _stages(launch))
        self.journal_id = _journal_id(self.journal)
        self.pipeline = Pipeline(
            root,
            config,
            layout,
            tree,
            documents,
            self.journal,
            standing=lambda: leadership.leads and leadership.available(),
            recorder=history if config.history.git else None,
            pointers=pointers,
            extracting=Extractors(),
            prepare=prepare,
            counters=counters,
        )
        origin = origin_of(launch, root, leadership.tree_id)
        self.sync = _sync(launch, root, origin, self.journal, counters) if _syncs(launch) else None
        url = launch.database_url
        self._catching_up = (
            CatchingUp(leadership.journal_dir, tree, url, origin) if config.store.sync else None
        )
        if self.sync is not None:
            self.pipeline.attach_sync(self.sync)
        self._bell = threading.Thread(target=self._ring_on_news, name="mdj-news", daemon=True)

    def written(self, write: Write) -> None:
        """A document was saved (called under its lock)."""
        self.journal.written(write)
        self.pipeline.written()

    def written_together(self, writes: Sequence[Write]) -> None:
        """Documents were saved as one: they wait for history and store as one, too."""
        with self.journal.batch():
            for write in writes:
                self.journal.written(write)
        self.pipeline.written()

    def record(self, path: str, raw: bytes | None, actor: Identity, subject: str) -> None:
        """Have a file that is no document committed; None: it is gone."""
        sha256 = hashlib.sha256(raw or b"").hexdigest()
        self.journal.outbox.add(Ref(FILE, path), raw, sha256, actor, now(), subject, deleted=raw is None)
        self.pipeline.written()

    def record_schemas(self) -> None:
        """Commit local schemas that were put in place or changed by hand, or through a follower."""
        folder = self._root / LOCAL_SCHEMAS
        paths = [p for p in sorted(folder.rglob("*.json")) if p.is_file() and not p.is_symlink()]
        for path in self._history.differs([p.relative_to(self._root).as_posix() for p in paths]):
            file = self._root / path
            self.record(
                path, file.read_bytes(), file_owner(file.stat().st_uid), f"schema {path}: changed by hand"
            )

    def start(self) -> None:
        """Look at everything, and go on looking."""
        self.pipeline.start()
        if self.sync is not None:
            self.sync.start()
        if self._catching_up is not None:
            self._catching_up.start()
        self._bell.start()

    def stop(self, drain: bool = True) -> None:
        """Finish what is under way; what waits is tried again at the next start."""
        self._ending.set()
        if self._catching_up is not None:
            self._catching_up.stop()
        self.pipeline.stop(drain)
        if self.sync is not None:
            self.sync.stop()
        if self._bell.ident is not None:
            self._bell.join()
        self.journal.close()

    def health(self, *, echo: bool = True) -> dict[str, Any]:
        """The parts of `GET /health` that only a leader knows; `echo` waits for file system events under way."""
        status = self.pipeline.status(echo)
        sync = self.sync.status() if self.sync is not None else None
        behind = self._catching_up is not None and self._catching_up.behind
        missed = "it is being told what was saved while there was no store" if behind else None
        return {
            "in_step": status.in_step and not behind,
            "available": status.available,
            "pipeline": {
                "dirty": status.dirty,
                "pending_files": status.pending_files,
                "growing": list(status.growing),
                "progress": None if status.progress is None else asdict(status.progress),
                "problem": status.problem,
            },
            "history": {
                "mode": self._history.mode,
                "waiting": status.history_waiting,
                "problem": status.history_problem or self._history.problem(),
            },
            "sync": {
                "state": "off" if sync is None else sync.state,
                "waiting": status.sync_waiting,
                "oldest_seconds": _age(self.journal),
                "problem": missed if sync is None or sync.problem is None else sync.problem,
                "refused": 0 if sync is None else len(sync.standing),
            },
        }

    def standing(self) -> tuple[Standing, ...]:
        """Documents that are not in the store as they are."""
        return () if self.sync is None else self.sync.status().standing

    def pulse(self) -> tuple[Progress | None, dict[str, Any]]:
        """How far ingest has come; and what is wrong, in the members of `health` that say so."""
        status = self.pipeline.status(False)
        sync = self.sync.status() if self.sync is not None else None
        return status.progress, {
            "available": status.available,
            "pipeline": status.problem,
            "history": status.history_problem or self._history.problem(),
            "sync": None if sync is None else sync.problem,
        }

    def _ring_on_news(self) -> None:
        seq = self.journal.events.last()
        while not self._ending.is_set():
            found = self.journal.events.wait(seq, 0.5)
            if found:
                seq = found[-1].seq
                self._ring()


def _journal_id(journal: Journal) -> str:
    """Which journal this is: event numbers of one mean nothing in another."""
    known = journal.noted(_JOURNAL_ID)
    if known is None:
        known = secrets.token_hex(8)
        journal.note(_JOURNAL_ID, known)
    return known


def _syncs(launch: Launch) -> bool:
    return launch.config.store.sync and launch.database_url is not None


def _age(journal: Journal) -> float | None:
    """How long the oldest write has waited for the store, in seconds; None: none waits."""
    oldest = journal.pending("sync", 1)
    return max(0.0, round((now() - oldest[0].at).total_seconds(), 1)) if oldest else None


def _stages(launch: Launch) -> list[Stage]:
    """What writes wait for; nothing waits for a store that nobody named."""
    wanted: dict[Stage, bool] = {"history": launch.config.history.git, "sync": _syncs(launch)}
    return [stage for stage, on in wanted.items() if on]


def origin_of(launch: Launch, root: Path, tree_id: str) -> Origin:
    """The tree as the store knows it, with the people of this config."""
    return Origin(
        origin_id=tree_id,
        host=socket.gethostname(),
        root_path=str(root),
        owner=launch.owner,
        members=tuple(Identity(user_id=m) for m in launch.config.members),
    )


def _sync(launch: Launch, root: Path, origin: Origin, journal: Journal, counters: Counters) -> Sync:
    def told(number: int) -> None:
        counters.add(rows_sent=number)
        journal.emit("sync", {"waiting": journal.waiting("sync"), "state": "ok"})

    return Sync(journal, root, launch.database_url, origin, told=told)
