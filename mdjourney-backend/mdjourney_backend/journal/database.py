"""The SQLite file of a journal: its tables, one connection, one lock."""

import logging
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from mdjourney_contract.problems import DiskFull, MDJourneyError, Unavailable

log = logging.getLogger(__name__)

#: Raised with every change of the tables; a journal of another version is set aside and rebuilt by a scan.
VERSION: Final = 1

_TABLES: Final = """
CREATE TABLE places (
    identifier TEXT PRIMARY KEY, kind TEXT NOT NULL, path TEXT NOT NULL, inode INTEGER NOT NULL,
    dev INTEGER NOT NULL, gone_at REAL, mounted INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE files (
    dataset_id TEXT NOT NULL, path TEXT NOT NULL, status TEXT NOT NULL, size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL, ctime_ns INTEGER NOT NULL, inode INTEGER NOT NULL, dev INTEGER NOT NULL,
    sha256 TEXT NOT NULL, md5 TEXT NOT NULL, file_id TEXT NOT NULL, racy INTEGER NOT NULL,
    PRIMARY KEY (dataset_id, path)
) WITHOUT ROWID;
CREATE INDEX files_by_inode ON files (inode);
CREATE INDEX files_by_sha256 ON files (sha256);
CREATE TABLE documents (
    path TEXT PRIMARY KEY, kind TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL, ctime_ns INTEGER NOT NULL, inode INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, path TEXT NOT NULL, sha256 TEXT NOT NULL,
    content BLOB, deleted INTEGER NOT NULL, actor TEXT NOT NULL, at TEXT NOT NULL, subject TEXT NOT NULL,
    history INTEGER NOT NULL, sync INTEGER NOT NULL, problem TEXT
);
CREATE INDEX outbox_history ON outbox (seq) WHERE history = 1;
CREATE INDEX outbox_sync ON outbox (seq) WHERE sync = 1;
CREATE TABLE pointers_due (dataset_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, kind TEXT NOT NULL, payload BLOB NOT NULL
);
"""

#: What came later than the tables: column of `outbox` -> its type. Rows of older journals have nothing there.
_ADDED: Final = {"request_id": "TEXT"}
_NOTES: Final = "CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"


class Database:
    """One connection shared by the threads of a backend, one statement or transaction at a time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.RLock()

    @classmethod
    def open(cls, path: Path) -> "Database":
        """Open or create. A file that is damaged or of another version is moved aside: a scan rebuilds its content.

        Raises:
            DiskFull, Unavailable: the disk it lies on cannot be read or written now.
        """
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            return cls(_connect(path))
        except sqlite3.DatabaseError as exc:
            if not _damaged(exc):
                raise _told(exc, f"the journal {path}") from exc
            aside = path.with_name(f"{path.name}.corrupt-{int(time.time())}")
            log.warning("the journal %s cannot be read (%s); set aside as %s", path, exc, aside.name)
            path.rename(aside)
            for tail in ("-wal", "-shm"):
                path.with_name(path.name + tail).unlink(missing_ok=True)
            return cls(_connect(path))

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A write transaction; may be entered again by the thread that holds it.

        Raises:
            DiskFull, Unavailable: nothing of it was written.
        """
        with self._lock:
            if self._connection.in_transaction:
                yield self._connection
                return
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException as exc:
                if self._connection.in_transaction:  # a full disk has rolled it back already
                    self._connection.execute("ROLLBACK")
                if isinstance(exc, sqlite3.OperationalError):
                    raise _told(exc, "the journal") from exc
                raise

    @contextmanager
    def alone(self) -> Iterator[None]:
        """No other thread reads or writes meanwhile."""
        with self._lock:
            yield

    def rows(self, sql: str, values: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        """All rows of a query."""
        with self._lock:
            try:
                return self._connection.execute(sql, values).fetchall()
            except sqlite3.OperationalError as exc:
                raise _told(exc, "the journal") from exc

    def close(self) -> None:
        """Fold the write-ahead log in and close."""
        with self._lock:
            self._connection.close()


def _damaged(exc: sqlite3.DatabaseError) -> bool:
    """Whether the file itself is bad, or of another version; not the disk it lies on."""
    code = getattr(exc, "sqlite_errorcode", None)
    return code is None or code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _told(exc: sqlite3.DatabaseError, what: str) -> MDJourneyError:
    full = getattr(exc, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL
    return (DiskFull if full else Unavailable)(f"{what} cannot be read or written now: {exc}")


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30)
    try:
        path.chmod(0o600)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            connection.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {VERSION}; COMMIT;")
        elif version != VERSION:
            raise sqlite3.DatabaseError(f"version {version}, not {VERSION}")
        connection.execute(_NOTES)
        present = {row[1] for row in connection.execute("PRAGMA table_info(outbox)")}
        for name, kind in _ADDED.items():
            if name not in present:
                connection.execute(f"ALTER TABLE outbox ADD COLUMN {name} {kind}")
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection
