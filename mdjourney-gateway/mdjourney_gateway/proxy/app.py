"""The proxy as a raw ASGI application: picks the caller's session and streams both ways."""

import asyncio
import itertools
import re
import time
from collections.abc import Callable
from typing import Protocol

from mdjourney_contract.launch import REQUEST_ID_HEADER, USER_HEADER
from mdjourney_contract.problems import BadRequest, MDJourneyError, NotAllowed, TooMany
from mdjourney_gateway.arrival import Arrival, Receive, Scope, Send
from mdjourney_gateway.proxy.connection import BackendConnection, connect
from mdjourney_gateway.proxy.headers import passed_in, passed_out
from mdjourney_gateway.proxy.problems import BackendGone, ClientGone
from mdjourney_gateway.proxy.target import Target
from mdjourney_gateway.proxy.websocket import carry

SAFE = frozenset(("GET", "HEAD", "OPTIONS"))
#: How long a backend may think before its answer begins, for what reads and for what changes something.
READ_SECONDS = 25.0
CHANGE_SECONDS = 120.0
#: A client that is gone is looked for only when an answer takes longer than this.
LOOK_AFTER_SECONDS = 0.05
MOST_AT_ONCE = 64
#: A backend that is up and yet closes connections unanswered is asked no more often than this.
ATTEMPTS_WHILE_UP = 7
_CLEAN_TARGET = re.compile(rb"[!-~\x80-\xff]+\Z")
_METHOD = re.compile(r"[A-Z]+\Z")


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
        request = _Request.read(scope, arrival, target)
        seconds = self._read_seconds if request.method in SAFE else self._change_seconds
        exchange = _Exchange(request, target, receive, seconds)
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


class _Request:
    """A request as it will be written to the backend."""

    __slots__ = ("chunked", "has_body", "head", "length", "method")

    def __init__(self, method: str, head: bytes, length: bytes | None, chunked: bool) -> None:
        self.method = method
        self.head = head
        self.length = length
        self.chunked = chunked
        self.has_body = chunked or length not in (None, b"0")

    @classmethod
    def read(cls, scope: Scope, arrival: Arrival, target: Target) -> "_Request":
        method: str = scope["method"]
        path: bytes = scope["raw_path"]
        query: bytes = scope["query_string"]
        where = path + b"?" + query if query else path
        if not _CLEAN_TARGET.match(where) or not _METHOD.match(method):
            raise BadRequest("the request line has characters that may not stand in it")
        headers = scope["headers"]
        length = next((value for name, value in headers if name == b"content-length"), None)
        chunked = length is None and any(name == b"transfer-encoding" for name, _ in headers)
        lines = [method.encode(), b" ", where, b" HTTP/1.1\r\n", target.own_headers]
        for name, value in passed_in(headers):
            lines += (name, b": ", value, b"\r\n")
        if chunked:
            lines.append(b"transfer-encoding: chunked\r\n")
        elif length is not None:
            lines += (b"content-length: ", length, b"\r\n")
        lines += (_USER, arrival.person.user_header, _REQUEST_ID, arrival.request_id.encode(), b"\r\n\r\n")
        return cls(method, b"".join(lines), length, chunked)


_USER = USER_HEADER.encode() + b": "
_REQUEST_ID = b"\r\n" + REQUEST_ID_HEADER.encode() + b": "


