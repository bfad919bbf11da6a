"""Who may come in: one raw ASGI wrapper around everything, closed by default."""

import time
from collections.abc import Awaitable, Callable, MutableMapping
from hmac import compare_digest
from typing import Any
from urllib.parse import unquote

import orjson
from pydantic import ValidationError

from mdjourney_backend.assembly import Backend
from mdjourney_backend.permissions import Rights
from mdjourney_contract import tracing
from mdjourney_contract.launch import REQUEST_ID_HEADER, SECRET_HEADER, USER_HEADER
from mdjourney_contract.people import Identity
from mdjourney_contract.problems import PROBLEM_TYPE, MDJourneyError, NotAllowed, Unavailable

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Door:
    """Lets a request in when it carries the session's secret and a person who may do what it asks.

    People who are something to the tree come in: owner and members of its config, whoever has a role in one of its
    projects, platform admins, and platform readers to look. What they may do inside, `access` decides route by route.
    Backend, person, rights and request id stand in `scope["state"]` as `backend`, `actor`, `rights` and `request_id`.
    """

    def __init__(self, app: App, backend: Backend) -> None:
        self._app = app
        self._backend = backend
        self._secret = backend.launch.secret.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = {k: v for k, v in scope.get("headers", ()) if k.startswith(b"x-")}
        request_id = headers.get(REQUEST_ID_HEADER.encode(), b"").decode("latin-1")[:100]
        counted = self._counted(send)
        try:
            rights = self._admit(scope, headers)
        except MDJourneyError as exc:
            await _refuse(scope, counted, exc, request_id)
            return
        scope.setdefault("state", {}).update(
            backend=self._backend, actor=rights.actor, rights=rights, request_id=request_id
        )
        running = tracing.request_id.set(request_id)
        try:
            await self._app(scope, receive, counted)
        finally:
            tracing.request_id.reset(running)

    def _counted(self, send: Send) -> Send:
        """`send` that counts the request once its answer begins, and how long that took."""
        counters, began = self._backend.counters, time.perf_counter()

        async def counting(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                failed = int(message["status"] >= 500)
                seconds = time.perf_counter() - began
                counters.add(requests=1, request_seconds=seconds, requests_failed=failed)
            await send(message)

        return counting

    def _admit(self, scope: Scope, headers: dict[bytes, bytes]) -> Rights:
        if scope["type"] != "http":
            raise NotAllowed("Only plain HTTP is served here")
        if not compare_digest(headers.get(SECRET_HEADER.encode(), b""), self._secret):
            raise NotAllowed("This address is for the gateway only")
        actor = _identity(headers.get(USER_HEADER.encode(), b""))
        if self._backend.draining and scope["method"] not in _SAFE:
            raise Unavailable("The session is ending; start it again", retry_after=1)
        rights = self._backend.roles.rights(actor)
        reading = scope["method"] in _SAFE
        if rights.in_tree is None:
            raise NotAllowed(f"{actor.user_id} has no role in this tree; an admin of a project gives one")
        if rights.in_tree == "reader" and not reading:
            raise NotAllowed(f"{actor.user_id} is a reader: may look at this tree, not change it")
        return rights


def _identity(header: bytes) -> Identity:
    try:
        return Identity.model_validate_json(unquote(header.decode("latin-1")))
    except ValidationError:
        raise NotAllowed("The request names no person") from None


async def _refuse(scope: Scope, send: Send, exc: MDJourneyError, request_id: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    body = orjson.dumps(exc.body(request_id or None))
    headers = [(b"content-type", PROBLEM_TYPE.encode()), (b"content-length", str(len(body)).encode())]
    headers += [(k.lower().encode(), v.encode()) for k, v in exc.headers().items()]
    await send({"type": "http.response.start", "status": exc.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
