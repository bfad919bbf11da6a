"""API tokens for scripts and instruments: `mdj_...`, hashed, scoped, expiring."""

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, insert, select

from mdjourney_contract.problems import Invalid, NotFound
from mdjourney_gateway.accounts.secrets import hashed, new_secret
from mdjourney_gateway.state import State, token

PREFIX = "mdj_"
#: `read` gives GET and HEAD, `write` every method, `admin` the owner's admin role as well.
SCOPES = ("read", "write", "admin")
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Token:
    """One API token, without its secret."""

    token_id: str
    user_id: str
    name: str
    scopes: tuple[str, ...]
    created_at: float
    expires_at: float


class Tokens:
    """Makes, finds and deletes API tokens."""

    def __init__(self, state: State, clock: Callable[[], float] = time.time) -> None:
        self._state = state
        self._clock = clock

    def make(self, user_id: str, name: str, scopes: Sequence[str], days: float) -> tuple[str, Token]:
        """The secret, shown once, and the token.

        Raises:
            Invalid: no name, an unknown scope, or a life outside 0 to 366 days.
        """
        _check(name, scopes, days)
        now = self._clock()
        made = Token(uuid.uuid4().hex, user_id, name, tuple(scopes), now, now + days * 86400)
        secret = PREFIX + new_secret()
        with self._state.transaction() as connection:
            connection.execute(
                insert(token).values(
                    token_id=made.token_id,
                    user_id=user_id,
                    name=name,
                    token_hash=hashed(secret),
                    scopes=list(scopes),
                    created_at=made.created_at,
                    expires_at=made.expires_at,
                )
            )
        return secret, made

    def find(self, token_hash: str) -> Token | None:
        """The token of that hash unless it has expired."""
        with self._state.transaction() as connection:
            row = connection.execute(select(token).where(token.c.token_hash == token_hash)).first()
        return None if row is None or row.expires_at <= self._clock() else _token(row)

    def of(self, user_id: str) -> list[Token]:
        """A person's tokens, newest first, expired ones too."""
        chosen = select(token).where(token.c.user_id == user_id).order_by(token.c.created_at.desc())
        with self._state.transaction() as connection:
            return [_token(row) for row in connection.execute(chosen)]

    def delete(self, user_id: str, token_id: str) -> None:
        """Make a person's token worthless.

        Raises:
            NotFound: the person has no such token.
        """
        gone = delete(token).where(token.c.token_id == token_id, token.c.user_id == user_id)
        with self._state.transaction() as connection:
            if not connection.execute(gone).rowcount:
                raise NotFound(f"no token {token_id!r}")


def _token(row: Row[Any]) -> Token:
    return Token(row.token_id, row.user_id, row.name, tuple(row.scopes), row.created_at, row.expires_at)


def _check(name: str, scopes: Sequence[str], days: float) -> None:
    if not 1 <= len(name) <= 100:
        raise _invalid("name", "1 to 100 characters")
    if not scopes or not set(scopes) <= set(SCOPES):
        raise _invalid("scopes", f"one or more of {', '.join(SCOPES)}")
    if not 0 < days <= MOST_DAYS:
        raise _invalid("days", f"more than 0, at most {MOST_DAYS}")


def _invalid(key: str, message: str) -> Invalid:
    return Invalid(f"{key}: {message}", errors=[{"pointer": f"/{key}", "key": key, "message": message}])
