"""F12: the real DVC beside us, and a cache that is damaged or full."""

import contextlib
import fcntl
import re
import threading
from unittest.mock import patch

from benchmarks.faults.disks import own_mounts, small_disk
from benchmarks.faults.frame import Control, Fault, Trial
from benchmarks.faults.place import Place


def _f12(trial: Trial) -> None:
    """Real DVC holds its lock, collects garbage, finds a damaged object, has no room."""
    kind = ("lock", "gc", "flip", "full")[trial.number % 4]
    if trial.off is not None:
        kind = "flip"
    if kind == "full":
        own_mounts()
    place = trial.place()
    files = trial.random.randint(3, 9)
    for n in range(files):
        # none so small that a cache of 64 KiB has room for all
        place.write(f"p_A/d/{n}.csv", f"row {n}\n" * trial.random.randint(4000, 9000))
    if kind == "full":
        (place.root / ".dvc/cache").mkdir(parents=True)
        small_disk(place.root / ".dvc/cache", 64)
    with patch("mdjourney_backend.history.cache.RESERVE_BYTES", 0 if kind == "full" else 512 << 20):
        if kind == "lock":
            _with_lock(place)
        status = place.scan().status
    place.note()
    pointers = sorted(place.root.rglob("*.csv.dvc"))
    trial.expect(len(pointers) == files + (kind == "lock"), f"{len(pointers)} pointers")
    if kind == "gc":
        place.dvc("gc", trial.random.choice(("-w", "-a", "-T", "-A")), "-f", "-q")
    elif kind == "flip":
        objects = sorted((place.root / ".dvc/cache/files/md5").rglob("??/*"))
        victim = trial.random.choice([o for o in objects if o.is_file()])
        raw = bytearray(victim.read_bytes())
        raw[trial.random.randrange(len(raw))] ^= 1 << trial.random.randrange(8)
        victim.chmod(0o644)
        victim.write_bytes(bytes(raw))
        found = place.wrong(objects=trial.off is None)
        trial.expect(any("other bytes than its name" in f for f in found), "a damaged object is not told")
        victim.unlink()
        return
    if kind == "full":
        trial.expect(status.history_problem, "not told that old bytes are not kept")
    said = place.dvc("status", "--json").strip()
    # of a disk without room DVC says which bytes are not kept, and nothing else
    agrees = (
        set(re.findall(r'"p_A/d/[0-9]+\.csv": "([^"]*)"', said)) == {"not in cache"}
        if kind == "full"
        else said == "{}"
    )
    trial.expect(agrees, f"real DVC does not agree: {said[:300]}")
    trial.finish(place, objects=kind != "full")


def _with_lock(place: Place) -> None:
    """DVC's own lock, held by somebody while we work."""
    place.write("p_A/e/first.csv", "x")
    place.scan()
    holder = place.root / ".dvc/tmp/lock"
    holder.parent.mkdir(parents=True, exist_ok=True)
    ready, release = threading.Event(), threading.Event()

    def hold() -> None:
        with holder.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            ready.set()
            release.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    ready.wait()
    try:
        place.scan()
    finally:
        release.set()
        thread.join()


F12 = Fault(
    code="F12",
    what="DVC's lock held by somebody, `dvc gc`, a flipped bit in an object, a cache without room",
    protection="pointers do not wait for DVC; `check --objects` reads every object; a full cache is told",
    trial=_f12,
    trials=80,
    few=4,
    controls={"reading the objects": Control(contextlib.nullcontext, 10, 1)},
)
