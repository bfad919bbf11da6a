"""A gateway that is one of several things on a host, below a path like `/lab`."""

from mdjourney_gateway.arrival import AsgiApp, Receive, Scope, Send


class BelowPrefix:
    """Takes the prefix off every address before anything else sees it.

    An address without it is served alike: some reverse proxies take the prefix off themselves, and probes on the same
    machine know of none. The bare prefix is sent on to where the app begins.
    """

    def __init__(self, app: AsgiApp, prefix: str) -> None:
        self._app = app
        self._prefix = prefix.encode("ascii")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one scope."""
        raw: bytes = scope.get("raw_path") or b""
        if raw == self._prefix and scope["type"] == "http":
            await _send_on(send, self._prefix + b"/")
            return
        if raw.startswith(self._prefix + b"/"):
            length = len(self._prefix)
            scope = {**scope, "path": scope["path"][length:], "raw_path": raw[length:]}
        await self._app(scope, receive, send)


async def _send_on(send: Send, where: bytes) -> None:
    headers = [(b"location", where), (b"content-length", b"0"), (b"x-content-type-options", b"nosniff")]
    await send({"type": "http.response.start", "status": 308, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
