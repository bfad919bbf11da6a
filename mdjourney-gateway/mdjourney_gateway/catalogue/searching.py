"""Search, facets, the table of a result, and saved searches."""

from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response, StreamingResponse

from mdjourney_gateway.api.answers import Json
from mdjourney_gateway.api.reading import Body, Person, json_body
from mdjourney_gateway.api.shapes import takes
from mdjourney_gateway.catalogue import parameters as by
from mdjourney_gateway.catalogue import search_models as models
from mdjourney_gateway.catalogue.asking import Catalogue
from mdjourney_store import search as searching
from mdjourney_store.indexing import preview as edges_of

Kind = Literal["trial", "project", "dataset", "file"] | None


class Search(Body):
    """A query as JSON."""

    query: Annotated[dict[str, Any], Field(examples=[{"field": "status", "op": "=", "value": "clean"}])]
    kind: Kind = None
    limit: int = Field(50, ge=1, le=500, examples=[50])
    cursor: str | None = Field(None, max_length=2000, examples=[None])


class NewSearch(Body):
    """A search to keep."""

    name: Annotated[str, Field(examples=["hot runs"])]
    query: str = Field(max_length=5000, examples=["tag:heat status:clean"])


class Table(StreamingResponse):
    """A table as CSV."""

    media_type = "text/csv; charset=utf-8"


_AS_FILE = {"Content-Disposition": 'attachment; filename="search.csv"'}


async def _told(asking: Catalogue, first: str, pieces: Iterator[str]) -> AsyncIterator[str]:
    piece: str | None = first
    while piece is not None:
        yield piece
        piece = await asking.run(lambda: next(pieces, None))


def search_routes(router: APIRouter, asking: Catalogue) -> None:
    """Add `/search`, `/facets` and `/searches`."""

    @router.get("/search", response_model=models.Matches)
    async def search(
        caller: Person,
        q: by.Words = None,
        kind: by.Kind = None,
        limit: by.Limit = 50,
        cursor: by.Cursor = None,
    ) -> Response:
        """Trials, projects and datasets that match a query, newest first; with `kind=file` files."""
        return await asking.ask(caller, searching.search, q or "", kind=kind, limit=limit, cursor=cursor)

    @router.post("/search", response_model=models.Matches, openapi_extra=takes(Search))
    async def search_by_json(caller: Person, request: Request) -> Response:
        """The same for a query given as JSON."""
        asked = await json_body(request, Search)
        term = searching.from_json(asked.query, "/query")
        return await asking.ask(
            caller, searching.search, term, kind=asked.kind, limit=asked.limit, cursor=asked.cursor
        )

    @router.get("/facets", response_model=models.Facets)
    async def facets(caller: Person, q: by.Words = None, kind: by.Kind = None) -> Response:
        """The most frequent values among what matches, each of which can be asked for as `facet=value`."""
        return await asking.ask(caller, searching.facets, q or "", kind=kind)

    @router.get("/search.csv", response_class=Table)
    async def table(
        caller: Person, q: by.Words = None, kind: by.Kind = None, fields: by.Columns = None
    ) -> Response:
        """The result as CSV; `fields` adds columns of the documents' values, as `rin,experiment_name`; not for files. Above
        100,000 rows the last line says that more match."""
        named = [name.strip() for name in (fields or "").split(",") if name.strip()]
        pieces = await asking.value(caller, searching.csv_pieces, q or "", kind=kind, fields=named)
        # the first piece is asked for before the answer begins, so that a query that cannot be read is told as such
        first = await asking.run(lambda: next(pieces))
        return Table(_told(asking, first, pieces), headers=_AS_FILE)

    @router.get("/preview", response_model=models.Edges)
    async def preview(_caller: Person, text: by.Typed) -> Response:
        """The edges a text would give."""
        return Json({"items": edges_of(text), "next_cursor": None})

    @router.get("/searches", response_model=models.SavedSearches)
    async def saved(caller: Person) -> Response:
        """The caller's saved searches."""
        return await asking.ask(caller, searching.saved_searches)

    @router.post(
        "/searches", response_model=models.SavedSearch, status_code=201, openapi_extra=takes(NewSearch)
    )
    async def save(caller: Person, request: Request) -> Response:
        """Keep a query under a name; the same name again replaces it."""
        asked = await json_body(request, NewSearch)
        made = await asking.value(caller, searching.save_search, asked.name, asked.query)
        return Json(made, status_code=201)

    @router.delete("/searches/{saved_search_id}", status_code=204)
    async def forget(caller: Person, saved_search_id: by.SavedSearchId) -> Response:
        """Forget a saved search."""
        await asking.value(caller, searching.delete_search, saved_search_id)
        return Response(status_code=204)
