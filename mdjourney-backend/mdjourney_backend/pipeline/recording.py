"""The history worker: what the journal holds for history becomes commits, one per batch and person."""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from mdjourney_backend.changes import is_account
from mdjourney_backend.counting import Counters
from mdjourney_backend.history import Batch, Recorder
from mdjourney_backend.journal import Journal, Pending
from mdjourney_contract.problems import MDJourneyError

log = logging.getLogger(__name__)

#: The note that holds the newest commit we made.
HEAD: Final = "head"
_MOST_ROWS = 2000
#: How many changes the body of a commit names.
_MOST_NAMED = 100
_GATHER = 0.05
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 30.0


def batches(pending: Sequence[Pending]) -> Iterator[list[Pending]]:
    """Rows that become one commit each: neighbours of one account together, and what a person saved as one (at the same
    moment, under the same subject); every other save of a person alone."""
    run: list[Pending] = []
    for row in pending:
        if run and not _belong_together(run[-1], row):
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def _belong_together(before: Pending, row: Pending) -> bool:
    if before.actor != row.actor:
        return False
    return is_account(row.actor) or (before.at, before.subject) == (row.at, row.subject)


def message(rows: Sequence[Pending]) -> tuple[str, str]:
    """Subject and body of a commit: the subject its rows share, or the first and how many more, which the body names."""
    first, *others = dict.fromkeys(row.subject.replace("\n", " ") for row in rows)
    if not others:
        return first, ""
    left = len(others) - _MOST_NAMED
    named = [*others[:_MOST_NAMED], *([f"and {left} more"] if left > 0 else [])]
    return f"{first} (and {len(others)} more changes)", "\n".join(named)


class Recording:
    """A thread that drains the history stage. A commit that fails stays where it is and is tried again."""

    def __init__(
        self,
        root: Path,
        journal: Journal,
        recorder: Recorder,
        done: Callable[[], None],
        idle: Callable[[], None] = lambda: None,
        counters: Counters | None = None,
    ) -> None:
        """`done` is called when commits were made and nothing waits any more, `idle` about once a second."""
        self._root = root
        self._journal = journal
        self._recorder = recorder
        self._done = done
        self._idle = idle
        self._counters = counters or Counters()
        self._news = threading.Event()
        self._ending = threading.Event()
        self._problem: str | None = None
        self._thread = threading.Thread(target=self._run, name="mdj-history", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def notify(self) -> None:
        """There may be something to commit."""
        self._news.set()

    def stop(self) -> None:
        """End; what is not committed stays in the journal."""
        self._ending.set()
        self._news.set()
        self._thread.join()

    def problem(self) -> str | None:
        """Why commits wait, if they do."""
        return self._problem or self._recorder.problem()

    def drain(self) -> bool:
        """Commit everything that waits; whether anything did.

        Raises:
            MDJourneyError: history cannot take it now.
        """
        self._recorder.give_back()
        some = False
        while rows := self._journal.pending("history", _MOST_ROWS):
            some = True
            found = list(batches(rows))
            if len(rows) == _MOST_ROWS and len(found) > 1:
                found.pop()  # it may go on behind these rows
            for batch in found:
                self._commit(batch)
        return some

    def _run(self) -> None:
        pause = _FIRST_PAUSE
        while not self._ending.is_set():
            self._news.wait(1.0)
            self._news.clear()
            self._ending.wait(_GATHER)  # what is written in one go becomes one commit
            try:
                some = self.drain()
            except (MDJourneyError, OSError) as exc:
                if self._problem is None:
                    log.warning("history waits: %s", exc)
                self._problem = str(exc)
                self._ending.wait(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
                continue
            some = some or self._problem is not None
            self._problem, pause = None, _FIRST_PAUSE
            if some:
                self._done()
            self._idle()

    def _commit(self, rows: Sequence[Pending]) -> None:
        files = {row.ref.path: self._content(row) for row in rows}
        last = rows[-1]
        said, body = message(rows)
        with self._counters.timed("commits", "commit_seconds", "commit_failures"):
            commit = self._recorder.commit(Batch(files, last.actor, last.at, said, body))
        with self._journal.batch():
            self._journal.done("history", [row.seq for row in rows])
            if commit is not None:
                self._journal.note(HEAD, commit)
        if any(row.kept is not None for row in rows):
            self._journal.outbox.tidy()
        if commit is not None:
            requests = ", ".join(sorted({row.request_id for row in rows} - {""}))
            log.info("commit %s: %s%s", commit[:12], said, f" (for {requests})" if requests else "")
            self._journal.emit("history", {"commit": commit, "subject": said})

    def _content(self, row: Pending) -> bytes | Path | None:
        if row.kept is None:
            return row.content
        if self._journal.outbox.holds(row):
            return row.kept
        lies = self._root / row.ref.path  # a power failure took what was kept
        return lies.read_bytes() if lies.is_file() else None
