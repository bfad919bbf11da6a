"""Whether the session is up and in step, and what waits."""

from typing import Any

from fastapi import APIRouter, Response

from mdjourney_backend import following
from mdjourney_backend.api.access import RightsOf, Sight
from mdjourney_backend.api.answers import json_answer
from mdjourney_backend.api.requests import BackendOf
from mdjourney_backend.api.shapes.health import Health, InStep
from mdjourney_backend.assembly import Backend
from mdjourney_backend.pipeline.status import published
from mdjourney_contract.problems import Unavailable

router = APIRouter()


@router.get("/health", response_model=Health)
def health(backend: BackendOf, rights: RightsOf) -> Response:
    """Always 200 while the backend runs; what is wrong stands in the parts."""
    sight = Sight(backend, rights)
    capture = {name: _without_hidden(sight, part) for name, part in capture_health(backend).items()}
    pipeline = capture["pipeline"]
    tree = {"id": backend.tree_id, "path": str(backend.root), "name": backend.name}
    body = {
        "status": "ok",
        "leader": backend.leading is not None,
        "tree": tree,
        **capture,
        "pipeline": {**pipeline, "growing": sight.of_paths(pipeline["growing"] or [], str)},
        "schemas": {"problems": [{"name": p.name, "message": p.message} for p in backend.schemas.problems()]},
        "skipped": len(sight.of_paths(backend.tree.skipped(), lambda s: s.path)),
        "disk": backend.disk.read(),
        "counters": backend.counters.read(),
        "corrupt": sight.of_paths(backend.documents.corrupt(), str),
    }
    return json_answer(body)


def _without_hidden(sight: Sight, part: Any) -> Any:
    """A part of health whose problem names no project that the person may not see."""
    return {**part, "problem": sight.problem(part["problem"])} if isinstance(part, dict) else part


@router.post("/rescan", response_model=InStep)
def rescan(backend: BackendOf) -> Response:
    """Compare the whole tree with what is described; answers when that is done."""
    backend.rescan()
    return json_answer({"in_step": bool(capture_health(backend)["in_step"])})


def capture_health(backend: Backend) -> dict[str, Any]:
    """What is known of pipeline, history and sync: our own, or what the leader tells."""
    leading = backend.leading
    if leading is not None:
        return leading.health()
    leader = backend.leader_elsewhere()
    if leader is None:
        return _from_afar(backend)
    try:
        told = following.ask(leader, "GET", "/api/v1/health")
        return {part: told[part] for part in following.LEADERS_PARTS}
    except (Unavailable, KeyError, TypeError) as exc:
        return _unknown(backend, str(exc))


def _from_afar(backend: Backend) -> dict[str, Any]:
    """What the tree itself tells of a leader on another machine."""
    told = published(backend.root)
    if told is None:
        return _unknown(backend, "another machine leads this tree")
    found = _unknown(backend, "")
    kept = ("dirty", "pending_files", "growing", "progress", "problem")
    return {
        "in_step": bool(told["in_step"]) and not backend.inbox.names(),
        "available": bool(told["available"]),
        "pipeline": {**found["pipeline"], **{k: told.get(k) for k in kept}},
        "history": {
            **found["history"],
            "waiting": told.get("history_waiting", 0),
            "problem": told.get("history_problem"),
        },
        "sync": {**found["sync"], "waiting": told.get("sync_waiting", 0)},
    }


def _unknown(backend: Backend, problem: str) -> dict[str, Any]:
    waiting = len(backend.inbox.names())
    pipeline = {"dirty": waiting, "pending_files": 0, "growing": [], "progress": None, "problem": problem}
    return {
        "in_step": False,
        "available": backend.leadership.available(),
        "pipeline": pipeline,
        "history": {"mode": backend.history.mode, "waiting": waiting, "problem": backend.history.problem()},
        "sync": {"state": "off", "waiting": waiting, "oldest_seconds": None, "problem": None, "refused": 0},
    }
