"""Search, facets and saved searches."""

from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from mdjourney_gateway.api.answers import Json
from mdjourney_gateway.api.reading import Body, Person, json_body
from mdjourney_gateway.catalogue.asking import Catalogue, Cursor, Limit, Text
from mdjourney_store import search as searching

Kind = Literal["trial", "project", "dataset"] | None


class Search(Body):
    """A query as JSON."""

    query: dict[str, Any]
    kind: Kind = None
    limit: int = Field(50, ge=1, le=500)
    cursor: str | None = Field(None, max_length=2000)


class NewSearch(Body):
    """A search to keep."""

    name: str
    query: str = Field(max_length=5000)


def search_routes(router: APIRouter, asking: Catalogue) -> None:
    """Add `/search`, `/facets` and `/searches`."""

    @router.get("/search")
    async def search(
        caller: Person, q: Text = None, kind: Kind = None, limit: Limit = 50, cursor: Cursor = None
    ) -> Response:
        """Trials, projects and datasets that match a query, newest first."""
        return await asking.ask(caller, searching.search, q or "", kind=kind, limit=limit, cursor=cursor)

    @router.post("/search")
    async def search_by_json(caller: Person, request: Request) -> Response:
        """The same for a query given as JSON."""
        asked = await json_body(request, Search)
        term = searching.from_json(asked.query)
        return await asking.ask(
            caller, searching.search, term, kind=asked.kind, limit=asked.limit, cursor=asked.cursor
        )

    @router.get("/facets")
    async def facets(caller: Person, q: Text = None, kind: Kind = None) -> Response:
        """The most frequent values among what matches."""
        return await asking.ask(caller, searching.facets, q or "", kind=kind)

    @router.get("/searches")
    async def saved(caller: Person) -> Response:
        """The caller's saved searches."""
        return await asking.ask(caller, searching.saved_searches)

    @router.post("/searches")
    async def save(caller: Person, request: Request) -> Response:
        """Keep a query under a name; the same name again replaces it."""
        asked = await json_body(request, NewSearch)
        made = await asking.value(caller, searching.save_search, asked.name, asked.query)
        return Json(made, status_code=201)

    @router.delete("/searches/{saved_search_id}")
    async def forget(caller: Person, saved_search_id: UUID) -> Response:
        """Forget a saved search."""
        await asking.value(caller, searching.delete_search, saved_search_id)
        return Response(status_code=204)
