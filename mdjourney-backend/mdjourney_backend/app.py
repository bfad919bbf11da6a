"""The ASGI application of one backend."""

from fastapi import APIRouter, FastAPI

from mdjourney_backend.api import (
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
    uploads,
)
from mdjourney_backend.api.door import Door
from mdjourney_backend.assembly import Backend


def create_app(backend: Backend) -> Door:
    """Everything under `/api/v1`, behind the door that checks secret and person."""
    app = FastAPI(
        title="MDJourney session", docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json"
    )
    app.state.backend = backend
    faults.install(app)
    api = APIRouter(prefix="/api/v1")
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
    ):
        api.include_router(part.router)
    app.include_router(api)
    launch = backend.launch
    return Door(
        app,
        secret=launch.secret,
        owner=launch.owner,
        members=launch.config.members,
        draining=lambda: backend.draining,
    )