class _Exchange:
    """One request and its answer; repeats a read whose connection broke before the answer began."""

    def __init__(self, request: _Request, target: Target, receive: Receive, seconds: float) -> None:
        self._request = request
        self._target = target
        self._receive = receive
        self._seconds = seconds
        self._loop = asyncio.get_running_loop()
        self._connection: BackendConnection | None = None
        self._pump: asyncio.Task[None] | None = None
        self._look: asyncio.TimerHandle | None = None

    async def answer(self) -> tuple[int, list[tuple[bytes, bytes]]]:
        """Status and headers of the backend's answer."""
        end = self._loop.time() + self._seconds
        pause = 0.02
        for attempt in itertools.count(1):
            try:
                return await self._try(max(end - self._loop.time(), 0.001))
            except BackendGone as gone:
                repeatable = gone.untouched and self._request.method in SAFE and not self._request.has_body
                hopeless = self._target.closed or (self._target.up and attempt >= ATTEMPTS_WHILE_UP)
                if not repeatable or hopeless or self._loop.time() + pause > end:
                    raise
            # The backend is being restarted on the same socket, or about to be: ask again.
            await asyncio.sleep(pause)
            pause = min(pause * 2, 1.0)
        raise AssertionError("the loop above ends by itself")

    async def chunk(self) -> tuple[bytes, bool]:
        """The next piece of the answer, and whether more follows."""
        assert self._connection is not None
        return await self._connection.chunk()

    async def end(self) -> None:
        """Give the connection back, or close it if the exchange was not finished."""
        if self._look is not None:
            self._look.cancel()
        unfinished_upload = False
        if self._pump is not None:
            unfinished_upload = self._request.has_body and not self._uploaded
            self._pump.cancel()
            await asyncio.wait([self._pump])
        if self._connection is not None:
            if unfinished_upload:
                self._connection.abort()
            else:
                self._target.keep(self._connection)

    async def _try(self, seconds: float) -> tuple[int, list[tuple[bytes, bytes]]]:
        if self._connection is not None:
            self._connection.abort()
        connection = self._target.take_idle() or await connect(self._target.port, seconds)
        self._connection = connection
        head = self._request.head
        self._uploaded = not self._request.has_body
        if self._request.has_body:
            head, self._uploaded = await self._with_first_piece(head)
        connection.begin(self._request.method, head)
        if not self._uploaded:
            self._start_pump()
        elif self._pump is None:
            self._look = self._loop.call_later(LOOK_AFTER_SECONDS, self._start_pump)
        deadline = self._loop.call_later(seconds, self._late) if self._uploaded else None
        try:
            return await connection.head()
        finally:
            if deadline is not None:
                deadline.cancel()
            if self._deadline is not None:
                self._deadline.cancel()

    _uploaded = True
    _deadline: asyncio.TimerHandle | None = None

    def _late(self) -> None:
        if self._connection is not None:
            self._connection.out_of_time()

    async def _with_first_piece(self, head: bytes) -> tuple[bytes, bool]:
        """Put the first piece of the body into the same write: for most requests it is the whole."""
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        last = not message.get("more_body", False)
        return head + self._framed(message.get("body", b""), last), last

    def _framed(self, data: bytes, last: bool) -> bytes:
        if not self._request.chunked:
            return data
        piece = b"%x\r\n%b\r\n" % (len(data), data) if data else b""
        return piece + b"0\r\n\r\n" if last else piece

    def _start_pump(self) -> None:
        self._look = None
        self._pump = self._loop.create_task(self._run_pump())

    async def _run_pump(self) -> None:
        """Carry the rest of the body, then wait for the client to leave."""
        while True:
            connection = self._connection
            assert connection is not None
            try:
                message = await self._receive()
            except MDJourneyError as error:  # the body grew above the limit
                connection.fail(error)
                return
            if message["type"] == "http.disconnect":
                connection.fail(ClientGone())
                return
            if self._uploaded:
                continue
            last = not message.get("more_body", False)
            late = self._loop.call_later(self._seconds, self._late)
            await connection.write(self._framed(message.get("body", b""), last))
            late.cancel()
            if last:
                self._uploaded = True
                self._deadline = self._loop.call_later(self._seconds, self._late)


def _wanted_session(scope: Scope) -> str | None:
    for name, value in scope["headers"]:
        if name == b"x-mdj-session":
            wanted: str = value.decode("latin-1")
            return wanted
    return None


def _is_activity(scope: Scope) -> bool:
    """Pages ask for these by themselves; everything else is somebody at work."""
    return scope["path"] not in ("/api/v1/health", "/api/v1/events")
