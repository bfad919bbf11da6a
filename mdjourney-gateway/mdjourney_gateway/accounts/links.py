"""One-time links: the first admin's setup, and signing in without a password."""

import time
from collections.abc import Callable
from typing import Literal

from sqlalchemy import delete, insert

from mdjourney_gateway.accounts.secrets import hashed, new_secret
from mdjourney_gateway.state import State, link

Kind = Literal["setup", "login"]
SETUP_SECONDS = 24 * 3600
LOGIN_SECONDS = 24 * 3600


class Links:
    """Makes and consumes one-time links; only the hash of a link is kept."""

    def __init__(self, state: State, clock: Callable[[], float] = time.time) -> None:
        self._state = state
        self._clock = clock

    def make(self, kind: Kind, user_id: str | None = None) -> str:
        """A token for one use; a new setup token replaces the earlier ones."""
        secret, now = new_secret(), self._clock()
        lasts = SETUP_SECONDS if kind == "setup" else LOGIN_SECONDS
        with self._state.transaction() as connection:
            connection.execute(delete(link).where(link.c.expires_at < now))
            if kind == "setup":
                connection.execute(delete(link).where(link.c.kind == "setup"))
            connection.execute(
                insert(link).values(
                    link_hash=hashed(secret),
                    kind=kind,
                    user_id=user_id,
                    created_at=now,
                    expires_at=now + lasts,
                )
            )
        return secret

    def consume(self, kind: Kind, secret: str) -> tuple[bool, str | None]:
        """Whether the token was good, and for whom; it is spent either way it is raced for: once."""
        spend = (
            delete(link)
            .where(
                link.c.link_hash == hashed(secret), link.c.kind == kind, link.c.expires_at >= self._clock()
            )
            .returning(link.c.user_id)
        )
        with self._state.transaction() as connection:
            row = connection.execute(spend).first()
        return (False, None) if row is None else (True, row.user_id)

    def restore(self, kind: Kind, secret: str) -> None:
        """Make a token good again that was spent on a request which then failed."""
        now = self._clock()
        values = {"link_hash": hashed(secret), "kind": kind, "user_id": None, "created_at": now}
        with self._state.transaction() as connection:
            connection.execute(insert(link).values(**values, expires_at=now + SETUP_SECONDS))
