"""The ASGI application of one backend: routes that know no backend, and the door that hands them theirs."""

import functools

from fastapi import Depends, FastAPI

from mdjourney_backend.api import (
    attention,
    bulk,
    cache,
    contents,
    documents,
    events,
    exports,
    faults,
    files,
    health,
    history,
    inbox,
    instruments,
    places,
    provenance,
    runs,
    schemas,
    tables,
    uploads,
)
from mdjourney_backend.api.access import authorize
from mdjourney_backend.api.describing import describe
from mdjourney_backend.api.door import Door
from mdjourney_backend.assembly import Backend


def create_app(backend: Backend, app: FastAPI | None = None) -> Door:
    """Everything under `/api/v1`, behind the door that checks secret and person.

    Args:
        app: what `new_routes` made; made here when it is left out.
    """
    return Door(new_routes() if app is None else app, backend)


@functools.cache
def routes() -> FastAPI:
    """The routes that every backend of this process shares: a fork server has them made before it forks."""
    return new_routes()


def new_routes() -> FastAPI:
    """All routes; the backend of a request stands in its `scope["state"]["backend"]`."""
    app = FastAPI(
        title="MDJourney session", docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json"
    )
    faults.install(app)
    for part in (
        health,
        attention,
        cache,
        places,
        documents,
        files,
        contents,
        runs,
        schemas,
        instruments,
        inbox,
        history,
        provenance,
        events,
        uploads,
        exports,
        bulk,
        tables,
    ):
        # not by way of a router for all of them: each router between compares a path with every route once more
        app.include_router(part.router, prefix="/api/v1", dependencies=[Depends(authorize)])
    describe(app)
    return app
