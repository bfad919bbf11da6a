"""The thread that tells the store what changed: off the request path, patient while the store is away."""

import logging
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from mdjourney_backend.sync.gathering import gather
from mdjourney_backend.sync.outbox import Outbox, Waiting
from mdjourney_contract.problems import Unavailable
from mdjourney_store.connection import Store
from mdjourney_store.projection import Projection
from mdjourney_store.rows import Changes, GoneRow, Origin, Sent
from mdjourney_store.standing import Standing

_log = logging.getLogger(__name__)

_BATCH: Final = 200
#: Seconds between looks at the outbox when nobody pokes.
_LOOK: Final = 1.0
_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 60.0
#: A batch is waited for so long at first, and longer each time that was too short: a connection that was forgotten on the way
#: answers never, a dataset of 100,000 files after a while.
_PATIENCE: Final = 10.0
_MOST_PATIENCE: Final = 160.0
#: Seconds after which what stands is asked for again: somebody may have put it right elsewhere.
_LOOK_AGAIN: Final = 15.0

State = Literal["ok", "away", "off"]


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """`waiting` writes the store has not been told of; `problem` is the last thing that went wrong and still holds;
    `standing` are the documents that are not in the store as they are, as it said after the last batch."""

    state: State
    waiting: int
    problem: str | None
    standing: tuple[Standing, ...] = ()


