"""Old bytes of data files: how much disk they take, and removing versions that nobody needs any more."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Response

from mdjourney_backend import following
from mdjourney_backend.api.answers import json_answer
from mdjourney_backend.api.requests import BackendOf, Body, member
from mdjourney_backend.api.shapes.cache import Cache, Collect, CollectedObjects
from mdjourney_backend.api.shapes.words import takes
from mdjourney_backend.assembly import Backend
from mdjourney_backend.history import collected
from mdjourney_contract.problems import BadRequest, Unavailable

router = APIRouter(prefix="/cache")

#: Looking at every object of a large cache takes a while, and so does reading the pointers of its history.
_SECONDS = 600.0
_MOST_DAYS = 36_500
_NOTHING = {"keeping": "none", "objects": 0, "bytes": 0, "limit_bytes": None, "problem": None}


@router.get("", response_model=Cache)
def cache(backend: BackendOf) -> Response:
    """What the DVC cache holds; looks at every object."""
    leading = backend.leading
    if leading is None:
        return json_answer(_ask_leader(backend, "GET", "/api/v1/cache"))
    pointers = leading.pointers
    if pointers is None:
        return json_answer(_NOTHING)
    return json_answer(
        {
            "keeping": pointers.keeping,
            **asdict(pointers.cache_size()),
            "limit_bytes": pointers.limit,
            "problem": pointers.problem(),
        }
    )


@router.post("/collect", response_model=CollectedObjects, openapi_extra=takes(Collect, required=False))
def collect(backend: BackendOf, body: Body) -> Response:
    """Remove the bytes of versions replaced more than `keep_days` ago; `dvc checkout` cannot bring those back."""
    asked = {"keep_days": _days(body), "dry_run": member(body, "dry_run", bool, False)}
    leading = backend.leading
    if leading is None:
        return json_answer(_ask_leader(backend, "POST", "/api/v1/cache/collect", asked))
    return json_answer(collected(leading.pointers, asked["keep_days"], dry_run=asked["dry_run"]))


def _ask_leader(backend: Backend, method: str, path: str, body: Any = None) -> Any:
    leader = backend.leader_elsewhere()
    if leader is None:
        raise Unavailable("Another machine leads this tree: ask there", retry_after=60)
    return following.ask(leader, method, path, _SECONDS, body)


def _days(body: dict[str, Any]) -> float:
    value = body.get("keep_days", 90)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _MOST_DAYS:
        message = f"keep_days must be a number from 0 to {_MOST_DAYS}"
        raise BadRequest(message, errors=[{"key": "keep_days", "pointer": "/keep_days", "message": message}])
    return float(value)
