"""A backend that does what a test asks of it, over a bare socket so that nothing is tidied up on the way.

Modes stand in argv: `ok`, `never-ready`, `dies-at-once`, `slow-to-stop`, `leaves-grandchildren`,
`dies-while-there=PATH`.
"""

import asyncio
import base64
import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Stop(Exception):
    pass


def read_launch():
    line = bytearray()
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            raise SystemExit(3)
        line += byte
    return json.loads(line)


def serve(fd, mode="ok"):
    launch = read_launch()
    print("launched", launch["session_id"], flush=True)
    if mode == "dies-at-once" or (mode.startswith("dies-while-there=") and os.path.exists(mode[17:])):
        print("cannot go on", flush=True)
        return 7
    if mode == "leaves-grandchildren":
        subprocess.Popen(["sleep", "1000"])
    if mode == "slow-to-stop":
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
    asyncio.run(Fake(launch, mode).run(fd))
    return 0


class Fake:
    def __init__(self, launch, mode):
        self.launch = launch
        self.mode = mode
        self.closed = 0

    async def run(self, fd):
        loop = asyncio.get_running_loop()
        ending = asyncio.Event()
        if self.mode != "slow-to-stop":
            loop.add_signal_handler(signal.SIGTERM, ending.set)
            loop.add_reader(0, lambda: os.read(0, 4096) or (loop.remove_reader(0), ending.set()))
        if self.mode == "never-ready":
            await ending.wait()
            return
        server = await asyncio.start_server(self.connection, sock=socket.socket(fileno=fd), limit=1 << 20)
        await ending.wait()
        server.close()

    async def connection(self, reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                await self.request(head, reader, writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, Stop):
            self.closed += 1
        finally:
            writer.close()

    async def request(self, head, reader, writer):
        first, *lines = head[:-4].split(b"\r\n")
        method, target, _ = first.decode("latin-1").split(" ", 2)
        headers = [tuple(part.decode("latin-1") for part in line.split(b": ", 1)) for line in lines]
        names = {name.lower(): value for name, value in headers}
        where = urlsplit(target)
        ask = {k: v[0] for k, v in parse_qs(where.query).items()}
        name = where.path.rsplit("/", 1)[-1]
        if names.get("x-mdj-secret") != self.launch["secret"]:
            return answer(writer, 403, {"detail": "wrong secret"})
        if name == "early":
            answer(writer, 413, {"detail": "too large"})
            raise Stop
        if names.get("upgrade", "").lower() == "websocket":
            return await self.websocket(names, target, reader, writer)
        body = await self.body(names, reader)
        handler = getattr(self, "do_" + name.replace("-", "_"), None)
        if handler is not None:
            return await handler(writer, ask, method)
        return answer(
            writer, 200,
            {"method": method, "target": target, "headers": headers, "body": body.decode("latin-1"),
             "sha256": hashlib.sha256(body).hexdigest(), "size": len(body), "pid": os.getpid()},
        )  # fmt: skip

    async def body(self, names, reader):
        if names.get("transfer-encoding") == "chunked":
            parts = []
            while size := int(await reader.readline(), 16):
                parts.append(await reader.readexactly(size))
                await reader.readline()
            await reader.readline()
            return b"".join(parts)
        return await reader.readexactly(int(names.get("content-length", "0")))

    async def websocket(self, names, target, reader, writer):
        """Says what it was asked with, then echoes; text `bye` makes it close with 4001."""
        key = base64.b64encode(hashlib.sha1((names["sec-websocket-key"] + GUID).encode()).digest()).decode()
        writer.write(
            f"HTTP/1.1 101 X\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: {key}\r\n\r\n".encode()
        )
        writer.write(frame(1, json.dumps({"target": target, "headers": names}).encode()))
        while True:
            first, length = await reader.readexactly(2)
            length &= 127
            if length == 126:
                length = int.from_bytes(await reader.readexactly(2))
            mask = await reader.readexactly(4)
            data = bytes(b ^ mask[i % 4] for i, b in enumerate(await reader.readexactly(length)))
            kind = first & 15
            if kind == 8:
                self.ws_closed = int.from_bytes(data[:2])
                writer.write(frame(8, data))
                raise Stop
            if data == b"bye":
                writer.write(frame(8, (4001).to_bytes(2) + b"as asked"))
            elif kind in (1, 2):
                writer.write(frame(kind, data))

    async def do_health(self, writer, ask, method):
        answer(
            writer,
            200,
            {
                "status": "ok",
                "in_step": True,
                "pid": os.getpid(),
                "pipeline": {"pending_files": 3},
                "counters": {"files_processed": 12, "bad_name\n": 1, "in_step": 5, "told": True},
                "disk": {"free_bytes": 7},
            },
            method=method,
        )

    async def do_launch(self, writer, ask, method):
        fds = {fd: link(fd) for fd in os.listdir("/proc/self/fd")}
        answer(writer, 200, {**self.launch, "argv": sys.argv, "environ": dict(os.environ), "fds": fds})

    async def do_closed(self, writer, ask, method):
        answer(writer, 200, {"closed": self.closed})

    async def do_big(self, writer, ask, method):
        size = int(ask["size"])
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % size)
        block = b"x" * 65536
        while size:
            piece = block[:size]
            writer.write(piece)
            size -= len(piece)
            await writer.drain()

    async def do_events(self, writer, ask, method):
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
        )
        number = 0
        while True:
            data = b"data: %d\n\n" % number
            writer.write(b"%x\r\n%b\r\n" % (len(data), data))
            await writer.drain()
            number += 1
            await asyncio.sleep(0.05)

    async def do_slow(self, writer, ask, method):
        await asyncio.sleep(float(ask["seconds"]))
        answer(writer, 200, {"slow": True})

    async def do_raw(self, writer, ask, method):
        writer.write(bytes.fromhex(ask["hex"]) + b"a" * int(ask.get("fill", "0")))
        await writer.drain()
        if "close" in ask:
            raise Stop

    async def do_die(self, writer, ask, method):
        os.kill(os.getpid(), signal.SIGKILL)


def answer(writer, status, content, method="GET"):
    body = json.dumps(content).encode()
    head = f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + (b"" if method == "HEAD" else body))


def frame(kind, data):
    length = bytes([len(data)]) if len(data) < 126 else b"\x7e" + len(data).to_bytes(2)
    return bytes([0x80 | kind]) + length + data


def link(fd):
    try:
        return os.readlink(f"/proc/self/fd/{fd}")
    except OSError:
        return None


def main():
    arguments = sys.argv[1:]
    mode = arguments[arguments.index("--mode") + 1]
    if "--forkserver" in arguments:
        from mdjourney_backend import forkserver

        return forkserver.run(lambda: None, lambda fd: serve(fd, mode))
    return serve(int(arguments[arguments.index("--fd") + 1]), mode)


if __name__ == "__main__":
    sys.exit(main())
