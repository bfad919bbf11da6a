"""One-line views of projects, datasets and runs, put together from their documents."""

from collections.abc import Iterable
from typing import Any

from mdjourney_backend.changes import Content
from mdjourney_backend.documents import Document, Documents
from mdjourney_backend.layout import administrative_ref, project_ref, structural_ref
from mdjourney_backend.tree import DatasetPlace, ProjectPlace, RunPlace, Tree
from mdjourney_backend.triggers.t5_finalize import covered_entries

_STATES = ("V0", "V1", "V2")


def project_item(documents: Documents, tree: Tree, place: ProjectPlace) -> dict[str, Any]:
    """A project in a list."""
    document = documents.read(project_ref(place.path))
    return {
        "project_id": place.project_id,
        "title": document.content.get("project_title"),
        "path": place.path,
        "status": document.content.get("project_status"),
        **_standing(documents, [document]),
        "datasets": len(tree.datasets(place.project_id)),
        "modified": _modified([document]),
    }


def dataset_item(documents: Documents, tree: Tree, place: DatasetPlace) -> dict[str, Any]:
    """A dataset in a list; `files` and `bytes` count what is present."""
    administrative = documents.read(administrative_ref(place.path))
    both = [administrative]
    structural: Content = {}
    if documents.exists(structural_ref(place.path)):
        both.append(documents.read(structural_ref(place.path)))
        structural = both[1].content
    entries = present(structural)
    return {
        "dataset_id": place.dataset_id,
        "project_id": place.project_id,
        "title": administrative.content.get("dataset_title"),
        "path": place.path,
        "state": state(entries),
        "files": len(entries),
        "bytes": sum(e.get("file_size_bytes", 0) for e in entries),
        **_standing(documents, both),
        "runs": len(tree.runs(place.dataset_id)),
        "modified": _modified(both),
    }


def run_item(documents: Documents, tree: Tree, run: RunPlace) -> dict[str, Any]:
    """A run in a list; `revision` is that of its newest Complete Metadata File."""
    document = documents.read(run.ref)
    dataset = tree.dataset(run.dataset_id)
    context = document.content
    structural = structural_ref(dataset.path)
    entries = (
        covered_entries(documents.read(structural).content, context) if documents.exists(structural) else []
    )
    revisions = tree.revisions(run)
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
        **_standing(documents, [document]),
        "revision": revisions[-1][0] if revisions else None,
        "files": len(entries),
    }


def present(structural: Content) -> list[Content]:
    """Entries of files that are there."""
    return [e for e in structural.get("file_descriptions", ()) if e.get("status") != "removed"]


def state(entries: Iterable[Content]) -> str:
    """The lowest state of the entries; V0 where nothing is described yet."""
    found = [e.get("version_state", "V0") for e in entries]
    return min(found, key=_STATES.index, default="V0")


def _standing(documents: Documents, parts: Iterable[Document]) -> dict[str, Any]:
    found = [documents.assess(d) for d in parts]
    return {
        "valid": all(a.valid for a in found),
        "complete": all(a.complete for a in found),
        "missing": sum(len(a.missing) for a in found),
    }


def _modified(parts: Iterable[Document]) -> str | None:
    found = [d.content.get("last_modified_date") for d in parts]
    return max((m for m in found if isinstance(m, str)), default=None)
