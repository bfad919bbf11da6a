"""What still has to reach history and the store, in the order it happened."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from mdjourney_backend.changes import Ref, Write
from mdjourney_backend.journal.database import Database
from mdjourney_contract.clock import rfc3339
from mdjourney_contract.people import Identity

Stage = Literal["history", "sync"]

#: The kind of a row that is a file of ours but no document (DVC pointer, ignore file): history only.
FILE: Final = "file"

_DONE: Final = {
    "history": "UPDATE outbox SET history = 0, problem = NULL WHERE seq = ?",
    "sync": "UPDATE outbox SET sync = 0, problem = NULL WHERE seq = ?",
}
_PENDING: Final = {
    "history": "SELECT seq, kind, path, sha256, content, deleted, actor, at, subject FROM outbox"
    " WHERE history = 1 ORDER BY seq LIMIT ?",
    "sync": "SELECT seq, kind, path, sha256, content, deleted, actor, at, subject FROM outbox"
    " WHERE sync = 1 ORDER BY seq LIMIT ?",
}
_WAITING: Final = {
    "history": "SELECT count(*) FROM outbox WHERE history = 1",
    "sync": "SELECT count(*) FROM outbox WHERE sync = 1",
}


@dataclass(frozen=True, slots=True)
class Pending:
    """A write, or a deletion, that a stage has not dealt with. `content` None and not `deleted`: read it from disk."""

    seq: int
    ref: Ref
    content: bytes | None
    actor: Identity
    at: datetime
    subject: str
    sha256: str
    deleted: bool = False


class Outbox:
    """Rows of `outbox`. A row leaves once every stage it was meant for is done."""

    def __init__(self, database: Database, stages: Iterable[Stage]) -> None:
        self._database = database
        self.stages = frozenset(stages)

    def add(
        self, ref: Ref, content: bytes | None, sha256: str, actor: Identity, at: datetime, subject: str,
        *, deleted: bool = False,
    ) -> None:  # fmt: skip
        """Append. Kind `file` is for history alone."""
        history = "history" in self.stages
        sync = "sync" in self.stages and ref.kind != FILE
        if not history and not sync:
            return
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO outbox (kind, path, sha256, content, deleted, actor, at, subject, history, sync)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    ref.kind, ref.path, sha256, content if history else None, deleted, actor.model_dump_json(),
                    rfc3339(at), subject, history, sync,
                ),
            )  # fmt: skip

    def written(self, write: Write) -> None:
        """Append a document's write."""
        self.add(write.ref, bytes(write.content), write.sha256, write.actor, write.at, write.subject)

    def pending(self, stage: Stage, limit: int = 1000) -> list[Pending]:
        """The oldest rows a stage has not dealt with."""
        return [_pending(r) for r in self._database.rows(_PENDING[stage], (limit,))]

    def done(self, stage: Stage, seqs: Sequence[int]) -> None:
        """A stage has dealt with these rows."""
        with self._database.transaction() as connection:
            connection.executemany(_DONE[stage], [(s,) for s in seqs])
            connection.execute("DELETE FROM outbox WHERE history = 0 AND sync = 0")

    def failed(self, seqs: Sequence[int], error: str) -> None:
        """Note why rows could not be dealt with; they stay and are tried again."""
        with self._database.transaction() as connection:
            connection.executemany("UPDATE outbox SET problem = ? WHERE seq = ?", [(error, s) for s in seqs])

    def waiting(self, stage: Stage) -> int:
        """How many rows a stage has not dealt with; a stage that is switched off keeps nobody waiting."""
        if stage not in self.stages:
            return 0
        return int(str(self._database.rows(_WAITING[stage])[0][0]))

    def has(self, path: str, sha256: str) -> bool:
        """Whether that content of a document waits for history."""
        found = self._database.rows(
            "SELECT 1 FROM outbox WHERE path = ? AND sha256 = ? AND history = 1 LIMIT 1", (path, sha256)
        )
        return bool(found)


def _pending(r: tuple[object, ...]) -> Pending:
    content = r[4] if isinstance(r[4], bytes) else None
    return Pending(
        seq=int(str(r[0])),
        ref=Ref(str(r[1]), str(r[2])),
        sha256=str(r[3]),
        content=content,
        deleted=bool(r[5]),
        actor=Identity.model_validate_json(str(r[6])),
        at=datetime.fromisoformat(str(r[7])),
        subject=str(r[8]),
    )
