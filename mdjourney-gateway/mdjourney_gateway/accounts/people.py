"""Local accounts: who may sign in, with which role and password."""

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from mdjourney_contract.people import Identity, PlatformRole
from mdjourney_contract.problems import Conflict, Invalid, NotFound
from mdjourney_gateway.state import State, account, link, sign_in, token

_USER_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}\Z")
ROLES = ("admin", "researcher", "reader")
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 1024


@dataclass(frozen=True, slots=True)
class Account:
    """One person who may sign in."""

    user_id: str
    domain: str
    name: str | None
    email: str | None
    role: PlatformRole
    disabled: bool
    has_password: bool
    created_at: float

    @property
    def identity(self) -> Identity:
        """The person as the rest of MDJourney knows them."""
        return Identity(
            user_id=self.user_id, domain=self.domain, name=self.name, email=self.email, role=self.role
        )


class Accounts:
    """Reads and writes accounts; passwords are kept as argon2id."""

    def __init__(
        self, state: State, hasher: PasswordHasher | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self._state = state
        self._clock = clock
        self._hasher = hasher or PasswordHasher()
        #: argon2 takes 64 MiB a piece: a flood of sign-ins must not take them all at one time.
        self._hashing = threading.BoundedSemaphore(2)
        self._dummy = self._hasher.hash("nobody has this password")

    def count(self) -> int:
        """How many accounts there are."""
        with self._state.transaction() as connection:
            return int(connection.scalar(select(func.count()).select_from(account)) or 0)

    def all(self) -> list[Account]:
        """Every account, by user id."""
        with self._state.transaction() as connection:
            return [_account(row) for row in connection.execute(select(account).order_by(account.c.user_id))]

    def get(self, user_id: str) -> Account:
        """One account.

        Raises:
            NotFound: there is none of that name.
        """
        with self._state.transaction() as connection:
            row = connection.execute(select(account).where(account.c.user_id == user_id)).first()
        if row is None:
            raise NotFound(f"no account {user_id!r}")
        return _account(row)

    def add(
        self,
        user_id: str,
        *,
        role: PlatformRole = "researcher",
        password: str | None = None,
        name: str | None = None,
        email: str | None = None,
    ) -> Account:
        """Make an account; without a password only a login link lets the person in.

        Raises:
            Invalid: the name, role, address or password cannot be used.
            Conflict: the name is taken.
        """
        _check(user_id=user_id, role=role, email=email, password=password)
        now = self._clock()
        values = {
            "user_id": user_id,
            "domain": "local",
            "name": name,
            "email": email,
            "role": role,
            "password_hash": None if password is None else self._hash(password),
            "disabled": False,
            "created_at": now,
            "updated_at": now,
        }
        try:
            with self._state.transaction() as connection:
                connection.execute(insert(account).values(values))
        except IntegrityError:
            raise Conflict(f"there is an account {user_id!r} already") from None
        return self.get(user_id)

    def change(self, user_id: str, changes: Mapping[str, Any]) -> Account:
        """Change `role`, `name`, `email`, `disabled` or `password`; the first, the last two end sign-ins.

        Raises:
            NotFound: there is no such account.
            Invalid: a value cannot be used.
            Conflict: nobody would be left to administer.
        """
        _check(**{k: v for k, v in changes.items() if k in {"role", "email", "password"}})
        values = {k: v for k, v in changes.items() if k != "password"}
        if "password" in changes:
            values["password_hash"] = self._hash(changes["password"])
        before = self.get(user_id)
        with self._state.transaction(alone=True) as connection:
            connection.execute(
                update(account).where(account.c.user_id == user_id).values(**values, updated_at=self._clock())
            )
            admins = select(func.count()).where(account.c.role == "admin", account.c.disabled.is_(False))
            if before.role == "admin" and not before.disabled and not connection.scalar(admins):
                raise Conflict(f"{user_id!r} is the last admin: make somebody else admin first")
            if {"role", "password", "disabled"} & changes.keys():
                connection.execute(delete(sign_in).where(sign_in.c.user_id == user_id))
                connection.execute(delete(link).where(link.c.user_id == user_id))
            if changes.get("disabled"):
                connection.execute(delete(token).where(token.c.user_id == user_id))
        return self.get(user_id)

    def verify(self, user_id: str, password: str) -> Account | None:
        """The account if the password is right and it is not disabled; takes as long for an unknown name."""
        with self._state.transaction() as connection:
            row = connection.execute(select(account).where(account.c.user_id == user_id)).first()
        kept = None if row is None else row.password_hash
        right = self._matches(kept or self._dummy, password[: LONGEST_PASSWORD + 1])
        if row is None or kept is None or row.disabled or not right:
            return None
        return _account(row)

    def _hash(self, password: str) -> str:
        with self._hashing:
            return self._hasher.hash(password)

    def _matches(self, kept: str, password: str) -> bool:
        try:
            with self._hashing:
                return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False


def _account(row: Row[Any]) -> Account:
    return Account(
        user_id=row.user_id,
        domain=row.domain,
        name=row.name,
        email=row.email,
        role=cast("PlatformRole", row.role),
        disabled=row.disabled,
        has_password=row.password_hash is not None,
        created_at=row.created_at,
    )


def _check(
    user_id: str | None = None, role: str | None = None, email: str | None = None, password: str | None = None
) -> None:
    faults: list[dict[str, str]] = []
    if user_id is not None and not _USER_ID.match(user_id):
        faults.append(_fault("username", "1 to 64 of a-z 0-9 . _ -, beginning with a letter or digit"))
    if role is not None and role not in ROLES:
        faults.append(_fault("role", f"one of {', '.join(ROLES)}"))
    if email is not None and not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
        faults.append(_fault("email", "must be an e-mail address"))
    if password is not None and not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        faults.append(_fault("password", f"{SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters"))
    if faults:
        raise Invalid("; ".join(f"{f['key']}: {f['message']}" for f in faults), errors=faults)


def _fault(key: str, message: str) -> dict[str, str]:
    return {"pointer": f"/{key}", "key": key, "message": message}
