"""Signing in and out, and the first setup."""

from functools import partial
from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from mdjourney_contract.problems import BadRequest, Conflict, Invalid, NotAllowed, NotSignedIn
from mdjourney_gateway.accounts import Account, Accounts, Callers, Links, SignIns, Slowdown
from mdjourney_gateway.accounts.sign_ins import ABSOLUTE_SECONDS
from mdjourney_gateway.admission import CookiePlace
from mdjourney_gateway.api.answers import Json
from mdjourney_gateway.api.models import SignedIn
from mdjourney_gateway.api.reading import Body, Person, TheArrival, json_body
from mdjourney_gateway.api.refusals import also
from mdjourney_gateway.api.shapes import takes
from mdjourney_gateway.arrival import Arrival
from mdjourney_gateway.audit import Audit
from mdjourney_gateway.routing import PrefixRouter


class Login(Body):
    """A name and password, or the token of a one-time link."""

    username: str | None = Field(None, max_length=200, examples=["ada"])
    password: str | None = Field(None, max_length=2000, examples=["correct horse battery"])
    token: str | None = Field(None, max_length=200, examples=[None])


class Setup(Body):
    """The first account, with the token of the setup link."""

    token: str = Field(max_length=200, examples=["q0x4ZDhJm2o8"])
    username: Annotated[str, Field(examples=["ada"])]
    password: Annotated[str, Field(examples=["correct horse battery"])]
    name: Annotated[str | None, Field(examples=["Ada Lovelace"])] = None


def auth_routes(
    accounts: Accounts,
    sign_ins: SignIns,
    links: Links,
    callers: Callers,
    slowdown: Slowdown,
    audit: Audit,
    cookies: CookiePlace,
) -> APIRouter:
    """`/api/auth/...` but devices and tokens."""
    router = PrefixRouter(prefix="/api/auth", tags=["auth"])

    async def sign_in(request: Request, arrival: Arrival, account: Account) -> Response:
        def start() -> tuple[str, str]:
            if arrival.caller is not None and arrival.caller.via == "cookie":
                sign_ins.end(arrival.caller.credential)
            agent = request.headers.get("user-agent")
            cookie, started = sign_ins.start(account.user_id, arrival.address, agent)
            audit.note("sign-in", actor=account.user_id, address=arrival.address)
            return cookie, sign_ins.csrf_token(started.id_hash)

        cookie, csrf_token = await anyio.to_thread.run_sync(start)
        callers.forget()
        answer = Json({"user": account.identity.model_dump(), "csrf_token": csrf_token})
        _set_cookie(answer, arrival, cookies, cookie)
        return answer

    @router.post("/login", response_model=SignedIn, responses=also(401, 429), openapi_extra=takes(Login))
    async def login(request: Request, arrival: TheArrival) -> Response:
        """Sign in with `username` and `password`, or with the `token` of a one-time link."""
        asked = await json_body(request, Login)
        slowdown.admit(arrival.address)
        account = await anyio.to_thread.run_sync(_who, asked, accounts, links)
        if account is None:
            who = (asked.username or "-")[:64]
            await anyio.to_thread.run_sync(
                partial(audit.note, "sign-in-refused", actor=who, address=arrival.address)
            )
            await slowdown.failed(asked.username or "", arrival.address)
            raise NotSignedIn(
                "that name and password do not fit" if asked.token is None else "that link is used up"
            )
        slowdown.succeeded(account.user_id)
        return await sign_in(request, arrival, account)

    @router.post("/setup", response_model=SignedIn, responses=also(409, 429), openapi_extra=takes(Setup))
    async def setup(request: Request, arrival: TheArrival) -> Response:
        """Make the first account, an admin, with the token that `serve` printed."""
        asked = await json_body(request, Setup)
        slowdown.admit(arrival.address)

        account = await anyio.to_thread.run_sync(_first_admin, asked, accounts, links)
        if account is None:
            await slowdown.failed("", arrival.address)
            raise NotAllowed("that setup link is not good any more: start the gateway again for a new one")
        made = partial(
            audit.note, "account-made", actor=account.user_id, subject=account.user_id, role="admin"
        )
        await anyio.to_thread.run_sync(made)
        return await sign_in(request, arrival, account)

    @router.post("/logout", status_code=204)
    async def logout(arrival: TheArrival) -> Response:
        """End this sign-in; sessions and capture go on."""
        caller = arrival.person
        if caller.via != "cookie":
            who = (
                "a token signs nobody in: delete it"
                if caller.via == "token"
                else "the reverse proxy signs you in: sign out there"
            )
            raise BadRequest(who)
        await anyio.to_thread.run_sync(sign_ins.end, caller.credential)
        await anyio.to_thread.run_sync(partial(audit.note, "sign-out", actor=caller.identity.user_id))
        callers.forget()
        answer = Response(status_code=204)
        answer.delete_cookie(
            cookies.name(local=arrival.local),
            path=cookies.path,
            secure=not arrival.local,
            httponly=True,
            samesite="lax",
        )
        return answer

    @router.get("/me", response_model=SignedIn)
    def me(caller: Person) -> Response:
        """Who is signed in, and the CSRF token of the sign-in."""
        return Json({"user": caller.identity.model_dump(), "csrf_token": caller.csrf_token})

    return router


def _who(asked: Login, accounts: Accounts, links: Links) -> Account | None:
    if asked.token is not None:
        good, user_id = links.consume("login", asked.token)
        if not good or user_id is None:
            return None
        account = accounts.get(user_id)
        return None if account.disabled else account
    if asked.username is None or asked.password is None:
        raise BadRequest("give username and password, or the token of a link")
    return accounts.verify(asked.username, asked.password)


def _first_admin(asked: Setup, accounts: Accounts, links: Links) -> Account | None:
    if accounts.count():
        raise Conflict("there is an account already: sign in")
    if not links.consume("setup", asked.token)[0]:
        return None
    try:
        return accounts.add(asked.username, role="admin", password=asked.password, name=asked.name)
    except Invalid:
        links.restore("setup", asked.token)
        raise


def _set_cookie(answer: Response, arrival: Arrival, cookies: CookiePlace, value: str) -> None:
    answer.set_cookie(
        cookies.name(local=arrival.local),
        value,
        max_age=ABSOLUTE_SECONDS,
        path=cookies.path,
        secure=not arrival.local,
        httponly=True,
        samesite="lax",
    )
