"""People of the platform, for admins."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

import anyio.to_thread
from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from mdjourney_contract.clock import rfc3339
from mdjourney_gateway.accounts import Account, Accounts, Callers, Links, Tokens
from mdjourney_gateway.api.answers import Json
from mdjourney_gateway.api.credentials import shown_token
from mdjourney_gateway.api.models import ApiTokens, ChangedUser, Link, MadeUser, Users
from mdjourney_gateway.api.parameters import TokenId, UserName
from mdjourney_gateway.api.reading import Admin, Body, json_body
from mdjourney_gateway.api.refusals import also
from mdjourney_gateway.api.shapes import takes
from mdjourney_gateway.api.shutting_out import Changed, change_account
from mdjourney_gateway.audit import Audit
from mdjourney_gateway.metadata_store import MetadataStore
from mdjourney_gateway.moments import moment
from mdjourney_gateway.routing import PrefixRouter
from mdjourney_gateway.sessions import Sessions

FullName = Annotated[str | None, Field(examples=["Grace Hopper"])]
Email = Annotated[str | None, Field(examples=["grace@example.org"])]


class NewUser(Body):
    """An account to make; without a password the answer has a one-time login link."""

    username: Annotated[str, Field(examples=["grace"])]
    password: Annotated[str | None, Field(examples=[None])] = None
    name: FullName = None
    email: Email = None
    role: Annotated[Literal["admin", "researcher", "reader"], Field(examples=["researcher"])] = "researcher"


class UserChange(Body):
    """What to change; what is absent stays."""

    password: Annotated[str | None, Field(examples=["correct horse battery"])] = None
    name: FullName = None
    email: Email = None
    role: Literal["admin", "researcher", "reader"] | None = None
    disabled: bool | None = None
    force: bool = Field(
        default=False,
        description="Also when projects are left without an admin who can act.",
        examples=[False],
    )


def user_routes(
    accounts: Accounts,
    store: MetadataStore,
    links: Links,
    tokens: Tokens,
    callers: Callers,
    sessions: Sessions,
    audit: Audit,
) -> APIRouter:
    """`/api/users`"""
    router = PrefixRouter(prefix="/api/users", tags=["users"])

    @router.get("", response_model=Users)
    def list_users(_admin: Admin) -> Response:
        """Every account."""
        return Json({"items": [_shown(each) for each in accounts.all()]})

    @router.post(
        "", response_model=MadeUser, status_code=201, responses=also(409), openapi_extra=takes(NewUser)
    )
    async def add_user(request: Request, admin: Admin) -> Response:
        """Make an account; `login_link` is there when no password was given."""
        asked = await json_body(request, NewUser)

        def add() -> dict[str, Any]:
            made = accounts.add(
                asked.username, role=asked.role, password=asked.password, name=asked.name, email=asked.email
            )
            audit.note("account-made", actor=admin.identity.user_id, subject=made.user_id, role=made.role)
            link = None if asked.password else "/login?token=" + links.make("login", made.user_id)
            return {**_shown(made), "login_link": link}

        return Json(await anyio.to_thread.run_sync(add), status_code=201)

    @router.patch(
        "/{user_id}", response_model=ChangedUser, responses=also(409), openapi_extra=takes(UserChange)
    )
    async def change_user(user_id: UserName, request: Request, admin: Admin) -> Response:
        """Change an account; a new role or password, or disabling it, ends its sign-ins.

        409 with `projects` where it would leave projects without an admin who can act, unless `force` is true. While the
        metadata store is away that cannot be seen: the account is changed, and `not_checked` says why.
        """
        asked = (await json_body(request, UserChange)).model_dump(exclude_unset=True)
        force = asked.pop("force", False)
        changes = {k: v for k, v in asked.items() if v is not None or k in ("name", "email")}

        def change() -> Changed:
            before = accounts.get(user_id)
            done = change_account(accounts, store, user_id, changes, force=force)
            told: dict[str, Any] = {
                k: f"{getattr(before, k)} -> {getattr(done.account, k)}"
                for k in ("role", "disabled")
                if k in changes
            }
            if done.left:
                told["left_without_admin"] = [each["project_id"] for each in done.left]
            actor = admin.identity.user_id
            audit.note("account-changed", actor=actor, subject=user_id, changed=sorted(changes), **told)
            return done

        done = await anyio.to_thread.run_sync(change)
        callers.forget()
        if done.account.disabled:
            await sessions.person_left(user_id)
        more = {"projects_without_admin": done.left, "not_checked": done.not_checked}
        return Json({**_shown(done.account), **more})

    @router.post("/{user_id}/login-link", response_model=Link, status_code=201)
    def login_link(user_id: UserName, admin: Admin) -> Response:
        """A one-time link that signs the person in, for a first visit or a forgotten password."""
        accounts.get(user_id)
        audit.note("login-link-made", actor=admin.identity.user_id, subject=user_id)
        return Json({"login_link": "/login?token=" + links.make("login", user_id)}, status_code=201)

    @router.get("/{user_id}/tokens", response_model=ApiTokens)
    def list_tokens(user_id: UserName, _admin: Admin) -> Response:
        """Somebody's API tokens, without their secrets."""
        return Json({"items": [shown_token(each) for each in tokens.of(accounts.get(user_id).user_id)]})

    @router.delete("/{user_id}/tokens/{token_id}", status_code=204)
    def delete_token(user_id: UserName, token_id: TokenId, admin: Admin) -> Response:
        """Make a token of somebody worthless: of an instrument that was lost, or a secret that came out."""
        tokens.delete(user_id, token_id)
        audit.note("token-deleted", actor=admin.identity.user_id, subject=token_id, of=user_id)
        callers.forget()
        return Response(status_code=204)

    return router


def _shown(account: Account) -> dict[str, Any]:
    return {**asdict(account), "created_at": rfc3339(moment(account.created_at))}
