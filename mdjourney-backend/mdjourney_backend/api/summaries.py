"""One-line views of projects, datasets and runs, put together from their documents."""

from typing import Any

from mdjourney_backend.assembly import Backend
from mdjourney_backend.layout import administrative_ref, project_ref, structural_ref
from mdjourney_backend.summaries import standing_of
from mdjourney_backend.tree import DatasetPlace, ProjectPlace, RunPlace


def project_item(backend: Backend, place: ProjectPlace) -> dict[str, Any]:
    """A project in a list."""
    found = backend.summaries.standing(project_ref(place.path))
    return {
        "project_id": place.project_id,
        "title": found.content.get("project_title"),
        "path": place.path,
        "status": found.content.get("project_status"),
        **standing_of([found]),
        "datasets": len(backend.tree.datasets(place.project_id)),
    }


def dataset_item(backend: Backend, place: DatasetPlace) -> dict[str, Any]:
    """A dataset in a list; `files` and `bytes` count what is present."""
    both = [backend.summaries.standing(administrative_ref(place.path))]
    structural = structural_ref(place.path)
    if backend.documents.exists(structural):
        both.append(backend.summaries.standing(structural))
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
        "runs": len(backend.tree.runs(place.dataset_id)),
    }


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
