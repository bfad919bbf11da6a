"""The proxy as a raw ASGI application: picks the caller's session and streams both ways."""

import time
from collections.abc import Callable
from typing import Protocol

from mdjourney_contract.problems import NotAllowed, TooMany
from mdjourney_gateway.admission import SAFE
from mdjourney_gateway.arrival import Arrival, Receive, Scope, Send
from mdjourney_gateway.proxy.exchange import Exchange
from mdjourney_gateway.proxy.headers import passed_out
from mdjourney_gateway.proxy.outgoing import Outgoing
from mdjourney_gateway.proxy.problems import ClientGone
from mdjourney_gateway.proxy.target import Target
from mdjourney_gateway.proxy.websocket import carry

#: How long a backend may think before its answer begins, for what reads and for what changes something.
READ_SECONDS = 25.0
CHANGE_SECONDS = 120.0
MOST_AT_ONCE = 64


class Destinations(Protocol):
    """Who knows where a person's requests go."""

    def target(self, user_id: str, session_id: str | None, *, activity: bool) -> Target:
        """The backend of a person's session; `activity` if a person, not a page's timer, asks.

        Raises:
            Conflict: the person has no session.
            Unavailable: the session failed.
        """


class Proxy:
    """An ASGI application for authenticated `http` scopes below `/api/v1/`."""

    def __init__(
        self,
        destinations: Destinations,
        observe: Callable[[int, float], None],
        read_seconds: float = READ_SECONDS,
        change_seconds: float = CHANGE_SECONDS,
        prefix: str = "",
    ) -> None:
        self._destinations = destinations
        self._observe = observe
        self._read_seconds = read_seconds
        self._change_seconds = change_seconds
        self._prefix = prefix.encode("ascii")
        self._at_once: dict[str, int] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        arrival: Arrival = scope["mdjourney"]
        user_id = arrival.person.identity.user_id
        if arrival.person.is_reader and scope["method"] not in SAFE:
            raise NotAllowed("your role reads, it does not change anything")
        place = _Place(self._at_once, user_id)
        try:
            await self._carry(scope, receive, send, arrival, place)
        except ClientGone:
            return
        finally:
            place.leave()

    async def websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve an authenticated `websocket` scope below `/api/v1/`; readers change nothing, so they get none."""
        arrival: Arrival = scope["mdjourney"]
        user_id = arrival.person.identity.user_id
        if arrival.person.is_reader or not arrival.person.may_write:
            raise NotAllowed("your role reads, it does not change anything")
        place = _Place(self._at_once, user_id)
        try:
            target = self._destinations.target(user_id, _wanted_session(scope), activity=False)
            await carry(scope, receive, send, arrival, target)
        finally:
            place.leave()

    async def _carry(
        self, scope: Scope, receive: Receive, send: Send, arrival: Arrival, place: "_Place"
    ) -> None:
        began = time.perf_counter()
        target = self._destinations.target(
            arrival.person.identity.user_id, _wanted_session(scope), activity=_is_activity(scope)
        )
        request = Outgoing.read(scope, arrival, target)
        seconds = self._read_seconds if request.method in SAFE else self._change_seconds
        exchange = Exchange(request, target, receive, seconds)
        try:
            status, headers = await exchange.answer()
            taken = time.perf_counter() - began
            target.answered += 1
            target.answer_seconds += taken
            self._observe(status, taken)
            passed = passed_out(status, headers, self._prefix)
            await send({"type": "http.response.start", "status": status, "headers": passed})
            more = True
            while more:
                data, more = await exchange.chunk()
                if not more:
                    place.leave()  # a client that has the whole answer may ask again at once
                await send({"type": "http.response.body", "body": data, "more_body": more})
        finally:
            await exchange.end()


class _Place:
    """One of the requests a person may have under way."""

    __slots__ = ("_at_once", "_left", "_user_id")

    def __init__(self, at_once: dict[str, int], user_id: str) -> None:
        taken = at_once.get(user_id, 0)
        if taken >= MOST_AT_ONCE:
            raise TooMany(f"{MOST_AT_ONCE} requests of yours are under way", retry_after=1)
        at_once[user_id] = taken + 1
        self._at_once, self._user_id, self._left = at_once, user_id, False

    def leave(self) -> None:
        """Make room; a second time changes nothing."""
        if self._left:
            return
        self._left = True
        taken = self._at_once[self._user_id] - 1
        if taken:
            self._at_once[self._user_id] = taken
        else:
            del self._at_once[self._user_id]


def _wanted_session(scope: Scope) -> str | None:
    for name, value in scope["headers"]:
        if name == b"x-mdj-session":
            wanted: str = value.decode("latin-1")
            return wanted
    return None


def _is_activity(scope: Scope) -> bool:
    """Pages ask for these by themselves; everything else is somebody at work."""
    return scope["path"] not in ("/api/v1/health", "/api/v1/events")
