"""Who may come in, and what an error looks like."""

import httpx
import pytest
from api.conftest import ADA, BOB, Ids, client, headers

from mdjourney_backend.app import create_app
from mdjourney_backend.assembly import Backend
from mdjourney_contract.people import Identity

pytestmark = pytest.mark.anyio

PATHS = ["/api/v1/health", "/api/v1/projects", "/api/v1/events", "/api/v1/openapi.json", "/", "/nothing"]


async def test_nothing_is_answered_without_the_secret(backend: Backend) -> None:
    transport = httpx.ASGITransport(create_app(backend))
    async with httpx.AsyncClient(transport=transport, base_url="http://b") as http:
        for path in PATHS:
            for secret in ("", "wrong", "s3cre"):
                answer = await http.get(path, headers=headers(ADA, secret))
                assert answer.status_code == 403, (path, secret)
                assert answer.headers["Content-Type"] == "application/problem+json"


async def test_a_request_that_names_nobody_is_refused(backend: Backend) -> None:
    transport = httpx.ASGITransport(create_app(backend))
    async with httpx.AsyncClient(transport=transport, base_url="http://b") as http:
        for person in ("", "null", "%7B%7D", "{", "%7B%22user_id%22%3A%22a%22%2C%22x%22%3A1%7D"):
            given = {**headers(), "x-mdj-user": person}
            assert (await http.get("/api/v1/projects", headers=given)).status_code == 403


ROLES = [
    (ADA, True, True),
    (BOB, True, True),
    (Identity(user_id="root", role="admin"), True, True),
    (Identity(user_id="pi", role="reader"), True, False),
    (Identity(user_id="eve"), False, False),
    (Identity(user_id="ada", domain="elsewhere"), False, False),
    (Identity(user_id="bob", domain="elsewhere"), False, False),
    (Identity(user_id="bob", role="reader"), True, False),
]


async def test_owner_members_and_admins_edit_readers_read(backend: Backend, ids: Ids) -> None:
    url = f"/api/v1/projects/{ids.project}/metadata/project_descriptive"
    for who, reads, writes in ROLES:
        async with client(backend, who) as http:
            read = await http.get(url)
            wrote = await http.patch(url, json={"project_title": who.user_id}, headers={"If-Match": "*"})
            run = {"template": "computational_workflow"}
            started = await http.post(f"/api/v1/datasets/{ids.dataset}/runs", json=run)
        assert read.status_code == (200 if reads else 403), who
        assert wrote.status_code == (200 if writes else 403), who
        assert started.status_code == (201 if writes else 403), who


async def test_an_unknown_address_is_a_problem(backend: Backend) -> None:
    async with client(backend) as http:
        for path in (
            "/api/v1/nothing",
            "/api/v1/projects/nobody",
            "/api/v1/runs/x/metadata/experiment_contextual",
        ):
            answer = await http.get(path, headers={"x-request-id": "r-1"})
            assert answer.status_code == 404
            assert answer.json()["instance"] == "r-1"
        assert (await http.delete("/api/v1/projects")).status_code == 405


async def test_a_draining_backend_takes_no_more_changes(backend: Backend, ids: Ids) -> None:
    async with client(backend) as http:
        backend.draining = True
        assert (await http.post("/api/v1/rescan")).status_code == 503
        assert (await http.get("/api/v1/projects")).status_code == 200


async def test_what_nobody_foresaw_tells_nothing_of_the_inside(
    backend: Backend, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a secret path")

    monkeypatch.setattr(backend.tree, "projects", fail)
    async with client(backend) as http:
        answer = await http.get("/api/v1/projects")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "a secret path" in caplog.text
