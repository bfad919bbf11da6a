"""F9, F13, F14: folders that are renamed, swapped and removed while they are read; disks that vanish; many backends at once."""

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks.faults.disks import mount, own_mounts, small_disk
from benchmarks.faults.frame import Control, Fault, Forked, Trial
from benchmarks.faults.place import Place, until
from mdjourney_backend.leader import Leadership
from mdjourney_backend.pipeline import identity
from mdjourney_contract.problems import MDJourneyError

_FILES = 30


def _datasets(place: Place) -> list[Path]:
    return [p for p in place.root.glob("p_*/*") if p.is_dir() and p.name[0] != "."]


def _identifier(folder: Path) -> str | None:
    try:
        held = json.loads((folder / ".metadata/dataset_administrative.json").read_bytes())
    except (OSError, ValueError):
        return None
    return str(held["dataset_identifier"])


class _Mover:
    """Renames, swaps, moves between projects, changes case, removes and fills datasets at random, and knows which
    folder (by inode) is which dataset."""

    def __init__(self, trial: Trial, place: Place) -> None:
        self._random, self._place = trial.random, place
        self.known = {folder.stat().st_ino: _identifier(folder) for folder in _datasets(place)}
        self.removed: set[int] = set()
        self._names = iter(range(10**6))

    def step(self) -> None:
        folders = _datasets(self._place)
        folder = self._random.choice(folders)
        kind = self._random.choice(
            ("rename", "rename", "swap", "case", "project", "remove", "files", "move file")
        )
        new = folder.with_name(f"n{next(self._names)}")
        if kind == "rename":
            folder.rename(new)
        elif kind == "case":
            folder.rename(folder.with_name(folder.name.swapcase()))
        elif kind == "project":
            other = self._place.root / self._random.choice(("p_A", "p_B"))
            folder.rename(other / new.name)
        elif kind == "swap" and len(folders) > 1:
            other = self._random.choice([f for f in folders if f != folder])
            folder.rename(new)
            other.rename(folder)
            new.rename(other)
        elif kind == "remove" and len(folders) > 4:
            self.removed.add(folder.stat().st_ino)
            shutil.rmtree(folder)
        elif kind == "files":
            for n in range(3):
                (folder / f"x{next(self._names)}-{n}.csv").write_text(f"{n},{time.monotonic_ns()}")
        elif kind == "move file":
            files = [f for f in folder.glob("*.csv") if f.is_file()]
            if files:
                files[0].rename(self._random.choice(folders) / f"m{next(self._names)}.csv")


def _f9(trial: Trial) -> None:
    """Random changes to dataset folders while a backend follows them; at the end each folder is who it was."""
    place = trial.place(history={"git": True, "dvc": trial.number % 2 == 0, "dvc_cache": "none"})
    for name in ("p_A/a", "p_A/b", "p_A/c", "p_B/d", "p_B/e"):
        for n in range(_FILES):
            place.write(f"{name}/{n}.csv", f"{name},{n}")
    place.scan()
    mover = _Mover(trial, place)
    with place.leading(settle_seconds=0.05) as leader:
        for _ in range(20):
            try:
                mover.step()
            except FileNotFoundError:  # something of ours was put in place just then
                trial.counts["changes that failed for the user"] += 1
            time.sleep(trial.random.choice((0.0, 0.0, 0.01, 0.1)))
        place.note()
        leader.pipeline.rescan()
    place.scan()
    now = {folder.stat().st_ino: folder for folder in _datasets(place)}
    left = mover.known.keys() - mover.removed
    trial.expect(left <= now.keys(), "a dataset is gone")
    for inode in left & now.keys():
        trial.expect(_identifier(now[inode]) == mover.known[inode], f"another identifier: {now[inode].name}")
    for inode in now.keys() - mover.known.keys():
        trial.fail(f"a ghost: {now[inode].name}")
    for folder in now.values():
        wanted = {str(f.relative_to(folder)) for f in folder.rglob("*.csv")}
        listed = place.entries(str(folder.relative_to(place.root)))
        trial.expect(
            wanted == {p for p, e in listed.items() if e["status"] == "present"}, "entries are not the files"
        )
    trial.counts["datasets followed"] += len(left)
    trial.finish(place)


@contextlib.contextmanager
def _by_path() -> Iterator[None]:
    """A folder is who stood at its path before."""

    def claim(folder: Any, by_path: Any, _memory: Any) -> Any:
        here = by_path.get(folder.path)
        return here.identifier if here is not None else None

    with patch.object(identity, "_claim", claim):
        yield


F9 = Fault(
    code="F9",
    what="datasets renamed, moved, swapped, removed, changed in case, files moved between them, while they are read",
    protection="identity from the documents, the inode and the journal; folders opened one in the other",
    trial=_f9,
    trials=80,
    few=2,
    controls={"identity from documents and inode": Control(_by_path, 10, 1)},
)

# -- F13 --------------------------------------------------------------------------------------------------------------


