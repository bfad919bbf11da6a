"""Who has which role in a project: given and taken away by its admins, to people who have an account or are known."""

from typing import Literal

from fastapi import APIRouter, Request
from starlette.responses import Response

from mdjourney_contract.people import Identity
from mdjourney_gateway.accounts import Accounts
from mdjourney_gateway.accounts.standing import standings
from mdjourney_gateway.api.reading import Body, json_body
from mdjourney_gateway.api.refusals import also
from mdjourney_gateway.api.shapes import takes
from mdjourney_gateway.catalogue import parameters as by
from mdjourney_gateway.catalogue.asking import Catalogue
from mdjourney_gateway.catalogue.life import Writer
from mdjourney_store import roles


class Role(Body):
    """A person's role in a project; null takes it away."""

    role: Literal["admin", "operator"] | None


def granting_routes(router: APIRouter, asking: Catalogue, accounts: Accounts) -> None:
    """Add what changes roles."""

    @router.put(
        "/projects/{project_id}/roles/{user_id}",
        status_code=204,
        responses=also(409),
        openapi_extra=takes(Role),
    )
    async def set_role(
        caller: Writer,
        project_id: by.ProjectId,
        user_id: by.PersonId,
        request: Request,
        domain: by.Domain = "local",
    ) -> Response:
        """Give a person a role in a project, or take it away.

        422 for somebody who has no account here and whom no document names, or whose account is disabled; 409 where
        nobody would be left who can administer the project.
        """
        asked = await json_body(request, Role)
        person = Identity(user_id=user_id, domain=domain)
        now = standings(accounts)
        await asking.value(caller, roles.set_role, project_id, person, asked.role, standing=now)
        return Response(status_code=204)
