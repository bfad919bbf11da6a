"""Numbers that only grow while a backend runs, for those who watch it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

#: What is counted, told from the first answer on; seconds where the name says so. Those of triggers 0 to 2, files, scans,
#: extractions and commits stand still while another backend leads the tree.
NAMES: Final = (
    "files_processed",
    "files_failed",
    "bytes_read",
    "files_seconds",
    "extractions",
    "scans",
    "scan_seconds",
    "triggers_0",
    "triggers_1",
    "triggers_2",
    "triggers_3",
    "triggers_4",
    "triggers_5",
    "documents_written",
    "commits",
    "commit_seconds",
    "commit_failures",
    "rows_sent",
    "requests",
    "request_seconds",
    "requests_failed",
)


class Counters:
    """The numbers of one process. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers: dict[str, float] = dict.fromkeys(NAMES, 0)

    def add(self, **amounts: float) -> None:
        """Count; the names are those of `NAMES`."""
        with self._lock:
            for name, amount in amounts.items():
                self._numbers[name] += amount

    def read(self) -> dict[str, float]:
        """All of them as they are now."""
        with self._lock:
            return dict(self._numbers)

    @contextmanager
    def timed(self, name: str, seconds: str, failures: str) -> Iterator[None]:
        """Count what is done inside, how long it takes, and when it fails."""
        began = time.perf_counter()
        outcome = failures
        try:
            yield
            outcome = name
        finally:
            self.add(**{outcome: 1, seconds: time.perf_counter() - began})