def _f13(trial: Trial) -> None:
    """The disk of a tree is taken away lazily, or another comes in its place, while files are being described."""
    own_mounts()
    other = trial.number % 2 == 1
    place = trial.place()
    small_disk(place.root, 64 << 10)
    held = os.open(place.root, os.O_RDONLY | os.O_DIRECTORY)  # to bring the same disk back
    for n in range(60):
        place.write(f"p_A/d/{n}.csv", f"{n}")
    place.scan()
    before = place.identifiers()
    spare = trial.base / "spare"
    spare.mkdir()
    mount("--bind", str(place.root), str(spare))
    with place.leading(watch="off", settle_seconds=0) as leader:
        until(lambda: leader.pipeline.status().in_step)
        for n in range(40):
            place.write(f"p_A/d/late{n}.csv", "late")
        leader.pipeline.mark()
        time.sleep(trial.random.random() * 0.15)
        _umount(place.root)
        if other:
            small_disk(place.root, 1 << 10)
        leader.pipeline.mark()
        with contextlib.suppress(AssertionError):
            seconds = 60 if trial.off is None else 5
            until(lambda: not leader.pipeline.status(echo=False).available, seconds, "unavailable")
        time.sleep(0.2)
        written = [p.name for p in place.root.iterdir()]
        trial.expect(written == [], f"written where the disk was: {written}")
        status = leader.pipeline.status(echo=False)
        trial.expect("not there" in str(status.problem) and not status.in_step, "not told")
        if other:
            _umount(place.root)
        mount("--bind", str(spare), str(place.root))
        until(lambda: leader.pipeline.status(echo=False).available, what="available")
        leader.pipeline.rescan()
    os.close(held)
    place.note()
    place.scan()
    after = place.identifiers()
    trial.expect(all(after.get(k) == v for k, v in before.items()), "identifiers changed")
    listed = place.entries("p_A/d")
    trial.expect(
        len(listed) == 100 and {e["status"] for e in listed.values()} == {"present"},
        "entries are not the files",
    )
    trial.finish(place)


def _umount(path: Path) -> None:
    subprocess.run(["umount", "-l", str(path)], check=True, capture_output=True)


@contextlib.contextmanager
def _always_there() -> Iterator[None]:
    """Nobody asks whether the marker is there."""
    with patch.object(Leadership, "available", lambda _self: True):
        yield


F13 = Fault(
    code="F13",
    what="the disk of a tree vanishes during an ingest (umount -l), another comes in its place, it returns",
    protection="nothing is written, and nothing believed gone, unless the tree's marker is there",
    trial=_f13,
    trials=100,
    few=2,
    controls={"asking for the marker": Control(_always_there, 10, 1)},
)

# -- F14 --------------------------------------------------------------------------------------------------------------


_NESTED = "refusing nested trees"


def _f14(trial: Trial) -> None:
    """Eight backends begin at once on one folder, by its name, a link, a bind mount, a path with dots, and on folders
    inside and above it: one leads, others of the same folder follow, the rest are refused."""
    own_mounts()
    place = trial.place()
    place.write("p_A/d/a.csv", "one")
    link, bound = trial.base / "link", trial.base / "bound"
    link.symlink_to(place.root)
    bound.mkdir()
    mount("--bind", str(place.root), str(bound))
    same = [place.root, link, bound, place.root / "p_A/..", place.root]
    nested = [place.root / "p_A", place.root / "p_A/d", place.base]
    if trial.number % 2 or trial.off == _NESTED:
        place.scan()  # the tree is known already
        paths = [trial.random.choice(same + nested) for _ in range(8)]
    else:
        paths = [trial.random.choice(same) for _ in range(8)]
    places = [
        (path, trial.random.choice((place.home, trial.base / f"home{n % 2}"))) for n, path in enumerate(paths)
    ]
    gate = trial.base / "gate"

    def begin(path: Path, home: Path) -> Any:
        def work(_talk: Any, say: Any) -> None:
            say("ready")
            while not gate.exists():
                time.sleep(0.0005)
            try:
                part = Leadership(path, place.config(monitor_path=str(path)), home)
                leads = part.acquire(lambda: None)
            except MDJourneyError as exc:
                say(["refused", str(exc)])
                return
            say(["leads" if leads else "follows", part.tree_id])
            for _ in _talk:
                pass
            part.release()

        return Forked(work, talks=True)

    backends = [begin(*pair) for pair in places]
    for backend in backends:
        backend.hear()
    gate.touch()
    outcomes = [backend.hear() for backend in backends]
    for backend in backends:
        backend.end()
    leaders = [o for o in outcomes if o[0] == "leads"]
    served = any(path in same for path in paths)
    trial.expect(len(leaders) == served, f"{len(leaders)} lead")
    trial.expect(len({o[1] for o in outcomes if o[0] != "refused"}) <= 1, "more than one tree")
    for path, outcome in zip(paths, outcomes, strict=True):
        if path in nested:
            named = outcome[0] == "refused" and str(place.root) in outcome[1]
            trial.expect(named, f"{path.relative_to(trial.base)}: {outcome}")
        else:
            trial.expect(outcome[0] != "refused", f"{path.relative_to(trial.base)}: {outcome}")
    trial.counts["backends begun at once"] += len(paths)
    place.note()
    place.scan()
    trial.finish(place)


@contextlib.contextmanager
def _unlocked() -> Iterator[None]:
    """The tree's lock is not asked for."""
    real = fcntl.flock

    def flock(descriptor: Any, operation: int) -> None:
        if not (isinstance(descriptor, int) and os.readlink(f"/proc/self/fd/{descriptor}").endswith("/lock")):
            real(descriptor, operation)

    with patch.object(fcntl, "flock", flock):
        yield


@contextlib.contextmanager
def _nesting() -> Iterator[None]:
    """Trees in trees are not refused."""
    with patch("mdjourney_backend.leader.refuse_nested", lambda _root: None):
        yield


F14 = Fault(
    code="F14",
    what="eight backends at once on one folder: same path, link, bind mount, dots, folders inside and above",
    protection="one lock per tree; a tree in a tree is refused, naming the holder",
    trial=_f14,
    trials=200,
    few=4,
    controls={"the lock": Control(_unlocked, 20, 1), _NESTED: Control(_nesting, 20, 1)},
)
