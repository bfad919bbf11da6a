"""Everything a person still owes, over the whole tree."""

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Response

from mdjourney_backend.api.answers import json_answer, listing
from mdjourney_backend.api.requests import BackendOf
from mdjourney_backend.assembly import Backend
from mdjourney_backend.changes import Ref
from mdjourney_backend.layout import administrative_ref, project_ref, structural_ref
from mdjourney_backend.runs.addresses import document_url

router = APIRouter()


@router.get("/inbox")
def inbox(backend: BackendOf) -> Response:
    """One item for each missing or faulty field."""
    items = [item for place in _documents(backend) for item in _owed(backend, *place)]
    return json_answer(listing(items, total=len(items)))


_Place = tuple[Ref, str | None, str | None, str | None]


def _documents(backend: Backend) -> Iterator[_Place]:
    """Each document with its project, dataset and run."""
    tree = backend.tree
    for project in tree.projects():
        yield project_ref(project.path), project.project_id, None, None
    for dataset in tree.datasets():
        for ref in (administrative_ref(dataset.path), structural_ref(dataset.path)):
            yield ref, dataset.project_id, dataset.dataset_id, None
        for run in tree.runs(dataset.dataset_id):
            yield run.ref, dataset.project_id, dataset.dataset_id, run.run_id
    for instrument in tree.instruments():
        yield instrument.ref, None, None, None


def _owed(
    backend: Backend, ref: Ref, project_id: str | None, dataset_id: str | None, run_id: str | None
) -> Iterator[dict[str, Any]]:
    if not backend.documents.exists(ref):
        return
    document = backend.documents.read(ref)
    if document.content.get("run_status") == "abandoned":
        return
    found = backend.documents.assess(document)
    title = next(
        (
            document.content[k]
            for k in ("project_title", "dataset_title", "experiment_name", "instrument_name")
            if document.content.get(k)
        ),
        ref.path.split("/.metadata/", maxsplit=1)[0].rpartition("/")[2],
    )
    for kind, faults in (("invalid", found.errors), ("missing", found.missing)):
        for fault in faults:
            yield {
                "kind": kind,
                "document": ref.path,
                "url": document_url(document),
                "project_id": project_id,
                "dataset_id": dataset_id,
                "run_id": run_id,
                "title": title,
                "pointer": fault["pointer"],
                "field_title": fault["title"],
                "message": fault["message"],
            }
