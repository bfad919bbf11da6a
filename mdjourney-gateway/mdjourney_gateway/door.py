"""The one way in: every scope passes here, is given an id, and is let through or turned away. Default deny."""

import hmac
import logging
import re
import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from http.cookies import CookieError, SimpleCookie
from secrets import token_hex
from typing import Any

import anyio.to_thread

from mdjourney_contract.problems import (
    BadRequest,
    MDJourneyError,
    NotAllowed,
    NotFound,
    NotSignedIn,
    TooLarge,
)
from mdjourney_gateway.accounts import Caller, Callers, TrustedProxies
from mdjourney_gateway.arrival import Arrival, AsgiApp, Message, Receive, Scope, Send
from mdjourney_gateway.logs import AccessLog
from mdjourney_gateway.problems import send_problem
from mdjourney_gateway.proxy import Proxy
from mdjourney_gateway.settings import LOCAL_HOSTS

log = logging.getLogger(__name__)

SAFE = frozenset(("GET", "HEAD", "OPTIONS"))
#: Everything below /api needs a sign-in but these; outside it only files of the web app and three probes are served.
PUBLIC_API = frozenset((("POST", "/api/auth/login"), ("POST", "/api/auth/setup")))
PRIVATE_PAGES = frozenset(("/metrics", "/docs", "/openapi.json", "/redoc"))

COOKIE, HOST_COOKIE = "mdj", "__Host-mdj"
BODY_LIMIT = 10 * 1024 * 1024
_UPLOAD = re.compile(r"/api/v1/datasets/[^/]+/upload/")

