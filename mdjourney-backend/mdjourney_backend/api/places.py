"""Projects, datasets and what lies in none of them."""

from typing import Any

from fastapi import APIRouter, Response

from mdjourney_backend.api import parameters as by
from mdjourney_backend.api.access import RightsOf, Sight
from mdjourney_backend.api.answers import json_answer, listing
from mdjourney_backend.api.requests import BackendOf
from mdjourney_backend.api.shapes.places import Datasets, DatasetWithRuns, Project, Projects, Skipped
from mdjourney_backend.api.summaries import dataset_item, project_item, run_item

router = APIRouter()


@router.get("/projects", response_model=Projects)
def projects(backend: BackendOf, rights: RightsOf) -> Response:
    """Every project of the tree that the person may see."""
    places = [p for p in backend.tree.projects() if rights.sees(p.project_id)]
    return json_answer(listing([project_item(backend, p) for p in places]))


@router.get("/projects/{project_id}", response_model=Project)
def project(project_id: by.ProjectId, backend: BackendOf) -> Response:
    """One project."""
    return json_answer(project_item(backend, backend.tree.project(project_id)))


@router.get("/projects/{project_id}/datasets", response_model=Datasets)
def datasets(project_id: by.ProjectId, backend: BackendOf) -> Response:
    """The datasets of a project."""
    places = backend.tree.datasets(project_id)
    return json_answer(listing([dataset_item(backend, d) for d in places]))


@router.get("/datasets/{dataset_id}", response_model=DatasetWithRuns)
def dataset(dataset_id: by.DatasetId, backend: BackendOf) -> Response:
    """One dataset and its runs."""
    item = dataset_item(backend, backend.tree.dataset(dataset_id))
    runs = [run_item(backend, r) for r in backend.tree.runs(dataset_id)]
    return json_answer({**item, "runs_list": runs})


@router.get("/skipped", response_model=Skipped)
def skipped(backend: BackendOf, rights: RightsOf) -> Response:
    """Paths that are described nowhere, and why."""
    found = Sight(backend, rights).of_paths(backend.tree.skipped(), lambda s: s.path)
    items: list[dict[str, Any]] = [{"path": s.path, "reason": s.reason} for s in found]
    return json_answer(listing(items))
