"""F7: events that get lost while the backend stands still."""

import contextlib
import os
import signal
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

from benchmarks.faults.frame import Control, Fault, Forked, Trial
from benchmarks.faults.place import Place, sha256, until
from mdjourney_backend.pipeline import led

#: inotify's queue holds 16,384 events, three for each new file and two for each that is written over
_BURST, _WRITES = 20_000, 9_000
_KNOWN = 200


def _leading(place: Place, talk: Any, say: Any, **settings: Any) -> None:
    """A backend in a process of its own: says when it is in step for the first time, then at each line."""
    with led(place.root, place.config(**settings), place.home) as leader:
        assert leader is not None
        leader.pipeline.start()
        until(lambda: leader.pipeline.status().in_step)
        say("ready")
        for _ in talk:
            say(leader.pipeline.status().in_step)


def _f7(trial: Trial) -> None:
    """20,000 files are made while the backend stands still; of what happens in another dataset behind them (files and
    folders made, written over, removed, renamed) no event arrives."""
    place = trial.place(history={"git": False, "dvc": False})
    place.write("p_A/d/first.bin", "x")
    place.write("p_A/d/second.bin", "x")
    for n in range(_KNOWN):
        place.write(f"p_A/e/{n}.bin", b"%d" % n)
    backend = Forked(lambda talk, say: _leading(place, talk, say), talks=True)
    assert backend.hear() == "ready"
    os.kill(backend.pid, signal.SIGSTOP)
    made = _flood(place, small=trial.small)
    made += _unheard(trial, place)
    place.note()
    os.kill(backend.pid, signal.SIGCONT)

    def in_step() -> bool:
        backend.say("status")
        return bool(backend.hear())

    until(in_step, 100, "in step")
    missing = sum(_missing(place, dataset) for dataset in ("p_A/d", "p_A/e"))
    trial.counts["files made while the watcher stood still"] += made
    trial.counts["files missing or wrong after a burst"] += missing
    trial.expect(missing == 0, f"{missing:,} files are missing or wrong")
    trial.expect(backend.end() == 0, "it did not end well")
    trial.finish(place, check=trial.small, objects=False)


def _flood(place: Place, *, small: bool) -> int:
    """More events than the queue holds, in a folder that is watched; answers how many files were made."""
    if small:
        for n in range(_WRITES):  # by turns: an event that is like the one before takes no room
            (place.root / f"p_A/d/{('first', 'second')[n % 2]}.bin").write_bytes(b"%d" % n)
        return 0
    for n in range(_BURST):
        place.write(f"p_A/d/{n}.bin", b"%d" % n)
    return _BURST


def _unheard(trial: Trial, place: Place) -> int:
    """Everything that happens to files, in random measure; answers how many were made."""
    folder, chance = place.root / "p_A/e", trial.random
    known = [folder / f"{n}.bin" for n in chance.sample(range(_KNOWN), 60)]
    for n, file in enumerate(known):
        kind = n % 3
        if kind == 0:
            file.unlink()
        elif kind == 1:
            file.write_bytes(chance.randbytes(chance.randint(1, 3000)))
        else:
            file.rename(folder / f"renamed{n}.bin")
    new = chance.randint(50, 400)
    for n in range(new):
        place.write(f"p_A/e/{chance.choice(('', 'sub/', 'sub/deep/'))}new{n}.bin", chance.randbytes(50))
    return new


def _missing(place: Place, dataset: str) -> int:
    """Files whose entry is absent or wrong, and entries whose file is gone."""
    folder = place.root / dataset
    there = {str(p.relative_to(folder)): sha256(p) for p in folder.rglob("*.bin")}
    listed = {p: e["checksum"] for p, e in place.entries(dataset).items() if e["status"] == "present"}
    return len(dict(there.items() ^ listed.items()))


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """That events were lost is not noticed."""
    with patch("mdjourney_backend.watch.watcher._OverflowAlarm.emit", lambda *_: None):
        yield


F7 = Fault(
    code="F7",
    what="inotify overflow: 20,000 files made while the backend stands still (SIGSTOP), files made, changed, removed and renamed behind them",
    protection="an overflow is noticed and answered by a look at everything",
    trial=_f7,
    trials=20,
    few=1,
    seconds=240,
    controls={"noticing the overflow": Control(_deaf, 5, 1)},
)
