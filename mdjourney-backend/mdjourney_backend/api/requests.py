"""What endpoints take from a request: the backend, the person, strict JSON bodies, preconditions."""

from typing import Annotated, Any

from fastapi import Depends, Request

from mdjourney_backend.api import parameters as by
from mdjourney_backend.assembly import Backend
from mdjourney_backend.documents import parse
from mdjourney_contract.people import Identity
from mdjourney_contract.problems import BadRequest, PreconditionRequired, TooLarge

MAX_BODY = 10 * 1024 * 1024


def backend_of(request: Request) -> Backend:
    """The backend a request is for."""
    found: Backend = request.scope["state"]["backend"]
    return found


# Coroutines, although they wait for nothing: a dependency that is a plain function is called in a thread.


async def _backend(request: Request) -> Backend:
    return backend_of(request)


async def _actor(request: Request) -> Identity:
    found: Identity = request.scope["state"]["actor"]
    return found


async def read_body(request: Request) -> bytes:
    """The body as it came.

    Raises:
        TooLarge: it has more than 10 MiB.
    """
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > MAX_BODY:
            raise TooLarge(f"a body may have {MAX_BODY} bytes")
    return bytes(raw)


async def _body(request: Request) -> Any:
    """The JSON body, read strictly; None for an empty one."""
    raw = await read_body(request)
    return parse(raw) if raw.strip() else None


async def _object(body: Annotated[Any, Depends(_body)]) -> dict[str, Any]:
    if body is None:
        return {}
    if not isinstance(body, dict):
        raise BadRequest("The body must be a JSON object")
    return body


async def _if_match(if_match: by.IfMatch = None) -> str:
    if if_match is None:
        raise PreconditionRequired("Send the ETag you edited as If-Match")
    return if_match


BackendOf = Annotated[Backend, Depends(_backend)]
Actor = Annotated[Identity, Depends(_actor)]
Body = Annotated[dict[str, Any], Depends(_object)]
IfMatch = Annotated[str, Depends(_if_match)]


def member(body: dict[str, Any], key: str, kind: type, default: Any = ...) -> Any:
    """A typed member of a request body.

    Raises:
        BadRequest: missing without a default, or of another type.
    """
    if key not in body and default is not ...:
        return default
    value = body.get(key)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        needed = {
            str: "text",
            list: "a list",
            dict: "an object",
            int: "a whole number",
            bool: "true or false",
        }
        message = f"{key} must be {needed.get(kind, kind.__name__)}"
        raise BadRequest(message, errors=[{"key": key, "pointer": f"/{key}", "message": message}])
    return value
