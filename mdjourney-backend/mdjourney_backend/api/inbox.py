"""Everything a person still owes, over the whole tree."""

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Response

from mdjourney_backend.api.access import RightsOf
from mdjourney_backend.api.answers import json_answer, listing
from mdjourney_backend.api.requests import BackendOf
from mdjourney_backend.api.shapes.places import Inbox
from mdjourney_backend.assembly import Backend
from mdjourney_backend.changes import Ref
from mdjourney_backend.layout import administrative_ref, project_ref, structural_ref
from mdjourney_backend.runs.addresses import url_of

router = APIRouter()


@router.get("/inbox", response_model=Inbox)
def inbox(backend: BackendOf, rights: RightsOf) -> Response:
    """One item for each missing or faulty field of what the person may see."""
    places = [place for place in _documents(backend) if rights.sees(place[1])]
    items = [item for place in places for item in _owed(backend, *place)]
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
    found = backend.summaries.standing(ref)
    if found.content.get("run_status") == "abandoned":
        return
    title = next(
        (
            found.content[k]
            for k in ("project_title", "dataset_title", "experiment_name", "instrument_name")
            if found.content.get(k)
        ),
        ref.path.split("/.metadata/", maxsplit=1)[0].rpartition("/")[2],
    )
    for kind, faults in (("invalid", found.errors), ("missing", found.missing)):
        for fault in faults:
            yield {
                "kind": kind,
                "document": ref.path,
                "url": url_of(ref.kind, ref.path, found.content),
                "project_id": project_id,
                "dataset_id": dataset_id,
                "run_id": run_id,
                "title": title,
                "pointer": fault["pointer"],
                "field_title": fault["title"],
                "message": fault["message"],
            }
