"""A reader (a PI, say) sees everything of the sessions he may see, and is told clearly that he changes nothing."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from api.conftest import ADA, Ids, client, fill_all, recorded
from api.shapes import openapi

from mdjourney_backend.api.events import Listener
from mdjourney_backend.assembly import Backend
from mdjourney_contract.people import Identity

pytestmark = pytest.mark.anyio

PI = Identity(user_id="pi", name="Pia", role="reader")
DOCUMENT = "p_Heat/.metadata/project_descriptive.json"
#: GET routes that a tree without such a thing answers 404; asked for something that is there elsewhere in the tests.
NOT_HERE = {
    "/api/v1/schemas/{name}/override",
    "/api/v1/schemas/contextual/{template}/override",
}


def operations(*methods: str) -> Iterator[tuple[str, str]]:
    for path, found in openapi()["paths"].items():
        for method in found:
            if method in methods:
                yield method, path


@pytest.fixture
async def values(backend: Backend, ada: httpx.AsyncClient, ids: Ids) -> dict[str, str]:
    """Something real for every variable of an address; one run is complete, one instrument registered."""
    answer = await ada.post(
        f"/api/v1/datasets/{ids.dataset}/runs", json={"template": "computational_workflow"}
    )
    run = answer.json()["run_id"]
    await fill_all(ada, ids, run)
    url = f"/api/v1/datasets/{ids.dataset}/metadata/dataset_administrative"
    etag = (await ada.get(url)).headers["ETag"]
    for_datacite = {"date_published_released": "2026-11-22"}
    await ada.patch(url, json=for_datacite, headers={"If-Match": etag})
    assert (await ada.post(f"/api/v1/runs/{run}/complete")).status_code == 201
    register = {"content": {"instrument_name": "Scope"}}
    await ada.put("/api/v1/instruments/scope", json=register, headers={"If-None-Match": "*"})
    recorded(backend)
    (newest, *_) = backend.history.log(DOCUMENT).items
    return {
        "project_id": ids.project,
        "dataset_id": ids.dataset,
        "run_id": run,
        "other": run,
        "kind": "dataset_structural",
        "slug": "scope",
        "name": "project_descriptive",
        "template": "computational_workflow",
        "commit": newest.commit,
        "path": "a.csv",
    }


async def test_a_reader_may_look_at_everything(backend: Backend, values: dict[str, str]) -> None:
    refused = []
    async with client(backend, PI) as http:
        for method, path in operations("get"):
            if path.endswith("/events") or path in NOT_HERE:
                continue
            given = values | ({"kind": "runs"} if path == "/api/v1/tables/{kind}" else {})
            url = re.sub(r"\{(\w+)\}", lambda m, given=given: given[m[1]], path)
            params = {"document": DOCUMENT, "pointer": "/project_title"}
            params |= {"format": "xlsx" if "tables" in path else "ro-crate"}
            answer = await http.request(method, url, params=params)
            if answer.status_code != 200 and not (answer.status_code == 409 and "thumbnail" in path):
                refused.append((path, answer.status_code, answer.text[:200]))
    assert refused == []


async def test_a_reader_follows_events(backend: Backend, values: dict[str, str]) -> None:
    leading = backend.leading
    assert leading is not None
    told = Listener(backend, backend.roles.rights(PI), f"{leading.journal_id}-0").news()
    assert any(b"event: document" in event for event in told)


async def test_a_reader_is_told_clearly_that_he_changes_nothing(
    backend: Backend, values: dict[str, str], root: Path
) -> None:
    before = {p: p.read_bytes() for p in root.rglob("*") if p.is_file() and ".git" not in p.parts}
    wrong = []
    async with client(backend, PI) as http:
        for method, path in operations("put", "post", "patch", "delete"):
            url = re.sub(r"\{(\w+)\}", lambda m: values[m[1]], path)
            answer = await http.request(method, url, json={}, headers={"If-Match": "*"})
            body = answer.json()
            if (answer.status_code, body.get("detail")) != (
                403,
                "pi is a reader: may look at this tree, not change it",
            ):
                wrong.append((method, path, answer.status_code, answer.text[:200]))
            assert answer.headers["content-type"] == "application/problem+json"
    assert wrong == []
    after = {p: p.read_bytes() for p in root.rglob("*") if p.is_file() and ".git" not in p.parts}
    assert {p for p in before if before[p] != after.get(p) and ".mdjourney" not in p.parts} == set()


async def test_who_has_no_role_is_told_whom_to_ask(backend: Backend) -> None:
    async with client(backend, Identity(user_id="eve")) as http:
        answer = await http.get("/api/v1/projects")
    assert answer.status_code == 403
    assert "has no role" in answer.json()["detail"]
    assert ADA.user_id not in answer.text
