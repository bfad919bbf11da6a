"""Exports of a dataset's newest complete record, as pure functions of it; what a target lacks is said before."""

import base64
import hashlib
from typing import Any

from fastapi import APIRouter, Response

from mdjourney_backend.api import parameters as by
from mdjourney_backend.api.answers import json_answer
from mdjourney_backend.api.requests import BackendOf
from mdjourney_backend.api.shapes.exports import ExportCheck
from mdjourney_backend.assembly import Backend
from mdjourney_backend.changes import Content
from mdjourney_backend.documents import require_record
from mdjourney_backend.export import FORMATS, Lacking, export, lacking, require_types
from mdjourney_contract.problems import NotFound

router = APIRouter()

_EXPORTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The export, to be saved.",
        "content": {t: {} for t in sorted({kind for _, kind, _ in FORMATS.values()})},
    },
    409: {"description": "The target requires what the record lacks: `lacking` says what."},
}


@router.get("/datasets/{dataset_id}/export", response_class=Response, responses=_EXPORTS)
def export_dataset(dataset_id: by.DatasetId, backend: BackendOf, name: by.ExportFormat) -> Response:
    """The newest complete record of a dataset in a standard's words; metadata only, the files stay where they are.

    404 while no run is completed, 409 when the target requires what the record lacks; both with `lacking`.
    """
    record = _newest(backend, dataset_id)
    if record is None:
        detail = "No run of this dataset is completed yet; an export is made from a complete record"
        raise NotFound(detail, lacking=_not_yet(backend, dataset_id))
    made = export(record, name)
    digest = base64.b64encode(hashlib.sha256(made.content).digest()).decode()
    headers = {
        "Content-Disposition": f'attachment; filename="{made.name}"',
        "X-Content-Type-Options": "nosniff",
        "Repr-Digest": f"sha-256=:{digest}:",
    }
    return Response(made.content, 200, headers, media_type=made.media_type)


@router.get("/datasets/{dataset_id}/export/check", response_model=ExportCheck)
def check_export(dataset_id: by.DatasetId, backend: BackendOf, name: by.ExportFormat) -> Response:
    """What the target asks for and the newest record lacks: `{"ok", "lacking": [...]}`; `ok` = it can be made."""
    record = _newest(backend, dataset_id)
    found = _not_yet(backend, dataset_id) if record is None else lacking(record, name)
    ok = all(item["level"] != "required" for item in found)
    return json_answer({"ok": ok, "format": name, "lacking": found})


def _newest(backend: Backend, dataset_id: str) -> Content | None:
    """
    Raises:
        Invalid: a record was edited, and is none any more, or holds another type than its schema names.
    """
    records: list[tuple[str, str, Content]] = []
    for run in backend.tree.runs(backend.tree.dataset(dataset_id).dataset_id):
        if revisions := backend.tree.revisions(run):
            ref = revisions[-1][1]
            content = backend.documents.read(ref).content
            require_record(content, ref.path)
            records.append((content["metadata_provenance"]["generation_date"], ref.path, content))
    if not records:
        return None
    _, path, record = max(records, key=lambda one: one[:2])
    require_types(record, backend.schemas, path)
    return record


def _not_yet(backend: Backend, dataset_id: str) -> list[Lacking]:
    """Without a record: what completing the newest run still asks for."""
    runs = backend.tree.runs(dataset_id)
    open_runs: list[tuple[Any, str]] = [
        (content.get("birth_timestamp", ""), run.run_id)
        for run in runs
        if (content := backend.documents.read(run.ref).content).get("run_status") == "open"
    ]
    if not open_runs:
        return [_first("Start a run of this dataset, fill in its form and complete it")]
    missing = backend.runs.missing(max(open_runs)[1])
    return [_first("No run of this dataset is completed yet")] + [
        {
            "pointer": m["pointer"],
            "document": m["document"],
            "title": m["title"],
            "message": m["message"],
            "level": "required",
        }
        for m in missing
    ]


def _first(message: str) -> Lacking:
    return {
        "pointer": "",
        "document": "complete_metadata",
        "title": "Complete record",
        "message": message,
        "level": "required",
    }
