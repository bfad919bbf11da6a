"""The ASGI application of one backend."""

from fastapi import APIRouter, Depends, FastAPI

from mdjourney_backend.api import (
    bulk,
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
    runs,
    schemas,
    tables,
    uploads,
)
from mdjourney_backend.api.access import authorize
from mdjourney_backend.api.door import Door
from mdjourney_backend.assembly import Backend


def create_app(backend: Backend) -> Door:
    """Everything under `/api/v1`, behind the door that checks secret and person."""
    app = FastAPI(
        title="MDJourney session", docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json"
    )
    app.state.backend = backend
    faults.install(app)
    api = APIRouter(prefix="/api/v1", dependencies=[Depends(authorize)])
    for part in (
        health,
        places,
        documents,
        files,
        runs,
        schemas,
        instruments,
        inbox,
        history,
        events,
        uploads,
        exports,
        bulk,
        tables,
    ):
        api.include_router(part.router)
    app.include_router(api)
    return Door(
        app,
        secret=backend.launch.secret,
        rights=backend.roles.rights,
        draining=lambda: backend.draining,
    )
