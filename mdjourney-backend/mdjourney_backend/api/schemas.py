"""Schemas: the list with the layer that won, and each body itself."""

from fastapi import APIRouter, Response

from mdjourney_backend.api.answers import json_answer, listing
from mdjourney_backend.api.requests import BackendOf
from mdjourney_backend.assembly import Backend

router = APIRouter()


@router.get("/schemas")
def schemas(backend: BackendOf) -> Response:
    """Every schema."""
    items = [
        {
            "name": s.name,
            "title": s.title,
            "kind": s.kind,
            "source": s.source,
            "version": s.version,
            "problem": s.problem,
            "reason": s.reason,
        }
        for s in backend.schemas.list()
    ]
    return json_answer(listing(items))


@router.get("/schemas/contextual")
def templates(backend: BackendOf) -> Response:
    """The templates a run can start from."""
    items = [
        {"name": s.name, "template": s.name.partition("/")[2], "title": s.title, "source": s.source}
        for s in backend.schemas.list()
        if s.kind == "template"
    ]
    return json_answer(listing(items))


@router.get("/schemas/contextual/{template}")
def template(template: str, backend: BackendOf) -> Response:
    """The schema of a template, references resolved."""
    return _body(backend, f"contextual/{template}")


@router.get("/schemas/{name}")
def schema(name: str, backend: BackendOf) -> Response:
    """The schema itself."""
    return _body(backend, name)


def _body(backend: Backend, name: str) -> Response:
    found = backend.schemas.resolve(name)
    headers = {"X-Schema-Source": found.source, "Cache-Control": "no-cache"}
    body = {"$schema": found.body.get("$schema"), "$id": found.id, **found.body}
    return json_answer({k: v for k, v in body.items() if v is not None}, 200, headers)
