"""History of a document: log, field-level diff, restore of all or one field."""

from typing import Any

from fastapi import APIRouter, Response

from mdjourney_backend.api import parameters as by
from mdjourney_backend.api.access import RightsOf, require
from mdjourney_backend.api.answers import document_answer, json_answer, listing
from mdjourney_backend.api.requests import Actor, BackendOf, Body, member
from mdjourney_backend.api.shapes.documents import DocumentAnswer
from mdjourney_backend.api.shapes.history import Diff, Restore, Revisions
from mdjourney_backend.api.shapes.words import takes
from mdjourney_backend.assembly import Backend
from mdjourney_backend.changes import Content, Ref
from mdjourney_backend.documents import parse, schema_name
from mdjourney_backend.history import History, field_diff
from mdjourney_backend.layout import Meaning
from mdjourney_backend.permissions import Rights
from mdjourney_backend.restoring import restoring
from mdjourney_contract.clock import rfc3339
from mdjourney_contract.problems import Conflict, NotFound

router = APIRouter()


@router.get("/history", response_model=Revisions)
def log(
    document: by.Document,
    backend: BackendOf,
    rights: RightsOf,
    limit: by.LogLimit = 50,
    cursor: by.CommitCursor = None,
) -> Response:
    """Commits that touched a document, newest first."""
    found = history_of(backend).log(document_ref(backend, rights, document).path, limit=limit, cursor=cursor)
    items = [
        {
            "commit": r.commit,
            "at": rfc3339(r.at),
            "author": {"name": r.author_name, "email": r.author_email},
            "subject": r.subject,
        }
        for r in found.items
    ]
    return json_answer(listing(items, found.next_cursor))


@router.get("/history/{commit}/diff", response_model=Diff)
def diff(commit: by.Commit, document: by.Document, backend: BackendOf, rights: RightsOf) -> Response:
    """The fields one commit changed."""
    ref = document_ref(backend, rights, document)
    history = history_of(backend)
    after = _content(history.content(commit, ref.path))
    earlier = history.before(commit, ref.path)
    before = {} if earlier is None else _content(earlier)
    name = schema_name(ref.kind, after)
    changes = [
        {
            "pointer": c.pointer,
            "op": c.op,
            "before": c.before,
            "after": c.after,
            "title": backend.schemas.title_of(name, c.pointer),
        }
        for c in field_diff(before, after)
    ]
    return json_answer({"commit": commit, "document": ref.path, "changes": changes})


@router.post("/history/{commit}/restore", response_model=DocumentAnswer, openapi_extra=takes(Restore))
def restore(
    commit: by.Commit,
    backend: BackendOf,
    rights: RightsOf,
    actor: Actor,
    body: Body,
    if_match: by.IfMatch = None,
) -> Response:
    """`{"document", "pointer"?}`: bring back an old version, or one field of it."""
    ref = document_ref(backend, rights, member(body, "document", str), editing=True)
    pointer = member(body, "pointer", str, None)
    edit = restoring(ref, history_of(backend).content(commit, ref.path), commit, pointer)
    if if_match is None and backend.documents.exists(ref):
        if_match = backend.documents.read(ref).etag
    return document_answer(backend.documents, backend.documents.apply(edit, actor=actor, if_match=if_match))


def history_of(backend: Backend) -> History:
    """The history of a tree that keeps one. Raises Conflict."""
    if backend.history.mode == "off":
        raise Conflict("This tree keeps no history (history.git is false in its config)")
    return backend.history


def document_ref(backend: Backend, rights: Rights, path: str, *, editing: bool = False) -> Ref:
    """The document at a path. Raises NotFound, NotAllowed."""
    place = backend.layout.meaning(path)
    if place.meaning is not Meaning.DOCUMENT or place.ref is None or ".." in path.split("/"):
        raise NotFound(f"{path[:300]!r} is no document of this tree")
    require(backend, rights, place.ref, editing=editing)
    return place.ref


def _content(raw: bytes) -> Content:
    found: Any = parse(raw)
    return found if isinstance(found, dict) else {}
