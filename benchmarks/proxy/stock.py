"""`python -m benchmarks.proxy.stock PORT FD`: a raw ASGI proxy over httpx's own transport."""

import asyncio
import socket
import sys

import httpx
import uvicorn

_CONNECTION = {b"connection", b"keep-alive", b"transfer-encoding"}


class Stock:
    """Streams a request to one port and its answer back."""

    def __init__(self, port: int) -> None:
        limits = httpx.Limits(max_connections=200, max_keepalive_connections=100)
        self.base = f"http://127.0.0.1:{port}"
        self.transport = httpx.AsyncHTTPTransport(limits=limits, retries=0)

    async def __call__(self, scope, receive, send):
        async def body():
            more = True
            while more:
                message = await receive()
                more = message.get("more_body", False)
                yield message.get("body", b"")

        path = scope["raw_path"].decode() + (
            "?" + scope["query_string"].decode() if scope["query_string"] else ""
        )
        headers = [pair for pair in scope["headers"] if pair[0] not in _CONNECTION]
        carries = any(name == b"content-length" for name, _ in headers)
        request = httpx.Request(
            scope["method"], self.base + path, headers=headers, content=body() if carries else None,
            extensions={"timeout": {"connect": 5, "read": 60, "write": 60, "pool": 60}},
        )  # fmt: skip
        answer = await self.transport.handle_async_request(request)
        out = [(name.lower(), value) for name, value in answer.headers.raw if name.lower() not in _CONNECTION]
        await send({"type": "http.response.start", "status": answer.status_code, "headers": out})
        async for chunk in answer.stream:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await answer.aclose()
        await send({"type": "http.response.body", "body": b""})


if __name__ == "__main__":
    app = Stock(int(sys.argv[1]))
    config = uvicorn.Config(app, http="httptools", loop="none", lifespan="off", access_log=False, ws="none")
    asyncio.run(uvicorn.Server(config).serve(sockets=[socket.socket(fileno=int(sys.argv[2]))]))
