"""Documents that need a person: set aside because they cannot be read, or not in the store as they are, and who is in the way."""

import contextlib
from typing import Any, Final

from fastapi import APIRouter, Response

from mdjourney_backend import following
from mdjourney_backend.api.access import RightsOf, Sight
from mdjourney_backend.api.answers import json_answer, listing
from mdjourney_backend.api.requests import BackendOf
from mdjourney_backend.api.shapes.attention import AttentionList
from mdjourney_backend.assembly import Backend
from mdjourney_backend.changes import Ref
from mdjourney_backend.permissions import Rights
from mdjourney_contract.people import SYSTEM
from mdjourney_contract.problems import Conflict, NotFound, Unavailable
from mdjourney_store.standing import HeldElsewhere, Standing

router = APIRouter()

Item = dict[str, Any]
_OF_RUNS: Final = frozenset({"experiment_contextual", "complete_metadata"})


@router.get("/attention", response_model=AttentionList)
def attention(backend: BackendOf, rights: RightsOf) -> Response:
    """Documents that cannot be read, and those the catalogue does not have as they are: why, and where what they name is held."""
    told, unknown = _told(backend)
    mine = _own(backend)
    found = {(item["kind"], item["aside"] or item["document"]): item for item in (*told, *mine)}
    seen = Sight(backend, rights).of_paths(found.values(), lambda item: item["document"])
    hidden = len(found) - len(seen) if rights.standing is not None else 0
    items = [_for(item, rights) for item in seen]
    return json_answer(listing(items) | {"hidden": hidden, "unknown": unknown})


def _own(backend: Backend) -> list[Item]:
    """What this backend knows itself: what it set aside, and as leader what the store said."""
    standing = () if backend.leading is None else backend.leading.standing()
    aside = backend.documents.corrupt()
    if not standing and not aside:
        return []
    places = _Places(backend)
    return [
        *(_from_store(places, each) for each in standing),
        *(_aside(backend, places, each) for each in aside),
    ]


def _told(backend: Backend) -> tuple[list[Item], str | None]:
    """What whoever else leads the tree knows; else why that is not known."""
    if backend.leading is not None:
        return [], None
    leader = backend.leader_elsewhere()
    if leader is None:
        return [], "another machine leads this tree"
    try:
        answer = following.ask(leader, "GET", "/api/v1/attention")
        return list(answer["items"]), answer["unknown"]
    except (Unavailable, KeyError, TypeError) as exc:
        return [], str(exc)


def _from_store(places: "_Places", standing: Standing) -> Item:
    held = standing.held
    return {
        **places.blank(standing.rel_path),
        "kind": "not_stored" if held is None else "held_elsewhere",
        "reason": standing.reason,
        "held": None if held is None else _holder(held),
    }


def _holder(held: HeldElsewhere) -> Item:
    return {
        "kind": held.kind,
        "identifier": held.identifier,
        "by_store": held.by_store,
        "host": held.host,
        "folder": held.root_path,
        "project_id": held.project_id,
        "named_to": sorted(held.people),
    }


def _aside(backend: Backend, places: "_Places", aside: str) -> Item:
    document = aside.rpartition(".corrupt-")[0]
    restored = (backend.root / document).is_file()
    return {**places.blank(document), "kind": "set_aside", "aside": aside, "restored": restored}


class _Places:
    """The identifiers of places, as far as they can be read; the tree is asked once."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._projects = {p.path: p.project_id for p in backend.tree.projects()}
        self._datasets = {d.path: d.dataset_id for d in backend.tree.datasets()}

    def blank(self, document: str) -> Item:
        """An item about a document, nothing said of it yet."""
        place = self._backend.layout.meaning(document)
        return {
            "document": document,
            "project_id": self._projects.get(place.project or ""),
            "dataset_id": self._datasets.get(place.dataset or ""),
            "run_id": self._run(place.ref),
            "aside": None,
            "restored": None,
            "reason": None,
            "held": None,
        }

    def _run(self, ref: Ref | None) -> str | None:
        if ref is None or ref.kind not in _OF_RUNS:
            return None
        with contextlib.suppress(NotFound, Conflict):
            run = self._backend.tree.run(ref.path.split("/")[-2])
            return run.run_id if ref.path.startswith(f"{run.path}/") else None
        return None


def _for(item: Item, rights: Rights) -> Item:
    """An item as a person may see it: where another tree lies is told to those with a role in what it holds."""
    held = item["held"]
    if held is None or rights.actor.domain == SYSTEM.domain:
        return item
    me = (rights.actor.user_id, rights.actor.domain)
    named = (
        rights.everywhere
        or held["project_id"] in rights.roles
        or me in {tuple(key) for key in held["named_to"] or ()}
    )
    unnamed = {} if named else {"host": None, "folder": None, "project_id": None}
    return {**item, "held": {**held, **unnamed, "named_to": None}}
