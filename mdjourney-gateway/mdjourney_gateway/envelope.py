"""What every answer carries, and how large a body may be."""

import asyncio
import re
from collections.abc import Iterable
from typing import Final

from mdjourney_contract.problems import MDJourneyError, TooLarge
from mdjourney_gateway.arrival import Message, Receive, Scope, Send

BODY_LIMIT: Final = 10 * 1024 * 1024
#: Longer than a backend waits for an upload's next piece, so that it can end the upload in order.
SILENCE_SECONDS: Final = 75.0
PRIVATE_PAGES: Final = frozenset(("/metrics", "/docs", "/openapi.json", "/redoc"))
GIB: Final = 1 << 30
#: More digits than any size has are not turned into a number.
_DIGITS: Final = 30
_ENDS: Final = re.compile(rb"([-/])([0-9]+)")
_UPLOAD: Final = re.compile(r"/api/v1/datasets/[^/]+/upload/")

API_POLICY: Final = (
    b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"
)
#: Styles of the web app are in constructed sheets, which need no word here (decision 0041).
PAGE_POLICY: Final = (
    b"default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; "
    b"connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)
_ON_API = (*_ALWAYS, (b"content-security-policy", API_POLICY))
_ON_PAGES = (*_ALWAYS, (b"content-security-policy", PAGE_POLICY))


class TooSlow(MDJourneyError):
    """A body that stopped coming."""

    status, title = 408, "The request did not come to its end"


class Answer:
    """Adds the headers every answer carries, and remembers the status."""

    __slots__ = ("_path", "_request_id", "_send", "status")

    def __init__(self, send: Send, path: str, request_id: str) -> None:
        self._send = send
        self._path = path
        self._request_id = request_id
        self.status = 0

    async def send(self, message: Message) -> None:
        """Pass a message of the application on."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers: list[tuple[bytes, bytes]] = list(message.get("headers", ()))
            api = self._path.startswith("/api/") or self._path in PRIVATE_PAGES
            headers += _ON_API if api else _ON_PAGES
            headers.append((b"x-request-id", self._request_id.encode()))
            if api and not any(name == b"cache-control" for name, _ in headers):
                headers.append((b"cache-control", b"no-store"))
            message = {**message, "headers": headers}
        await self._send(message)


def is_upload(scope: Scope) -> bool:
    """Whether a request brings a data file: these bodies have a limit of their own."""
    return scope["method"] == "PUT" and _UPLOAD.match(scope["path"]) is not None


class Limited:
    """Refuses bodies above the limit, said or unsaid, and waits for no body that stopped coming.

    Args:
        upload_limit: how many bytes a data file may have, in one piece or in ranges; other bodies have `BODY_LIMIT`.

    Raises:
        TooLarge: the request says already that its body is.
    """

    def __init__(self, scope: Scope, receive: Receive, upload_limit: int) -> None:
        self._receive = receive
        self._taken = 0
        self._whole = False
        self._upload = is_upload(scope)
        self._limit = upload_limit if self._upload else BODY_LIMIT
        if _announced(scope["headers"], ranges=self._upload) > self._limit:
            raise self._too_large()

    async def receive(self) -> Message:
        """The next piece of the body, or that the client left.

        Raises:
            TooLarge: the body grew above the limit.
            TooSlow: nothing came for a long time.
        """
        if self._whole:
            return await self._receive()
        try:
            async with asyncio.timeout(SILENCE_SECONDS):
                message = await self._receive()
        except TimeoutError:
            raise TooSlow(f"nothing of the body came for {SILENCE_SECONDS:g} s") from None
        self._whole = not message.get("more_body", False)
        self._taken += len(message.get("body", b""))
        if self._taken > self._limit:
            raise self._too_large()
        return message

    def _too_large(self) -> TooLarge:
        if self._upload:
            gib = f"{self._limit / GIB:.3g} GiB"
            return TooLarge(f"a file may have {gib} at most here; the operator's setting is max_upload_gib")
        return TooLarge(f"the body may have {BODY_LIMIT} bytes at most")


def _announced(headers: Iterable[tuple[bytes, bytes]], *, ranges: bool) -> int:
    """The most bytes the headers speak of: of this body, and of the file whose range it is."""
    most = 0
    for name, value in headers:
        if name == b"content-length" and value.isdigit():
            most = max(most, int(value[:_DIGITS]))
        elif ranges and name == b"content-range":
            for before, number in _ENDS.findall(value):  # the last byte counts from zero, the total from one
                most = max(most, int(number[:_DIGITS]) + (before == b"-"))
    return most
