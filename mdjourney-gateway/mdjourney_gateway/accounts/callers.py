"""Finds the caller behind a cookie or token, and remembers them for a few seconds."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from mdjourney_contract.people import Identity
from mdjourney_contract.problems import NotFound
from mdjourney_gateway.accounts.people import Accounts
from mdjourney_gateway.accounts.secrets import hashed
from mdjourney_gateway.accounts.sign_ins import SignIns
from mdjourney_gateway.accounts.tokens import Tokens

#: A sign-in ended by another process (`mdjourney user ...`) is noticed after this at the latest.
REMEMBER_SECONDS = 3.0
_MOST_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Caller:
    """The person behind a request, what they may do with it and how they proved who they are."""

    identity: Identity
    via: Literal["cookie", "token", "proxy"]
    #: The key of the sign-in or token in the state.
    credential: str
    #: What an unsafe request must carry in `X-CSRF-Token`; None for tokens, which browsers never send.
    csrf_token: str | None
    #: False for a token whose scopes only let it read.
    may_write: bool
    #: The identity as `x-mdj-user` carries it to a backend.
    user_header: bytes

    @property
    def is_admin(self) -> bool:
        """Whether the caller administers the platform."""
        return self.identity.role == "admin"

    @property
    def is_reader(self) -> bool:
        """Whether the caller reads everything and changes nothing."""
        return self.identity.role == "reader"


class Callers:
    """Looks callers up; an answer may be `REMEMBER_SECONDS` old unless `forget` was called."""

    def __init__(
        self,
        accounts: Accounts,
        sign_ins: SignIns,
        tokens: Tokens,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._accounts = accounts
        self._sign_ins = sign_ins
        self._tokens = tokens
        self._clock = clock
        self._known: OrderedDict[str, tuple[float, Caller]] = OrderedDict()

    def key_of_cookie(self, cookie: str) -> str | None:
        """What `remembered` and `look_up` take, or None for a cookie that is not ours."""
        found = self._sign_ins.id_hash(cookie)
        return None if found is None else "c" + found

    @staticmethod
    def key_of_token(secret: str) -> str:
        """What `remembered` and `look_up` take for an API token."""
        return "t" + hashed(secret)

    @staticmethod
    def key_of_name(user_id: str) -> str:
        """What `remembered` and `look_up` take for a person whom a trusted proxy has signed in."""
        return "p" + user_id

    def remembered(self, key: str) -> Caller | None:
        """A caller looked up a moment ago; no database."""
        found = self._known.get(key)
        if found is None or found[0] < self._clock():
            return None
        return found[1]

    def look_up(self, key: str) -> Caller | None:
        """The caller from the state, or None: ended, expired, disabled, unknown."""
        kinds = {"c": self._from_sign_in, "t": self._from_token, "p": self._from_proxy}
        caller = kinds[key[0]](key[1:])
        if caller is None:
            self._known.pop(key, None)
            return None
        self._known[key] = (self._clock() + REMEMBER_SECONDS, caller)
        self._known.move_to_end(key)
        if len(self._known) > _MOST_REMEMBERED:
            self._known.popitem(last=False)
        return caller

    def forget(self) -> None:
        """Look everybody up again: something about sign-ins, tokens or accounts changed."""
        self._known.clear()

    def _from_sign_in(self, id_hash: str) -> Caller | None:
        found = self._sign_ins.find(id_hash)
        identity = None if found is None else self._identity(found.user_id)
        if identity is None:
            return None
        csrf = self._sign_ins.csrf_token(id_hash)
        return Caller(identity, "cookie", id_hash, csrf, True, user_header(identity))

    def _from_token(self, token_hash: str) -> Caller | None:
        found = self._tokens.find(token_hash)
        identity = None if found is None else self._identity(found.user_id)
        if found is None or identity is None:
            return None
        if identity.role == "admin" and "admin" not in found.scopes:
            identity = identity.model_copy(update={"role": "researcher"})
        may_write = bool({"write", "admin"} & set(found.scopes))
        return Caller(identity, "token", found.token_id, None, may_write, user_header(identity))

    def _from_proxy(self, user_id: str) -> Caller | None:
        identity = self._identity(user_id)
        if identity is None:
            return None
        csrf = self._sign_ins.csrf_token(f"proxy:{user_id}")
        return Caller(identity, "proxy", user_id, csrf, True, user_header(identity))

    def _identity(self, user_id: str) -> Identity | None:
        try:
            account = self._accounts.get(user_id)
        except NotFound:
            return None
        return None if account.disabled else account.identity


def user_header(identity: Identity) -> bytes:
    """`Identity` as compact JSON, percent-encoded."""
    return quote(identity.model_dump_json(), safe="").encode()
