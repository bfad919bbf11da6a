"""What a researcher does, over HTTP: look, type, start a run, complete it."""

import json
from pathlib import Path

import httpx
import pytest
from api.conftest import ADA, Ids, client, fill_all, launch, started

from mdjourney_backend.assembly import Backend
from mdjourney_contract.clock import now

pytestmark = pytest.mark.anyio


async def start(http: httpx.AsyncClient, ids: Ids, **more: object) -> str:
    body = {"template": "computational_workflow", **more}
    answer = await http.post(f"/api/v1/datasets/{ids.dataset}/runs", json=body)
    assert answer.status_code == 201, answer.text
    run_id: str = answer.json()["run_id"]
    return run_id


async def test_projects_datasets_and_files_are_listed(ada: httpx.AsyncClient, ids: Ids) -> None:
    (project,) = (await ada.get("/api/v1/projects")).json()["items"]
    assert (project["project_id"], project["path"], project["datasets"]) == (ids.project, "p_Heat", 1)
    assert project["valid"] is True
    assert project["complete"] is False
    (dataset,) = (await ada.get(f"/api/v1/projects/{ids.project}/datasets")).json()["items"]
    assert (dataset["files"], dataset["bytes"], dataset["state"]) == (2, 16, "V1")
    one = (await ada.get(f"/api/v1/datasets/{ids.dataset}")).json()
    assert one["path"] == "p_Heat/first set"
    assert one["runs_list"] == []


async def test_files_are_paged_by_path_and_searched(ada: httpx.AsyncClient, ids: Ids) -> None:
    url = f"/api/v1/datasets/{ids.dataset}/files"
    first = (await ada.get(url, params={"limit": 1})).json()
    second = (await ada.get(url, params={"limit": 1, "cursor": first["next_cursor"]})).json()
    assert [p["items"][0]["file_path"] for p in (first, second)] == ["a.csv", "sub/a.csv"]
    assert (first["total"], second["next_cursor"]) == (2, None)
    assert (await ada.get(url, params={"q": "SUB"})).json()["total"] == 1
    assert (await ada.get(url, params={"cursor": "!"})).status_code == 400
    assert (await ada.get(url, params={"limit": 0})).status_code == 422


async def test_what_people_say_of_files_is_kept(ada: httpx.AsyncClient, ids: Ids) -> None:
    url = f"/api/v1/datasets/{ids.dataset}/files"
    sent = {"files": [{"file_path": "a.csv", "role": "raw", "file_description": "first"}]}
    assert (await ada.patch(url, json=sent)).json() == {"updated": 1}
    assert (await ada.get(url)).json()["items"][0]["role"] == "raw"
    assert (
        await ada.patch(url, json={"files": [{"file_path": "a.csv", "role": "nonsense"}]})
    ).status_code == 422
    assert (
        await ada.patch(url, json={"files": [{"file_path": "a.csv", "checksum": "00"}]})
    ).status_code == 400
    assert (await ada.patch(url, json={"files": [{"file_path": "nope"}]})).status_code == 422


async def test_a_document_answers_its_parts_and_is_saved(ada: httpx.AsyncClient, ids: Ids) -> None:
    url = f"/api/v1/projects/{ids.project}/metadata/project_descriptive"
    a = await ada.get(url)
    assert set(a.json()) >= {"content", "schema", "valid", "complete", "errors", "missing", "etag"}
    content = {**a.json()["content"], "project_title": "Contract"}
    assert (await ada.put(url, json={"content": content})).status_code == 428
    saved = await ada.put(url, json={"content": content}, headers={"If-Match": a.headers["ETag"]})
    assert saved.status_code == 200
    assert saved.headers["ETag"] != a.headers["ETag"]
    assert saved.json()["content"]["last_modified_by"].startswith("ada")
    stale = await ada.put(url, json={"content": content}, headers={"If-Match": a.headers["ETag"]})
    assert stale.status_code == 412
    wrong = {**content, "project_title": 7, "project_status": "Nonsense"}
    bad = await ada.put(url, json={"content": wrong}, headers={"If-Match": saved.headers["ETag"]})
    assert bad.status_code == 422
    assert {"/project_title", "/project_status"} <= {e["pointer"] for e in bad.json()["errors"]}
    assert bad.headers["Content-Type"].startswith("application/problem+json")
    merged = await ada.patch(url, json={"project_title": None}, headers={"If-Match": saved.headers["ETag"]})
    assert "project_title" not in merged.json()["content"]


