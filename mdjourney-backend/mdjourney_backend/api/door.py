"""Who may come in: one raw ASGI wrapper around everything, closed by default."""

from collections.abc import Awaitable, Callable, MutableMapping
from hmac import compare_digest
from typing import Any
from urllib.parse import unquote

import orjson
from pydantic import ValidationError

from mdjourney_contract.launch import REQUEST_ID_HEADER, SECRET_HEADER, USER_HEADER
from mdjourney_contract.people import SYSTEM, Identity
from mdjourney_contract.problems import PROBLEM_TYPE, MDJourneyError, NotAllowed, Unavailable

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Door:
    """Lets a request in when it carries the session's secret and a person who may do what it asks.

    Owner, members and platform admins may edit; platform readers and other backends of the tree may read. The
    person stands in `scope["state"]["actor"]`, the request id in `scope["state"]["request_id"]`.
    """

    def __init__(
        self,
        app: App,
        *,
        secret: str,
        owner: Identity,
        members: tuple[str, ...],
        draining: Callable[[], bool],
    ) -> None:
        self._app = app
        self._secret = secret.encode()
        self._owner = (owner.user_id, owner.domain)
        self._members = frozenset(members)
        self._draining = draining

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = {k: v for k, v in scope.get("headers", ()) if k.startswith(b"x-")}
        request_id = headers.get(REQUEST_ID_HEADER.encode(), b"").decode("latin-1")[:100]
        try:
            actor = self._admit(scope, headers)
        except MDJourneyError as exc:
            await _refuse(scope, send, exc, request_id)
            return
        scope.setdefault("state", {}).update(actor=actor, request_id=request_id)
        await self._app(scope, receive, send)

    def _admit(self, scope: Scope, headers: dict[bytes, bytes]) -> Identity:
        if scope["type"] != "http":
            raise NotAllowed("Only plain HTTP is served here")
        if not compare_digest(headers.get(SECRET_HEADER.encode(), b""), self._secret):
            raise NotAllowed("This address is for the gateway only")
        actor = _identity(headers.get(USER_HEADER.encode(), b""))
        if self._draining() and scope["method"] not in _SAFE:
            raise Unavailable("The session is ending; start it again", retry_after=1)
        if not self._may(actor, scope["method"] in _SAFE):
            raise NotAllowed(
                f"{actor.user_id} may not {'see' if scope['method'] in _SAFE else 'change'} this tree"
            )
        return actor

    def _may(self, actor: Identity, reading: bool) -> bool:
        if actor.domain == SYSTEM.domain:  # another backend of this tree, which checked the person itself
            return True
        if actor.role == "reader":
            return reading
        belongs = (actor.user_id, actor.domain) == self._owner or (
            actor.domain == "local" and actor.user_id in self._members
        )
        return belongs or actor.role == "admin"


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
