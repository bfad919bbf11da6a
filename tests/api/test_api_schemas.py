"""Local overrides over HTTP: looked at as text, tried before they are saved, never replaced unseen."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from api.conftest import BOB, client

from mdjourney_backend.assembly import Backend

pytestmark = pytest.mark.anyio

URL = "/api/v1/schemas/project_descriptive/override"


async def packaged(http: httpx.AsyncClient) -> dict[str, Any]:
    """An override that is the packaged schema with one more answer owed."""
    body: dict[str, Any] = (await http.get("/api/v1/schemas/project_descriptive")).json()
    owed = [*body.get("x-required-to-complete", []), "funding_sources"]
    return {**body, "x-required-to-complete": owed}


async def test_an_override_is_tried_saved_read_and_taken_away(ada: httpx.AsyncClient, root: Path) -> None:
    assert (await ada.get(URL)).status_code == 404
    wanted = await packaged(ada)
    tried = await ada.put(URL, json={"schema": wanted}, params={"dry_run": True})
    assert tried.status_code == 200, tried.text
    assert (tried.json()["dry_run"], tried.json()["saved"]) == (True, False)
    assert tried.json()["documents"] == 1
    assert "funding_sources" in tried.json()["schema"]["properties"]
    assert (await ada.get(URL)).status_code == 404
    saved = await ada.put(URL, json={"schema": wanted})
    assert saved.json()["saved"] is True
    assert saved.json()["schema"] is None
    text = await ada.get(URL)
    assert text.content == (root / ".template_schemas/project_descriptive.json").read_bytes()
    assert text.headers["X-Content-Type-Options"] == "nosniff"
    assert (await ada.delete(URL)).json()["source"] == "packaged"
    assert (await ada.get(URL)).status_code == 404


async def test_an_override_that_changed_meanwhile_is_not_replaced(ada: httpx.AsyncClient) -> None:
    wanted = await packaged(ada)
    gone = await ada.put(URL, json={"schema": wanted}, headers={"If-Match": '"0"'})
    assert gone.status_code == 412
    await ada.put(URL, json={"schema": wanted})
    etag = (await ada.get(URL)).headers["ETag"]
    assert (
        await ada.put(URL, json={"schema": {**wanted, "title": "One"}}, headers={"If-Match": etag})
    ).status_code == 200
    late = await ada.put(URL, json={"schema": {**wanted, "title": "Two"}}, headers={"If-Match": etag})
    assert late.status_code == 412
    assert (await ada.get(URL)).json()["title"] == "One"


async def test_a_broken_override_can_be_read_to_be_mended(ada: httpx.AsyncClient, root: Path) -> None:
    place = root / ".template_schemas/project_descriptive.json"
    place.parent.mkdir()
    place.write_text('{"title": ')
    answer = await ada.get(URL)
    assert (answer.status_code, answer.content) == (200, b'{"title": ')
    place.unlink()
    place.symlink_to("/etc/passwd")
    assert (await ada.get(URL)).status_code == 409


@pytest.mark.parametrize("name", ["%2e%2e", "a%00b", "x.y", "-x", "contextual%2f..", "nope", "%F0%9F%94%A5"])
async def test_a_name_that_is_none_is_not_found(ada: httpx.AsyncClient, name: str) -> None:
    for method in ("GET", "DELETE", "PUT"):
        answer = await ada.request(method, f"/api/v1/schemas/{name}/override", json={"schema": {}})
        assert answer.status_code in (404, 405, 422), (method, answer.text)


async def test_overrides_are_the_admins_to_write_and_everybodys_to_read(
    backend: Backend, ada: httpx.AsyncClient
) -> None:
    wanted = await packaged(ada)
    await ada.put(URL, json={"schema": wanted})
    async with client(backend, BOB) as bob:
        assert (await bob.get(URL)).status_code == 200
        assert (await bob.put(URL, json={"schema": wanted})).status_code == 403
        assert (await bob.delete(URL)).status_code == 403