@pytest.mark.parametrize("body", [b'{"content": {"a": 1, "a": 2}}', b'{"content": {"a": NaN}}', b"{", b"[]"])
async def test_bodies_are_read_strictly(ada: httpx.AsyncClient, ids: Ids, body: bytes) -> None:
    url = f"/api/v1/projects/{ids.project}/metadata/project_descriptive"
    answer = await ada.put(url, content=body, headers={"If-Match": "*"})
    assert answer.status_code in (400, 422)
    assert answer.headers["Content-Type"].startswith("application/problem+json")


async def test_a_run_goes_from_start_to_a_complete_record(
    ada: httpx.AsyncClient, ids: Ids, root: Path
) -> None:
    run = await start(ada, ids)
    context = (await ada.get(f"/api/v1/runs/{run}/metadata/experiment_contextual")).json()["content"]
    assert context["experimenters"] == [{"name": "Ada Lovelace", "email": "ada@example.org"}]
    assert context["links_to_raw_data_files"] == ["a.csv", "sub/a.csv"]
    refused = await ada.post(f"/api/v1/runs/{run}/complete", json={})
    assert refused.status_code == 409
    missing = refused.json()["missing"]
    assert {m["document"] for m in missing} == {
        "project_descriptive",
        "dataset_administrative",
        "experiment_contextual",
    }
    assert all(set(m) == {"document", "document_path", "url", "pointer", "title", "message"} for m in missing)
    assert (await ada.get(missing[0]["url"])).status_code == 200
    await fill_all(ada, ids, run)
    done = await ada.post(f"/api/v1/runs/{run}/complete", json={})
    assert done.status_code == 201, done.text
    assert (await ada.get(done.json()["complete_metadata"])).content == (
        root / done.json()["path"]
    ).read_bytes()
    dataset = (await ada.get(f"/api/v1/datasets/{ids.dataset}")).json()
    assert dataset["state"] == "V2"
    assert (dataset["runs_list"][0]["status"], dataset["runs_list"][0]["revision"]) == ("complete", 1)
    entries = json.loads((root / "p_Heat/first set/.metadata/dataset_structural.json").read_text())[
        "file_descriptions"
    ]
    assert all(e["complete_metadata"].endswith(f"{run}_v2_metadata.json") for e in entries)


async def test_the_record_is_valid_and_pins_what_it_was_made_of(
    ada: httpx.AsyncClient, ids: Ids, root: Path, backend: Backend
) -> None:
    import hashlib

    import jsonschema

    run = await start(ada, ids)
    await fill_all(ada, ids, run)
    backend.rescan()
    done = (await ada.post(f"/api/v1/runs/{run}/complete")).json()
    record = (await ada.get(f"/api/v1/runs/{run}/complete_metadata")).json()
    jsonschema.Draft202012Validator((await ada.get("/api/v1/schemas/complete_metadata")).json()).validate(
        record
    )
    folder = root / "p_Heat/first set/.metadata"
    context = record["metadata_components"]["experiment_contextual"]
    on_disk = (folder / f"runs/{run}/experiment_contextual.json").read_bytes()
    assert context["sha256"] == hashlib.sha256(on_disk).hexdigest()
    assert context["content"] == json.loads(on_disk)
    admin = record["metadata_components"]["dataset_administrative"]
    assert (
        admin["sha256"] == hashlib.sha256((folder / "dataset_administrative.json").read_bytes()).hexdigest()
    )
    assert len(admin["git_commit"]) == 40
    assert "file_descriptions" not in record["metadata_components"]["dataset_structural"]["content"]
    assert {o["file_path"] for o in record["data_objects"]} == {"a.csv", "sub/a.csv"}
    again = await ada.post(f"/api/v1/runs/{run}/complete")
    assert (again.status_code, again.json()["path"]) == (200, done["path"])


