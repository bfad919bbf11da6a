"""Exports of a dataset's newest complete record, as pure functions of it."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from mdjourney_backend.api.requests import BackendOf
from mdjourney_backend.assembly import Backend
from mdjourney_backend.changes import Content
from mdjourney_backend.export import export
from mdjourney_contract.problems import NotFound

router = APIRouter()


@router.get("/datasets/{dataset_id}/export")
def export_dataset(
    dataset_id: str,
    backend: BackendOf,
    name: Annotated[Literal["ro-crate", "bagit", "datacite", "jsonld", "prov"], Query(alias="format")],
) -> Response:
    """The newest complete record of a dataset in a standard's words; metadata only, the files stay where they are."""
    made = export(_newest(backend, dataset_id), name)
    headers = {
        "Content-Disposition": f'attachment; filename="{made.name}"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(made.content, 200, headers, media_type=made.media_type)


def _newest(backend: Backend, dataset_id: str) -> Content:
    records = [
        backend.documents.read(backend.tree.revisions(run)[-1][1]).content
        for run in backend.tree.runs(dataset_id)
        if backend.tree.revisions(run)
    ]
    if not records:
        raise NotFound("No run of this dataset is completed yet; an export is made from a complete record")
    return max(records, key=lambda r: str(r["metadata_provenance"]["generation_date"]))
