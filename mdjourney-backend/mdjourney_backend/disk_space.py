"""How full the disk of a tree is, and how much of it the cache of old bytes takes."""

import os
import shutil
import threading
import time
from pathlib import Path
from typing import Final, TypedDict

#: Seconds after which the cache is measured again when somebody asks.
_FRESH: Final = 600.0


class Space(TypedDict):
    """Bytes; None where the disk is away, or the cache was not measured yet."""

    free_bytes: int | None
    total_bytes: int | None
    cache_bytes: int | None


class DiskSpace:
    """Asking is quick: the cache is measured beside, and the answer tells what was found last."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._cache = root / ".dvc" / "cache" / "files" / "md5"
        self._measured: float | None = None
        self._cache_bytes: int | None = None
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def read(self) -> Space:
        """What is known now."""
        self._look_again()
        try:
            found = shutil.disk_usage(self._root)
        except OSError:
            return {"free_bytes": None, "total_bytes": None, "cache_bytes": self._cache_bytes}
        return {"free_bytes": found.free, "total_bytes": found.total, "cache_bytes": self._cache_bytes}

    def close(self) -> None:
        """End; a measurement under way is dropped."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join()

    def _look_again(self) -> None:
        with self._lock:
            running = self._thread is not None and self._thread.is_alive()
            stale = self._measured is None or time.monotonic() - self._measured > _FRESH
            if running or not stale or self._ending.is_set():
                return
            self._thread = threading.Thread(target=self._measure, name="mdj-disk", daemon=True)
            self._thread.start()

    def _measure(self) -> None:
        total = 0
        for folder in _folders(self._cache):
            if self._ending.is_set():
                return
            total += _size(folder)
        self._cache_bytes = total
        self._measured = time.monotonic()


def _folders(cache: Path) -> list[Path]:
    if cache.is_symlink():
        return []
    try:
        return [Path(e.path) for e in os.scandir(cache) if e.is_dir(follow_symlinks=False)]
    except OSError:  # none is kept here
        return []


def _size(folder: Path) -> int:
    try:
        with os.scandir(folder) as entries:
            return sum(e.stat(follow_symlinks=False).st_size for e in entries)
    except OSError:  # collected meanwhile
        return 0
