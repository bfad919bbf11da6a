"""What becomes of sessions, told to whoever listens and written down in the ledger."""

import asyncio
from collections.abc import AsyncIterator

import anyio.to_thread

from mdjourney_gateway.sessions.ledger import Ledger
from mdjourney_gateway.sessions.session import Session
from mdjourney_gateway.sessions.view import View

#: A stream of events with nothing to tell says so, which is also how a client that left is noticed.
_SILENCE_SECONDS = 15.0


class News:
    """Everything here belongs to the event loop."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._listeners: set[asyncio.Queue[View | None]] = set()
        self._notes: asyncio.Queue[tuple[View, str | None]] = asyncio.Queue()
        self._closing = False

    def tell(self, session: Session) -> None:
        """A session changed."""
        view = session.view()
        if not self._closing:
            self._notes.put_nowait((view, None if session.child is None else session.child.pid_started))
        for queue in self._listeners:
            if not queue.full():
                queue.put_nowait(view)

    def closing(self) -> None:
        """End the streams; the ledger keeps what it has, so that the next gateway finds the sessions."""
        self._closing = True
        for queue in self._listeners:
            if not queue.full():
                queue.put_nowait(None)

    async def watch(self, user_id: str | None) -> AsyncIterator[View | None]:
        """Every change of a person's sessions (of all sessions for None) until the gateway closes; None: silence."""
        queue: asyncio.Queue[View | None] = asyncio.Queue(maxsize=1000)
        self._listeners.add(queue)
        try:
            while not self._closing:
                try:
                    async with asyncio.timeout(_SILENCE_SECONDS):
                        view = await queue.get()
                except TimeoutError:
                    yield None
                    continue
                if view is not None and user_id in (None, view.user_id):
                    yield view
        finally:
            self._listeners.discard(queue)

    async def write(self) -> None:
        """Write what was told into the ledger, until cancelled."""
        while True:
            view, pid_started = await self._notes.get()
            await anyio.to_thread.run_sync(self._ledger.note, view, pid_started)
