"""Documents that need a person are told to those who may see them, with who is in the way."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from api.conftest import ADA, BOB, Ids, client, launch, started
from harness.folders import short_folder
from harness.waiting import until

from mdjourney_backend.assembly import Backend
from mdjourney_backend.layout import administrative_ref
from mdjourney_contract.people import SYSTEM, Identity
from mdjourney_contract.problems import Conflict
from mdjourney_store import roles
from mdjourney_store.connection import Store
from mdjourney_store.embedded import EmbeddedPostgres
from mdjourney_store.migrate import upgrade
from mdjourney_store.viewer import Viewer

pytestmark = pytest.mark.anyio

ROOT = Identity(user_id="root", role="admin")
ADMINISTRATIVE = "p_Heat/first set/.metadata/dataset_administrative.json"


def break_document(root: Path, path: str = ADMINISTRATIVE) -> None:
    """Leave half a document, written long ago."""
    file = root / path
    file.write_bytes(file.read_bytes()[:20])
    os.utime(file, (1, 1))


async def asked(backend: Backend, person: Identity = ADA) -> dict[str, Any]:
    async with client(backend, person) as http:
        answer = await http.get("/api/v1/attention")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_nothing_is_told_while_all_is_well(backend: Backend) -> None:
    assert await asked(backend) == {"items": [], "next_cursor": None, "hidden": 0, "unknown": None}


async def test_an_unreadable_document_is_told_with_where_its_file_went(
    backend: Backend, ada: httpx.AsyncClient, ids: Ids, root: Path
) -> None:
    break_document(root)
    backend.rescan()
    (item,) = (await asked(backend))["items"]
    assert (item["kind"], item["document"], item["restored"]) == ("set_aside", ADMINISTRATIVE, True)
    assert (item["project_id"], item["dataset_id"], item["run_id"]) == (ids.project, ids.dataset, None)
    assert (root / item["aside"]).is_file()
    (root / item["aside"]).unlink()
    assert (await asked(backend))["items"] == []


async def test_one_without_a_good_version_is_told_as_not_restored(root: Path, tmp_path: Path) -> None:
    with started(launch(root, tmp_path / "home", watch="off", history={"git": False, "dvc": False})) as made:
        break_document(root)
        with pytest.raises(Conflict):
            made.documents.read(administrative_ref("p_Heat/first set"))
        (item,) = (await asked(made))["items"]
    assert (item["document"], item["restored"], item["dataset_id"]) == (ADMINISTRATIVE, False, None)


@pytest.fixture
def database() -> Iterator[str]:
    with short_folder(0o711) as folder:
        server = EmbeddedPostgres(folder / "h", shared=folder / "s", durable=False)
        try:
            urls = server.start()
            upgrade(urls.owner_url)
            yield urls.owner_url
        finally:
            server.stop()


async def test_what_another_tree_holds_is_told_with_that_tree_to_those_who_are_in_its_project(
    root: Path, tmp_path: Path, database: str
) -> None:
    """Bob serves a copy of Ada's project, and a project of his own that has Ada's dataset in it."""
    with ExitStack() as stack:

        def serve(folder: Path, name: str, **more: Any) -> Backend:
            given = launch(folder, tmp_path / name, watch="off", history={"git": False, "dvc": False}, **more)
            made = stack.enter_context(started(given.model_copy(update={"database_url": database})))
            until(lambda: made.leading is not None and made.leading.journal.waiting("sync") == 0)
            return made

        first = serve(root, "home1")
        copy = tmp_path / "copy"
        shutil.copytree(root / "p_Heat", copy / "p_Heat")
        (copy / "p_Mine").mkdir()
        (copy / "p_Heat/first set").rename(copy / "p_Mine/first set")
        second = serve(copy, "home2", owner=BOB, members=["ada"])
        (mine,) = [p.project_id for p in second.tree.projects() if p.path == "p_Mine"]
        (hers,) = first.tree.datasets()
        second.roles.refresh()
        assert second.leading is not None
        until(lambda: len(second.leading.standing() if second.leading else ()) >= 2)

        told = {item["document"]: item for item in (await asked(second, ROOT))["items"]}
        project = told["p_Heat/.metadata/project_descriptive.json"]["held"]
        assert (project["kind"], project["folder"]) == ("project", str(root))
        assert project["host"]
        assert all(item["kind"] == "held_elsewhere" for item in told.values())

        bob = await asked(second, BOB)
        assert bob["hidden"] == 1
        (item, *_) = bob["items"]
        assert item["project_id"] == mine
        assert (item["held"]["identifier"], item["held"]["kind"]) == (hers.dataset_id, "dataset")
        assert (item["held"]["folder"], item["held"]["host"]) == (None, None)
        assert "p_Heat" not in json.dumps(bob)
        assert str(root) not in json.dumps(bob)

        ada = {item["document"]: item["held"]["folder"] for item in (await asked(second, ADA))["items"]}
        assert ada == dict.fromkeys(told, str(root))
        async with client(second, BOB) as http:
            assert "p_Heat" not in (await http.get("/api/v1/health")).text
        backends = (await asked(second, SYSTEM))["items"]
        assert all(["ada", "local"] in item["held"]["named_to"] for item in backends)
        assert "named_to" not in json.dumps(bob["items"]).replace('"named_to": null', "")

        with closing(Store(database)) as store:
            roles.set_role(store, Viewer.of(ADA), hers.project_id, BOB, "operator")
        second.roles.refresh()
        bob = await asked(second, BOB)
        assert (bob["hidden"], {item["held"]["folder"] for item in bob["items"]}) == (0, {str(root)})
