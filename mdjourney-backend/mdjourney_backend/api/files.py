"""The file entries of a dataset: filtered, counted, paged, and the two members of them that people type."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from mdjourney_backend.api import parameters as by
from mdjourney_backend.api.answers import cursor_of, json_answer, key_of
from mdjourney_backend.api.looking import Looking, LookingAt
from mdjourney_backend.api.requests import Actor, BackendOf, Body, member
from mdjourney_backend.changes import Content, Entry, EntryEdit
from mdjourney_backend.file_lists import FACETS, Filter, page_of
from mdjourney_backend.layout import structural_ref
from mdjourney_contract.problems import BadRequest, Invalid

router = APIRouter()

_TYPED = ("role", "file_description")


class FilePage(BaseModel):
    """A page of file entries, by path."""

    items: Annotated[
        list[dict[str, Any]],
        Field(
            description="Entries of the structural document, by path.",
            examples=[
                [
                    {
                        "file_path": "raw/a.csv",
                        "file_size_bytes": 21,
                        "mime_type": "text/csv",
                        "status": "present",
                    }
                ]
            ],
        ),
    ]
    next_cursor: Annotated[
        str | None, Field(description="Ask with it for the next page; null on the last.", examples=[None])
    ]
    total: Annotated[int, Field(description="How many fit the filters.", examples=[1])]


class FacetValue(BaseModel):
    """A value ("" stands for none) and how many files would have it under the other choices."""

    value: Annotated[str, Field(description='What to ask for; "" stands for none.', examples=["raw"])]
    count: Annotated[int, Field(description="How many files have it.", examples=[2])]


class Facets(BaseModel):
    """What fits the filters, and what else could be chosen."""

    total: Annotated[int, Field(description="How many files fit.", examples=[3])]
    bytes: Annotated[int, Field(description="Bytes of those.", examples=[210])]
    facets: Annotated[
        dict[str, list[FacetValue]], Field(description="By filter, each value and how often it is there.")
    ]


class Updated(BaseModel):
    """How many files were described."""

    updated: Annotated[int, Field(description="How many entries changed.", examples=[1])]


_PAGE = {
    "items": [
        {"file_path": "raw/a.csv", "file_size_bytes": 21, "mime_type": "text/csv", "status": "present"}
    ],
    "next_cursor": None,
    "total": 1,
}
_FACETS = {
    "total": 3,
    "bytes": 210,
    "facets": {
        "status": [{"value": "present", "count": 3}],
        "role": [{"value": "", "count": 2}, {"value": "raw", "count": 1}],
        "mime_type": [{"value": "text/csv", "count": 3}],
        "extension": [{"value": "csv", "count": 3}],
        "described": [{"value": "false", "count": 3}],
    },
}
_DESCRIBED: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "files": {
                            "type": "array",
                            "items": {"type": "object"},
                            "description": "Each with `file_path` and what is typed: `role`, `file_description`.",
                        },
                        "where": {
                            "type": "object",
                            "description": "In place of `files`: all that fit the list's filters.",
                        },
                        "except": {
                            "type": "array",
                            "items": {"type": "string"},
                            "description": "Paths that are left out of those.",
                        },
                        "set": {"type": "object", "description": "What is typed for those."},
                    },
                },
                "examples": {
                    "some": {"value": {"files": [{"file_path": "raw/a.csv", "role": "raw"}]}},
                    "all that fit": {"value": {"where": {"mime_type": ["text/csv"]}, "set": {"role": "raw"}}},
                },
            }
        },
    }
}


def _example(value: object) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {"application/json": {"example": value}}}}


async def _filter(
    q: by.PartOfPath = "",
    status: by.Statuses = None,
    role: by.Roles = None,
    mime_type: by.MimeTypes = None,
    extension: by.Extensions = None,
    described: by.Described = None,
) -> Filter:
    return Filter(
        q=q,
        status=frozenset(status or ()),
        role=frozenset(role or ()),
        mime_type=frozenset(mime_type or ()),
        extension=frozenset(e.lower() for e in extension or ()),
        described=frozenset("true" if d else "false" for d in described or ()),
    )


FilterOf = Annotated[Filter, Depends(_filter)]


@router.get("/datasets/{dataset_id}/files", response_model=FilePage, responses=_example(_PAGE))
def files(
    dataset_id: by.DatasetId,
    backend: BackendOf,
    look: LookingAt,
    wanted: FilterOf,
    cursor: by.Cursor = None,
    offset: by.Offset = None,
    limit: by.FileLimit = 100,
    brief: by.Brief = False,
) -> Response:
    """Entries by path that fit all filters; values of one filter are alternatives."""
    listed = look.lists.of(backend.tree.dataset(dataset_id).path)
    found = listed.matching(wanted)
    start = offset if offset is not None else 0
    if cursor is not None:
        start = listed.after(found, key_of(cursor))
    numbers = found[start : start + limit]
    end = start + len(numbers)
    following = cursor_of(listed.paths[numbers[-1]]) if numbers and end < len(found) else None
    body = page_of(listed, numbers, brief=brief, next_cursor=following, total=len(found))
    return Response(body, media_type="application/json")


@router.get("/datasets/{dataset_id}/files/facets", response_model=Facets, responses=_example(_FACETS))
def facets(dataset_id: by.DatasetId, backend: BackendOf, look: LookingAt, wanted: FilterOf) -> Response:
    """How many files and bytes fit the filters, and how many each value would give under the other filters."""
    listed = look.lists.of(backend.tree.dataset(dataset_id).path)
    return json_answer(listed.facets(wanted))


@router.patch(
    "/datasets/{dataset_id}/files",
    response_model=Updated,
    responses=_example({"updated": 1}),
    openapi_extra=_DESCRIBED,
)
def describe(
    dataset_id: by.DatasetId, backend: BackendOf, look: LookingAt, actor: Actor, body: Body
) -> Response:
    """`{"files": [{"file_path", "role"?, "file_description"?}]}`, or `{"where": filters, "set": {"role"?, "file_description"?}}`
    for all files that fit at this moment (but those in `"except"`); null removes an answer. One save, one commit."""
    place = backend.tree.dataset(dataset_id)
    wanted = _chosen(body, look, place.path) if "where" in body else _listed(member(body, "files", list))
    updated = 0

    def apply(present: Mapping[str, Entry]) -> Mapping[str, Entry]:
        nonlocal updated
        answers = wanted.answers(present)
        updated = len(answers)
        return {path: _typed(present[path], answer) for path, answer in answers.items()}

    subject = f"{place.path}: describe files"
    if "where" not in body:
        number = len(body["files"])
        subject = f"{place.path}: describe {'1 file' if number == 1 else f'{number} files'}"
    edit = EntryEdit(structural_ref(place.path), wanted.paths, apply, subject)
    with backend.tree.hold(place) as folder:
        backend.documents.within(folder).apply_entries(edit, actor=actor)
    return json_answer({"updated": updated})


class _Listed:
    """Answers for files that are named one by one."""

    def __init__(self, wanted: dict[str, Content]) -> None:
        self._wanted = wanted
        self.paths = frozenset(wanted)

    def answers(self, present: Mapping[str, Entry]) -> dict[str, Content]:
        """By path; raises Invalid."""
        unknown = sorted(self.paths - present.keys())
        if unknown:
            errors = [{"pointer": "", "value": p, "message": "is no file of the dataset"} for p in unknown]
            raise Invalid(f"{unknown[0]!r} is no file of the dataset", errors=errors)
        return self._wanted


class _Chosen:
    """The same answer for all files that fit, of those that fitted when the list was looked at."""

    def __init__(self, where: Filter, paths: frozenset[str], answer: Content) -> None:
        self._where, self.paths, self._answer = where, paths, answer

    def answers(self, present: Mapping[str, Entry]) -> dict[str, Content]:
        """By path."""
        return {path: self._answer for path, entry in present.items() if self._where.matches(entry)}


def _listed(items: list[Any]) -> _Listed:
    out: dict[str, Content] = {}
    for i, item in enumerate(items):
        if not isinstance(item, dict) or not isinstance(item.get("file_path"), str):
            raise BadRequest(
                f"files/{i} needs a file_path",
                errors=[{"pointer": f"/files/{i}", "message": "needs a file_path"}],
            )
        answers = {k: v for k, v in item.items() if k != "file_path"}
        _only_typed(answers, f"/files/{i}")
        out[item["file_path"]] = answers
    return _Listed(out)


def _chosen(body: Content, look: Looking, dataset_path: str) -> _Chosen:
    where, answers = member(body, "where", dict), member(body, "set", dict)
    _only_typed(answers, "/set")
    unknown = sorted(set(where) - {"q", *FACETS})
    if unknown:
        message = f"{unknown[0]} is nothing to choose files by"
        raise BadRequest(message, errors=[{"pointer": f"/where/{unknown[0]}", "message": message}])
    q = member(where, "q", str, "")
    choices = {name: _texts(where, name, "where/") for name in FACETS}
    chosen, but = Filter(q=q, **choices), _texts(body, "except", "")
    listed = look.lists.of(dataset_path)
    return _Chosen(chosen, frozenset(listed.paths[i] for i in listed.matching(chosen)) - but, answers)


def _texts(body: Content, name: str, inside: str) -> frozenset[str]:
    given = member(body, name, list, [])
    if not all(isinstance(value, str) for value in given):
        message = f"{inside}{name} must be a list of texts"
        raise BadRequest(message, errors=[{"pointer": f"/{inside}{name}", "message": message}])
    return frozenset(given)


def _only_typed(answers: Content, pointer: str) -> None:
    unknown = sorted(set(answers) - set(_TYPED))
    if unknown:
        message = f"{unknown[0]} comes from the file itself and cannot be typed"
        raise BadRequest(message, errors=[{"pointer": f"{pointer}/{unknown[0]}", "message": message}])


def _typed(entry: Entry, wanted: Content) -> Entry:
    kept = {k: v for k, v in entry.items() if k not in wanted}
    return {**kept, **{k: v for k, v in wanted.items() if v is not None}}
