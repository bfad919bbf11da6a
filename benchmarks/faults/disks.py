"""F3: disks that fill up, files that may not grow; and mounts of one's own."""

import contextlib
import ctypes
import json
import os
import resource
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from benchmarks.faults.frame import Control, Fault, LeftOut, Trial
from benchmarks.faults.kills import in_place
from benchmarks.faults.place import ADA, Place
from mdjourney_backend.changes import Edit, Ref
from mdjourney_backend.documents.folder import Folder
from mdjourney_contract.problems import MDJourneyError

PROJECT = Ref("project_descriptive", "p_A/.metadata/project_descriptive.json")
_NEWNS, _NEWUSER = 0x00020000, 0x10000000


def own_mounts() -> None:
    """Mounts made from here on are seen by this process only, and end with it.

    Raises:
        LeftOut: this account may not have that.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    uid, gid = os.getuid(), os.getgid()
    if libc.unshare(_NEWNS if uid == 0 else _NEWNS | _NEWUSER) != 0:
        raise LeftOut(f"no mounts of one's own: {os.strerror(ctypes.get_errno())}")
    if uid != 0:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {uid} 1")
        Path("/proc/self/gid_map").write_text(f"0 {gid} 1")
    mount("--make-rprivate", "/")


def mount(*arguments: str) -> None:
    """`mount`. Raises LeftOut."""
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise LeftOut(done.stderr.strip())


def small_disk(path: Path, kib: int) -> None:
    """A file system in memory of that size at `path`."""
    path.mkdir(parents=True, exist_ok=True)
    mount("-t", "tmpfs", "-o", f"size={kib}k,mode=755", "none", str(path))


def _fill(folder: Path, leave: int) -> Path:
    """Fill a file system until about `leave` bytes are free."""
    ballast = folder / "ballast"
    status = os.statvfs(folder)
    with ballast.open("wb", buffering=0) as out, contextlib.suppress(OSError):
        out.write(b"\0" * max(0, status.f_bavail * status.f_frsize - leave))
    return ballast


def whole(trial: Trial, place: Place) -> None:
    """Every document parses, and what was typed is there."""
    for path in place.root.glob("p_*/**/.metadata/*.json"):
        try:
            json.loads(path.read_bytes())
        except ValueError:
            trial.fail(f"torn: {path.relative_to(place.root)}")
    for ref in (PROJECT,):
        with contextlib.suppress(ValueError):
            typed = json.loads((place.root / ref.path).read_bytes()).get("project_title")
            trial.expect(typed in ("typed", "typed again"), f"what was typed is gone: {typed!r}")


def _typed(place: Place, title: str) -> bool:
    """A person's save; False when it was refused. Raises OSError for what is not told as a problem."""
    from mdjourney_backend.pipeline import led

    with led(place.root, place.config(), place.home) as leader:
        assert leader is not None
        try:
            leader.documents.apply(
                Edit(
                    PROJECT,
                    lambda c: {**(c or {}), "project_title": title, "project_description": "x" * 9000},
                    title,
                ),
                actor=ADA,
            )
        except MDJourneyError:
            return False
    return True


def _described_and_more_to_come(place: Place) -> None:
    for n in range(120):
        place.write(f"p_A/d/{n}.csv", f"{n}")
    place.scan()
    assert _typed(place, "typed")
    place.scan()
    for n in range(30):
        place.write(f"p_A/d/late{n}.csv", "late")
    place.note()


def _full(trial: Trial) -> None:
    """By turns the disk of the tree and that of the home (journal) is full while files are described and somebody
    saves; at last there is room again."""
    own_mounts()
    where = ("tree", "home")[trial.number % 2]
    small_disk(trial.base / "m" / where, 12 << 10)
    place = trial.place()
    _described_and_more_to_come(place)
    ballast = _fill(place.base / where, trial.random.randrange(0, 200_000))
    refused = 0
    with contextlib.suppress(MDJourneyError, OSError):
        saved = _typed(place, "typed again")
        refused += not saved
        if saved:
            now = json.loads((place.root / PROJECT.path).read_bytes())
            trial.expect(now.get("project_title") == "typed again", "a save was told of and is not there")
    with contextlib.suppress(MDJourneyError, OSError):
        place.scan(timeout=1)
    trial.counts["saves refused on a full disk"] += refused
    whole(trial, place)
    ballast.unlink()
    place.scan()
    trial.expect("late29.csv" in place.entries("p_A/d"), "a file is not described")
    trial.finish(place)


def _limited(trial: Trial) -> None:
    """No file may grow beyond a limit (RLIMIT_FSIZE): journal, documents, commits fail in the middle of a write."""
    place = trial.place()
    _described_and_more_to_come(place)
    limit = trial.random.choice((0, 1, 100, 1000, 4096, 5000, 20_000, 60_000, 150_000))
    if trial.off is not None:  # in the middle of the largest document
        size = (place.root / "p_A/d/.metadata/dataset_structural.json").stat().st_size
        limit = trial.random.randrange(size // 2, size)

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        with contextlib.suppress(MDJourneyError, OSError, sqlite3.Error):
            _typed(place, "typed again")
        with contextlib.suppress(MDJourneyError, OSError, sqlite3.Error):
            place.scan(timeout=1)

    status, _ = trial.fork(limited)
    trial.expect(status == 0, f"it ended with {status}")
    whole(trial, place)
    place.scan()
    trial.expect("late29.csv" in place.entries("p_A/d"), "a file is not described")
    trial.finish(place)


def _f3(trial: Trial) -> None:
    (_limited if trial.off is not None or trial.number % 3 == 2 else _full)(trial)


@contextlib.contextmanager
def _in_place() -> Iterator[None]:
    with patch.object(Folder, "replace", in_place):
        yield


F3 = Fault(
    code="F3",
    what="disk of the tree or of the journal full (tmpfs, random free space), files that may not grow (RLIMIT_FSIZE)",
    protection="documents are put in place whole; a failed stage stays pending; 507 to who saves",
    trial=_f3,
    trials=90,
    few=3,
    controls={"documents written in place": Control(_in_place, 30, 0)},
)
