"""F10: locks of git that a kill left, and those of others."""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Collection, Iterator
from typing import Any
from unittest.mock import patch

from benchmarks.faults.frame import Control, Fault, Forked, Trial
from benchmarks.faults.kills import nothing_cleared
from benchmarks.faults.place import Place
from benchmarks.faults.recorded import DOCUMENT, commit, no_locks, opened
from mdjourney_backend.history import Batch, History, HistoryBusy
from mdjourney_backend.history.words import HistoryUnavailable

_LOCKS = ("index.lock", "HEAD.lock", "refs/heads/main.lock", "packed-refs.lock")
_EVENTS = frozenset({"open", "os.rename", "os.link", "os.remove", "subprocess.Popen", "os.truncate"})


def _killed_with_git(trial: Trial) -> None:
    """A commit is killed at a random moment with every git it started, as an operator or a service manager does; without
    the clearing always while it holds the index."""
    place = trial.place()
    commit(place, opened(place), b"1")
    moment = trial.random.random() * 0.12
    step = trial.random.randrange(1, 60) if trial.number % 2 else 0
    events = _EVENTS
    if trial.off is not None:  # each commit renames two notes, then the index
        step, events = 3 * trial.random.randrange(1, 30), frozenset({"os.rename"})

    def work() -> None:
        history = opened(place)
        if step:
            _die_at(step, events)
        for n in range(200):
            commit(place, history, b"%d" % n * trial.random.choice((10, 100_000)))

    process = Forked(work)
    if not step:
        time.sleep(0.05 + moment)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.end()
    planted = [name for name in _LOCKS if (place.root / ".git" / name).exists()]
    trial.counts["locks that a kill left"] += (
        len(planted) + (place.root / ".git/refs/mdjourney/pending.lock").exists()
    )
    _landed(trial, place)


def _die_at(step: int, events: Collection[str]) -> None:
    """kill -9 of this process and every git it started at the n-th of these things it does to files."""
    seen = 0

    def watch(event: str, _: Any) -> None:
        nonlocal seen
        if event in events:
            seen += 1
            if seen == step:
                os.killpg(0, signal.SIGKILL)

    sys.addaudithook(watch)


def _landed(trial: Trial, place: Place) -> None:
    history = opened(place)
    last = b"the last"
    trial.expect(commit(place, history, last), "the next commit did not land")
    head = place.git("show", f"main:{DOCUMENT}").encode()
    trial.expect(head == last, "the branch holds something else")
    trial.expect(place.git("status", "--porcelain", "-uno") == "", "the index does not match")
    trial.expect(place.git("fsck", "--no-dangling", "--no-progress") == "", "git fsck")
    no_locks(trial, place)


def _foreign(trial: Trial) -> None:
    """Somebody's lock stays for a while: it is waited for, told, left alone, also at a new start; then we go on."""
    place = trial.place()
    history = opened(place)
    commit(place, history, b"1")
    name = trial.random.choice(("index.lock", "HEAD.lock", "refs/heads/main.lock"))
    lock = place.root / ".git" / name
    lock.write_bytes(b"somebody's")
    before = place.git("rev-parse", "main")
    for tried in (history, opened(place)):
        try:
            commit(place, tried, b"2")
            trial.fail("a commit landed past somebody's lock")
        except HistoryUnavailable as exc:
            told = isinstance(exc, HistoryBusy) and "lock" in str(tried.problem())
            trial.expect(told, f"not told of the lock: {tried.problem()}")
    trial.expect(lock.exists() and lock.read_bytes() == b"somebody's", "somebody's lock was removed")
    trial.expect(place.git("rev-parse", "main") == before, "the branch moved")
    lock.unlink(missing_ok=True)
    _landed(trial, place)


def _f10(trial: Trial) -> None:
    foreign = trial.off == _ANYBODYS or (trial.off is None and trial.number % 4 == 3)
    (_foreign if foreign else _killed_with_git)(trial)


_ANYBODYS = "leaving others' locks alone"


@contextlib.contextmanager
def _all_removed() -> Iterator[None]:
    """Any lock in the way is removed."""
    real = History.commit

    def past(self: History, batch: Batch) -> str | None:
        for name in _LOCKS:
            (self._root / ".git" / name).unlink(missing_ok=True)
        return real(self, batch)

    with patch.object(History, "commit", past):
        yield


F10 = Fault(
    code="F10",
    what="a commit killed together with its git at a random moment (stale index, HEAD, ref and packed-refs locks); locks of others",
    protection="locks are noted before they are taken: those of a dead process of ours are cleared, others waited for and told",
    trial=_f10,
    trials=200,
    few=4,
    controls={"clearing our own": Control(nothing_cleared, 40, 0), _ANYBODYS: Control(_all_removed, 6, 1)},
)
