"""Numbers that only grow while a backend runs, for those who watch it."""

import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from mdjourney_backend.history import Batch, History, Mode, Page
from mdjourney_backend.pipeline.reading import Extracting

#: What is told from the first answer on.
NAMES: Final = (
    "triggers_3",
    "triggers_4",
    "triggers_5",
    "documents_written",
    "commits",
    "commit_seconds",
    "commit_failures",
    "rows_sent",
    "extractions",
    "requests",
    "request_seconds",
    "requests_failed",
)


class Counters:
    """Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers: dict[str, float] = dict.fromkeys(NAMES, 0)

    def add(self, name: str, amount: float = 1) -> None:
        """Count something."""
        with self._lock:
            self._numbers[name] += amount

    def add_all(self, amounts: Mapping[str, float]) -> None:
        """Count several things at once."""
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
            self.add_all({outcome: 1, seconds: time.perf_counter() - began})


class CountedHistory:
    """History as the pipeline sees it, its commits counted; one that found nothing to record counts as well."""

    def __init__(self, history: History, counters: Counters) -> None:
        self._history = history
        self._counters = counters

    def commit(self, batch: Batch) -> str | None:
        """As `Recorder.commit`."""
        with self._counters.timed("commits", "commit_seconds", "commit_failures"):
            return self._history.commit(batch)

    @property
    def mode(self) -> Mode:
        return self._history.mode

    def log(self, path: str, *, limit: int = 50, cursor: str | None = None) -> Page:
        return self._history.log(path, limit=limit, cursor=cursor)

    def content(self, commit: str, path: str) -> bytes:
        return self._history.content(commit, path)

    def before(self, commit: str, path: str) -> bytes | None:
        return self._history.before(commit, path)

    def latest(self, path: str) -> bytes | None:
        return self._history.latest(path)

    def differs(self, paths: Iterable[str]) -> list[str]:
        return self._history.differs(paths)

    def head(self) -> str | None:
        return self._history.head()

    def recorded(self) -> Iterable[str]:
        return self._history.recorded()

    def problem(self) -> str | None:
        return self._history.problem()


class CountedExtracting:
    """Files whose inside is looked at are counted."""

    def __init__(self, inner: Extracting, counters: Counters) -> None:
        self._inner = inner
        self._counters = counters

    def extract_open(self, descriptor: int, name: str, mime_type: str) -> dict[str, Any]:
        """As `Extracting.extract_open`."""
        self._counters.add("extractions")
        return self._inner.extract_open(descriptor, name, mime_type)

    def close(self) -> None:
        """As `Extracting.close`."""
        self._inner.close()
