"""Lists and single rows: projects, trials, datasets, files, tags, people, graph."""

from fastapi import APIRouter
from starlette.responses import Response

from mdjourney_gateway.api.answers import Json
from mdjourney_gateway.api.reading import Person
from mdjourney_gateway.catalogue import models
from mdjourney_gateway.catalogue import parameters as by
from mdjourney_gateway.catalogue.asking import Catalogue
from mdjourney_store import catalogue
from mdjourney_store.connector import queue_of


def reading_routes(router: APIRouter, asking: Catalogue) -> None:
    """Add every route that only reads tables."""
    _project_routes(router, asking)
    _trial_routes(router, asking)
    _dataset_routes(router, asking)
    _other_routes(router, asking)


def _project_routes(router: APIRouter, asking: Catalogue) -> None:
    @router.get("/projects", response_model=models.Projects)
    async def projects(
        caller: Person, q: by.PartOfName = None, limit: by.Limit = 50, cursor: by.Cursor = None
    ) -> Response:
        """Projects, newest first; `q` is part of a name."""
        return await asking.ask(caller, catalogue.projects, q=q, limit=limit, cursor=cursor)

    @router.get("/projects/{project_id}", response_model=models.WholeProject)
    async def project(caller: Person, project_id: by.ProjectId) -> Response:
        """One project with its document and roles."""
        return await asking.ask(caller, catalogue.project, project_id)

    @router.get("/projects/{project_id}/history", response_model=models.ProjectHistory)
    async def history(
        caller: Person, project_id: by.ProjectId, limit: by.Limit = 50, cursor: by.Cursor = None
    ) -> Response:
        """What was saved in a project, newest first."""
        return await asking.ask(caller, catalogue.project_history, project_id, limit=limit, cursor=cursor)


def _trial_routes(router: APIRouter, asking: Catalogue) -> None:
    @router.get("/trials", response_model=models.Trials)
    async def trials(
        caller: Person,
        project_id: by.OfProject = None,
        dataset_id: by.OfDataset = None,
        user_id: by.OfPerson = None,
        status: by.OfStatus = None,
        limit: by.Limit = 50,
        cursor: by.Cursor = None,
    ) -> Response:
        """Trials, latest birth first."""
        wanted = {"project_id": project_id, "dataset_id": dataset_id, "user_id": user_id, "status": status}
        return await asking.ask(caller, catalogue.trials, **wanted, limit=limit, cursor=cursor)

    @router.get("/trials/{trial_id}", response_model=models.WholeTrial)
    async def trial(caller: Person, trial_id: by.TrialId) -> Response:
        """One trial with its metadata, datasets and edges."""
        return await asking.ask(caller, catalogue.trial, trial_id)

    @router.get("/trials/{trial_id}/timeline", response_model=models.Timeline)
    async def timeline(
        caller: Person, trial_id: by.TrialId, limit: by.Limit = 500, cursor: by.Cursor = None
    ) -> Response:
        """Everything that happened to a trial, oldest first."""
        return await asking.ask(caller, catalogue.timeline, trial_id, limit=limit, cursor=cursor)


def _dataset_routes(router: APIRouter, asking: Catalogue) -> None:
    @router.get("/datasets", response_model=models.Datasets)
    async def datasets(
        caller: Person, project_id: by.OfProject = None, limit: by.Limit = 50, cursor: by.Cursor = None
    ) -> Response:
        """Datasets, newest first."""
        return await asking.ask(caller, catalogue.datasets, project_id=project_id, limit=limit, cursor=cursor)

    @router.get("/datasets/{dataset_id}", response_model=models.WholeDataset)
    async def dataset(caller: Person, dataset_id: by.DatasetId) -> Response:
        """One dataset with its documents."""
        return await asking.ask(caller, catalogue.dataset, dataset_id)

    @router.get("/datasets/{dataset_id}/files", response_model=models.Files)
    async def files(
        caller: Person,
        dataset_id: by.DatasetId,
        q: by.PartOfPath = None,
        limit: by.Limit = 100,
        cursor: by.Cursor = None,
    ) -> Response:
        """File entries by path; `q` is part of a path."""
        return await asking.ask(caller, catalogue.files, dataset_id, q=q, limit=limit, cursor=cursor)


def _other_routes(router: APIRouter, asking: Catalogue) -> None:
    @router.get("/tags", response_model=models.Tags)
    async def tags(
        caller: Person, q: by.BeginningOfTag = None, limit: by.Limit = 100, cursor: by.Cursor = None
    ) -> Response:
        """Tags and how often they are used; `q` is how a tag begins."""
        return await asking.ask(caller, catalogue.tags, q=q, limit=limit, cursor=cursor)

    @router.get("/fields", response_model=models.Fields)
    async def fields(
        caller: Person, q: by.BeginningOfField = None, limit: by.Limit = 50, cursor: by.Cursor = None
    ) -> Response:
        """Names of fields and how often they are used; `q` is how a name, or a part of it after a dot, begins."""
        return await asking.ask(caller, catalogue.fields, q=q, limit=limit, cursor=cursor)

    @router.get("/changes", response_model=models.Changes)
    async def changes(
        caller: Person,
        since: by.Since = None,
        project_id: by.OfProject = None,
        limit: by.Limit = 100,
        cursor: by.Cursor = None,
    ) -> Response:
        """What changed since a moment, oldest first; ask again with `next_cursor` for what came later."""
        return await asking.ask(
            caller, catalogue.changes, since=since, project_id=project_id, limit=limit, cursor=cursor
        )

    @router.get("/people", response_model=models.People)
    async def people(
        caller: Person, q: by.PartOfPerson = None, limit: by.Limit = 100, cursor: by.Cursor = None
    ) -> Response:
        """People; `q` is part of an id or name."""
        return await asking.ask(caller, catalogue.people, q=q, limit=limit, cursor=cursor)

    @router.get("/graph/{kind}/{identifier:path}", response_model=models.Graph)
    async def graph(
        caller: Person,
        kind: by.NodeKind,
        identifier: by.NodeId,
        depth: by.Depth = 1,
        direction: by.Direction = "both",
    ) -> Response:
        """Nodes and edges around one node."""
        return await asking.ask(
            caller, catalogue.neighbourhood, kind, identifier, depth=depth, direction=direction
        )

    @router.get("/health", response_model=models.StoreHealth)
    async def health(caller: Person) -> Response:
        """Whether the store answers, and what the connector still has to do."""
        return Json({"status": "ok", "connector": await asking.value(caller, queue_of)})
