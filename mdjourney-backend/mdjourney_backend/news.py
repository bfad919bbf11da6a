"""Wakes the event streams of the HTTP side when a thread has something new."""

import asyncio
import threading


class News:
    """`ring` from any thread wakes everybody who awaits `wait`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()

    def ring(self) -> None:
        """Wake everybody."""
        with self._lock:
            waiting, self._waiting = self._waiting, set()
        for loop, event in waiting:
            try:
                loop.call_soon_threadsafe(event.set)
            except RuntimeError:  # that loop has ended, and with it the stream
                continue

    async def wait(self, timeout: float) -> None:  # noqa: ASYNC109 - a silent stream must wake to send a comment
        """Until the next ring, or `timeout` seconds."""
        me = (asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            self._waiting.add(me)
        try:
            await asyncio.wait_for(me[1].wait(), timeout)
        except TimeoutError:
            pass
        finally:
            with self._lock:
                self._waiting.discard(me)
