"""Binds ports of the range for backends; a port that is busy is skipped."""

import socket
import threading
from collections.abc import Iterable

from mdjourney_contract.problems import Unavailable

BACKLOG = 512


class Ports:
    """Hands out listening sockets on 127.0.0.1, going round the range so that a port rests after use."""

    def __init__(self, ports: Iterable[int]) -> None:
        self._ports = list(ports)
        self._next = 0
        self._lock = threading.Lock()

    def bind(self) -> socket.socket:
        """A socket bound and listening; requests sent to it wait until a backend accepts them.

        Raises:
            Unavailable: every port of the range is in use.
        """
        with self._lock:
            for _ in range(len(self._ports)):
                port = self._ports[self._next]
                self._next = (self._next + 1) % len(self._ports)
                bound = _listen(port)
                if bound is not None:
                    return bound
        raise Unavailable("every port of the range is in use, try again later", retry_after=10)


def _listen(port: int) -> socket.socket | None:
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        # Linux lets SO_REUSEADDR skip TIME_WAIT only; a listening socket of somebody else still refuses.
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(("127.0.0.1", port))
        made.listen(BACKLOG)
    except OSError:
        made.close()
        return None
    return made
