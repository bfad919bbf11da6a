"""What a backend tells those who watch it: numbers that grow, the disk, and whose request a log line belongs to."""

import logging
from pathlib import Path
from typing import Any

import httpx
import pytest
from api.conftest import BOB, Ids, client, fill_all, headers, recorded
from harness.waiting import until

from mdjourney_backend.app import create_app
from mdjourney_backend.assembly import Backend
from mdjourney_backend.serving import OneLine
from mdjourney_contract.launch import REQUEST_ID_HEADER

pytestmark = pytest.mark.anyio


async def health(http: httpx.AsyncClient) -> dict[str, Any]:
    found: dict[str, Any] = (await http.get("/api/v1/health")).json()
    return found


async def test_health_counts_requests_writes_and_commits(
    backend: Backend, ada: httpx.AsyncClient, ids: Ids
) -> None:
    before = (await health(ada))["counters"]
    url = f"/api/v1/projects/{ids.project}/metadata/project_descriptive"
    etag = (await ada.get(url)).headers["ETag"]
    await ada.patch(url, json={"project_title": "Heat"}, headers={"If-Match": etag})
    recorded(backend)
    after = (await health(ada))["counters"]
    assert after["requests"] - before["requests"] == 3
    assert after["request_seconds"] > before["request_seconds"]
    assert after["requests_failed"] == before["requests_failed"]
    assert after["documents_written"] - before["documents_written"] == 1
    assert after["commits"] > before["commits"]
    assert after["commit_seconds"] > before["commit_seconds"]
    assert after["commit_failures"] == before["commit_failures"]
    assert all(name.replace("_", "").isalnum() and value >= 0 for name, value in after.items())


async def test_an_error_of_ours_counts_as_failed(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(backend.tree, "instruments", broken)
    async with client(backend) as http:
        assert (await http.get("/api/v1/instruments")).status_code == 500
        assert (await health(http))["counters"]["requests_failed"] == 1


async def test_a_commit_that_cannot_be_made_is_counted(
    backend: Backend, ada: httpx.AsyncClient, ids: Ids, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded(backend)

    def refuse(*_: object) -> None:
        raise OSError("the repository is busy")

    monkeypatch.setattr(type(backend.history), "commit", refuse)
    url = f"/api/v1/projects/{ids.project}/metadata/project_descriptive"
    etag = (await ada.get(url)).headers["ETag"]
    await ada.patch(url, json={"project_title": "Heat"}, headers={"If-Match": etag})
    until(lambda: backend.counters.read()["commit_failures"] > 0)


async def test_triggers_three_to_five_are_counted_when_they_ran(
    backend: Backend, ada: httpx.AsyncClient, ids: Ids
) -> None:
    body = {"template": "computational_workflow"}
    run = (await ada.post(f"/api/v1/datasets/{ids.dataset}/runs", json=body)).json()["run_id"]
    assert (await ada.post(f"/api/v1/runs/{run}/complete")).status_code == 409
    counted = (await health(ada))["counters"]
    assert [counted[f"triggers_{n}"] for n in (3, 4, 5)] == [1, 1, 0]
    await fill_all(ada, ids, run)
    assert (await ada.post(f"/api/v1/runs/{run}/complete")).status_code == 201
    counted = (await health(ada))["counters"]
    assert [counted[f"triggers_{n}"] for n in (3, 4, 5)] == [1, 2, 1]


async def test_health_tells_how_full_the_disk_is(
    backend: Backend, ada: httpx.AsyncClient, root: Path
) -> None:
    cache = root / ".dvc/cache/files/md5/ab"
    cache.mkdir(parents=True)
    (cache / "cd").write_bytes(b"x" * 1234)
    assert (await health(ada))["disk"]["total_bytes"] > 0
    until(lambda: backend.disk.read()["cache_bytes"] == 1234)
    assert 0 < (await health(ada))["disk"]["free_bytes"] < (await health(ada))["disk"]["total_bytes"]


async def test_log_lines_name_the_request_they_belong_to(
    backend: Backend, ids: Ids, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.setFormatter(OneLine("%(name)s %(message)s"))
    transport = httpx.ASGITransport(create_app(backend))
    sent = {**headers(), REQUEST_ID_HEADER: "r-42"}
    with caplog.at_level(logging.INFO, logger="mdjourney_backend"):
        async with httpx.AsyncClient(transport=transport, base_url="http://b", headers=sent) as http:
            body = {"template": "computational_workflow"}
            assert (await http.post(f"/api/v1/datasets/{ids.dataset}/runs", json=body)).status_code == 201
        logging.getLogger("mdjourney_backend").info("not for a request")
    lines = caplog.text.splitlines()
    assert any("trigger 3: run" in line and line.endswith(" request=r-42") for line in lines)
    assert any(line.endswith("not for a request") for line in lines)


async def test_a_request_id_cannot_forge_a_line(backend: Backend, caplog: pytest.LogCaptureFixture) -> None:
    from mdjourney_contract import tracing

    running = tracing.request_id.set("x\nERROR forged")
    try:
        record = logging.LogRecord("n", logging.INFO, "", 0, "said", None, None)
        assert "\n" not in OneLine("%(message)s").format(record)
    finally:
        tracing.request_id.reset(running)


async def test_a_reader_sees_the_numbers_too(backend: Backend) -> None:
    async with client(backend, BOB) as http:
        assert (await health(http))["counters"]["requests"] == 0
