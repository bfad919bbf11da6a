"""The journal as its users see it: one object over the tables, and the sink of every write in a leader."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from mdjourney_backend.changes import Write, is_account
from mdjourney_backend.journal.contents import FOLDER, Contents
from mdjourney_backend.journal.database import Database
from mdjourney_backend.journal.documents import DocumentIndex, DocumentSeen
from mdjourney_backend.journal.events import Event, Events
from mdjourney_backend.journal.files import FileIndex
from mdjourney_backend.journal.outbox import Outbox, Pending, Stage
from mdjourney_backend.journal.places import PlaceIndex
from mdjourney_contract.people import Identity

FILE_NAME: Final = "journal.sqlite"
#: What the notes about people begin with.
_PERSON: Final = "person:"


class Journal:
    """Implements `WriteSink`. Thread-safe. `stages` are the ones that writes wait for (history and store may be off)."""

    def __init__(self, database: Database, stages: Iterable[Stage], folder: Path) -> None:
        """`folder`: where what is too large for the database is kept."""
        self._database = database
        self.files = FileIndex(database)
        self.places = PlaceIndex(database)
        self.documents = DocumentIndex(database)
        self.outbox = Outbox(database, stages, Contents(folder / FOLDER))
        self.outbox.tidy()
        self.events = Events(database)
        self._people: dict[str, Identity] = {}

    @classmethod
    def open(cls, path: Path, stages: Iterable[Stage] = ("history", "sync")) -> "Journal":
        """Open or create the SQLite file at `path` (0600, its folder 0700). A damaged one is set aside."""
        return cls(Database.open(path), stages, path.parent)

    def written(self, write: Write) -> None:
        """Remember a document's write for every stage, and tell who watches."""
        with self.batch():
            self.outbox.written(write)
            self.documents.put([DocumentSeen(write.ref.path, write.ref.kind, write.sha256)])
            self._meet(write.actor)
        payload = {
            "document": write.ref.path,
            "kind": write.ref.kind,
            "etag": write.sha256,
            "actor": write.actor.user_id,
            "subject": write.subject,
        }
        self.emit("document", payload)

    def _meet(self, actor: Identity) -> None:
        if not is_account(actor) and self._people.get(actor.user_id) != actor:
            self.note(_PERSON + actor.user_id, actor.model_dump_json())
            self._people[actor.user_id] = actor

    def person(self, user_id: str) -> Identity:
        """Somebody as they were when they last saved something that came by here; else the identifier alone."""
        found = self.noted(_PERSON + user_id)
        return Identity(user_id=user_id) if found is None else Identity.model_validate_json(found)

    def pending(self, stage: Stage, limit: int = 1000) -> list[Pending]:
        """The oldest writes a stage has not dealt with."""
        return self.outbox.pending(stage, limit)

    def done(self, stage: Stage, seqs: Sequence[int]) -> None:
        """A stage has dealt with these."""
        self.outbox.done(stage, seqs)

    def failed(self, stage: Stage, seqs: Sequence[int], error: str) -> None:
        """A stage could not deal with these; they stay."""
        self.outbox.failed(seqs, f"{stage}: {error}")

    def waiting(self, stage: Stage) -> int:
        """How many writes wait for a stage."""
        return self.outbox.waiting(stage)

    def emit(self, kind: str, payload: Mapping[str, Any]) -> int:
        """Tell who watches; the event's number."""
        return self.events.emit(kind, payload)

    def events_since(self, seq: int, limit: int = 500) -> list[Event]:
        """Events after number `seq`, oldest first."""
        return self.events.since(seq, limit)

    def note(self, name: str, value: str) -> None:
        """Remember one thing by name."""
        with self._database.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO notes (name, value) VALUES (?, ?)", (name, value))

    def noted(self, name: str) -> str | None:
        """What was remembered under a name."""
        rows = self._database.rows("SELECT value FROM notes WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else None

    @contextmanager
    def batch(self) -> Iterator[None]:
        """One transaction around several calls."""
        with self._database.transaction():
            yield

    def close(self) -> None:
        """Close the file."""
        self._database.close()
