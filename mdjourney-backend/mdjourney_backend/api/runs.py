"""Runs: started, listed, completed, reopened, abandoned; and their Complete Metadata Files."""

from typing import Any

from fastapi import APIRouter, Response

from mdjourney_backend.api import parameters as by
from mdjourney_backend.api.answers import json_answer, listing
from mdjourney_backend.api.requests import Actor, BackendOf, Body, member
from mdjourney_backend.api.shapes.places import AllOwed, Completed, Run, Runs, RunStart
from mdjourney_backend.api.shapes.words import takes
from mdjourney_backend.api.summaries import run_item
from mdjourney_backend.assembly import Backend
from mdjourney_backend.runs.lifecycle import latest_record
from mdjourney_backend.tree import RunPlace
from mdjourney_contract.problems import BadRequest

router = APIRouter()

_COMPLETE: dict[int | str, dict[str, Any]] = {
    200: {"model": Completed, "description": "It was complete already, and nothing changed since."},
    409: {"description": "Something is owed: `missing` says what, per document and field."},
}
_RECORD: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The record, byte for byte.",
        "content": {"application/json": {"schema": {"type": "object"}, "example": {"version": "2.0"}}},
    }
}


@router.get("/datasets/{dataset_id}/runs", response_model=Runs)
def runs(dataset_id: by.DatasetId, backend: BackendOf) -> Response:
    """The runs of a dataset."""
    return json_answer(listing([_item(backend, r) for r in backend.tree.runs(dataset_id)]))


@router.post(
    "/datasets/{dataset_id}/runs", status_code=201, response_model=Run, openapi_extra=takes(RunStart)
)
def start(dataset_id: by.DatasetId, backend: BackendOf, actor: Actor, body: Body) -> Response:
    """Trigger 3: `{"template", "files"?}`."""
    files = member(body, "files", list, None)
    if files is not None and not all(isinstance(f, str) for f in files):
        raise BadRequest("files must be a list of paths relative to the dataset")
    template = member(body, "template", str)
    run = backend.runs.start(dataset_id, template, actor=actor, files=files)
    return json_answer(_item(backend, run), 201, {"Location": f"/api/v1/runs/{run.run_id}"})


@router.get("/runs/{run_id}", response_model=Run)
def run(run_id: by.RunId, backend: BackendOf) -> Response:
    """One run."""
    return json_answer(_item(backend, backend.tree.run(run_id)))


@router.post("/runs/{run_id}/complete", status_code=201, response_model=Completed, responses=_COMPLETE)
def complete(run_id: by.RunId, backend: BackendOf, actor: Actor) -> Response:
    """Triggers 4 and 5; 409 with `missing` when something is owed."""
    ref, revision, new = backend.runs.complete(run_id, actor=actor)
    url = f"/api/v1/runs/{run_id}/complete_metadata?revision={revision}"
    body = {"run_id": run_id, "revision": revision, "path": ref.path, "complete_metadata": url}
    return json_answer(body, 201 if new else 200, {"Location": url})


@router.get("/runs/{run_id}/missing", response_model=AllOwed)
def missing(run_id: by.RunId, backend: BackendOf) -> Response:
    """What completing would still ask for, without trying."""
    return json_answer(listing(backend.runs.missing(run_id)))


@router.post("/runs/{run_id}/abandon", response_model=Run)
def abandon(run_id: by.RunId, backend: BackendOf, actor: Actor) -> Response:
    """End a run without a record."""
    return json_answer(_item(backend, backend.runs.abandon(run_id, actor=actor)))


@router.post("/runs/{run_id}/reopen", response_model=Run)
def reopen(run_id: by.RunId, backend: BackendOf, actor: Actor) -> Response:
    """Open an ended run again; its next record is a new revision."""
    return json_answer(_item(backend, backend.runs.reopen(run_id, actor=actor)))


@router.get("/runs/{run_id}/complete_metadata", responses=_RECORD)
def complete_metadata(run_id: by.RunId, backend: BackendOf, revision: by.Revision = None) -> Response:
    """The Complete Metadata File itself, byte for byte."""
    ref = latest_record(backend.tree, backend.tree.run(run_id), revision)
    document = backend.documents.read(ref)
    name = ref.path.rpartition("/")[2]
    headers = {"ETag": document.etag, "Content-Disposition": f'inline; filename="{name}"'}
    return Response(document.raw, 200, headers, media_type="application/json")


def _item(backend: Backend, place: RunPlace) -> dict[str, Any]:
    return run_item(backend, place)
