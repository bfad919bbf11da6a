"""F1: kill -9 at every file-system event of triggers 0 to 2."""

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks.faults.frame import Control, Fault, Forked, Trial
from benchmarks.faults.place import Place
from mdjourney_backend.documents import Documents
from mdjourney_backend.documents.folder import Folder
from mdjourney_backend.history.locks import Locks
from mdjourney_backend.pipeline.outside import Outside

_EVENTS = {
    "open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.link", "os.symlink", "os.truncate",
    "os.utime", "sqlite3.connect", "subprocess.Popen", "fcntl.flock", "shutil.rmtree", "tempfile.mkdtemp",
}  # fmt: skip


def first(place: Place) -> None:
    """A new project, two datasets, one of them with a sub-folder."""
    for n in range(3):
        place.write(f"p_A/d/f{n}.csv", f"a,b\n{n},1\n")
    place.write("p_A/e/deep/x.txt", "x")


def second(place: Place) -> None:
    """Every kind of change at once."""
    place.write("p_A/d/f0.csv", "a,b\nchanged,1\n")
    (place.root / "p_A/d/f1.csv").rename(place.root / "p_A/e/moved.csv")
    (place.root / "p_A/d/f2.csv").unlink()
    place.write("p_A/d/new.csv", "new")


def dying_scan(place: Place, die_at: int, events: Collection[str] = _EVENTS) -> int:
    """Scan, and die as by kill -9 at the n-th event; answers how many there were."""
    scope = (str(place.root), str(place.home))
    count = 0

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal count
        if event not in events:
            return
        if event == "open":
            path, _mode, flags = (*arguments, None, None)[:3]
            writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            inside = isinstance(path, str | bytes) and os.fsdecode(path).startswith(scope)
            if not writes or not (inside or (isinstance(path, str) and "/" not in path)):
                return
        count += 1
        if count == die_at:
            os.kill(os.getpid(), 9)

    sys.addaudithook(watch)
    place.scan()
    return count


@cache
def _points() -> tuple[int, int]:
    """How many events the two stages have."""
    base = Path(tempfile.mkdtemp(dir="/tmp", prefix="mf"))
    try:
        counts = []
        place = Place(base / "m")
        for stage in (first, second):
            stage(place)
            process = Forked(lambda: dying_scan(place, 0))
            process.end(60)
            counts.append(process.answer)
    finally:
        shutil.rmtree(base)
    return counts[0], counts[1]


_IN_PLACE = "documents written in place"


def _trial(trial: Trial) -> None:
    in_first = _points()[0]
    stage, point = (1, trial.number + 1) if trial.number < in_first else (2, trial.number - in_first + 1)
    place = trial.place()
    first(place)
    known: dict[str, str] = {}
    if stage == 2:
        place.scan()
        known = place.identifiers()
        second(place)
    place.note()
    events: Collection[str] = _EVENTS
    if trial.off == _IN_PLACE:  # the writes of documents are what it is about
        events, point = {"os.truncate"}, trial.number % 7 + 1
    status, _ = trial.fork(lambda: dying_scan(place, point, events))
    trial.counts["backends killed"] += status == -9
    trial.expect(status in (0, -9), f"it ended with {status}")
    between = place.identifiers()
    place.scan()
    after = place.identifiers()
    for key, value in {**known, **between}.items():
        trial.expect(after.get(key, value) == value, f"another identifier: {key}")
    trial.expect("f0.csv" in place.entries("p_A/d"), "a file is not described")
    trial.finish(place)


def in_place(self: Folder, name: str, content: Any) -> os.stat_result:
    """`Folder.replace` as it is done naively: over the old file, in more than one write."""
    whole = bytes(content)
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with open(os.open(name, flags, 0o666, dir_fd=self.fd), "wb", buffering=0) as file:
        for part in (whole[: len(whole) // 2], whole[len(whole) // 2 :]):
            sys.audit("os.truncate", name, 0)  # a point to die at between two writes
            file.write(part)
        return os.fstat(file.fileno())


@contextlib.contextmanager
def written_in_place() -> Iterator[None]:
    """Documents are written over the old ones."""
    with patch.object(Folder, "replace", in_place):
        yield


@contextlib.contextmanager
def nothing_cleared() -> Iterator[None]:
    """Locks and half-made files of a process that died stay."""
    with (
        patch.object(Locks, "clear_ours", lambda *_: []),
        patch.object(Documents, "tidy", lambda *_: None),
        patch("mdjourney_backend.history.pointers.clear_leavings", lambda *_: None),
        patch("mdjourney_backend.history.repository._clear_workshops", lambda *_: None),
    ):
        yield


@contextlib.contextmanager
def nothing_compared() -> Iterator[None]:
    """The next start trusts the journal instead of looking at documents and pointers."""
    with (
        patch.object(Outside, "_compare_with_history", lambda *_: None),
        patch.object(Outside, "_look", lambda *_: None),
    ):
        yield


F1 = Fault(
    code="F1",
    what="kill -9 at every file-system event of triggers 0 to 2, then a new start",
    protection="whole files put in place by rename; journal replayed; our own locks cleared; everything compared at the start",
    trial=_trial,
    trials=lambda: sum(_points()),
    few=6,
    controls={
        _IN_PLACE: Control(written_in_place, 20, 0),
        "leavings of the dead not cleared": Control(nothing_cleared, 400, 0),
    },
)
