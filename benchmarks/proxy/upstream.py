"""`python upstream.py --fd N`: the backend behind every proxy, as light as Python lets it be."""

import asyncio
import os
import socket
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httptools

BODY = b'{"items":[' + b",".join(b'{"id":%d,"name":"entry"}' % n for n in range(40)) + b"]}"
_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
_BLOCK = b"x" * 65536


class Upstream(asyncio.Protocol):
    """Answers a small JSON; `?size=n` answers n bytes; a body is taken and thrown away."""

    def connection_made(self, transport):
        self.transport = transport
        self.parser = httptools.HttpRequestParser(self)
        self.url = b""
        self.writable = asyncio.Event()
        self.writable.set()

    def pause_writing(self):
        self.writable.clear()

    def resume_writing(self):
        self.writable.set()

    def connection_lost(self, _error):
        self.writable.set()

    def data_received(self, data):
        self.parser.feed_data(data)

    def on_url(self, url):
        self.url = url

    def on_message_complete(self):
        self.keep = self.parser.should_keep_alive()
        if b"size=" in self.url:
            size = int(parse_qs(urlsplit(self.url).query)[b"size"][0])
            self.sending = asyncio.get_running_loop().create_task(self.big(size))
        else:
            self.transport.write(_HEAD % len(BODY) + BODY)
            self.end_or_go_on()

    async def big(self, size):
        self.transport.write(_HEAD % size)
        while size and not self.transport.is_closing():
            piece = _BLOCK[:size]
            self.transport.write(piece)
            size -= len(piece)
            await self.writable.wait()
        self.end_or_go_on()

    def end_or_go_on(self):
        if not self.keep:
            self.transport.close()


async def serve(listener):
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_reader(0, lambda: os.read(0, 65536) or (loop.remove_reader(0), ended.set()))
    server = await loop.create_server(Upstream, sock=listener, backlog=512)
    await ended.wait()
    server.close()


if __name__ == "__main__":
    assert Path("/proc").exists(), "the benchmark reads CPU and memory from /proc"
    asyncio.run(serve(socket.socket(fileno=int(sys.argv[sys.argv.index("--fd") + 1]))))
