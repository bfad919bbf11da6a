"""Schemas: the list with the layer that won, each body itself, and local overrides put in place by admins."""

from fastapi import APIRouter, Response

from mdjourney_backend.api.answers import json_answer, listing
from mdjourney_backend.api.requests import Actor, BackendOf, Body, member
from mdjourney_backend.assembly import Backend
from mdjourney_backend.documents import EDITABLE_APART, schema_name
from mdjourney_contract.people import Identity

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


@router.put("/schemas/contextual/{template}/override")
def put_template(template: str, backend: BackendOf, actor: Actor, body: Body) -> Response:
    """As for documents: `{"schema": {...}, "dry_run"?}`. A new name is a new kind of run."""
    return _put(backend, f"contextual/{template}", actor, body)


@router.put("/schemas/{name}/override")
def put_override(name: str, backend: BackendOf, actor: Actor, body: Body) -> Response:
    """`{"schema": {...}, "dry_run"?}`: what it would change, and unless it is a dry run it applies from now on.

    422 with every reason when it cannot be used.
    """
    return _put(backend, name, actor, body)


@router.delete("/schemas/contextual/{template}/override")
def delete_template(template: str, backend: BackendOf, actor: Actor) -> Response:
    """Take a local template, or the override of a packaged one, away."""
    return _delete(backend, f"contextual/{template}", actor)


@router.delete("/schemas/{name}/override")
def delete_override(name: str, backend: BackendOf, actor: Actor) -> Response:
    """Take an override away; the packaged schema applies again."""
    return _delete(backend, name, actor)


def _put(backend: Backend, name: str, actor: Identity, body: Body) -> Response:
    candidate = member(body, "schema", dict)
    dry_run = member(body, "dry_run", bool, False)
    checked = backend.schemas.check(name, candidate)
    paths, contents = [], []
    for path, content in _documents_under(backend, name):
        paths.append(path)
        contents.append(content)
    known = name in backend.schemas.names()
    impact = backend.schemas.impact(name, candidate, contents) if known else None
    if not dry_run:
        backend.put_schema(name, candidate, actor=actor)
    answer = {
        "name": name,
        "dry_run": dry_run,
        "saved": not dry_run,
        "version": checked.version,
        "documents": len(contents),
        "impact": impact.sentence if impact else "a new template: no document follows it yet",
        "incomplete": [paths[i] for i in impact.incomplete] if impact else [],
        "invalid": [paths[i] for i in impact.invalid] if impact else [],
    }
    return json_answer(answer)


def _delete(backend: Backend, name: str, actor: Identity) -> Response:
    backend.remove_schema(name, actor=actor)
    source = backend.schemas.resolve(name).source if name in backend.schemas.names() else None
    return json_answer({"name": name, "source": source})


def _documents_under(backend: Backend, name: str) -> list[tuple[str, dict[str, object]]]:
    """Every document that follows a schema, without file entries."""
    kind = name.partition("/")[0].replace("contextual", "experiment_contextual")
    found = []
    for ref in backend.tree.documents():
        if ref.kind == kind:
            content = backend.documents.read(ref).content
            if schema_name(ref.kind, content) == name:
                apart = EDITABLE_APART.get(kind)
                found.append((ref.path, {**content, apart: []} if apart else content))
    return found
