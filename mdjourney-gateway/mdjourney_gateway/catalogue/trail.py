"""Who changed roles of projects."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from mdjourney_gateway.api.reading import Person
from mdjourney_gateway.api.shapes import Answer, Domain, Identifier, Moment, NextCursor, Text, UserId
from mdjourney_gateway.catalogue import parameters as by
from mdjourney_gateway.catalogue.asking import Catalogue
from mdjourney_gateway.catalogue.models import Document
from mdjourney_store import catalogue


class Trace(Answer):
    """Something that was done to a project's roles."""

    event_id: int
    at: Moment
    actor_user_id: UserId
    actor_domain: Domain
    action: Annotated[str, Field(examples=["role"])]
    object_type: Annotated[str, Field(examples=["project"])]
    object_id: Identifier
    project_id: Identifier | None
    project_name: Text | None
    detail: Annotated[
        Document | None,
        Field(
            description="For roles: whose, before and after; null stands for none.",
            examples=[{"user_id": "bob", "domain": "local", "before": None, "after": "operator"}],
        ),
    ]


class Trail(Answer):
    """A page of what was done, newest first."""

    items: list[Trace]
    next_cursor: NextCursor


def trail_routes(router: APIRouter, asking: Catalogue) -> None:
    """Add `/audit`."""

    @router.get("/audit", response_model=Trail)
    async def trail(
        caller: Person, project_id: by.OfProject = None, limit: by.Limit = 100, cursor: by.Cursor = None
    ) -> Response:
        """Who changed roles, newest first: of projects the caller administers, for lab admins of all."""
        return await asking.ask(caller, catalogue.trail, project_id=project_id, limit=limit, cursor=cursor)