class Sync:
    """Sync of one tree, run by its leader.

    Args:
        outbox: the journal.
        root: the tree.
        database_url: psycopg URL of the backend's role, None: there is no store (`off`, writes keep waiting).
        told: called after each batch with the documents' number, from the worker's thread (for `sync` events).
        seconds: how long a batch is waited for at first.
        look_again: seconds after which what stands is asked for again.
    """

    def __init__(
        self,
        outbox: Outbox,
        root: Path,
        database_url: str | None,
        origin: Origin,
        *,
        told: Callable[[int], None] = lambda _number: None,
        seconds: float = _PATIENCE,
        look_again: float = _LOOK_AGAIN,
    ) -> None:
        self._outbox = outbox
        self._root = root
        self._origin = origin
        self._told = told
        self._seconds = self._patience = seconds
        self._store = Store(database_url, size=1) if database_url else None
        self._projection = Projection(self._store, origin) if self._store else None
        self._wake = threading.Event()
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None
        self._problem: str | None = None
        self._standing: tuple[Standing, ...] = ()
        #: Documents that were not sent, or refused, when they were last to be: path -> why.
        self._refused: dict[str, str] = {}
        self._away = False
        #: Writes that wait because their documents are not there.
        self._missing = 0
        self._look_again = look_again
        #: When what stands was last asked for; what was wrong before this process began is wrong still.
        self._looked: float | None = None

    def start(self) -> None:
        """Begin; does nothing without a store."""
        if self._projection is None or self._thread is not None:
            return
        self._ending.clear()
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)
        self._thread.start()

    def stop(self, drain_seconds: float = 5) -> None:
        """End, giving what waits `drain_seconds` to leave first unless the store is away. The rest stays in the outbox."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._drain_until_stopped(thread, drain_seconds)
        if self._store is not None:
            self._store.close()

    def poke(self) -> None:
        """Something was written: look now."""
        self._wake.set()

    def status(self) -> SyncStatus:
        """State, number waiting and the problem that holds now."""
        waiting = self._outbox.waiting("sync")
        if self._projection is None:
            return SyncStatus("off", waiting, None)
        return SyncStatus("away" if self._away else "ok", waiting, self._problem, self._standing)

    def push(self) -> int:
        """Send one batch; the number of writes dealt with. Used by the thread, and by commands that have none.

        A document that was written and is not there has moved, or its disk is away: it waits until that is told, or it
        is back. Only what was told as deleted is gone.

        Raises:
            StoreAway, WrongRevision: nothing was dealt with.
        """
        assert self._projection is not None
        pending = self._outbox.pending("sync", _BATCH + self._missing)
        latest = {waiting.ref.path: waiting for waiting in pending}
        sent, refused, missing = [], dict[str, str](), set[str]()
        for waiting in latest.values():
            try:
                one = self._gathered(waiting)
            except OSError as error:
                refused[waiting.ref.path] = error.strerror or str(error)
                continue
            if isinstance(one, GoneRow) and not waiting.deleted:
                missing.add(waiting.ref.path)
            else:
                sent.append(one)
        dealt = [waiting.seq for waiting in pending if waiting.ref.path not in missing]
        self._missing = len(pending) - len(dealt)
        if not dealt:
            if self._looked is None or (
                self._standing and time.monotonic() - self._looked >= self._look_again
            ):
                self._look(self._projection)
            return 0
        refused |= self._sent(self._projection, sent).refused
        self._outbox.done("sync", dealt)
        self._told(len(dealt))
        self._refused = {path: why for path, why in self._refused.items() if path not in latest} | refused
        self._look(self._projection)
        return len(dealt)

    def _look(self, projection: Projection) -> None:
        """What is wrong now, also where an earlier batch brought it."""
        known = projection.standing()
        paths = {standing.rel_path for standing in known}
        unsent = (Standing(path, reason=why) for path, why in self._refused.items() if path not in paths)
        self._standing = (*unsent, *known)
        self._problem, self._looked = _problem_of(self._standing), time.monotonic()

    def _sent(self, projection: Projection, sent: Sequence[Sent]) -> Changes:
        began = time.monotonic()
        try:
            changes = projection.send(sent, seconds=self._patience)
        except Unavailable:
            if time.monotonic() - began >= self._patience:
                self._patience = min(self._patience * 2, max(self._seconds, _MOST_PATIENCE))
            raise
        if time.monotonic() - began < self._patience / 4:
            self._patience = max(self._seconds, self._patience / 2)
        return changes

    def _gathered(self, waiting: Waiting) -> Sent:
        people = [*([self._origin.owner] if self._origin.owner else []), *self._origin.members]
        return gather(
            self._root,
            waiting.ref,
            people=people,
            actor=waiting.actor,
            at=waiting.at,
            subject=waiting.subject,
        )

    def _run(self) -> None:
        pause = _FIRST_PAUSE
        while not self._ending.is_set():
            try:
                while self.push() and not self._ending.is_set():
                    pass
            except Unavailable as error:
                if not self._away:
                    _log.warning("the metadata store is away: %s", error.detail)
                self._away, self._problem = True, error.detail
                # growing and uneven, so that many backends do not all come back at the same moment
                self._ending.wait(pause * random.uniform(0.7, 1.3))  # noqa: S311 - no secret depends on it
                pause = min(pause * 2, _LONGEST_PAUSE)
            except Exception as error:  # noqa: BLE001 - the edge of this thread: it lives on, the outbox still holds everything
                _log.exception("sync failed")
                self._problem = f"{type(error).__name__}: {error}"
                self._ending.wait(_LONGEST_PAUSE / 6)
            else:
                if self._away:
                    _log.info("the metadata store is back")
                self._away, pause = False, _FIRST_PAUSE
                self._wake.wait(_LOOK)
                self._wake.clear()

    def _drain_until_stopped(self, thread: threading.Thread, seconds: float) -> None:
        waited = threading.Event()
        for _ in range(round(seconds / 0.05)):
            if self._away or not self._outbox.waiting("sync"):
                break
            self._wake.set()
            waited.wait(0.05)
        self._ending.set()
        self._wake.set()
        thread.join(timeout=self._patience)


def _problem_of(standing: Sequence[Standing], most: int = 3) -> str | None:
    """The first of them in words."""
    refused = [f"{each.rel_path}: {each.reason}" for each in standing if each.held is None]
    if refused:
        return f"not stored: {'; '.join(refused[:most])}"
    conflicts = [each.rel_path for each in standing if each.held is not None]
    return f"held elsewhere is what is said in {', '.join(conflicts[:most])}" if conflicts else None
