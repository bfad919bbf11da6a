"""When a file may be taken: still for a while, and no process has it open for writing."""

import errno
import fcntl
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mdjourney_backend.pipeline.scanning import Seen

#: A file that has not settled after this many seconds (or ten times the settle time) is listed as growing.
GROWING_AFTER = 30.0


@dataclass(slots=True)
class _Watched:
    signature: tuple[int, int, int, int]
    still_since: float
    first: float


class Settling:
    """Remembers since when a path has looked the same. Times in seconds; `clock` is the wall, `steady` monotonic."""

    def __init__(
        self,
        settle_seconds: float,
        clock: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
        growing_after: float = GROWING_AFTER,
    ) -> None:
        self.settle_seconds = settle_seconds
        self._growing_after = max(growing_after, 10 * settle_seconds)
        self._clock = clock
        self._steady = steady
        self._watched: dict[tuple[str, str], _Watched] = {}

    def still(self, scope: str, seen: Seen) -> bool:
        """Whether size and times have been the same for the settle time, as far as the file itself or we can tell."""
        key = (scope, seen.path)
        moment = self._steady()
        known = self._watched.get(key)
        if known is None:
            known = self._watched[key] = _Watched(seen.signature, moment, moment)
        elif known.signature != seen.signature:
            known.signature, known.still_since = seen.signature, moment
        if moment - known.still_since >= self.settle_seconds:
            return True
        age = self._clock() - max(seen.mtime_ns, seen.ctime_ns) / 1e9
        return age >= self.settle_seconds

    def gone_long_enough(self, scope: str, path: str) -> bool:
        """Whether a path has been missing for the settle time."""
        key = (scope, f"\0gone\0{path}")
        moment = self._steady()
        known = self._watched.setdefault(key, _Watched((0, 0, 0, 0), moment, moment))
        return moment - known.still_since >= self.settle_seconds

    def grows(self, scope: str, path: str) -> bool:
        """Whether a path has been waiting so long that it should be listed as growing."""
        known = self._watched.get((scope, path))
        return known is not None and self._steady() - known.first >= self._growing_after

    def keep_only(self, scope: str, waiting: set[str]) -> None:
        """Forget what does not wait any more; `waiting` holds paths."""
        names = waiting | {f"\0gone\0{p}" for p in waiting}
        for key in [k for k in self._watched if k[0] == scope and k[1] not in names]:
            del self._watched[key]


def open_for_writing(path: Path) -> bool:
    """Whether some process on this host has the file at a path open for writing; see `being_written`."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:  # gone, a link, or not ours to read: reading it will say so
        return False
    try:
        return being_written(descriptor)
    finally:
        os.close(descriptor)


def being_written(descriptor: int) -> bool:
    """Whether some process on this host has an open file open for writing; False where the system cannot tell.

    Asked by taking a read lease for a moment. The kernel's default answer to whoever breaks a lease is SIGIO, which
    would end this process; SIGURG, which is ignored by default, is asked for instead.
    """
    setlease, setsig = getattr(fcntl, "F_SETLEASE", None), getattr(fcntl, "F_SETSIG", 10)
    if setlease is None:
        return False
    try:
        fcntl.fcntl(descriptor, setsig, signal.SIGURG)
        fcntl.fcntl(descriptor, setlease, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, setlease, fcntl.F_UNLCK)
    except OSError as exc:
        # EACCES: not our file; EINVAL: the file system knows no leases
        return exc.errno == errno.EAGAIN
    return False
