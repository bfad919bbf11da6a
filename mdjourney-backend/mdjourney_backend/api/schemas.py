"""Schemas: the list with the layer that won, each body itself, and local overrides put in place by admins."""

import hashlib
import re
from typing import Any

import orjson
from fastapi import APIRouter, Response

from mdjourney_backend.api import parameters as by
from mdjourney_backend.api.answers import json_answer, listing
from mdjourney_backend.api.requests import Actor, BackendOf, Body, member
from mdjourney_backend.api.shapes.schemas import Impact, OverrideGone, OverrideSent, Schemas, Templates
from mdjourney_backend.api.shapes.words import takes
from mdjourney_backend.assembly import Backend
from mdjourney_backend.documents import EDITABLE_APART, schema_name
from mdjourney_backend.schemas import placing
from mdjourney_contract.people import Identity
from mdjourney_contract.problems import NotFound, Stale

router = APIRouter()

_SCHEMA: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A JSON Schema.",
        "content": {
            "application/json": {
                "schema": {"type": "object"},
                "example": {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Project"},
            }
        },
    }
}

_OVERRIDE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The text as it lies in the tree; plain text while it is no JSON.",
        "content": {**_SCHEMA[200]["content"], "text/plain": {"schema": {"type": "string"}}},
    }
}
_NAME = re.compile(r"(contextual/)?[A-Za-z0-9][A-Za-z0-9_-]{0,99}\Z", re.ASCII)


@router.get("/schemas", response_model=Schemas)
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


@router.get("/schemas/contextual", response_model=Templates)
def templates(backend: BackendOf) -> Response:
    """The templates a run can start from."""
    items = [
        {"name": s.name, "template": s.name.partition("/")[2], "title": s.title, "source": s.source}
        for s in backend.schemas.list()
        if s.kind == "template"
    ]
    return json_answer(listing(items))


@router.get("/schemas/contextual/{template}", responses=_SCHEMA)
def template(template: by.TemplateName, backend: BackendOf) -> Response:
    """The schema of a template, references resolved."""
    return _body(backend, f"contextual/{template}")


@router.get("/schemas/{name}", responses=_SCHEMA)
def schema(name: by.SchemaName, backend: BackendOf) -> Response:
    """The schema itself."""
    return _body(backend, name)


def _body(backend: Backend, name: str) -> Response:
    found = backend.schemas.resolve(name)
    headers = {"X-Schema-Source": found.source, "Cache-Control": "no-cache"}
    body = {"$schema": found.body.get("$schema"), "$id": found.id, **found.body}
    return json_answer({k: v for k, v in body.items() if v is not None}, 200, headers)


@router.get("/schemas/contextual/{template}/override", responses=_OVERRIDE)
def get_template(template: by.TemplateName, backend: BackendOf) -> Response:
    """The text of a local template, or of the override of a packaged one, as it lies in the tree; 404 without one."""
    return _get(backend, f"contextual/{template}")


@router.get("/schemas/{name}/override", responses=_OVERRIDE)
def get_override(name: by.SchemaName, backend: BackendOf) -> Response:
    """The text of a local override as it lies in the tree, with an ETag; 404 without one."""
    return _get(backend, name)


@router.put(
    "/schemas/contextual/{template}/override", response_model=Impact, openapi_extra=takes(OverrideSent)
)
def put_template(
    template: by.TemplateName,
    backend: BackendOf,
    actor: Actor,
    body: Body,
    if_match: by.IfMatchOverride = None,
    dry_run: by.DryRun = False,
) -> Response:
    """As for documents: `{"schema": {...}, "dry_run"?}`. A new name is a new kind of run."""
    return _put(backend, f"contextual/{template}", actor, body, if_match, dry_run)


@router.put("/schemas/{name}/override", response_model=Impact, openapi_extra=takes(OverrideSent))
def put_override(
    name: by.SchemaName,
    backend: BackendOf,
    actor: Actor,
    body: Body,
    if_match: by.IfMatchOverride = None,
    dry_run: by.DryRun = False,
) -> Response:
    """`{"schema": {...}, "dry_run"?}`: what it would change, and unless it is a dry run it applies from now on.

    422 with every reason when it cannot be used; 412 when `If-Match` names another override than is there.
    """
    return _put(backend, name, actor, body, if_match, dry_run)


@router.delete("/schemas/contextual/{template}/override", response_model=OverrideGone)
def delete_template(template: by.TemplateName, backend: BackendOf, actor: Actor) -> Response:
    """Take a local template, or the override of a packaged one, away."""
    return _delete(backend, f"contextual/{template}", actor)


@router.delete("/schemas/{name}/override", response_model=OverrideGone)
def delete_override(name: by.SchemaName, backend: BackendOf, actor: Actor) -> Response:
    """Take an override away; the packaged schema applies again."""
    return _delete(backend, name, actor)


def _get(backend: Backend, name: str) -> Response:
    raw = placing.get(backend.root, _named(name))
    headers = {"ETag": _etag(raw), "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return Response(raw, 200, headers, media_type="application/json" if _is_json(raw) else "text/plain")


def _is_json(raw: bytes) -> bool:
    try:
        orjson.loads(raw)
    except ValueError:
        return False
    return True


def _named(name: str) -> str:
    if not _NAME.match(name):
        raise NotFound(f"{name[:100]!r} is no name of a schema")
    return name


def _etag(raw: bytes) -> str:
    return f'"{hashlib.sha256(raw).hexdigest()[:32]}"'


def _expect(backend: Backend, name: str, if_match: str | None) -> None:
    """Refuse to replace an override that somebody changed meanwhile, or that is gone."""
    if if_match is None:
        return
    try:
        found = _etag(placing.get(backend.root, name))
    except NotFound:
        found = None
    if found is None or if_match.strip() not in ("*", found):
        raise Stale(f"The local override of {name} was changed meanwhile; look at it again")


def _put(
    backend: Backend, name: str, actor: Identity, body: Body, if_match: str | None, asked: bool
) -> Response:
    candidate = member(body, "schema", dict)
    dry_run = member(body, "dry_run", bool, False) or asked
    checked = backend.schemas.check(name, candidate)
    _expect(backend, name, if_match)
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
        "schema": checked.body if dry_run else None,
    }
    return json_answer(answer)


def _delete(backend: Backend, name: str, actor: Identity) -> Response:
    backend.remove_schema(_named(name), actor=actor)
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
