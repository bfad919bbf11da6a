"""Stands before a PostgreSQL socket: passes bytes on, late, not at all, or hangs up when something took effect."""

import contextlib
import select
import shutil
import socket
import tempfile
import threading
import urllib.parse
from typing import Final, Literal

#: What a server says last when it is outside of a transaction: whatever was asked has taken effect.
_IDLE: Final = b"Z\0\0\0\5I"
Mode = Literal["pass", "slow", "silent", "cut"]


class Wire:
    """`url` is the server's, with this in between. One thread for each connection.

    `mode` holds for everybody: `slow` adds `delay` seconds to each piece, `silent` takes everything and gives nothing (on connections that met it: ever again),
    `cut` hangs up on a client once what it asked took effect (a COMMIT, a statement without a transaction), before it hears
    of it. `cuts` counts those.
    """

    def __init__(self, url: str, delay: float = 0.1) -> None:
        parts = urllib.parse.urlsplit(url)
        query = dict(urllib.parse.parse_qsl(parts.query))
        self._server = f"{query['host']}/.s.PGSQL.5432"
        self._folder = tempfile.mkdtemp(dir="/tmp", prefix="m")
        self.url = parts._replace(query=urllib.parse.urlencode({**query, "host": self._folder})).geturl()
        self.mode: Mode = "pass"
        self.cuts = 0
        self._delay = delay
        self._closing = threading.Event()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(f"{self._folder}/.s.PGSQL.5432")
        self._listener.listen(64)
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept)
        self._accepting.start()

    def close(self) -> None:
        """Hang up on everybody."""
        self._closing.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join(10)
        for thread in self._threads:
            thread.join(10)
        shutil.rmtree(self._folder)

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._carry, args=(client,))
            thread.start()
            self._threads.append(thread)

    def _carry(self, client: socket.socket) -> None:
        begun = False
        with client, socket.socket(socket.AF_UNIX) as server, contextlib.suppress(OSError):
            server.connect(self._server)
            while not self._closing.is_set():
                ready, _, _ = select.select([client, server], [], [], 0.2)
                for side in ready:
                    data = side.recv(65536)
                    if not data or self._is_swallowed(client):
                        return
                    done = side is server and data.endswith(_IDLE)
                    if done and begun and self.mode == "cut":
                        self.cuts += 1
                        return
                    begun = begun or done
                    (server if side is client else client).sendall(data)

    def _is_swallowed(self, client: socket.socket) -> bool:
        """Whether what came is forgotten on the way, as by a firewall: also afterwards nothing comes on this connection."""
        if self.mode == "slow":
            self._closing.wait(self._delay)
        if self.mode != "silent":
            return False
        while not self._closing.wait(0.05):
            if select.select([client], [], [], 0)[0] and not client.recv(65536):
                break
        return True
