"""Which route asks for which right; a route that is not covered is closed to everybody.

A route with `{project_id}`, `{dataset_id}` or `{run_id}` in its path asks for that project: to see it for GET, to edit it for
anything else. Every other route stands in `TREE_WIDE`, with what it asks of the tree as a whole; where such a route answers
with or takes documents of projects, its endpoint asks `Rights` about each (`SIFTED` names those).
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Final, TypeVar

from fastapi import Depends, Request

from mdjourney_backend.api.requests import backend_of
from mdjourney_backend.assembly import Backend
from mdjourney_backend.changes import Ref
from mdjourney_backend.permissions import Rights, TreeRole
from mdjourney_contract.problems import NotAllowed, NotFound

_PREFIX: Final = "/api/v1"
_ELSEWHERE: Final = "Something is wrong in a project that is not shown to you"
_READING: Final = frozenset({"GET", "HEAD"})

#: What each route without a project in its path asks of the tree.
TREE_WIDE: Final[Mapping[tuple[str, str], TreeRole]] = {
    ("GET", "/health"): "reader",
    ("GET", "/attention"): "reader",
    ("POST", "/rescan"): "operator",
    ("GET", "/cache"): "reader",
    ("POST", "/cache/collect"): "admin",
    ("GET", "/projects"): "reader",
    ("GET", "/skipped"): "reader",
    ("GET", "/inbox"): "reader",
    ("GET", "/events"): "reader",
    ("GET", "/instruments"): "reader",
    ("GET", "/instruments/suggestions"): "reader",
    ("GET", "/instruments/{slug}"): "reader",
    ("PUT", "/instruments/{slug}"): "operator",
    ("GET", "/schemas"): "reader",
    ("GET", "/schemas/contextual"): "reader",
    ("GET", "/schemas/contextual/{template}"): "reader",
    ("GET", "/schemas/{name}"): "reader",
    ("GET", "/schemas/{name}/override"): "reader",
    ("GET", "/schemas/contextual/{template}/override"): "reader",
    ("PUT", "/schemas/{name}/override"): "admin",
    ("DELETE", "/schemas/{name}/override"): "admin",
    ("PUT", "/schemas/contextual/{template}/override"): "admin",
    ("DELETE", "/schemas/contextual/{template}/override"): "admin",
    ("GET", "/history"): "reader",
    ("GET", "/history/field"): "reader",
    ("GET", "/origins"): "reader",
    ("GET", "/history/{commit}/diff"): "reader",
    ("POST", "/history/{commit}/restore"): "operator",
    ("POST", "/history/{commit}/revert"): "operator",
    ("POST", "/bulk"): "operator",
    ("GET", "/tables/{kind}"): "reader",
    ("POST", "/tables/{kind}"): "operator",
}
#: Those of them whose endpoint asks for the rights in each project it touches.
SIFTED: Final = frozenset(
    {
        ("GET", "/health"),
        ("GET", "/attention"),
        ("GET", "/projects"),
        ("GET", "/skipped"),
        ("GET", "/inbox"),
        ("GET", "/events"),
        ("GET", "/instruments/suggestions"),
        ("GET", "/history"),
        ("GET", "/history/field"),
        ("GET", "/origins"),
        ("GET", "/history/{commit}/diff"),
        ("POST", "/history/{commit}/restore"),
        ("POST", "/history/{commit}/revert"),
        ("POST", "/bulk"),
        ("GET", "/tables/{kind}"),
        ("POST", "/tables/{kind}"),
    }
)

_RANK: Final[Mapping[TreeRole | None, int]] = {None: 0, "reader": 1, "operator": 2, "admin": 3}


def authorize(request: Request) -> None:
    """Let a request through to its endpoint, or refuse it.

    Raises:
        NotFound: what it names is not there, or not this person's to see.
        NotAllowed: it may be seen but not changed, or no rule covers the route.
    """
    rights = rights_of(request)
    path = request.scope["route"].path.removeprefix(_PREFIX)
    reading = request.method in _READING
    project_id = _project_named(backend_of(request), rights, request.path_params)
    if project_id is not None:
        if not reading and not rights.edits(project_id):
            raise NotAllowed(f"{rights.actor.user_id} may look at this project, not change it")
        return
    needed = TREE_WIDE.get(("GET" if reading else request.method, path))
    if needed is None:
        raise NotAllowed("Nothing says who may use this address")
    if _RANK[rights.in_tree] < _RANK[needed]:
        whom = "admins of the tree" if needed == "admin" else "people who work in the tree"
        raise NotAllowed(f"Only {whom} may do this")


def rights_of(request: Request) -> Rights:
    """The rights of the person a request is for."""
    found: Rights = request.scope["state"]["rights"]
    return found


async def _rights(request: Request) -> Rights:
    return rights_of(request)


RightsOf = Annotated[Rights, Depends(_rights)]


def project_of(backend: Backend, ref: Ref) -> str | None:
    """The project a document belongs to; None for instruments.

    Raises:
        NotFound: its project is not there (any more).
    """
    place = backend.layout.meaning(ref.path)
    if place.project is None:
        return None
    for project in backend.tree.projects():
        if project.path == place.project:
            return project.project_id
    raise NotFound(f"{place.project} is no project of this tree")


def require(backend: Backend, rights: Rights, ref: Ref, *, editing: bool) -> None:
    """Refuse a document that is not this person's to see, or to edit.

    Raises:
        NotFound: not to be seen.
        NotAllowed: to be seen, not to be edited.
    """
    project_id = project_of(backend, ref)
    if not rights.sees(project_id):
        raise NotFound(f"{ref.path[:300]!r} is no document of this tree")
    if editing and not rights.edits(project_id):
        raise NotAllowed(f"{rights.actor.user_id} may look at {ref.path}, not change it")


T = TypeVar("T")


class Sight:
    """What one person sees of the tree as it is now, by path."""

    def __init__(self, backend: Backend, rights: Rights) -> None:
        self._layout = backend.layout
        self._hidden = {p.path for p in backend.tree.projects() if not rights.sees(p.project_id)}

    def has(self, path: str) -> bool:
        """Whether a tree-relative path may be named to the person."""
        return not self._hidden or self._layout.meaning(path).project not in self._hidden

    def is_named_in(self, text: str) -> bool:
        """Whether a text names a project that the person may not see."""
        return any(path in text for path in self._hidden)

    def problem(self, text: str | None) -> str | None:
        """What is wrong, in words that name no project the person may not see."""
        return _ELSEWHERE if text is not None and self.is_named_in(text) else text

    def of_paths(self, items: Iterable[T], path: Callable[[T], str]) -> list[T]:
        """The items whose path may be named."""
        return [item for item in items if self.has(path(item))]


def _project_named(backend: Backend, rights: Rights, named: Mapping[str, str]) -> str | None:
    """The project that ids in the path belong to; None when the path has none."""
    found: str | None = None
    for kind in ("project", "dataset", "run"):
        identifier = named.get(f"{kind}_id")
        if identifier is None:
            continue
        found = _project_with(backend, kind, identifier)
        if not rights.sees(found):
            raise NotFound(f"No {kind} has the identifier {identifier!r}")
    return found


def _project_with(backend: Backend, kind: str, identifier: str) -> str:
    tree = backend.tree
    if kind == "project":
        return tree.project(identifier).project_id
    dataset_id = tree.run(identifier).dataset_id if kind == "run" else identifier
    return tree.dataset(dataset_id).project_id
