"""The one way in: every scope passes here, is given an id, and is let through or turned away. Default deny."""

import logging
import time
from collections.abc import Callable, Iterable
from secrets import token_hex
from typing import Any

import anyio.to_thread

from mdjourney_contract import tracing
from mdjourney_contract.problems import BadRequest, MDJourneyError, NotFound, NotSignedIn
from mdjourney_gateway.accounts import Caller, Callers, TrustedProxies
from mdjourney_gateway.admission import SAFE, CookiePlace, Headers, check_csrf, refuse_foreign, without_port
from mdjourney_gateway.arrival import Arrival, AsgiApp, Receive, Scope, Send
from mdjourney_gateway.envelope import PRIVATE_PAGES, Answer, Limited
from mdjourney_gateway.logs import AccessLog
from mdjourney_gateway.problems import send_problem
from mdjourney_gateway.proxy import Proxy
from mdjourney_gateway.settings import LOCAL_HOSTS

log = logging.getLogger(__name__)

#: Everything below /api needs a sign-in but these; outside it only files of the web app and three probes are served.
PUBLIC_API = frozenset((("POST", "/api/auth/login"), ("POST", "/api/auth/setup")))


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
        cookies: CookiePlace | None = None,
        *,
        upload_limit: int,
    ) -> None:
        self._app = app
        self._proxy = proxy
        self._callers = callers
        self._hosts = frozenset(hosts)
        self._observe = observe
        self._trusted = trusted
        self._upload_limit = upload_limit
        self._note = AccessLog().note
        cookies = cookies or CookiePlace()
        self._local_cookie, self._cookie = cookies.name(local=True), cookies.name(local=False)

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
        tracing.request_id.set(request_id)
        answer = Answer(send, scope["path"], request_id)
        who = "?"
        began = time.perf_counter()
        try:
            scope["mdjourney"] = arrival = await self._admit(scope, request_id)
            limited = Limited(scope, receive, self._upload_limit)
            app = self._proxy if _is_proxied(scope) else self._app
            await app(scope, limited.receive, answer.send)
            who = "-" if arrival.caller is None else arrival.caller.identity.user_id
        except MDJourneyError as error:
            if answer.status:
                # the server closes the connection: the client sees that the answer is not whole
                log.warning("request %s broke off: %s", request_id, error.detail)
            else:
                await send_problem(answer.send, error, request_id, head=scope["method"] == "HEAD")
        except Exception:  # the edge: whatever broke is logged in full and shown as no more than an id
            log.exception("request %s failed", request_id)
            if not answer.status:
                problem = MDJourneyError(f"the gateway's log tells more under {request_id}")
                await send_problem(answer.send, problem, request_id)
        seconds = time.perf_counter() - began
        self._observe(scope["method"], answer.status, seconds)
        self._note(f"{scope['method']} {scope['path']} {answer.status}", request_id, who, seconds)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Whoever knocks is checked like anybody, must say whose page asks, and reaches a backend or nothing."""
        request_id = token_hex(16)
        tracing.request_id.set(request_id)
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
        headers = Headers(scope["headers"])
        host = headers.host()
        name = without_port(host)
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
            refuse_foreign(headers, host, method)
            if caller is not None and (method, path) not in PUBLIC_API:
                check_csrf(caller, headers, method)
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

    def _credential(self, headers: Headers, local: bool) -> str | None:
        authorization = headers.one(b"authorization")
        if authorization is not None:
            scheme, _, secret = authorization.partition(" ")
            return self._callers.key_of_token(secret.strip()) if scheme.lower() == "bearer" else None
        cookie = headers.cookie(self._local_cookie if local else self._cookie)
        return None if cookie is None else self._callers.key_of_cookie(cookie)


def _is_proxied(scope: Scope) -> bool:
    raw: Any = scope.get("raw_path") or b""
    return bool(raw.startswith(b"/api/v1/"))


def _is_public(method: str, path: str) -> bool:
    if path == "/api" or path.startswith("/api/"):
        return (method, path) in PUBLIC_API
    return method in ("GET", "HEAD") and path not in PRIVATE_PAGES
