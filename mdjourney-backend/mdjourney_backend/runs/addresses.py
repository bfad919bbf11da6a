"""The API address of each document, as people and `missing` items are given it, and the dataset a run lies in."""

from mdjourney_backend.documents import Document
from mdjourney_backend.tree import RunPlace

_BASE = "/api/v1"


def document_url(document: Document) -> str:
    """Where a document is read and edited."""
    return url_of(document.ref.kind, document.ref.path, document.content)


def url_of(kind: str, path: str, content: dict[str, object]) -> str:
    """The same for a kind, path and content."""
    if kind == "project_descriptive":
        return f"{_BASE}/projects/{content['project_identifier']}/metadata/{kind}"
    if kind in ("dataset_administrative", "dataset_structural"):
        return f"{_BASE}/datasets/{content['dataset_identifier']}/metadata/{kind}"
    if kind == "experiment_contextual":
        return f"{_BASE}/runs/{content['experiment_identifier_run_id']}/metadata/{kind}"
    if kind == "complete_metadata":
        return f"{_BASE}/runs/{content['experiment_identifier']}/complete_metadata?revision={content['revision']}"
    return f"{_BASE}/instruments/{path.split('/')[-2]}"


def dataset_of(run: RunPlace) -> str:
    """The folder of a run's dataset, relative to the tree."""
    return run.path.removesuffix(f"/.metadata/runs/{run.path.rpartition('/')[2]}")
