"""F4p: what an account may not do."""

import contextlib
import ctypes
import os
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

from benchmarks.faults.disks import mount, own_mounts
from benchmarks.faults.frame import Control, Fault, LeftOut, Trial
from benchmarks.faults.place import until
from mdjourney_contract.problems import MDJourneyError

_DROP_BOUND, _KEEP_NONE = 24, 0x20080522


def no_privileges() -> None:
    """From here on permissions hold for this process and what it starts, also for root."""
    if os.getuid() != 0:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in range(64):
        libc.prctl(_DROP_BOUND, capability, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(_KEEP_NONE, 0)
    if libc.capset(header, (ctypes.c_uint32 * 6)()) != 0:
        raise LeftOut(f"privileges cannot be given up: {os.strerror(ctypes.get_errno())}")


def _forbidden(trial: Trial) -> None:
    """As a plain account: a file that may not be read, a dataset that may not be written, a disk that turns
    read-only; the rest is described, the reason is told with its path, and all is made good when allowed again."""
    kind = ("file", "dataset", "disk")[trial.number % 3] if trial.off is None else "dataset"
    if kind == "disk":
        own_mounts()
    else:
        no_privileges()
    place = trial.place()
    for name in ("d", "e"):
        place.write(f"p_A/{name}/a.csv", name)
    place.scan()
    place.write("p_A/d/late.csv", "late")
    place.write("p_A/e/late.csv", "late")
    if kind == "disk":
        mount("--bind", str(place.root), str(place.root))
        mount("-o", "remount,ro,bind", str(place.root))
    else:
        target = place.root / ("p_A/d/late.csv" if kind == "file" else "p_A/d/.metadata")
        target.chmod(0o000 if kind == "file" else 0o555)
    said = ""
    if kind == "disk":
        try:
            place.scan(timeout=2)
            trial.fail("a scan of a read-only disk said that all is well")
        except (MDJourneyError, OSError) as exc:
            said = str(exc)
        trial.expect("ead-only" in said, f"not told why: {said!r}")
        mount("-o", "remount,rw,bind", str(place.root))
    else:
        with place.leading(watch="off") as leader:
            seconds = 60 if trial.off is None else 10
            until(lambda: "late.csv" in place.entries("p_A/e"), seconds, "the other dataset")
            until(lambda: leader.pipeline.status(echo=False).problem, seconds, "the problem")
            said = str(leader.pipeline.status(echo=False).problem)
        trial.expect("p_A/d" in said and "ermission" in said, f"not told what and why: {said!r}")
        target.chmod(0o644 if kind == "file" else 0o755)
    place.note()
    place.scan()
    trial.expect("late.csv" in place.entries("p_A/d"), "a file is not described")
    trial.finish(place)


@contextlib.contextmanager
def _first_failure_ends_it() -> Iterator[None]:
    """A dataset or file that fails ends the whole pass."""
    from mdjourney_backend.pipeline.passing import Passing
    from mdjourney_backend.pipeline.reading import Reader

    def files(self: Any, home: Any, near: Any) -> list[Any]:
        self.unfinished.leave(home.dataset_id, self._ingest.bring_in_step(home, near))
        return []

    def read_one(self: Any, beneath: Any, dataset_path: str, seen: Any, growing: bool) -> Any:
        descriptor = beneath.open(seen.path)
        try:
            return self._file(beneath, descriptor, f"{dataset_path}/{seen.path}", seen, growing)
        finally:
            os.close(descriptor)

    with patch.object(Passing, "_files", files), patch.object(Reader, "_one", read_one):
        yield


F4P = Fault(
    code="F4p",
    what="a plain account: unreadable file, unwritable dataset, disk that turns read-only",
    protection="what fails holds up no other dataset, is told with its path, and stays pending",
    trial=_forbidden,
    trials=60,
    few=3,
    controls={"going on after a failure": Control(_first_failure_ends_it, 6, 1)},
)
