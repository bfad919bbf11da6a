"""One gateway for each home, and where the one that runs is reached: `<home>/gateway.lock`."""

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from mdjourney_contract.problems import Conflict

FILE: Final = "gateway.lock"
_LONGEST_URL: Final = 4096
#: `address_of` holds the lock for microseconds, too: no gateway is turned away for that.
_WHILE_IT_IS_READ: Final = (0.01, 0.05, 0.1, 0.3, 0.0)


@contextlib.contextmanager
def only_one(home: Path) -> Iterator[Callable[[str], None]]:
    """Hold the home for this gateway; the kernel lets go of it however the process ends.

    Gives a function that writes down where this gateway is reached, for `address_of`.

    Raises:
        Conflict: another gateway holds it.
    """
    lock = os.open(home / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        for pause in _WHILE_IT_IS_READ:
            if _taken(lock, fcntl.LOCK_EX):
                break
            time.sleep(pause)
        else:
            raise Conflict(f"another gateway serves {home}")
        os.ftruncate(lock, 0)  # what one that was killed has left
        yield lambda url: _write(lock, url)
    finally:
        os.close(lock)


def address_of(home: Path) -> str | None:
    """The URL of the gateway that serves this home now; None where none does, or it does not listen yet."""
    try:
        lock = os.open(home / FILE, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        if _taken(lock, fcntl.LOCK_SH):
            return None  # nobody serves: what stands there is what one that was killed has left
        return os.pread(lock, _LONGEST_URL, 0).decode() or None
    finally:
        os.close(lock)


def _taken(lock: int, how: int) -> bool:
    try:
        fcntl.flock(lock, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write(lock: int, url: str) -> None:
    os.ftruncate(lock, 0)
    os.pwrite(lock, url.encode(), 0)
