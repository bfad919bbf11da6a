"""How far the present work has come, for people who watch."""

import threading
import time

from mdjourney_backend.pipeline.status import Progress


class Meter:
    """Counts files and bytes found and read since the pipeline was last idle. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._since = 0
        self._clear()

    def _clear(self) -> None:
        self._files = self._bytes = self._files_done = self._bytes_done = 0
        self._started = time.monotonic()

    def found(self, files: int, size: int) -> None:
        """More to read: files and bytes."""
        with self._lock:
            if self._files_done >= self._files:
                self._clear()
            self._files += files
            self._bytes += size

    def did(self, size: int) -> None:
        """One file was read."""
        with self._lock:
            self._files_done += 1
            self._since += 1
            self._bytes_done += size

    def rested(self, at_least: int) -> bool:
        """Whether nothing is being read, after so many files were; then counting begins anew."""
        with self._lock:
            resting = self._files_done >= self._files and self._since >= at_least
            if resting:
                self._since = 0
            return resting

    def progress(self) -> Progress | None:
        """None while nothing is being read."""
        with self._lock:
            if self._files_done >= self._files:
                return None
            rate = self._files_done / max(time.monotonic() - self._started, 0.001)
            left = (self._files - self._files_done) / rate if rate > 0 else None
            return Progress(self._files_done, self._files, self._bytes_done, self._bytes, rate, left)
