"""What lists say is still owed, here and below, is what the inbox asks."""

import httpx
import pytest
from api.conftest import Ids

pytestmark = pytest.mark.anyio


async def owed(ada: httpx.AsyncClient, ids: Ids) -> tuple[int, int]:
    """Of the project and of its dataset, by the lists; checked against the inbox."""
    (project,) = (await ada.get("/api/v1/projects")).json()["items"]
    (dataset,) = (await ada.get(f"/api/v1/projects/{ids.project}/datasets")).json()["items"]
    asked = (await ada.get("/api/v1/inbox")).json()["items"]
    assert project["owed"] == sum(item["project_id"] == ids.project for item in asked)
    assert dataset["owed"] == sum(item["dataset_id"] == ids.dataset for item in asked)
    return project["owed"], dataset["owed"]


async def test_a_run_owes_for_its_dataset_and_project_until_it_is_abandoned(
    ada: httpx.AsyncClient, ids: Ids
) -> None:
    before = await owed(ada, ids)
    made = await ada.post(f"/api/v1/datasets/{ids.dataset}/runs", json={"template": "computational_workflow"})
    assert made.status_code == 201, made.text
    run = made.json()
    assert run["missing"] > 0
    assert await owed(ada, ids) == tuple(n + run["missing"] for n in before)
    assert (await ada.post(f"/api/v1/runs/{run['run_id']}/abandon")).status_code == 200
    assert await owed(ada, ids) == before
