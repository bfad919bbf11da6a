"""The metadata documents: read, put, patched."""

from fastapi import APIRouter, Response

from mdjourney_backend.api import parameters as by
from mdjourney_backend.api.answers import document_answer
from mdjourney_backend.api.requests import Actor, BackendOf, Body, IfMatch, member
from mdjourney_backend.api.shapes.documents import DocumentAnswer, DocumentPatch, DocumentSent
from mdjourney_backend.api.shapes.words import takes
from mdjourney_backend.assembly import Backend
from mdjourney_backend.changes import Edit, Ref
from mdjourney_backend.documents import editing
from mdjourney_backend.layout import administrative_ref, project_ref, structural_ref
from mdjourney_contract.people import Identity
from mdjourney_contract.problems import NotFound

router = APIRouter()


def _project(backend: Backend, identifier: str) -> Ref:
    return project_ref(backend.tree.project(identifier).path)


def _dataset(backend: Backend, identifier: str, kind: str) -> Ref:
    place = backend.tree.dataset(identifier)
    refs = {"dataset_administrative": administrative_ref, "dataset_structural": structural_ref}
    if kind not in refs:
        raise NotFound(f"A dataset has no document {kind!r}")
    return refs[kind](place.path)


def save(backend: Backend, ref: Ref, body: Body, actor: Identity, if_match: str, *, whole: bool) -> Response:
    """PUT (`whole`) or PATCH one document."""
    apply = editing.put(ref.kind, member(body, "content", dict)) if whole else editing.patch(ref.kind, body)
    place = ref.path.split("/.metadata/")[0] if "/.metadata/" in ref.path else ref.path.split("/")[-2]
    edit = Edit(ref, apply, f"{place}: edit {ref.kind}")
    return document_answer(backend.documents, backend.documents.apply(edit, actor=actor, if_match=if_match))


@router.get("/projects/{project_id}/metadata/project_descriptive", response_model=DocumentAnswer)
def read_project(project_id: by.ProjectId, backend: BackendOf) -> Response:
    """The project's document."""
    return document_answer(backend.documents, backend.documents.read(_project(backend, project_id)))


@router.put(
    "/projects/{project_id}/metadata/project_descriptive",
    response_model=DocumentAnswer,
    openapi_extra=takes(DocumentSent),
)
def put_project(
    project_id: by.ProjectId, backend: BackendOf, actor: Actor, if_match: IfMatch, body: Body
) -> Response:
    """Replace what people edit of it."""
    return save(backend, _project(backend, project_id), body, actor, if_match, whole=True)


@router.patch(
    "/projects/{project_id}/metadata/project_descriptive",
    response_model=DocumentAnswer,
    openapi_extra=takes(DocumentPatch),
)
def patch_project(
    project_id: by.ProjectId, backend: BackendOf, actor: Actor, if_match: IfMatch, body: Body
) -> Response:
    """Merge a JSON merge patch into it."""
    return save(backend, _project(backend, project_id), body, actor, if_match, whole=False)


@router.get("/datasets/{dataset_id}/metadata/{kind}", response_model=DocumentAnswer)
def read_dataset(dataset_id: by.DatasetId, kind: by.OfDataset, backend: BackendOf) -> Response:
    """One of the dataset's two documents."""
    return document_answer(backend.documents, backend.documents.read(_dataset(backend, dataset_id, kind)))


@router.put(
    "/datasets/{dataset_id}/metadata/{kind}", response_model=DocumentAnswer, openapi_extra=takes(DocumentSent)
)
def put_dataset(
    dataset_id: by.DatasetId,
    kind: by.OfDataset,
    backend: BackendOf,
    actor: Actor,
    if_match: IfMatch,
    body: Body,
) -> Response:
    """Replace what people edit of it; file entries stay."""
    return save(backend, _dataset(backend, dataset_id, kind), body, actor, if_match, whole=True)


@router.patch(
    "/datasets/{dataset_id}/metadata/{kind}",
    response_model=DocumentAnswer,
    openapi_extra=takes(DocumentPatch),
)
def patch_dataset(
    dataset_id: by.DatasetId,
    kind: by.OfDataset,
    backend: BackendOf,
    actor: Actor,
    if_match: IfMatch,
    body: Body,
) -> Response:
    """Merge a JSON merge patch into it; file entries stay."""
    return save(backend, _dataset(backend, dataset_id, kind), body, actor, if_match, whole=False)


@router.get("/runs/{run_id}/metadata/experiment_contextual", response_model=DocumentAnswer)
def read_run(run_id: by.RunId, backend: BackendOf) -> Response:
    """The context of a run."""
    return document_answer(backend.documents, backend.documents.read(backend.tree.run(run_id).ref))


@router.put(
    "/runs/{run_id}/metadata/experiment_contextual",
    response_model=DocumentAnswer,
    openapi_extra=takes(DocumentSent),
)
def put_run(run_id: by.RunId, backend: BackendOf, actor: Actor, if_match: IfMatch, body: Body) -> Response:
    """Replace what people edit of it."""
    return save(backend, backend.tree.run(run_id).ref, body, actor, if_match, whole=True)


@router.patch(
    "/runs/{run_id}/metadata/experiment_contextual",
    response_model=DocumentAnswer,
    openapi_extra=takes(DocumentPatch),
)
def patch_run(run_id: by.RunId, backend: BackendOf, actor: Actor, if_match: IfMatch, body: Body) -> Response:
    """Merge a JSON merge patch into it."""
    return save(backend, backend.tree.run(run_id).ref, body, actor, if_match, whole=False)
