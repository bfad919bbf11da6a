"""One commit for what was saved as one: a recorder before history that gathers the documents of one bulk edit."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final

from mdjourney_backend.history import Batch, Mode, Page, Recorder
from mdjourney_backend.history.interface import Headed
from mdjourney_backend.journal import Pending

_SUBJECT: Final = re.compile(r"(\d+) documents: ")


def subject_of_many(number: int, what: str) -> str:
    """The subject of documents saved as one: `50 documents: set Licence`."""
    return f"{number} documents: {what}"


class AsOne:
    """History as the pipeline sees it. The journal hands over each save of a person by itself; the first of a bulk edit
    (same person, moment and subject) takes the others along, and they find nothing left to record.

    Args:
        waiting: the oldest saves, at most so many, that history has not recorded.
    """

    def __init__(self, history: Recorder, waiting: Callable[[int], Sequence[Pending]]) -> None:
        self._history = history
        self._waiting = waiting
        self._gathered: tuple[str, datetime, str] | None = None

    def commit(self, batch: Batch) -> str | None:
        """As `Recorder.commit`."""
        many = _SUBJECT.match(batch.subject)
        key = (batch.author.user_id, batch.at, batch.subject)
        if many is None or key == self._gathered:
            return self._history.commit(batch)
        files = dict(batch.files)
        for row in self._waiting(int(many[1]) + 1):
            if (row.actor, row.at, row.subject) == (batch.author, batch.at, batch.subject) and row.content:
                files.setdefault(row.ref.path, row.content)
        commit = self._history.commit(Batch(files, batch.author, batch.at, batch.subject, batch.body))
        self._gathered = key
        return commit

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
        return self._history.head() if isinstance(self._history, Headed) else None

    def recorded(self) -> Iterable[str]:
        return self._history.recorded()

    def problem(self) -> str | None:
        return self._history.problem()
