"""What still has to reach history and the store, in the order it happened."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from mdjourney_backend.changes import Pieces, Ref, Write
from mdjourney_backend.journal.contents import INLINE, Contents
from mdjourney_backend.journal.database import Database
from mdjourney_contract.clock import rfc3339
from mdjourney_contract.people import Identity

Stage = Literal["history", "sync"]

#: The kind of a row that is a file of ours but no document (DVC pointer, ignore file): history only.
FILE: Final = "file"

_DONE: Final = {
    "history": "UPDATE outbox SET history = 0, content = NULL, problem = NULL WHERE seq = ?",
    "sync": "UPDATE outbox SET sync = 0, problem = NULL WHERE seq = ?",
}
_PENDING: Final = {
    "history": "SELECT seq, kind, path, sha256, content, deleted, actor, at, subject, request_id FROM outbox"
    " WHERE history = 1 ORDER BY seq LIMIT ?",
    "sync": "SELECT seq, kind, path, sha256, NULL, deleted, actor, at, subject, request_id FROM outbox"
    " WHERE sync = 1 ORDER BY seq LIMIT ?",
}
_WAITING: Final = {
    "history": "SELECT count(*) FROM outbox WHERE history = 1",
    "sync": "SELECT count(*) FROM outbox WHERE sync = 1",
}


@dataclass(frozen=True, slots=True)
class Pending:
    """A write, or a deletion, that a stage has not dealt with.

    History is told what was written: `content`, or the file `kept` that holds it where it is large. What the store is to
    be told is read from disk.
    """

    seq: int
    ref: Ref
    content: bytes | None
    actor: Identity
    at: datetime
    subject: str
    sha256: str
    deleted: bool = False
    kept: Path | None = None
    request_id: str = ""


class Outbox:
    """Rows of `outbox`. A row leaves once every stage it was meant for is done."""

    def __init__(self, database: Database, stages: Iterable[Stage], contents: Contents) -> None:
        self._database = database
        self._contents = contents
        self.stages = frozenset(stages)

    def add(
        self, ref: Ref, content: bytes | Pieces | None, sha256: str, actor: Identity, at: datetime, subject: str,
        *, deleted: bool = False, request_id: str = "",
    ) -> None:  # fmt: skip
        """Append. Kind `file` is for history alone."""
        history = "history" in self.stages
        sync = "sync" in self.stages and ref.kind != FILE
        if not history and not sync:
            return
        with self._database.transaction() as connection:
            inline: bytes | None = None
            if history and content is not None:
                if _length(content) > INLINE:
                    sha256 = self._contents.keep(content, sha256)
                else:
                    inline = bytes(content)
            connection.execute(
                "INSERT INTO outbox"
                " (kind, path, sha256, content, deleted, actor, at, subject, history, sync, request_id)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    ref.kind, ref.path, sha256, inline, deleted, actor.model_dump_json(),
                    rfc3339(at), subject, history, sync, request_id or None,
                ),
            )  # fmt: skip

    def written(self, write: Write) -> None:
        """Append a document's write."""
        self.add(
            write.ref, write.content, write.sha256, write.actor, write.at, write.subject,
            request_id=write.request_id,
        )  # fmt: skip

    def pending(self, stage: Stage, limit: int = 1000) -> list[Pending]:
        """The oldest rows a stage has not dealt with."""
        return [self._pending(r) for r in self._database.rows(_PENDING[stage], (limit,))]

    def holds(self, row: Pending) -> bool:
        """Whether the file that is kept for a row has the bytes of the row."""
        if row.kept is None:
            return False
        try:
            with row.kept.open("rb") as file:
                if self._contents.is_fresh(row.sha256):
                    return True
                return hashlib.file_digest(file, "sha256").hexdigest() == row.sha256
        except FileNotFoundError:
            return False

    def tidy(self) -> None:
        """Remove kept contents that no row waits for."""
        with self._database.alone():
            rows = self._database.rows("SELECT sha256 FROM outbox WHERE history = 1 AND content IS NULL")
            self._contents.drop_all_but({str(row[0]) for row in rows})

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

    def files(self) -> set[str]:
        """Paths of files that are no documents and wait for history."""
        rows = self._database.rows("SELECT path FROM outbox WHERE kind = ? AND history = 1", (FILE,))
        return {str(row[0]) for row in rows}

    def _pending(self, r: tuple[object, ...]) -> Pending:
        content = r[4] if isinstance(r[4], bytes) else None
        sha256, deleted = str(r[3]), bool(r[5])
        return Pending(
            seq=int(str(r[0])),
            ref=Ref(str(r[1]), str(r[2])),
            sha256=sha256,
            content=content,
            deleted=deleted,
            actor=Identity.model_validate_json(str(r[6])),
            at=datetime.fromisoformat(str(r[7])),
            subject=str(r[8]),
            kept=self._contents.path(sha256) if content is None and not deleted else None,
            request_id=str(r[9] or ""),
        )


def _length(content: bytes | Pieces) -> int:
    return content.size if isinstance(content, Pieces) else len(content)