async def test_completing_again_makes_a_new_revision_and_keeps_the_old(
    ada: httpx.AsyncClient, ids: Ids, root: Path
) -> None:
    run = await start(ada, ids)
    await fill_all(ada, ids, run)
    first = (await ada.post(f"/api/v1/runs/{run}/complete")).json()
    before = (root / first["path"]).read_bytes()
    death = (await ada.get(f"/api/v1/runs/{run}")).json()["death_timestamp"]
    assert (await ada.post(f"/api/v1/runs/{run}/reopen")).json()["status"] == "open"
    url = f"/api/v1/runs/{run}/metadata/experiment_contextual"
    etag = (await ada.get(url)).headers["ETag"]
    await ada.patch(url, json={"experimenter_notes_observations": "again"}, headers={"If-Match": etag})
    second = (await ada.post(f"/api/v1/runs/{run}/complete")).json()
    assert (second["revision"], second["path"]) == (
        2,
        first["path"].replace("_v2_metadata", "_v2_metadata_2"),
    )
    assert (root / first["path"]).read_bytes() == before
    record = (await ada.get(f"/api/v1/runs/{run}/complete_metadata")).json()
    assert record["previous"] == first["path"].rpartition("/")[2]
    assert (await ada.get(f"/api/v1/runs/{run}")).json()["death_timestamp"] == death
    assert (await ada.get(f"/api/v1/runs/{run}/complete_metadata?revision=1")).content == before
    assert (await ada.get(f"/api/v1/runs/{run}/complete_metadata?revision=9")).status_code == 404


async def test_an_abandoned_run_has_ended_and_is_not_completed(ada: httpx.AsyncClient, ids: Ids) -> None:
    run = await start(ada, ids)
    gone = (await ada.post(f"/api/v1/runs/{run}/abandon")).json()
    assert (gone["status"], gone["clean_exit"]) == ("abandoned", False)
    assert gone["death_timestamp"]
    assert (await ada.post(f"/api/v1/runs/{run}/complete")).status_code == 409
    url = f"/api/v1/runs/{run}/metadata/experiment_contextual"
    etag = (await ada.get(url)).headers["ETag"]
    forged = await ada.patch(url, json={"run_status": "complete"}, headers={"If-Match": etag})
    assert forged.status_code == 422


async def test_a_run_of_some_files_marks_only_them(ada: httpx.AsyncClient, ids: Ids) -> None:
    unknown = await ada.post(
        f"/api/v1/datasets/{ids.dataset}/runs", json={"template": "computational_workflow", "files": ["../x"]}
    )
    assert unknown.status_code == 400
    assert (
        await ada.post(f"/api/v1/datasets/{ids.dataset}/runs", json={"template": "nope"})
    ).status_code == 400
    run = await start(ada, ids, files=["sub/a.csv"])
    await fill_all(ada, ids, run)
    await ada.post(f"/api/v1/runs/{run}/complete")
    entries = (await ada.get(f"/api/v1/datasets/{ids.dataset}/files")).json()["items"]
    assert [e["version_state"] for e in entries] == ["V1", "V2"]
    assert (await ada.get(f"/api/v1/datasets/{ids.dataset}")).json()["state"] == "V1"


async def test_history_tells_who_changed_which_field_and_brings_it_back(
    ada: httpx.AsyncClient, ids: Ids, backend: Backend
) -> None:
    url = f"/api/v1/projects/{ids.project}/metadata/project_descriptive"
    document = "p_Heat/.metadata/project_descriptive.json"
    for title in ("One", "Two"):
        etag = (await ada.get(url)).headers["ETag"]
        await ada.patch(url, json={"project_title": title}, headers={"If-Match": etag})
    backend.rescan()
    newest, older = (await ada.get("/api/v1/history", params={"document": document, "limit": 2})).json()[
        "items"
    ]
    assert newest["author"]["name"] == ADA.name
    diff = (await ada.get(f"/api/v1/history/{newest['commit']}/diff", params={"document": document})).json()
    title = next(c for c in diff["changes"] if c["pointer"] == "/project_title")
    assert (title["op"], title["before"], title["after"], title["title"]) == (
        "replace",
        "One",
        "Two",
        "Project title",
    )
    back = await ada.post(
        f"/api/v1/history/{older['commit']}/restore", json={"document": document, "pointer": "/project_title"}
    )
    assert back.json()["content"]["project_title"] == "One"
    for path in ("../../etc/passwd", "p_Heat/first set/a.csv", ""):
        assert (await ada.get("/api/v1/history", params={"document": path})).status_code == 404


