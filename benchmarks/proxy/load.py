"""Clients that cost little: n connections, each asking again as soon as it was answered; big bodies, fast or slow."""

import asyncio
import socket
import time


class _Client(asyncio.Protocol):
    def __init__(self, request: bytes, load: "_Load") -> None:
        self.request, self.load = request, load
        self.got = bytearray()
        self.finished = False

    def connection_made(self, transport):
        self.transport = transport
        self.ask()

    def ask(self):
        if self.load.left <= 0:
            self.finished = True
            self.transport.close()
            return
        self.load.left -= 1
        self.transport.write(self.request)

    def data_received(self, data):
        self.got += data
        head = self.got.find(b"\r\n\r\n")
        if head < 0:
            return
        lines = bytes(self.got[:head]).lower().split(b"\r\n")
        length = next(int(line[15:]) for line in lines if line.startswith(b"content-length:"))
        if len(self.got) < head + 4 + length:
            return
        assert lines[0].startswith(b"http/1.1 200"), bytes(self.got[:300])
        self.got.clear()
        self.load.answered()
        self.ask()

    def connection_lost(self, error):
        if not self.finished and self.load.waiting and not self.load.done.done():
            self.load.done.set_exception(ConnectionError(f"a proxy closed the connection: {error}"))


class _Load:
    def __init__(self, requests: int) -> None:
        self.left = self.waiting = requests
        self.done = asyncio.get_running_loop().create_future()

    def answered(self):
        self.waiting -= 1
        if not self.waiting:
            self.done.set_result(None)


def ask(port: int, request: bytes, connections: int, requests: int) -> float:
    """Seconds until every request was answered with 200."""

    async def run() -> float:
        load, loop = _Load(requests), asyncio.get_running_loop()
        began = time.perf_counter()
        for _ in range(connections):
            await loop.create_connection(lambda: _Client(request, load), "127.0.0.1", port)
        await load.done
        return time.perf_counter() - began

    return asyncio.run(run())


def download(port: int, head: bytes, size: int, *, slow: bool) -> None:
    """Take `size` bytes; a slow client reads little, seldom, through a small window."""
    with socket.socket() as connection:
        if slow:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32 * 1024)
        connection.settimeout(60)
        connection.connect(("127.0.0.1", port))
        connection.sendall(head)
        taken, piece = 0, b""
        while taken < size:
            last = piece
            piece = connection.recv(16 * 1024 if slow else 1 << 20)
            if not piece:
                raise ConnectionError(f"cut off after {taken} bytes: {last[:300]!r}")
            taken += len(piece)
            if slow:
                time.sleep(0.0005)


def upload(port: int, head: bytes, size: int) -> None:
    """Send `size` bytes and take the answer."""
    block = b"x" * (1 << 20)
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(head)
        while size:
            piece = block[:size]
            connection.sendall(piece)
            size -= len(piece)
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")
