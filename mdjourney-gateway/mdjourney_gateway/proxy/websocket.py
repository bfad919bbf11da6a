"""Carries a WebSocket to the caller's backend and back, message by message; `websockets` is loaded by the first one."""

import asyncio
import contextlib
import importlib.util
import logging
from typing import TYPE_CHECKING, Any

from mdjourney_contract.launch import REQUEST_ID_HEADER, SECRET_HEADER, USER_HEADER
from mdjourney_contract.problems import BadRequest
from mdjourney_gateway.arrival import Arrival, Receive, Scope, Send
from mdjourney_gateway.proxy.problems import BackendGone
from mdjourney_gateway.proxy.target import Target

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

log = logging.getLogger(__name__)

MOST_MESSAGE_BYTES = 1024 * 1024
OPEN_SECONDS = 10.0
#: Close codes an end may not send itself (RFC 6455 §7.4.1): the other end is told the nearest that it may.
_UNSENDABLE = frozenset((1004, 1005, 1006, 1015))


def can_carry() -> bool:
    """Whether the library that frames WebSockets is installed."""
    return importlib.util.find_spec("websockets") is not None


async def carry(scope: Scope, receive: Receive, send: Send, arrival: Arrival, target: Target) -> None:
    """Serve one WebSocket scope until either end closes.

    Raises:
        BackendGone: the backend does not take it.
        BadRequest: the address has characters that may not stand in it.
    """
    backend = await _open(scope, arrival, target)
    try:
        await receive()  # websocket.connect
        await send({"type": "websocket.accept", "subprotocol": backend.subprotocol})
        ways = [
            asyncio.create_task(_inwards(receive, backend)),
            asyncio.create_task(_outwards(backend, send)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            for result in await asyncio.gather(*ways, return_exceptions=True):
                if isinstance(result, Exception):
                    log.info("websocket %s broke off: %s", arrival.request_id, type(result).__name__)
    finally:
        with contextlib.suppress(OSError):
            await backend.close()


async def _open(scope: Scope, arrival: Arrival, target: Target) -> "ClientConnection":
    from websockets.asyncio.client import connect
    from websockets.exceptions import InvalidURI, WebSocketException

    class Straight(connect):
        """Goes nowhere else, whatever the backend answers."""

        def process_redirect(self, exc: Exception) -> Exception:
            return exc

    query = scope["query_string"]
    where = (scope["raw_path"] + (b"?" + query if query else b"")).decode("latin-1")
    try:
        return await Straight(
            f"ws://127.0.0.1:{target.port}{where}",
            additional_headers={
                SECRET_HEADER: target.secret,
                USER_HEADER: arrival.person.user_header.decode(),
                REQUEST_ID_HEADER: arrival.request_id,
            },
            subprotocols=scope.get("subprotocols") or None,
            compression=None,
            user_agent_header=None,
            proxy=None,
            open_timeout=OPEN_SECONDS,
            max_size=MOST_MESSAGE_BYTES,
        )
    except InvalidURI:
        raise BadRequest("the address has characters that may not stand in it") from None
    except (OSError, TimeoutError, WebSocketException) as exc:
        raise BackendGone(f"the backend takes no WebSocket there: {type(exc).__name__}") from exc


async def _inwards(receive: Receive, backend: "ClientConnection") -> None:
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            await backend.close(_sendable(message.get("code")))
            return
        text: Any = message.get("text")
        await backend.send(message["bytes"] if text is None else text)


async def _outwards(backend: "ClientConnection", send: Send) -> None:
    from websockets.exceptions import ConnectionClosed

    # Every code but 1000 and 1001 counts as an error here; it is passed on like any other.
    with contextlib.suppress(ConnectionClosed):
        async for data in backend:
            kind = "text" if isinstance(data, str) else "bytes"
            await send({"type": "websocket.send", kind: data})
    code, reason = _sendable(backend.close_code), backend.close_reason or ""
    await send({"type": "websocket.close", "code": code, "reason": reason})


def _sendable(code: int | None) -> int:
    return 1000 if code in (None, 1005) else 1011 if code in _UNSENDABLE else int(code or 1000)