async def test_instruments_are_registered_edited_and_asked_of_runs(ada: httpx.AsyncClient, ids: Ids) -> None:
    url = "/api/v1/instruments/novaseq-1"
    content = {"instrument_name": "NovaSeq"}
    assert (await ada.put(url, json={"content": content})).status_code == 428
    made = await ada.put(url, json={"content": content}, headers={"If-None-Match": "*"})
    assert made.status_code == 201, made.text
    assert (await ada.put(url, json={"content": content}, headers={"If-None-Match": "*"})).status_code == 412
    (item,) = (await ada.get("/api/v1/instruments")).json()["items"]
    assert (item["slug"], item["name"], item["complete"]) == ("novaseq-1", "NovaSeq", False)
    run = await start(ada, ids)
    context = f"/api/v1/runs/{run}/metadata/experiment_contextual"
    etag = (await ada.get(context)).headers["ETag"]
    links = [item["instrument_id"], "11111111-1111-4111-8111-111111111111"]
    await ada.patch(context, json={"instrument_used_link": links}, headers={"If-Match": etag})
    missing = (await ada.post(f"/api/v1/runs/{run}/complete")).json()["missing"]
    assert any(m["document"] == "instrument_technical" and m["url"] == url for m in missing)
    assert any(m["pointer"] == "/instrument_used_link/1" for m in missing)
    assert (
        await ada.put("/api/v1/instruments/..%2fx", json={}, headers={"If-None-Match": "*"})
    ).status_code in (400, 404)


async def test_the_inbox_holds_all_that_is_owed(ada: httpx.AsyncClient, ids: Ids) -> None:
    items = (await ada.get("/api/v1/inbox")).json()["items"]
    assert {i["document"] for i in items} == {
        "p_Heat/.metadata/project_descriptive.json",
        "p_Heat/first set/.metadata/dataset_administrative.json",
    }
    assert all(i["field_title"] and i["message"] and i["pointer"] for i in items)


async def test_schemas_are_listed_and_given_themselves(ada: httpx.AsyncClient) -> None:
    items = (await ada.get("/api/v1/schemas")).json()["items"]
    assert {"project_descriptive", "contextual/computational_workflow"} <= {i["name"] for i in items}
    body = (await ada.get("/api/v1/schemas/contextual/computational_workflow")).json()
    assert body["$id"]
    assert (await ada.get("/api/v1/schemas/..%2f..%2fetc")).status_code == 404


async def test_health_tells_all_that_waits(ada: httpx.AsyncClient, backend: Backend) -> None:
    await ada.post("/api/v1/rescan")
    health = (await ada.get("/api/v1/health")).json()
    assert (health["status"], health["in_step"], health["leader"]) == ("ok", True, True)
    assert health["history"] == {"mode": "own", "waiting": 0, "problem": None}
    sync = {"state": "off", "waiting": 0, "oldest_seconds": None, "problem": None, "refused": 0}
    assert health["sync"] == sync
    assert health["tree"]["id"] == backend.tree_id


async def test_health_tells_how_long_the_store_has_not_heard_of_a_write(root: Path, tmp_path: Path) -> None:
    given = launch(root, tmp_path / "home", watch="off", history={"git": False, "dvc": False})
    away = "postgresql://nobody@127.0.0.1:1/away"
    with started(given.model_copy(update={"database_url": away})) as backend:
        journal = backend.leading.journal if backend.leading else None
        assert journal is not None
        oldest = journal.pending("sync", 1)[0].at
        async with client(backend) as http:
            sync = (await http.get("/api/v1/health")).json()["sync"]
        assert sync["waiting"] > 0
        assert 0 <= sync["oldest_seconds"] <= (now() - oldest).total_seconds() + 0.1


async def test_an_unreadable_document_is_told_of(ada: httpx.AsyncClient, ids: Ids, root: Path) -> None:
    path = root / "p_Heat/first set/.metadata/dataset_administrative.json"
    good = path.read_bytes()
    import os

    path.write_bytes(b'{"dataset_identifier": ')
    os.utime(path, (1, 1))
    answer = await ada.get("/api/v1/projects")
    assert answer.status_code == 200
    health = (await ada.post("/api/v1/rescan"), (await ada.get("/api/v1/health")).json())[1]
    assert [p for p in health["corrupt"] if "dataset_administrative.json.corrupt-" in p]
    assert path.read_bytes() == good
    async with client_of(ada) as other:
        assert (await other.get(f"/api/v1/datasets/{ids.dataset}")).status_code == 200


def client_of(http: httpx.AsyncClient) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=http._transport, base_url=http.base_url, headers=http.headers)
