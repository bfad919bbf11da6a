"""Projects, datasets and what lies in none of them."""

from typing import Any

from fastapi import APIRouter, Response

from mdjourney_backend.api.answers import json_answer, listing
from mdjourney_backend.api.requests import BackendOf
from mdjourney_backend.api.summaries import dataset_item, project_item, run_item

router = APIRouter()


@router.get("/projects")
def projects(backend: BackendOf) -> Response:
    """Every project of the tree."""
    return json_answer(
        listing([project_item(backend.documents, backend.tree, p) for p in backend.tree.projects()])
    )


@router.get("/projects/{project_id}")
def project(project_id: str, backend: BackendOf) -> Response:
    """One project."""
    return json_answer(project_item(backend.documents, backend.tree, backend.tree.project(project_id)))


@router.get("/projects/{project_id}/datasets")
def datasets(project_id: str, backend: BackendOf) -> Response:
    """The datasets of a project."""
    places = backend.tree.datasets(project_id)
    return json_answer(listing([dataset_item(backend.documents, backend.tree, d) for d in places]))


@router.get("/datasets/{dataset_id}")
def dataset(dataset_id: str, backend: BackendOf) -> Response:
    """One dataset and its runs."""
    item = dataset_item(backend.documents, backend.tree, backend.tree.dataset(dataset_id))
    runs = [run_item(backend.documents, backend.tree, r) for r in backend.tree.runs(dataset_id)]
    return json_answer({**item, "runs_list": runs})


@router.get("/skipped")
def skipped(backend: BackendOf) -> Response:
    """Paths that are described nowhere, and why."""
    items: list[dict[str, Any]] = [{"path": s.path, "reason": s.reason} for s in backend.tree.skipped()]
    return json_answer(listing(items))
