"""One-line views of projects, datasets and runs, put together from their documents."""

import contextlib
from typing import Any

from mdjourney_backend.assembly import Backend
from mdjourney_backend.layout import administrative_ref, project_ref, structural_ref
from mdjourney_backend.summaries import Standing, owes, standing_of
from mdjourney_backend.tree import DatasetPlace, ProjectPlace, RunPlace
from mdjourney_contract.problems import Conflict, NotFound


def project_item(backend: Backend, place: ProjectPlace) -> dict[str, Any]:
    """A project in a list."""
    found = backend.summaries.standing(project_ref(place.path))
    datasets = backend.tree.datasets(place.project_id)
    return {
        "project_id": place.project_id,
        "title": found.content.get("project_title"),
        "path": place.path,
        "status": found.content.get("project_status"),
        **standing_of([found]),
        "owed": owes(found) + sum(_owed_by(backend, dataset) for dataset in datasets),
        "datasets": len(datasets),
    }


def dataset_item(backend: Backend, place: DatasetPlace) -> dict[str, Any]:
    """A dataset in a list; `files` and `bytes` count what is present."""
    both = _documents_of(backend, place)
    files = backend.summaries.files(place)
    return {
        "dataset_id": place.dataset_id,
        "project_id": place.project_id,
        "title": both[0].content.get("dataset_title"),
        "path": place.path,
        "state": files.state,
        "files": files.number,
        "bytes": files.size,
        **standing_of(both),
        "owed": _owed_by(backend, place),
        "runs": len(backend.tree.runs(place.dataset_id)),
    }


def _documents_of(backend: Backend, place: DatasetPlace) -> list[Standing]:
    both = [backend.summaries.standing(administrative_ref(place.path))]
    structural = structural_ref(place.path)
    if backend.documents.exists(structural):
        both.append(backend.summaries.standing(structural))
    return both


def _owed_by(backend: Backend, place: DatasetPlace) -> int:
    """How many fields of a dataset and its runs are missing or wrong; what cannot be read owes nothing."""
    total = 0
    with contextlib.suppress(NotFound, Conflict):
        total += sum(map(owes, _documents_of(backend, place)))
    for run in backend.tree.runs(place.dataset_id):
        with contextlib.suppress(NotFound, Conflict):
            total += owes(backend.summaries.standing(run.ref))
    return total


def run_item(backend: Backend, run: RunPlace) -> dict[str, Any]:
    """A run in a list; `revision` is that of its newest Complete Metadata File."""
    found = backend.summaries.standing(run.ref)
    dataset = backend.tree.dataset(run.dataset_id)
    context = found.content
    standing = standing_of([found])
    revisions = backend.tree.revisions(run)
    return {
        "run_id": run.run_id,
        "dataset_id": run.dataset_id,
        "project_id": dataset.project_id,
        "template": context.get("experiment_template_type"),
        "name": context.get("experiment_name"),
        "status": context.get("run_status"),
        "birth_timestamp": context.get("birth_timestamp"),
        "death_timestamp": context.get("death_timestamp"),
        "clean_exit": context.get("clean_exit"),
        **{k: standing[k] for k in ("valid", "complete", "missing")},
        "revision": revisions[-1][0] if revisions else None,
        "files": backend.summaries.covered(run, dataset),
    }
