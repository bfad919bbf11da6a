"""The file entries of a dataset: paged, searched, and the two fields of them that people type."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from mdjourney_backend.api.answers import json_answer, page
from mdjourney_backend.api.requests import Actor, BackendOf, Body, member
from mdjourney_backend.changes import Content, Edit
from mdjourney_backend.layout import structural_ref
from mdjourney_contract.problems import BadRequest, Invalid

router = APIRouter()

_TYPED = ("role", "file_description")


@router.get("/datasets/{dataset_id}/files")
def files(
    dataset_id: str,
    backend: BackendOf,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=5000)] = 100,
    q: str | None = None,
    status: Literal["present", "growing", "removed"] | None = None,
) -> Response:
    """Entries by path; `q` is part of a path, whatever its case."""
    place = backend.tree.dataset(dataset_id)
    content = backend.documents.read(structural_ref(place.path)).content
    wanted = (q or "").casefold()
    entries = [
        e
        for e in content.get("file_descriptions", ())
        if (status is None or e.get("status") == status) and wanted in e["file_path"].casefold()
    ]
    entries.sort(key=lambda e: e["file_path"])
    return json_answer(page(entries, [e["file_path"] for e in entries], cursor, limit))


@router.patch("/datasets/{dataset_id}/files")
def describe(dataset_id: str, backend: BackendOf, actor: Actor, body: Body) -> Response:
    """`{"files": [{"file_path", "role"?, "file_description"?}]}`; null removes an answer."""
    place = backend.tree.dataset(dataset_id)
    wanted = _wanted(member(body, "files", list))

    def apply(before: Content | None) -> Content:
        content = before or {}
        entries = content.get("file_descriptions", [])
        unknown = sorted(set(wanted) - {e["file_path"] for e in entries})
        if unknown:
            errors = [{"pointer": "", "value": p, "message": "is no file of the dataset"} for p in unknown]
            raise Invalid(f"{unknown[0]!r} is no file of the dataset", errors=errors)
        return {**content, "file_descriptions": [_typed(e, wanted.get(e["file_path"])) for e in entries]}

    noun = "1 file" if len(wanted) == 1 else f"{len(wanted)} files"
    backend.documents.apply(
        Edit(structural_ref(place.path), apply, f"{place.path}: describe {noun}"), actor=actor
    )
    return json_answer({"updated": len(wanted)})


def _wanted(items: list[Any]) -> dict[str, Content]:
    out: dict[str, Content] = {}
    for i, item in enumerate(items):
        if not isinstance(item, dict) or not isinstance(item.get("file_path"), str):
            raise BadRequest(
                f"files/{i} needs a file_path",
                errors=[{"pointer": f"/files/{i}", "message": "needs a file_path"}],
            )
        unknown = sorted(set(item) - {"file_path", *_TYPED})
        if unknown:
            message = f"{unknown[0]} comes from the file itself and cannot be typed"
            raise BadRequest(message, errors=[{"pointer": f"/files/{i}/{unknown[0]}", "message": message}])
        out[item["file_path"]] = {k: v for k, v in item.items() if k != "file_path"}
    return out


def _typed(entry: Content, wanted: Content | None) -> Content:
    if not wanted:
        return entry
    kept = {k: v for k, v in entry.items() if k not in wanted}
    return {**kept, **{k: v for k, v in wanted.items() if v is not None}}
