"""How many sessions fit: a limit and a range of ports; who finds neither waits in line for a while."""

import asyncio
import socket
from collections import deque
from collections.abc import Callable

from mdjourney_contract.problems import Unavailable
from mdjourney_gateway.ports import Ports

_COME_BACK_SECONDS = 30


class Room:
    """Hands out the sockets that backends listen on; for people first come, first served."""

    def __init__(
        self, ports: Ports, most: int, taken: Callable[[], int], *, wait_seconds: float, most_waiting: int
    ) -> None:
        """`taken` counts the sessions of people that run; who waits longer than `wait_seconds`, or comes when
        `most_waiting` stand in line already, is told when to come back."""
        self._ports = ports
        self._most = most
        self._taken = taken
        self._wait_seconds = wait_seconds
        self._most_waiting = most_waiting
        self._line: deque[asyncio.Event] = deque()

    @property
    def waiting(self) -> int:
        """How many starts stand in line."""
        return len(self._line)

    def for_resident(self) -> socket.socket:
        """A socket for a config's own backend, which counts for no person and does not wait.

        Raises:
            Unavailable: every port is in use.
        """
        return self._ports.bind()

    async def for_person(self) -> socket.socket:
        """A socket, at once or when its turn comes; whoever takes it registers the session without waiting again.

        Raises:
            Unavailable: no room, nor soon enough; `retry_after` says when to come back.
        """
        if not self._line:
            try:
                return self.at_once()
            except Unavailable:
                if not self._most_waiting:
                    raise
        if len(self._line) >= self._most_waiting:
            raise Unavailable(
                f"no room, and {len(self._line)} wait already", retry_after=_COME_BACK_SECONDS, code="no-room"
            )
        return await self._in_turn()

    def freed(self) -> None:
        """A session ended: whoever stands first in line looks again."""
        if self._line:
            self._line[0].set()

    async def _in_turn(self) -> socket.socket:
        turn = asyncio.Event()
        self._line.append(turn)
        end = asyncio.get_running_loop().time() + self._wait_seconds
        try:
            while True:
                try:
                    async with asyncio.timeout_at(end):
                        await turn.wait()
                except TimeoutError:
                    return self.at_once()
                turn.clear()
                try:
                    return self.at_once()
                except Unavailable:
                    continue
        finally:
            self._line.remove(turn)
            self.freed()

    def at_once(self) -> socket.socket:
        """A socket if there is room now.

        Raises:
            Unavailable: there is none.
        """
        if self._taken() >= self._most:
            raise Unavailable(
                f"{self._most} sessions run, no more fit", retry_after=_COME_BACK_SECONDS, code="no-room"
            )
        return self._ports.bind()
