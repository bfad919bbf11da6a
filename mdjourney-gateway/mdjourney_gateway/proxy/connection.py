"""One HTTP/1.1 connection to a backend: writes a request, reads its answer, both with back-pressure."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any, cast

import httptools

from mdjourney_contract.problems import OutOfTime
from mdjourney_gateway.proxy.problems import BackendGarbled, BackendGone

#: Reading from the backend stops when the client is this far behind.
HIGH_WATER = 256 * 1024
LOW_WATER = 64 * 1024
MOST_HEAD_BYTES = 64 * 1024

Headers = list[tuple[bytes, bytes]]


class BackendConnection(asyncio.Protocol):
    """Carries one exchange at a time: `begin`, any `write`s, `head`, `chunk` until there is no more."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._parser: Any = None
        self._error: Exception | None = None
        self._reader: asyncio.Future[None] | None = None
        self._drained: asyncio.Future[None] | None = None
        self._writing_paused = False
        self._chunks: deque[bytes] = deque()
        self._buffered = 0
        self._reading_paused = False
        self._closed = False
        self._method = "GET"
        self._status = 0
        self._headers: Headers = []
        self._head_bytes = 0
        self._head_complete = False
        self._complete = False
        self._answered = False
        self._keep_alive = False
        self._ends_with_connection = False

    # what the proxy calls

    @property
    def is_usable(self) -> bool:
        """Whether another exchange can begin."""
        return not self._closed and self._complete and self._keep_alive and self._error is None

    def begin(self, method: str, head: bytes) -> None:
        """Write a request's head (and its body, if it is at hand)."""
        self._reset(method)
        self._parser = httptools.HttpResponseParser(self)
        if self._transport is not None and not self._closed:
            self._transport.write(head)
        else:
            self.fail(BackendGone("the backend closed the connection", untouched=True))

    async def write(self, data: bytes) -> None:
        """Write a piece of the body once the backend has taken the former ones."""
        if self._transport is not None and not self._closed:
            self._transport.write(data)
        if self._writing_paused and not self._closed:
            self._drained = self._loop.create_future()
            await self._drained

    async def head(self) -> tuple[int, Headers]:
        """Status and headers of the answer.

        Raises:
            BackendGone, BackendGarbled, OutOfTime: there is none.
        """
        while not self._head_complete:
            await self._wait()
        return self._status, self._headers

    async def chunk(self) -> tuple[bytes, bool]:
        """The next piece of the answer, and whether more follows.

        Raises:
            BackendGone, BackendGarbled, OutOfTime: the answer was cut short.
        """
        while not self._chunks and not self._complete:
            await self._wait()
        data = self._chunks.popleft() if len(self._chunks) == 1 else b"".join(self._chunks)
        self._chunks.clear()
        self._buffered = 0
        if self._reading_paused and self._transport is not None and not self._closed:
            self._reading_paused = False
            self._transport.resume_reading()
        return data, not self._complete

    @property
    def has_chunk(self) -> bool:
        """Whether `chunk` would answer at once."""
        return bool(self._chunks) or self._complete

    @property
    def has_head(self) -> bool:
        """Whether the answer has begun."""
        return self._head_complete

    def fail(self, error: Exception) -> None:
        """End the exchange with an error for whoever waits, and close the connection."""
        if self._error is None and not self._complete:
            self._error = error
        self.abort()
        self._wake()

    def out_of_time(self) -> None:
        """End the exchange because the backend took too long to begin its answer."""
        if not self._head_complete:
            self.fail(OutOfTime("the backend did not answer in time"))

    def call_out_of_time_in(self, seconds: float) -> asyncio.TimerHandle:
        """Set the deadline for the answer to begin; the caller cancels it."""
        return self._loop.call_later(seconds, self.out_of_time)

    def abort(self) -> None:
        """Close the connection now."""
        self._closed = True
        if self._transport is not None:
            self._transport.abort()
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        if self._complete:
            # Nothing was asked: whatever this is, the connection cannot be trusted again.
            self.abort()
            return
        self._answered = True
        if not self._head_complete:
            self._head_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self.fail(BackendGarbled("the backend switched protocols unasked"))
            return
        except httptools.HttpParserError:
            if not self._complete:
                self.fail(BackendGarbled("the backend's answer is not HTTP"))
            return
        if not self._head_complete and self._head_bytes > MOST_HEAD_BYTES:
            self.fail(BackendGarbled("the backend's answer has too long a head"))
            return
        self._wake()

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._closed = True
        if not self._complete and self._error is None:
            if self._head_complete and self._ends_with_connection and exc is None:
                self._complete = True
            else:
                untouched = not self._answered
                self._error = BackendGone("the backend closed the connection", untouched=untouched)
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)
        self._wake()

    def pause_writing(self) -> None:
        self._writing_paused = True

    def resume_writing(self) -> None:
        self._writing_paused = False
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)

    # httptools

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._head_complete:  # what comes later is a trailer
            self._headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if 100 <= status < 200:
            self._headers = []
            return
        self._status = status
        self._head_complete = True
        self._keep_alive = self._parser.should_keep_alive()
        if self._method == "HEAD" or status in (204, 304):
            self._complete = True
            return
        names = {name for name, _ in self._headers}
        self._ends_with_connection = not ({b"content-length", b"transfer-encoding"} & names)

    def on_body(self, data: bytes) -> None:
        if self._complete:
            self._keep_alive = False  # a body where none may be
            return
        self._chunks.append(data)
        self._buffered += len(data)
        if self._buffered > HIGH_WATER and not self._reading_paused and self._transport is not None:
            self._reading_paused = True
            self._transport.pause_reading()

    def on_message_complete(self) -> None:
        if self._head_complete:
            self._complete = True

    # inside

    def _reset(self, method: str) -> None:
        self._method = method
        self._status = 0
        self._headers = []
        self._head_bytes = 0
        self._head_complete = False
        self._complete = False
        self._answered = False
        self._keep_alive = False
        self._ends_with_connection = False

    async def _wait(self) -> None:
        if self._error is not None:
            raise self._error
        self._reader = self._loop.create_future()
        try:
            await self._reader
        finally:
            self._reader = None
        if self._error is not None and not self._chunks and not self._complete:
            raise self._error

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)


async def connect(port: int, seconds: float) -> BackendConnection:
    """A new connection to a backend on this host.

    Raises:
        BackendGone: nobody listens there.
        OutOfTime: the backlog is full and stays so.
    """
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(seconds):
            _, made = await loop.create_connection(BackendConnection, "127.0.0.1", port)
    except TimeoutError:
        raise OutOfTime("the backend takes no connections") from None
    except OSError:
        raise BackendGone("the backend cannot be reached", untouched=True) from None
    return made
