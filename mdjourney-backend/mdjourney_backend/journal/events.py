"""What happened, for those who watch: the source of server-sent events of the leader and its followers."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from mdjourney_backend.journal.database import Database
from mdjourney_contract.clock import now, rfc3339

_KEPT: Final = 5_000


@dataclass(frozen=True, slots=True)
class Event:
    """`kind` is document, ingest, history, sync or health; `at` RFC 3339."""

    seq: int
    at: str
    kind: str
    payload: dict[str, Any]


class Events:
    """Rows of `events`; the last few thousand are kept."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._news = threading.Condition()

    def emit(self, kind: str, payload: Mapping[str, Any]) -> int:
        """Append an event and wake those who wait; its number."""
        with self._database.transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO events (at, kind, payload) VALUES (?, ?, ?)",
                (rfc3339(now()), kind, orjson.dumps(dict(payload))),
            )
            seq = int(cursor.lastrowid or 0)
            if seq % 500 == 0:
                connection.execute("DELETE FROM events WHERE seq <= ?", (seq - _KEPT,))
        with self._news:
            self._news.notify_all()
        return seq

    def since(self, seq: int, limit: int = 500) -> list[Event]:
        """Events after number `seq`, oldest first."""
        rows = self._database.rows(
            "SELECT seq, at, kind, payload FROM events WHERE seq > ? ORDER BY seq LIMIT ?", (seq, limit)
        )
        return [Event(int(str(r[0])), str(r[1]), str(r[2]), _loads(r[3])) for r in rows]

    def last(self) -> int:
        """The number of the newest event, 0 before the first."""
        rows = self._database.rows("SELECT coalesce(max(seq), 0) FROM events")
        return int(str(rows[0][0]))

    def wait(self, seq: int, timeout: float) -> list[Event]:
        """Events after `seq`; waits up to `timeout` seconds for one."""
        with self._news:
            found = self.since(seq)
            if not found:
                self._news.wait(timeout)
        return found or self.since(seq)


def _loads(raw: object) -> dict[str, Any]:
    value = orjson.loads(raw if isinstance(raw, bytes) else str(raw))
    return value if isinstance(value, dict) else {}
