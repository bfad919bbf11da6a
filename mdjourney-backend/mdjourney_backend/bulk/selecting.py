"""Which documents a bulk edit or a table is about."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from mdjourney_backend.changes import Content, Ref
from mdjourney_backend.documents import Documents, editing
from mdjourney_backend.layout import administrative_ref, project_ref, structural_ref
from mdjourney_backend.tree import Tree
from mdjourney_contract.problems import BadRequest

Change = Callable[[Content | None], Content]

#: What may be chosen -> the kind of document.
KINDS: Final = {
    "projects": "project_descriptive",
    "datasets": "dataset_administrative",
    "structures": "dataset_structural",
    "runs": "experiment_contextual",
    "instruments": "instrument_technical",
}
_CONDITIONS: Final = {"kind", "project", "dataset", "template", "equals", "missing"}


def documents_of(
    tree: Tree, kind: str, *, project: str | None = None, dataset: str | None = None
) -> Iterator[Ref]:
    """The documents of a kind (a key of `KINDS`), of one project or dataset or of all.

    Raises:
        BadRequest: there is no such kind.
        NotFound: no such project or dataset.
    """
    if kind not in KINDS:
        raise BadRequest(f"{kind[:80]!r} is none of {', '.join(KINDS)}")
    if kind == "instruments":
        yield from (place.ref for place in tree.instruments())
    elif kind == "projects":
        places = [tree.project(project)] if project else tree.projects()
        yield from (project_ref(place.path) for place in places)
    else:
        datasets = [tree.dataset(dataset)] if dataset else tree.datasets(project)
        for place in datasets:
            if kind == "runs":
                yield from (run.ref for run in tree.runs(place.dataset_id))
            else:
                yield administrative_ref(place.path) if kind == "datasets" else structural_ref(place.path)


def documents_where(tree: Tree, documents: Documents, where: dict[str, Any]) -> list[Ref]:
    """The documents that meet `{"kind", "project"?, "dataset"?, "template"?, "equals"?: {pointer: value}, "missing"?: pointer}`.

    Raises:
        BadRequest: a condition is unknown or of another type.
    """
    unknown = sorted(set(where) - _CONDITIONS)
    texts = [
        k
        for k in ("kind", "project", "dataset", "template", "missing")
        if not isinstance(where.get(k, ""), str)
    ]
    equals = where.get("equals", {})
    if unknown or texts or not isinstance(equals, dict) or "kind" not in where:
        wrong = [*unknown, *texts] or ["equals" if "kind" in where else "kind"]
        known = ", ".join(sorted(_CONDITIONS))
        raise BadRequest(f"where: {wrong[0]!r} is missing, unknown or of another type; it has {known}")
    found = documents_of(tree, where["kind"], project=where.get("project"), dataset=where.get("dataset"))
    return [ref for ref in found if documents.exists(ref) and _meets(documents.read(ref).content, where)]


def while_where(where: dict[str, Any], apply: Change) -> Change:
    """The same change, of documents that meet the conditions at the moment they are saved."""
    return lambda content: apply(content) if content is not None and _meets(content, where) else content or {}


def _meets(content: Content, where: dict[str, Any]) -> bool:
    wanted = dict(where.get("equals", {}))
    if "template" in where:
        wanted["/experiment_template_type"] = where["template"]
    if "missing" in where and editing.field(content, where["missing"]) is not editing.ABSENT:
        return False
    return all(editing.field(content, p) == v for p, v in wanted.items())
