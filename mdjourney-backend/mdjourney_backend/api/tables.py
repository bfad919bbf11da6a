"""Many runs, datasets or projects as one spreadsheet, and back."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from mdjourney_backend.api import parameters as by
from mdjourney_backend.api.access import RightsOf, project_of, require
from mdjourney_backend.api.bulk import answer
from mdjourney_backend.api.requests import Actor, BackendOf, read_body
from mdjourney_backend.api.shapes.bulk import BulkAnswer
from mdjourney_backend.assembly import Backend
from mdjourney_backend.bulk import Row, carry_out
from mdjourney_backend.bulk.selecting import KINDS, documents_of
from mdjourney_backend.changes import Edit, Ref
from mdjourney_backend.documents import Wanted, editing
from mdjourney_backend.layout import Meaning
from mdjourney_backend.permissions import Rights
from mdjourney_backend.tables import FORMATS, Given, edits_of, read_table, sheet_of, write_table
from mdjourney_backend.tables.columns import path_of
from mdjourney_backend.tables.sheet import rows_by_document
from mdjourney_contract.problems import BadRequest, MDJourneyError, NotFound

router = APIRouter()

_TABLES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The table, to be saved.", "content": {t: {} for t in sorted(set(FORMATS.values()))}}
}
_FILE = {"type": "string", "format": "binary", "description": "A table as it was exported, xlsx or csv."}
_TABLE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": {"schema": _FILE},
            "multipart/form-data": {
                "schema": {"type": "object", "properties": {"file": _FILE}, "required": ["file"]}
            },
        },
    }
}


@router.get("/tables/{kind}", response_class=Response, responses=_TABLES)
def table(
    kind: by.TableKind,
    backend: BackendOf,
    rights: RightsOf,
    form: by.AsTable = "xlsx",
    project: by.InProject = None,
    dataset: by.InDataset = None,
) -> Response:
    """The documents of a kind (`projects`, `datasets`, `structures`, `runs`, `instruments`) that the person may see."""
    refs = [
        ref
        for ref in documents_of(backend.tree, kind, project=project, dataset=dataset)
        if rights.sees(project_of(backend, ref)) and backend.documents.exists(ref)
    ]
    sheet = sheet_of([backend.documents.read(ref) for ref in refs], backend.schemas)
    headers = {
        "Content-Disposition": f'attachment; filename="{kind}.{form}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Response(write_table(sheet, form), 200, headers, media_type=FORMATS[form])


async def _file(request: Request) -> bytes:
    """The table: the body itself, or the part `file` of a form."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await read_body(request)
    async with request.form(max_files=1, max_fields=5) as form:
        part = form.get("file")
        if part is None or isinstance(part, str):
            raise BadRequest("Send the table as the part named file")
        return await part.read()


@router.post("/tables/{kind}", response_model=BulkAnswer, openapi_extra=_TABLE)
def import_table(
    kind: by.TableKind,
    backend: BackendOf,
    rights: RightsOf,
    actor: Actor,
    raw: Annotated[bytes, Depends(_file)],
    dry_run: by.DryRun = False,
) -> Response:
    """A table that was edited. `dry_run=true` lists what would change; else all of it is saved, or nothing (409)."""
    if kind not in KINDS:
        raise BadRequest(f"{kind[:80]!r} is none of {', '.join(KINDS)}")
    wanted: list[Wanted] = []
    refused: list[Row] = []
    for path, given, why in rows_by_document(read_table(raw)):
        if why is not None:
            refused.append(Row(path, "", "", error=why, row=given.line))
            continue
        _take(backend, rights, kind, path, given, wanted, refused)
    outcome = carry_out(
        backend.documents,
        backend.schemas,
        wanted,
        what=f"edit {kind} in a spreadsheet",
        actor=actor,
        dry_run=dry_run,
        refused=refused,
    )
    return answer(outcome, dry_run=dry_run)


def _take(
    backend: Backend,
    rights: Rights,
    kind: str,
    path: str,
    given: Given,
    wanted: list[Wanted],
    refused: list[Row],
) -> None:
    """One row becomes an edit, or rows that say why not."""
    try:
        ref = _ref(backend, rights, kind, path)
        document = backend.documents.read(ref)
    except MDJourneyError as exc:
        refused.append(Row(path[:300], "", "", error=exc.detail, row=given.line))
        return
    edit = edits_of(given, document, backend.schemas)
    if not edit.values and not edit.faults:
        return
    if edit.etag is not None and edit.etag != document.etag:
        said = "was changed by somebody else since the table was made; take a new one"
        refused.append(Row(path, "", "", error=said, row=given.line))
        return
    refused.extend(Row(path, _pointer(h), h, error=why, row=given.line) for h, why in edit.faults)
    if edit.values:
        apply = editing.set_fields(ref.kind, edit.values)
        wanted.append(Wanted(Edit(ref, apply, "edit"), document.etag))


def _ref(backend: Backend, rights: Rights, kind: str, path: str) -> Ref:
    place = backend.layout.meaning(path)
    if place.meaning is not Meaning.DOCUMENT or place.ref is None or ".." in path.split("/"):
        raise NotFound("is no document of this tree")
    if place.ref.kind != KINDS[kind]:
        raise BadRequest(f"is none of the {kind}")
    require(backend, rights, place.ref, editing=True)
    return place.ref


def _pointer(header: str) -> str:
    parts: Sequence[str | int] = path_of(header) or ()
    return "".join(f"/{p}" for p in parts)
