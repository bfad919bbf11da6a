"""What the state remembers of sessions, so that a gateway that comes back finds them again."""

import time
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from mdjourney_gateway.sessions.view import View
from mdjourney_gateway.spawn import Record
from mdjourney_gateway.state import State, session

KEEP_ENDED_SECONDS = 7 * 86400


@dataclass(frozen=True, slots=True)
class Remembered:
    """A session that had not ended when the gateway did."""

    session_id: str
    user_id: str
    config_id: str
    resident: bool
    state: str
    started_at: float
    backend: Record | None


class Ledger:
    """Writes session states down and reads them back."""

    def __init__(self, state: State) -> None:
        self._state = state

    def note(self, view: View, pid_started: str | None) -> None:
        """Write the present state of a session."""
        values = {
            "gateway": self._state.gateway,
            "user_id": view.user_id,
            "config_id": view.config_id,
            "resident": view.resident,
            "state": view.state,
            "reason": view.reason,
            "port": view.port,
            "pid": view.pid,
            "pid_started": pid_started,
            "started_at": view.started_at,
            "ended_at": time.time() if view.state in ("stopped", "failed") else None,
        }
        row = self._state.insert(session).values(session_id=view.session_id, **values)
        with self._state.transaction() as connection:
            connection.execute(row.on_conflict_do_update(index_elements=["session_id"], set_=values))

    def unended(self) -> list[Remembered]:
        """Sessions of an earlier gateway, oldest first; those long ended are forgotten."""
        ours = session.c.gateway == self._state.gateway  # IS NULL where the state is ours alone
        old = ours & (session.c.ended_at < time.time() - KEEP_ENDED_SECONDS)
        with self._state.transaction() as connection:
            connection.execute(delete(session).where(old))
            chosen = select(session).where(ours, session.c.ended_at.is_(None)).order_by(session.c.started_at)
            rows = connection.execute(chosen).all()
        return [
            Remembered(
                row.session_id,
                row.user_id,
                row.config_id,
                row.resident,
                row.state,
                row.started_at,
                None if row.pid is None else Record(row.pid, row.pid_started or ""),
            )
            for row in rows
        ]

    def close(self, session_id: str) -> None:
        """A session of an earlier gateway will not come back."""
        with self._state.transaction() as connection:
            connection.execute(
                update(session)
                .where(session.c.session_id == session_id)
                .values(state="stopped", ended_at=time.time(), pid=None)
            )
