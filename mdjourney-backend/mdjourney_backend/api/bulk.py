"""One field over many documents, copying from another run, and undoing a commit: looked at first, saved as one."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Response

from mdjourney_backend.api import parameters as by
from mdjourney_backend.api.access import RightsOf, project_of, require
from mdjourney_backend.api.answers import json_answer
from mdjourney_backend.api.requests import Actor, BackendOf, Body, member
from mdjourney_backend.api.shapes.bulk import BulkAnswer, BulkSent, CopySent, RevertSent
from mdjourney_backend.api.shapes.words import takes
from mdjourney_backend.assembly import Backend
from mdjourney_backend.bulk import Outcome, Row, carry_out, changed_in, undoing
from mdjourney_backend.bulk.selecting import documents_where, while_where
from mdjourney_backend.changes import Content, Edit, Ref
from mdjourney_backend.documents import Wanted, editing, schema_name
from mdjourney_backend.layout import Meaning
from mdjourney_backend.permissions import Rights
from mdjourney_contract.problems import BadRequest, Conflict, NotFound

router = APIRouter()


@router.post("/bulk", response_model=BulkAnswer, openapi_extra=takes(BulkSent))
def bulk(backend: BackendOf, rights: RightsOf, actor: Actor, body: Body) -> Response:
    """`{"documents": [path or {"document", "etag"}] | "where": {...}, "pointer", "value", "dry_run"?}`.

    A value of null removes the field.
    """
    pointer = member(body, "pointer", str)
    if "value" not in body:
        raise BadRequest("value is needed; null removes the field")
    chosen = _chosen(backend, rights, body)
    name = _titled(backend, chosen, pointer)
    what = f"remove {name}" if body["value"] is None else f"set {name}"
    wanted = [Wanted(Edit(ref, _change(body, ref, pointer), what), etag) for ref, etag in chosen]
    return _done(backend, actor, wanted, what, dry_run=member(body, "dry_run", bool, False))


@router.post(
    "/history/{commit}/revert", response_model=BulkAnswer, openapi_extra=takes(RevertSent, required=False)
)
def revert(commit: by.Commit, backend: BackendOf, rights: RightsOf, actor: Actor, body: Body) -> Response:
    """`{"dry_run"?}`: take back what one commit changed, in all its documents, as one commit."""
    if backend.history.mode == "off":
        raise Conflict("This tree keeps no history (history.git is false in its config)")
    places = [backend.layout.meaning(p) for p in changed_in(backend.root, commit)]
    refs = [p.ref for p in places if p.meaning is Meaning.DOCUMENT and p.ref is not None]
    if not refs:
        raise NotFound(f"commit {commit[:12]} changed no document of this tree")
    for ref in refs:
        require(backend, rights, ref, editing=True)
    what = f"take back {commit[:8]}"
    wanted, refused = [], []
    for ref in refs:
        apply = undoing(backend.history, commit, ref)
        if apply is None or not backend.documents.exists(ref):
            refused.append(Row(ref.path, "", "", error="was created or removed; that is not taken back"))
        else:
            wanted.append(Wanted(Edit(ref, apply, what)))
    return _done(backend, actor, wanted, what, dry_run=member(body, "dry_run", bool, False), refused=refused)


@router.post("/runs/{run_id}/copy-from/{other}", response_model=BulkAnswer, openapi_extra=takes(CopySent))
def copy_from(
    run_id: by.RunId, other: by.OtherRunId, backend: BackendOf, rights: RightsOf, actor: Actor, body: Body
) -> Response:
    """`{"pointers": [...], "dry_run"?}`: take over answers from another run of the tree; what that lacks stays."""
    pointers = member(body, "pointers", list)
    if not pointers or not all(isinstance(p, str) for p in pointers):
        raise BadRequest("pointers must be a list of JSON pointers")
    source = backend.tree.run(other)
    require(backend, rights, source.ref, editing=False)
    content = backend.documents.read(source.ref).content
    found = {p: editing.field(content, p) for p in pointers}
    values = {p: v for p, v in found.items() if v is not editing.ABSENT}
    target = backend.tree.run(run_id)
    what = f"copy {len(values)} fields from run {other[:8]}"
    edit = Edit(target.ref, editing.set_fields(target.ref.kind, values), what)
    return _done(backend, actor, [Wanted(edit)], what, dry_run=member(body, "dry_run", bool, False))


def answer(outcome: Outcome, *, dry_run: bool) -> Response:
    """The rows of an outcome; 409 when something stood in the way of saving."""
    body: dict[str, Any] = {
        "dry_run": dry_run,
        "saved": outcome.saved,
        "documents": outcome.documents,
        "errors": outcome.errors,
        "changes": [asdict(r) for r in outcome.rows],
    }
    if outcome.errors and not dry_run:
        raise NotCarriedOut(
            f"Nothing was changed: {outcome.errors} of {len(outcome.rows)} changes cannot be made",
            errors=[
                {"document": r.document, "pointer": r.pointer, "message": r.error, "row": r.row}
                for r in outcome.rows
                if r.error is not None
            ],
            changes=body["changes"],
        )
    return json_answer(body)


class NotCarriedOut(Conflict):
    """Some rows of a bulk edit cannot be made, so none was; `changes` lists all of them."""

    title = "Nothing was changed"


def _done(
    backend: Backend,
    actor: Actor,
    wanted: Sequence[Wanted],
    what: str,
    *,
    dry_run: bool,
    refused: Sequence[Row] = (),
) -> Response:
    outcome = carry_out(
        backend.documents,
        backend.schemas,
        wanted,
        what=what,
        actor=actor,
        dry_run=dry_run,
        refused=refused,
    )
    return answer(outcome, dry_run=dry_run)


def _chosen(backend: Backend, rights: Rights, body: dict[str, Any]) -> list[tuple[Ref, str | None]]:
    """The documents and the ETags they were seen with; of a `where` those the person may edit."""
    if ("documents" in body) == ("where" in body):
        raise BadRequest("Send either documents or where")
    if "where" in body:
        refs = documents_where(backend.tree, backend.documents, member(body, "where", dict))
        return [(ref, None) for ref in refs if _editable(backend, rights, ref)]
    chosen = [_one(backend, rights, item) for item in member(body, "documents", list)]
    if not chosen or len({ref for ref, _ in chosen}) < len(chosen):
        raise BadRequest("documents must name at least one document, and each once")
    return chosen


def _change(body: dict[str, Any], ref: Ref, pointer: str) -> Callable[[Content | None], Content]:
    change = editing.set_fields(ref.kind, {pointer: body["value"]})
    return while_where(body["where"], change) if "where" in body else change


def _editable(backend: Backend, rights: Rights, ref: Ref) -> bool:
    return rights.edits(project_of(backend, ref))


def _one(backend: Backend, rights: Rights, item: Any) -> tuple[Ref, str | None]:
    path = item.get("document") if isinstance(item, dict) else item
    etag = item.get("etag") if isinstance(item, dict) else None
    if not isinstance(path, str) or not (etag is None or isinstance(etag, str)):
        raise BadRequest('documents holds paths, or objects with "document" and "etag"')
    place = backend.layout.meaning(path)
    if place.meaning is not Meaning.DOCUMENT or place.ref is None or ".." in path.split("/"):
        raise NotFound(f"{path[:300]!r} is no document of this tree")
    require(backend, rights, place.ref, editing=True)
    return place.ref, etag


def _titled(backend: Backend, chosen: Sequence[tuple[Ref, str | None]], pointer: str) -> str:
    """What people call the field."""
    if not chosen or not pointer.startswith("/"):
        return pointer
    ref = chosen[0][0]
    content = backend.documents.read(ref).content
    return backend.schemas.title_of(schema_name(ref.kind, content), pointer)
