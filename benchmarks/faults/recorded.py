"""A document recorded in the history of a place, and what must lie nowhere afterwards."""

import contextlib
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from unittest.mock import patch

from benchmarks.faults.frame import Trial
from benchmarks.faults.place import ADA, Place
from mdjourney_backend.history import Batch, History
from mdjourney_backend.history.words import HistoryUnavailable

DOCUMENT = "p_A/.metadata/project_descriptive.json"


def opened(place: Place, wait: float = 0.3) -> History:
    """The history of a place, as a start opens it."""
    return History.open(place.root, place.config(), place.home, lock_wait_seconds=wait)


def commit(place: Place, history: History, content: bytes) -> str | None:
    """Save the document and record it."""
    path = place.root / DOCUMENT
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return history.commit(Batch({DOCUMENT: content}, ADA, datetime.now(UTC), "a change"))


def no_locks(trial: Trial, place: Place) -> None:
    """What `Trial.finish` asks for where nothing was described."""
    left = place.leavings()
    trial.counts["locks and temporary files left"] += len(left)
    for path in left:
        trial.fail(f"left behind: {path}")


@contextlib.contextmanager
def plain_git() -> Iterator[None]:
    """History is `git add` and `git commit` on the branch they are on."""

    def commit(self: History, batch: Batch) -> str | None:
        paths = [p for p, content in batch.files.items() if content is not None]
        try:
            for words in (["add", "-f", *paths], ["commit", "-qm", batch.subject]):
                subprocess.run(
                    ["git", "-c", "user.name=m", "-c", "user.email=m@example.org", *words],
                    cwd=self._root, capture_output=True, check=True, timeout=3,
                )  # fmt: skip
        except subprocess.SubprocessError as exc:
            raise HistoryUnavailable(str(exc)) from exc
        return "done"

    with patch.object(History, "commit", commit):
        yield
