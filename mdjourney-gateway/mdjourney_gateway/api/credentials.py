"""The devices on which a person is signed in, and their API tokens."""

from dataclasses import asdict
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from mdjourney_contract.clock import rfc3339
from mdjourney_contract.problems import NotAllowed, NotFound
from mdjourney_gateway.accounts import Callers, SignIns, Tokens
from mdjourney_gateway.accounts.tokens import Token
from mdjourney_gateway.api.answers import Json
from mdjourney_gateway.api.models import ApiTokens, Devices, MadeToken
from mdjourney_gateway.api.parameters import SignInId, TokenId
from mdjourney_gateway.api.reading import Body, Person, json_body
from mdjourney_gateway.api.shapes import takes
from mdjourney_gateway.audit import Audit
from mdjourney_gateway.moments import moment
from mdjourney_gateway.routing import PrefixRouter


class NewToken(Body):
    """An API token to make."""

    name: Annotated[str, Field(examples=["microscope 2"])]
    scopes: Annotated[tuple[str, ...], Field(examples=[["read", "write"]])] = ("read",)
    days: Annotated[float, Field(examples=[90])] = 90


def credential_routes(sign_ins: SignIns, tokens: Tokens, callers: Callers, audit: Audit) -> APIRouter:
    """`/api/auth/sign-ins` and `/api/auth/tokens`"""
    router = PrefixRouter(prefix="/api/auth", tags=["auth"])

    @router.get("/sign-ins", response_model=Devices)
    def list_sign_ins(caller: Person) -> Response:
        """The devices on which the caller is signed in."""
        return Json(
            {"items": [_device(each, caller.credential) for each in sign_ins.of(caller.identity.user_id)]}
        )

    @router.delete("/sign-ins/{sign_in_id}", status_code=204)
    def end_sign_in(sign_in_id: SignInId, caller: Person) -> Response:
        """Sign a device out."""
        for each in sign_ins.of(caller.identity.user_id):
            if each.public_id == sign_in_id:
                sign_ins.end(each.id_hash)
                callers.forget()
                return Response(status_code=204)
        raise NotFound(f"no sign-in {sign_in_id!r}")

    @router.get("/tokens", response_model=ApiTokens)
    def list_tokens(caller: Person) -> Response:
        """The caller's API tokens, without their secrets."""
        return Json({"items": [shown_token(each) for each in tokens.of(caller.identity.user_id)]})

    @router.post("/tokens", response_model=MadeToken, status_code=201, openapi_extra=takes(NewToken))
    async def make_token(request: Request, caller: Person) -> Response:
        """Make an API token; its secret is shown in this answer and never again."""
        asked = await json_body(request, NewToken)
        if caller.via == "token":
            raise NotAllowed("a token cannot make tokens: sign in")
        user_id = caller.identity.user_id

        def make() -> tuple[str, Token]:
            secret, made = tokens.make(user_id, asked.name, asked.scopes, asked.days)
            audit.note("token-made", actor=user_id, subject=made.token_id, scopes=made.scopes)
            return secret, made

        secret, made = await anyio.to_thread.run_sync(make)
        return Json({**shown_token(made), "token": secret}, status_code=201)

    @router.delete("/tokens/{token_id}", status_code=204)
    def delete_token(token_id: TokenId, caller: Person) -> Response:
        """Make a token worthless."""
        tokens.delete(caller.identity.user_id, token_id)
        audit.note("token-deleted", actor=caller.identity.user_id, subject=token_id)
        callers.forget()
        return Response(status_code=204)

    return router


def shown_token(token: Token) -> dict[str, Any]:
    """A token as people see it, without its secret."""
    return _dated(asdict(token))


def _dated(values: dict[str, Any]) -> dict[str, Any]:
    return {k: rfc3339(moment(v)) if k.endswith("_at") else v for k, v in values.items()}


def _device(each: Any, own: str) -> dict[str, Any]:
    shown = {
        "sign_in_id": each.public_id,
        "created_at": each.created_at,
        "seen_at": each.seen_at,
        "address": each.address,
        "agent": each.agent,
        "current": each.id_hash == own,
    }
    return _dated(shown)
