"""What each document on disk was when it was last recorded, so that changes made past us are noticed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mdjourney_backend.journal.database import Database


@dataclass(frozen=True, slots=True)
class DocumentSeen:
    """The SHA-256 (hex) recorded for a document, and the stat it had then; all zero when only the hash is known."""

    path: str
    kind: str
    sha256: str
    size: int = 0
    mtime_ns: int = 0
    ctime_ns: int = 0
    inode: int = 0

    def looks_like(self, size: int, mtime_ns: int, ctime_ns: int, inode: int) -> bool:
        """Whether a stat is the recorded one."""
        return (self.size, self.mtime_ns, self.ctime_ns, self.inode) == (size, mtime_ns, ctime_ns, inode)


class DocumentIndex:
    """Rows of `documents`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> dict[str, DocumentSeen]:
        """Every row by path."""
        rows = self._database.rows(
            "SELECT path, kind, sha256, size, mtime_ns, ctime_ns, inode FROM documents"
        )
        return {
            str(r[0]): DocumentSeen(str(r[0]), str(r[1]), str(r[2]), *(int(str(v)) for v in r[3:]))
            for r in rows
        }

    def put(self, rows: Iterable[DocumentSeen]) -> None:
        """Insert or replace."""
        with self._database.transaction() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO documents (path, kind, sha256, size, mtime_ns, ctime_ns, inode)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(d.path, d.kind, d.sha256, d.size, d.mtime_ns, d.ctime_ns, d.inode) for d in rows],
            )

    def drop(self, paths: Sequence[str]) -> None:
        """Forget rows."""
        with self._database.transaction() as connection:
            connection.executemany("DELETE FROM documents WHERE path = ?", [(p,) for p in paths])
