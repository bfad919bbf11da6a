"""One request and its answer: carried over one connection, repeated where a restart of the backend can be hidden."""

import asyncio
import itertools
from typing import Final

from mdjourney_contract.problems import MDJourneyError, Unavailable
from mdjourney_gateway.admission import SAFE
from mdjourney_gateway.arrival import Receive
from mdjourney_gateway.proxy.connection import BackendConnection, connect
from mdjourney_gateway.proxy.outgoing import Outgoing
from mdjourney_gateway.proxy.problems import BackendGone, ClientGone
from mdjourney_gateway.proxy.target import Target

#: A client that is gone is looked for only when an answer takes longer than this; a body that has not begun by then
#: is not waited for either: the backend may refuse it unseen.
LOOK_AFTER_SECONDS: Final = 0.05
#: A backend that is up and yet closes connections unanswered is asked no more often than this.
ATTEMPTS_WHILE_UP: Final = 7


class Exchange:
    """One request and its answer; repeats a read whose connection broke before the answer began."""

    def __init__(self, request: Outgoing, target: Target, receive: Receive, seconds: float) -> None:
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
                    raise self._told_apart(gone) from None
            # The backend is being restarted on the same socket, or about to be: ask again.
            await asyncio.sleep(pause)
            pause = min(pause * 2, 1.0)
        raise AssertionError("the loop above ends by itself")

    def _told_apart(self, gone: BackendGone) -> MDJourneyError:
        """A request nobody began to answer before its session ended is told so."""
        if gone.untouched and self._target.closed:
            return Unavailable(f"the session has ended: {self._target.why or 'start it again'}")
        return gone

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
        """Put the first piece of the body into the same write, if it is there: for most requests it is the whole."""
        try:
            async with asyncio.timeout(LOOK_AFTER_SECONDS):
                message = await self._receive()
        except TimeoutError:
            return head, False
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
