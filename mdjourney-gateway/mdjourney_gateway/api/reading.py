"""Reads what a request carries: its arrival, JSON into a model, YAML out of any accepted wrapping."""

from typing import Annotated, TypeVar

import orjson
from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.datastructures import UploadFile

from mdjourney_contract.problems import BadRequest, Invalid, NotAllowed, TooLarge
from mdjourney_contract.strict_yaml import MAX_BYTES
from mdjourney_gateway.accounts import Caller
from mdjourney_gateway.arrival import Arrival

YAML_TYPES = ("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml", "text/plain")


class Body(BaseModel):
    """A request body: unknown members are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


_B = TypeVar("_B", bound=Body)


def caller_of(request: Request) -> Caller:
    """Who is behind a request.

    Raises:
        NotSignedIn: nobody is.
    """
    arrival: Arrival = request.scope["mdjourney"]
    return arrival.person


# Coroutines, although they wait for nothing: a dependency that is a plain function is called in a thread.


async def _arrival(request: Request) -> Arrival:
    found: Arrival = request.scope["mdjourney"]
    return found


async def _person(request: Request) -> Caller:
    return caller_of(request)


async def _admin(request: Request) -> Caller:
    caller = caller_of(request)
    if not caller.is_admin:
        raise NotAllowed("only an admin may do that")
    return caller


TheArrival = Annotated[Arrival, Depends(_arrival)]
Person = Annotated[Caller, Depends(_person)]
Admin = Annotated[Caller, Depends(_admin)]


async def json_body(request: Request, model: type[_B]) -> _B:
    """The body as a model.

    Raises:
        BadRequest: not JSON.
        Invalid: not what the model wants; an error per member, with its pointer.
    """
    try:
        content = orjson.loads(await request.body())
    except orjson.JSONDecodeError as exc:
        raise BadRequest(f"the body is not JSON: {exc}") from None
    try:
        return model.model_validate(content)
    except ValidationError as exc:
        errors = [
            {"pointer": "/" + "/".join(str(part) for part in e["loc"]), "message": e["msg"]}
            for e in exc.errors()
        ]
    raise Invalid("; ".join(f"{e['pointer']}: {e['message']}" for e in errors), errors=errors)


def content_type(request: Request) -> str:
    """The media type, without parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def yaml_body(request: Request) -> bytes:
    """The YAML of a request: the body itself, or the file or field `config` of a form.

    Raises:
        BadRequest: neither.
        TooLarge: above 64 KiB.
    """
    kind = content_type(request)
    if kind in YAML_TYPES or not kind:
        return _small(await request.body())
    if kind != "multipart/form-data":
        raise BadRequest("send the config as application/yaml, or as the file `config` of a form")
    async with request.form(max_files=1, max_fields=4, max_part_size=MAX_BYTES + 1) as form:
        given = form.get("config")
        if isinstance(given, UploadFile):
            return _small(await given.read(MAX_BYTES + 1))
        if isinstance(given, str):
            return _small(given.encode())
    raise BadRequest("the form has no file `config`")


def _small(content: bytes) -> bytes:
    if len(content) > MAX_BYTES:
        raise TooLarge(f"a session config has {MAX_BYTES} bytes at most")
    return content
