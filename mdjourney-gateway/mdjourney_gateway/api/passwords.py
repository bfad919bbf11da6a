"""One's own password: whether there is one, and giving oneself another."""

from functools import partial
from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from mdjourney_contract.problems import BadRequest, Invalid
from mdjourney_gateway.accounts import Accounts, Callers, Slowdown
from mdjourney_gateway.api.answers import Json
from mdjourney_gateway.api.reading import Body, TheArrival, json_body
from mdjourney_gateway.api.refusals import also
from mdjourney_gateway.api.shapes import Answer, takes
from mdjourney_gateway.audit import Audit
from mdjourney_gateway.routing import PrefixRouter


class NewPassword(Body):
    """A password to sign in with from now on."""

    password: Annotated[str, Field(max_length=2000, examples=["correct horse battery"])]
    old_password: Annotated[
        str | None,
        Field(
            None, max_length=2000, description="The present one, where there is one.", examples=["swordfish"]
        ),
    ]


class HasPassword(Answer):
    """Whether the person has a password."""

    has_password: Annotated[bool, Field(examples=[True])]


def password_routes(accounts: Accounts, callers: Callers, slowdown: Slowdown, audit: Audit) -> APIRouter:
    """`/api/auth/password`"""
    router = PrefixRouter(prefix="/api/auth/password", tags=["auth"])

    @router.get("", response_model=HasPassword)
    async def has_password(arrival: TheArrival) -> Response:
        """Whether the caller has a password, or came by a one-time link."""
        if arrival.person.via == "proxy":
            return Json({"has_password": False})
        account = await anyio.to_thread.run_sync(accounts.get, arrival.person.identity.user_id)
        return Json({"has_password": account.has_password})

    @router.post("", status_code=204, responses=also(429), openapi_extra=takes(NewPassword))
    async def set_password(request: Request, arrival: TheArrival) -> Response:
        """Give oneself another password; every device is signed out, this one too."""
        asked = await json_body(request, NewPassword)
        caller = arrival.person
        if caller.via != "cookie":
            raise BadRequest("sign in with a browser to set your password")
        user_id = caller.identity.user_id
        slowdown.admit(arrival.address)
        if not await anyio.to_thread.run_sync(_is_theirs, accounts, user_id, asked.old_password):
            await slowdown.failed(user_id, arrival.address)
            message = "the present password is not right"
            raise Invalid(
                message, errors=[{"pointer": "/old_password", "key": "old_password", "message": message}]
            )
        await anyio.to_thread.run_sync(accounts.change, user_id, {"password": asked.password})
        await anyio.to_thread.run_sync(partial(audit.note, "password-set", actor=user_id, subject=user_id))
        callers.forget()
        return Response(status_code=204)

    return router


def _is_theirs(accounts: Accounts, user_id: str, old: str | None) -> bool:
    """Whether they know the present password; who has none came by a link that only they had."""
    if not accounts.get(user_id).has_password:
        return True
    return old is not None and accounts.verify(user_id, old) is not None
