"""Trials of one kind of fault: saves and births go on while it happens, and afterwards everything is there once."""

import contextlib
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import psycopg

from benchmarks.store_faults.desk import Desk, timed
from benchmarks.store_faults.kinds import Cut, Killed, Kind, Silent, Site, Stopped, site_for
from mdjourney_backend.journal import Journal, Pending
from mdjourney_store import connection, projection
from mdjourney_store.embedded.watch import Watch
from mdjourney_store.migrate import upgrade

#: A save that takes longer waited for the store, which is waited for two seconds here.
LATE_SECONDS = 1.9


@dataclass
class Counted:
    """What came of the trials of one fault; seconds of each save without and under it."""

    name: str
    trials: int = 0
    failed: dict[int, list[str]] = field(default_factory=dict)
    idle: list[float] = field(default_factory=list)
    under: list[float] = field(default_factory=list)
    noticed: int = 0

    def __add__(self, other: "Counted") -> "Counted":
        """Trials of the same fault together."""
        return Counted(
            self.name,
            self.trials + other.trials,
            self.failed | other.failed,
            self.idle + other.idle,
            self.under + other.under,
            self.noticed + other.noticed,
        )


@dataclass(frozen=True)
class Control:
    """A protection that is switched off for one kind of fault."""

    name: str
    kind: type[Kind]
    switch: Callable[[], AbstractContextManager[Any]] = contextlib.nullcontext
    desk: dict[str, bool] = field(default_factory=dict)


def run(
    kind: Kind, trials: int, *, settle: float = 45, control: Control | None = None, seed: int = 0
) -> Counted:
    """That many trials on one server of their own.

    Raises:
        OSError: the fault cannot be made on this machine.
    """
    counted = Counted(control.name if control else kind.name)
    # a control leaves its server as it is then: the next trial gets another one
    for first in range(trials) if control else [0]:
        switch = control.switch() if control else contextlib.nullcontext()
        with _folder() as base, switch, site_for(kind, base) as site:
            upgrade(site.server.urls().owner_url)
            for number in [first] if control else range(trials):
                _trial(kind, site, base / f"t{number}", counted, number + seed, settle, control)
    return counted


def _trial(
    kind: Kind, site: Site, base: Path, counted: Counted, number: int, settle: float, control: Control | None
) -> None:
    random = Random(number * 7919 + 17)
    direct = site.server.urls().owner_url
    _empty(direct)
    desk = Desk(base, site.wire.url if kind.wired else direct, **(control.desk if control else {}))
    problems: list[str] = []
    try:
        if not desk.settle(settle):
            problems.append("the store was never told of the tree")
        counted.idle += timed(desk, random, 0.5)
        under = _under(kind, site, desk, random, counted)
        counted.under += under
        problems += [f"a save took {took:.1f} s" for took in under if took > LATE_SECONDS]
        if desk.settle(settle):
            problems += desk.wrong(direct)
        else:
            problems.append(f"not all was told {settle:g} s after the fault: {desk.sync.status()}")
    finally:
        kind.end(site)
        desk.close()
    counted.trials += 1
    if problems:
        counted.failed[number] = problems


def _under(kind: Kind, site: Site, desk: Desk, random: Random, counted: Counted) -> list[float]:
    """Saves and births while the fault happens at some moment among them."""
    wait = threading.Event()
    strike = threading.Timer(random.uniform(0, 0.15), kind.begin, (site,))
    recording = threading.Thread(target=_record, args=(desk, wait), daemon=True)
    strike.start()
    recording.start()
    under = list(timed(desk, random, kind.seconds))
    strike.join()
    counted.noticed += desk.sync.status().state == "away" or site.wire.mode in {"slow", "cut"}
    kind.end(site)
    recording.join(20)  # without deadlines of the client a birth may never get its answer
    return under


def _record(desk: Desk, wait: threading.Event) -> None:
    for _ in range(4):
        desk.record()
        wait.wait(0.1)


_EVENTS = ("trial_event", "document_event", "audit_event")


def _empty(url: str) -> None:
    """The same server for the next trial, with nothing in it."""
    store = connection.Store(url, size=1, seconds=60)
    tables = (
        "user_detail, project_detail, trial_detail, metadata_document, sync_origin, document_event, dataset_detail,"
        " trial_event, idempotency_key, user_project_role_linking, automatic_grant, connector_queue, audit_event"
    )
    try:
        with store.transaction(60) as asked:
            # events refuse it otherwise
            asked.execute("".join(f"ALTER TABLE {table} DISABLE TRIGGER USER;" for table in _EVENTS))
            asked.execute(f"TRUNCATE {tables} CASCADE")
            asked.execute("".join(f"ALTER TABLE {table} ENABLE TRIGGER USER;" for table in _EVENTS))
    finally:
        store.close()


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    base = Path(tempfile.mkdtemp(dir="/tmp", prefix="m"))
    base.chmod(0o711)
    try:
        yield base
    finally:
        shutil.rmtree(base, ignore_errors=True)


def _forgetting() -> AbstractContextManager[Any]:
    """The outbox is emptied before the store has answered."""
    pending = Journal.pending

    def taken(journal: Journal, *given: Any) -> list[Pending]:
        found = pending(journal, *given)
        journal.done("sync", [item.seq for item in found])
        return found

    return patch.object(Journal, "pending", taken)


def _repeating() -> AbstractContextManager[Any]:
    """A document the store has already is written again."""
    return patch.object(projection, "_DOCUMENT", projection._DOCUMENT.split("    WHERE")[0])


def _patient() -> AbstractContextManager[Any]:
    """The client waits for as long as the server likes."""
    return patch.object(connection.Bounded, "wait", psycopg.Connection.wait)


CONTROLS: tuple[Control, ...] = (
    Control("a save tells the store itself", Stopped, desk={"inline": True}),
    Control("no deadline of the client's own", Silent, _patient),
    Control(
        "a server that died is not started again", Killed, lambda: patch.object(Watch, "_run", lambda _: None)
    ),
    Control("the outbox is emptied before the answer", Killed, _forgetting),
    Control("births without idempotency keys", Cut, desk={"keyed": False}),
    Control("documents are written again whatever their hash", Cut, _repeating),
)
