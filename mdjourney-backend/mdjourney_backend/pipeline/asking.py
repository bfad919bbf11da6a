"""What followers and `mdjourney scan` left in the inbox: writes go into the journal, requests to look wait for their
answer."""

from mdjourney_backend.changes import Write
from mdjourney_backend.inbox import Inbox, Intent
from mdjourney_backend.journal import Journal


class Asking:
    """The inbox of one leader. `take` and `answer` come from the pipeline's threads."""

    def __init__(self, inbox: Inbox, journal: Journal) -> None:
        self._inbox = inbox
        self._journal = journal
        #: requests to look again that were taken and are not answered yet
        self._asked: dict[str, Intent] = {}

    def take(self) -> bool:
        """Take what lies there, all writes in one transaction; whether somebody asks for a look at everything."""
        asked = False
        writes: list[tuple[Intent, Write]] = []
        for intent in self._inbox.take(besides=frozenset(self._asked)):
            if intent.write is not None:
                writes.append((intent, intent.write))
            else:
                heard = self._inbox.taken(intent)
                self._asked[heard.path.name] = heard
                asked = True
        if writes:
            with self._journal.batch():
                for _, write in writes:
                    self._journal.written(write)
        for intent, _ in writes:
            self._inbox.done(intent)
        return asked

    def waiting(self) -> int:
        """How many intents were not taken yet."""
        return sum(name not in self._asked for name in self._inbox.names())

    def open(self) -> dict[str, Intent]:
        """Requests that were taken and are not answered."""
        return dict(self._asked)

    def answer(self, asked: dict[str, Intent]) -> None:
        """Answer requests, by removing them."""
        for name, intent in asked.items():
            self._inbox.done(intent)
            self._asked.pop(name, None)
