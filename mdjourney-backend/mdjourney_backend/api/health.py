"""Whether the session is up and in step, and what waits."""

from fastapi import APIRouter, Response

from mdjourney_backend.api.answers import json_answer
from mdjourney_backend.api.requests import BackendOf

router = APIRouter()


@router.get("/health")
def health(backend: BackendOf) -> Response:
    """Always 200 while the backend runs; what is wrong stands in the parts."""
    tree = {"id": backend.tree_id, "path": str(backend.root), "name": backend.name}
    body = {
        "status": "ok",
        "leader": backend.leading is not None,
        "tree": tree,
        **backend.capture_health(),
        "schemas": {"problems": [{"name": p.name, "message": p.message} for p in backend.schemas.problems()]},
        "skipped": len(backend.tree.skipped()),
        "corrupt": backend.documents.corrupt(),
    }
    return json_answer(body)


@router.post("/rescan")
def rescan(backend: BackendOf) -> Response:
    """Compare the whole tree with what is described; answers when that is done."""
    backend.rescan()
    return json_answer({"in_step": bool(backend.capture_health()["in_step"])})