API_POLICY = b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"
PAGE_POLICY = (
    b"default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    b"font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    b"frame-ancestors 'none'"
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


class Door:
    """The outermost ASGI application."""

    def __init__(
        self,
        app: AsgiApp,
        proxy: Proxy,
        callers: Callers,
        hosts: Iterable[str],
        observe: Callable[[str, int, float], None],
        trusted: TrustedProxies | None = None,
    ) -> None:
        self._app = app
        self._proxy = proxy
        self._callers = callers
        self._hosts = frozenset(hosts)
        self._observe = observe
        self._trusted = trusted
        self._note = AccessLog().note

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one scope."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = token_hex(16)
        answer = _Answer(send, scope["path"], request_id)
        began = time.perf_counter()
        try:
            scope["mdjourney"] = arrival = await self._admit(scope, request_id)
            limited = _Limited(scope, receive)
            app = self._proxy if _is_proxied(scope) else self._app
            await app(scope, limited.receive, answer.send)
            who = "-" if arrival.caller is None else arrival.caller.identity.user_id
        except MDJourneyError as error:
            who = "?"
            if answer.status:
                log.warning("request %s broke off: %s", request_id, error.detail)
                return  # the server closes the connection: the client sees that the answer is not whole
            await send_problem(answer.send, error, request_id, head=scope["method"] == "HEAD")
        except Exception:  # the edge: whatever broke is logged in full and shown as no more than an id
            log.exception("request %s failed", request_id)
            if answer.status:
                return
            who = "?"
            problem = MDJourneyError(f"the gateway's log tells more under {request_id}")
            await send_problem(answer.send, problem, request_id)
        seconds = time.perf_counter() - began
        self._observe(scope["method"], answer.status, seconds)
        self._note(f"{scope['method']} {scope['path']} {answer.status}", request_id, who, seconds)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Whoever knocks is checked like anybody, must say whose page asks, and reaches a backend or nothing."""
        request_id = token_hex(16)
        scope["method"] = "WEBSOCKET"
        try:
            scope["mdjourney"] = await self._admit(scope, request_id)
            if not _is_proxied(scope):
                raise NotFound("no WebSocket there")
            await self._proxy.websocket(scope, receive, send)
        except MDJourneyError as error:
            log.info("websocket %s refused: %s", request_id, error.detail)
            await receive()
            await send({"type": "websocket.close", "code": 1008})

    async def _admit(self, scope: Scope, request_id: str) -> Arrival:
        headers = _Headers(scope["headers"])
        host = _host_of(headers)
        name = _without_port(host)
        if name not in self._hosts:
            raise BadRequest(
                f"this gateway is not called {name!r}: the operator can allow it with allowed_hosts"
            )
        local = name in LOCAL_HOSTS
        method, path = scope["method"], scope["path"]
        client = scope.get("client")
        address = client[0] if client else "unknown"
        caller = await self._caller(self._credential(headers, local) or self._named(scope, address))
        if caller is None and not _is_public(method, path):
            raise NotSignedIn("sign in first")
        if method not in SAFE:
            _refuse_foreign(headers, host, method)
            if caller is not None and (method, path) not in PUBLIC_API:
                _check_csrf(caller, headers, method)
        return Arrival(request_id, caller, address, local)

    def _named(self, scope: Scope, address: str) -> str | None:
        """Whom a trusted proxy has signed in; anybody else's word for it is not even passed on."""
        if self._trusted is None:
            return None
        wanted = self._trusted.header
        named = [value.decode("latin-1").strip() for name, value in scope["headers"] if name == wanted]
        scope["headers"] = [pair for pair in scope["headers"] if pair[0] != wanted]
        if not named or not self._trusted.believes(address):
            return None
        if len(named) > 1:
            raise BadRequest(f"several {wanted.decode()} headers")
        return self._callers.key_of_name(named[0])

    async def _caller(self, key: str | None) -> Caller | None:
        if key is None:
            return None
        remembered = self._callers.remembered(key)
        if remembered is not None:
            return remembered
        return await anyio.to_thread.run_sync(self._callers.look_up, key)

    def _credential(self, headers: "_Headers", local: bool) -> str | None:
        authorization = headers.one(b"authorization")
        if authorization is not None:
            scheme, _, secret = authorization.partition(" ")
            return self._callers.key_of_token(secret.strip()) if scheme.lower() == "bearer" else None
        cookie = _cookie(headers, COOKIE if local else HOST_COOKIE)
        return None if cookie is None else self._callers.key_of_cookie(cookie)


_ONCE = frozenset((b"host", b"authorization", b"origin", b"sec-fetch-site", b"x-csrf-token"))


class _Headers:
    """The headers of one scope that the door looks at; one that may stand once and stands twice is refused."""

    __slots__ = ("_once", "cookies")

    def __init__(self, raw: Iterable[tuple[bytes, bytes]]) -> None:
        once: dict[bytes, str] = {}
        self.cookies: list[str] = []
        for name, value in raw:
            if name in _ONCE:
                if name in once:
                    raise BadRequest(f"several {name.decode()} headers")
                once[name] = value.decode("latin-1")
            elif name == b"cookie":
                self.cookies.append(value.decode("latin-1"))
        self._once = once

    def one(self, wanted: bytes) -> str | None:
        return self._once.get(wanted)


class _Answer:
    """Adds the headers every answer carries, and remembers the status."""

    __slots__ = ("_path", "_request_id", "_send", "status")

    def __init__(self, send: Send, path: str, request_id: str) -> None:
        self._send = send
        self._path = path
        self._request_id = request_id
        self.status = 0

    async def send(self, message: Message) -> None:
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


class _Limited:
    """Refuses bodies above the limit, said or unsaid; uploads of data files are let through."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._receive = receive
        self._taken = 0
        upload = scope["method"] == "PUT" and _UPLOAD.match(scope["path"]) is not None
        self.receive: Receive = receive if upload else self._counted
        if not upload:
            for name, value in scope["headers"]:
                if name == b"content-length" and value.isdigit() and int(value) > BODY_LIMIT:
                    raise TooLarge(f"the body may have {BODY_LIMIT} bytes at most")

    async def _counted(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._taken += len(message.get("body", b""))
            if self._taken > BODY_LIMIT:
                raise TooLarge(f"the body may have {BODY_LIMIT} bytes at most")
        return message


def _is_proxied(scope: Scope) -> bool:
    raw: Any = scope.get("raw_path") or b""
    return bool(raw.startswith(b"/api/v1/"))


def _is_public(method: str, path: str) -> bool:
    if path == "/api" or path.startswith("/api/"):
        return (method, path) in PUBLIC_API
    return method in ("GET", "HEAD") and path not in PRIVATE_PAGES


def _host_of(headers: _Headers) -> str:
    host = headers.one(b"host")
    if not host:
        raise BadRequest("the request has no Host header")
    return host.lower()


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].rstrip(".")


def _refuse_foreign(headers: _Headers, host: str, method: str) -> None:
    """A browser names the page that asks; a script names none and needs a token or the CSRF token instead."""
    origin = headers.one(b"origin")
    if origin is None:
        if method == "WEBSOCKET":
            raise NotAllowed("the request has no Origin")
        if (headers.one(b"sec-fetch-site") or "same-origin") not in ("same-origin", "none"):
            raise NotAllowed("the request comes from another site")
        return
    scheme, separator, place = origin.lower().partition("://")
    if not separator or scheme not in ("http", "https") or place != host:
        raise NotAllowed("the request comes from another origin")


def _check_csrf(caller: Caller, headers: _Headers, method: str) -> None:
    if not caller.may_write and method != "WEBSOCKET":
        raise NotAllowed("this token may only read")
    if caller.csrf_token is None or method == "WEBSOCKET":
        return
    given = headers.one(b"x-csrf-token") or ""
    if not hmac.compare_digest(given.encode("latin-1"), caller.csrf_token.encode()):
        raise NotAllowed("the X-CSRF-Token header is missing or wrong")


def _cookie(headers: _Headers, name: str) -> str | None:
    for line in headers.cookies:
        found = _cookie_in(line, name)
        if found is not None:
            return found
    return None


@lru_cache(maxsize=1024)
def _cookie_in(line: str, name: str) -> str | None:
    """One cookie of a header; browsers send the same header again and again."""
    if name not in line:
        return None
    try:
        found = SimpleCookie(line).get(name)
    except CookieError:
        return None
    return None if found is None else found.value
