"""Server-side sign-ins: a random id in a signed cookie, its hash in the state, an idle and an absolute end."""

import hashlib
import hmac
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import delete, insert, select, update

from mdjourney_gateway.accounts.secrets import hashed, new_secret
from mdjourney_gateway.state import State, sign_in

IDLE_SECONDS = 8 * 3600
ABSOLUTE_SECONDS = 24 * 3600
#: How stale `seen_at` may be: one write a minute, not one a request.
SEEN_EVERY_SECONDS = 60
_VERIFIED_COOKIES = 4096


@dataclass(frozen=True, slots=True)
class SignIn:
    """One device on which a person is signed in."""

    id_hash: str
    user_id: str
    created_at: float
    seen_at: float
    address: str | None
    agent: str | None

    @property
    def public_id(self) -> str:
        """A name for lists and revoking; useless for signing in."""
        return self.id_hash[:16]


class SignIns:
    """Starts, finds and ends sign-ins."""

    def __init__(self, state: State, clock: Callable[[], float] = time.time) -> None:
        self._state = state
        self._clock = clock
        secret = state.secret("cookie")
        self._serializer = URLSafeSerializer(secret, salt="mdjourney.sign-in")
        self._csrf_key = hashlib.sha256(b"csrf:" + secret.encode()).digest()
        self._verified: OrderedDict[str, str] = OrderedDict()

    def start(self, user_id: str, address: str | None, agent: str | None) -> tuple[str, SignIn]:
        """A cookie value that never existed before, and the sign-in it stands for."""
        secret, now = new_secret(), self._clock()
        started = SignIn(hashed(secret), user_id, now, now, address, (agent or "")[:200] or None)
        with self._state.transaction() as connection:
            connection.execute(delete(sign_in).where(sign_in.c.created_at < now - ABSOLUTE_SECONDS))
            connection.execute(
                insert(sign_in).values(
                    id_hash=started.id_hash,
                    user_id=user_id,
                    created_at=now,
                    seen_at=now,
                    address=started.address,
                    agent=started.agent,
                )
            )
        return str(self._serializer.dumps(secret)), started

    def id_hash(self, cookie: str) -> str | None:
        """The hash a cookie stands for, or None when its signature is not ours; verified cookies are remembered."""
        known = self._verified.get(cookie)
        if known is not None:
            return known
        try:
            secret = self._serializer.loads(cookie)
        except BadSignature:
            return None
        found = hashed(str(secret))
        self._verified[cookie] = found
        if len(self._verified) > _VERIFIED_COOKIES:
            self._verified.popitem(last=False)
        return found

    def find(self, id_hash: str) -> SignIn | None:
        """The sign-in if it has not ended; notes that it was used."""
        now = self._clock()
        with self._state.transaction() as connection:
            row = connection.execute(select(sign_in).where(sign_in.c.id_hash == id_hash)).first()
            if row is None:
                return None
            found = SignIn(row.id_hash, row.user_id, row.created_at, row.seen_at, row.address, row.agent)
            if self.ended(found):
                connection.execute(delete(sign_in).where(sign_in.c.id_hash == id_hash))
                return None
            if now - found.seen_at > SEEN_EVERY_SECONDS:
                connection.execute(update(sign_in).where(sign_in.c.id_hash == id_hash).values(seen_at=now))
        return found

    def ended(self, found: SignIn) -> bool:
        """Whether the idle or the absolute end has passed."""
        now = self._clock()
        return now - found.seen_at > IDLE_SECONDS or now - found.created_at > ABSOLUTE_SECONDS

    def of(self, user_id: str) -> list[SignIn]:
        """Every device on which a person is signed in, newest first."""
        chosen = select(sign_in).where(sign_in.c.user_id == user_id).order_by(sign_in.c.created_at.desc())
        with self._state.transaction() as connection:
            rows = connection.execute(chosen).all()
        found = [SignIn(r.id_hash, r.user_id, r.created_at, r.seen_at, r.address, r.agent) for r in rows]
        return [each for each in found if not self.ended(each)]

    def end(self, id_hash: str) -> None:
        """Forget one sign-in; its cookie is worth nothing from now on."""
        with self._state.transaction() as connection:
            connection.execute(delete(sign_in).where(sign_in.c.id_hash == id_hash))

    def csrf_token(self, id_hash: str) -> str:
        """The token that unsafe requests of this sign-in carry."""
        return hmac.new(self._csrf_key, id_hash.encode(), hashlib.sha256).hexdigest()
