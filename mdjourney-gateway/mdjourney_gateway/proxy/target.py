"""Where requests of one session go: its port, its secret, its idle connections."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mdjourney_contract.launch import SECRET_HEADER

if TYPE_CHECKING:
    from mdjourney_gateway.proxy.connection import BackendConnection

#: Shorter than any server's keep-alive, so that a kept connection is not closed under a request.
IDLE_SECONDS = 4.0
MOST_IDLE = 64


@dataclass(slots=True)
class Target:
    """One backend as the proxy sees it; made by the session, never from anything a request says."""

    port: int
    secret: str
    idle: list[tuple[float, BackendConnection]] = field(default_factory=list)
    #: `host` and secret as they stand in every request to this backend.
    own_headers: bytes = b""
    closed: bool = False
    #: Whether a backend is known to answer; False while one is being started.
    up: bool = False
    #: Requests of people that were answered, and the seconds to the heads of these answers.
    answered: int = 0
    answer_seconds: float = 0.0
    #: Why its backend is not up, in words for people.
    why: str = ""

    def __post_init__(self) -> None:
        self.own_headers = f"host: 127.0.0.1:{self.port}\r\n{SECRET_HEADER}: {self.secret}\r\n".encode(
            "ascii"
        )

    def take_idle(self) -> BackendConnection | None:
        """A connection that can carry another request at once, the warmest first."""
        now = time.monotonic()
        while self.idle:
            since, connection = self.idle.pop()
            if connection.is_usable and now - since < IDLE_SECONDS:
                return connection
            connection.abort()
        return None

    def keep(self, connection: BackendConnection) -> None:
        """Keep a connection for the next request."""
        if self.closed or not connection.is_usable:
            connection.abort()
            return
        self.idle.append((time.monotonic(), connection))
        if len(self.idle) > MOST_IDLE:
            self.idle.pop(0)[1].abort()

    def close(self) -> None:
        """Let go of every idle connection; one in use ends with its request."""
        self.closed = True
        while self.idle:
            self.idle.pop()[1].abort()
