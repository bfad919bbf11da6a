"""What became of a field, and where values came from: only what history and the rules that fill in really know."""

import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
from api.conftest import ADA, BOB, Ids, client, recorded

from mdjourney_backend.assembly import Backend
from mdjourney_backend.changes import Edit
from mdjourney_backend.documents import editing
from mdjourney_backend.layout import administrative_ref, project_ref, structural_ref
from mdjourney_backend.origins import Past

pytestmark = pytest.mark.anyio

PROJECT = "p_Heat/.metadata/project_descriptive.json"
ADMINISTRATIVE = "p_Heat/first set/.metadata/dataset_administrative.json"
STRUCTURAL = "p_Heat/first set/.metadata/dataset_structural.json"


async def save(http: httpx.AsyncClient, backend: Backend, url: str, **fields: Any) -> None:
    """One save and its commit."""
    etag = (await http.get(url)).headers["ETag"]
    answer = await http.patch(url, json=fields, headers={"If-Match": etag})
    assert answer.status_code == 200, answer.text
    recorded(backend)


async def origins(http: httpx.AsyncClient, document: str) -> dict[str, Any]:
    answer = await http.get("/api/v1/origins", params={"document": document})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["origins"]
    return found


async def steps(http: httpx.AsyncClient, document: str, pointer: str, **more: Any) -> dict[str, Any]:
    answer = await http.get(
        "/api/v1/history/field", params={"document": document, "pointer": pointer, **more}
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_field_tells_who_changed_it_from_what_to_what(
    backend: Backend, ada: httpx.AsyncClient, ids: Ids
) -> None:
    url = f"/api/v1/projects/{ids.project}/metadata/project_descriptive"
    await save(ada, backend, url, project_title="Heat")
    await save(ada, backend, url, project_description="Roots")
    async with client(backend, BOB) as bob:
        await save(bob, backend, url, project_title="Heat shock")
    await save(ada, backend, url, project_title=None)
    found = (await steps(ada, PROJECT, "/project_title"))["items"]
    assert [(s["author"]["name"], s["op"], s["before"], s["after"]) for s in found] == [
        ("Ada Lovelace", "remove", "Heat shock", None),
        ("Bob", "replace", "Heat", "Heat shock"),
        ("Ada Lovelace", "add", None, "Heat"),
    ]
    assert (await steps(ada, PROJECT, "/never/there"))["items"] == []


async def test_a_field_is_paged(backend: Backend, ada: httpx.AsyncClient, ids: Ids) -> None:
    url = f"/api/v1/projects/{ids.project}/metadata/project_descriptive"
    for number in range(4):
        await save(ada, backend, url, project_title=f"Heat {number}")
        await save(ada, backend, url, project_description=f"Roots {number}")
    seen, cursor = [], None
    while True:
        page = await steps(ada, PROJECT, "/project_title", limit=1, **({"cursor": cursor} if cursor else {}))
        seen += [s["after"] for s in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == ["Heat 3", "Heat 2", "Heat 1", "Heat 0"]


async def test_what_is_no_document_or_no_pointer_is_refused(ada: httpx.AsyncClient) -> None:
    for document, pointer, status in ((PROJECT, "title", 400), ("p_Heat/x.json", "/x", 404), ("", "/x", 404)):
        params = {"document": document, "pointer": pointer}
        assert (await ada.get("/api/v1/history/field", params=params)).status_code == status
    assert (await ada.get("/api/v1/origins", params={"document": "../x"})).status_code == 404


async def test_history_is_read_within_a_budget(backend: Backend, ada: httpx.AsyncClient, ids: Ids) -> None:
    """What a long history of a large document costs is bounded; where it stopped it goes on."""
    url = f"/api/v1/datasets/{ids.dataset}/metadata/dataset_structural"
    for number in range(6):
        await save(ada, backend, url, data_structure_description=f"{number}")
    seen: list[Any] = []
    rounds, cursor = 0, None
    while True:
        past = Past(backend.history, STRUCTURAL, cursor=cursor, leave_out="file_descriptions", most_bytes=1)
        seen += [step.after.get("data_structure_description") for step in past]
        rounds, cursor = rounds + 1, past.next_cursor
        if cursor is None:
            break
    assert rounds > 3
    assert seen[:6] == ["5", "4", "3", "2", "1", "0"]
    whole = Past(backend.history, STRUCTURAL, leave_out="file_descriptions")
    assert [step.after.get("data_structure_description") for step in whole] == seen


async def test_what_a_person_typed_names_person_and_commit(
    backend: Backend, ada: httpx.AsyncClient, ids: Ids, root: Path
) -> None:
    url = f"/api/v1/projects/{ids.project}/metadata/project_descriptive"
    await save(ada, backend, url, project_title="Heat", principal_investigator={"name": "Grace Hopper"})
    async with client(backend, BOB) as bob:
        await save(bob, backend, url, principal_investigator={"email": "grace@example.org"})
    found = await origins(ada, PROJECT)
    title = found["/project_title"]
    assert (title["kind"], title["by"], title["source"]) == ("typed", {"name": "Ada Lovelace"}, None)
    subject = subprocess.run(
        ["git", "-C", str(root), "log", "-1", "--format=%an %s", title["commit"]],
        capture_output=True,
        text=True,
        check=True,
    )
    assert subject.stdout.strip() == "Ada Lovelace p_Heat: edit project_descriptive"
    assert found["/principal_investigator/name"]["by"] == {"name": "Ada Lovelace"}
    assert found["/principal_investigator/email"]["by"] == {"name": "Bob"}
    assert found["/principal_investigator"]["by"] == {"name": "Bob"}
    assert found["/project_identifier"]["kind"] == "system"
    assert found["/last_modified_by"]["kind"] == "system"


async def test_a_save_that_waits_for_history_is_known(
    backend: Backend, ada: httpx.AsyncClient, ids: Ids, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded(backend)
    monkeypatch.setattr(type(backend.history), "commit", _refuse)
    url = f"/api/v1/projects/{ids.project}/metadata/project_descriptive"
    etag = (await ada.get(url)).headers["ETag"]
    assert (
        await ada.patch(url, json={"project_title": "Heat"}, headers={"If-Match": etag})
    ).status_code == 200
    title = (await origins(ada, PROJECT))["/project_title"]
    assert (title["kind"], title["by"], title["commit"]) == ("typed", {"name": "Ada Lovelace"}, None)


def _refuse(*_: object) -> None:
    raise OSError("the repository is busy")


async def test_what_changed_past_us_is_its_owners_and_what_nobody_knows_is_not_said(
    backend: Backend, ada: httpx.AsyncClient, ids: Ids, root: Path
) -> None:
    recorded(backend)
    path = root / PROJECT
    path.write_text(
        path.read_text().replace(
            '"project_identifier"', '"project_title": "By hand",\n  "project_identifier"'
        )
    )
    assert "/project_title" not in await origins(ada, PROJECT), "nobody has told of it yet"
    backend.rescan()
    recorded(backend)
    title = (await origins(ada, PROJECT))["/project_title"]
    assert title["kind"] == "typed"
    assert title["by"] is not None
    assert title["commit"] is not None


async def test_a_new_dataset_inherits_from_its_project(
    backend: Backend, ada: httpx.AsyncClient, ids: Ids, root: Path
) -> None:
    url = f"/api/v1/projects/{ids.project}/metadata/project_descriptive"
    await save(ada, backend, url, dataset_defaults={"license": "CC-BY-4.0"})
    (root / "p_Heat/second set").mkdir()
    backend.rescan()
    recorded(backend)
    document = "p_Heat/second set/.metadata/dataset_administrative.json"
    found = await origins(ada, document)
    assert (found["/license"]["kind"], found["/license"]["source"]) == ("inherited", {"document": PROJECT})
    second = next(d.dataset_id for d in backend.tree.datasets() if d.path.endswith("second set"))
    url = f"/api/v1/datasets/{second}/metadata/dataset_administrative"
    await save(ada, backend, url, license="MIT")
    assert (await origins(ada, document))["/license"]["kind"] == "typed"
    assert "/license" not in await origins(ada, ADMINISTRATIVE)


async def start(http: httpx.AsyncClient, backend: Backend, dataset: str, **more: Any) -> tuple[str, str]:
    body = {"template": "computational_workflow", **more}
    answer = await http.post(f"/api/v1/datasets/{dataset}/runs", json=body)
    assert answer.status_code == 201, answer.text
    recorded(backend)
    run = backend.tree.run(answer.json()["run_id"])
    return run.run_id, run.ref.path


async def test_a_run_tells_what_came_from_files_and_what_from_the_last_run(
    backend: Backend, ada: httpx.AsyncClient, ids: Ids
) -> None:
    ref = structural_ref("p_Heat/first set")

    def measured(before: Any) -> Any:
        first, *rest = before["file_descriptions"]
        told = {
            **first,
            "acquisition_software": {"name": "Zen", "version": "3.1"},
            "instrument_settings": {"laser": 488, "gain": 2},
        }
        return {**before, "file_descriptions": [told, *rest]}

    backend.documents.apply(Edit(ref, measured, "p_Heat/first set: test"), actor=ADA)
    first, path = await start(ada, backend, ids.dataset)
    url = f"/api/v1/runs/{first}/metadata/experiment_contextual"
    await save(ada, backend, url, protocol_references=[{"title": "Heat shock"}])
    found = await origins(ada, path)
    assert found["/instrument_settings_run_parameters/laser"]["kind"] == "file"
    assert found["/instrument_settings_run_parameters/laser"]["source"] == {
        "file": "a.csv",
        "dataset": ids.dataset,
    }
    assert found["/software_used_acquisition_analysis"]["kind"] == "file"
    assert found["/experimenters"]["kind"] == "system"
    assert found["/experimenters"]["by"] == {"name": "Ada Lovelace"}
    assert (found["/links_to_raw_data_files"]["kind"], found["/links_to_raw_data_files"]["source"]) == (
        "system",
        {"document": STRUCTURAL},
    )
    assert found["/protocol_references"]["kind"] == "typed"
    assert found["/run_status"]["kind"] == "system"
    _, second = await start(ada, backend, ids.dataset, files=["sub/a.csv"])
    found = await origins(ada, second)
    assert (found["/protocol_references"]["kind"], found["/protocol_references"]["source"]) == (
        "copied",
        {"run": first},
    )
    assert found["/software_used_acquisition_analysis"]["kind"] == "copied", "not of the file that was chosen"
    assert found["/links_to_raw_data_files"]["kind"] == "typed", "a person chose"


async def test_fields_copied_from_a_run_name_it(backend: Backend, ada: httpx.AsyncClient, ids: Ids) -> None:
    one, _ = await start(ada, backend, ids.dataset)
    other, path = await start(ada, backend, ids.dataset)
    await save(
        ada, backend, f"/api/v1/runs/{one}/metadata/experiment_contextual", experiment_name="Heat shift"
    )
    sent = {"pointers": ["/experiment_name"]}
    assert (await ada.post(f"/api/v1/runs/{other}/copy-from/{one}", json=sent)).status_code == 200
    recorded(backend)
    name = (await origins(ada, path))["/experiment_name"]
    assert (name["kind"], name["by"], name["source"]) == ("copied", {"name": "Ada Lovelace"}, {"run": one})


async def test_a_copied_folder_says_of_what(
    backend: Backend, ada: httpx.AsyncClient, ids: Ids, root: Path
) -> None:
    url = f"/api/v1/datasets/{ids.dataset}/metadata/dataset_structural"
    await save(ada, backend, url, data_structure_description="one table a day")
    subprocess.run(["cp", "-r", str(root / "p_Heat/first set"), str(root / "p_Heat/copy")], check=True)
    backend.rescan()
    recorded(backend)
    found = await origins(ada, "p_Heat/copy/.metadata/dataset_structural.json")
    told = found["/data_structure_description"]
    assert (told["kind"], told["source"]) == ("copied", {"dataset": ids.dataset})


async def test_a_renamed_dataset_keeps_its_origins(
    backend: Backend, ada: httpx.AsyncClient, ids: Ids, root: Path
) -> None:
    url = f"/api/v1/datasets/{ids.dataset}/metadata/dataset_administrative"
    await save(ada, backend, url, dataset_title="Day 1", dataset_abstract="Roots at 42 degrees, " * 20)
    (root / "p_Heat/first set").rename(root / "p_Heat/day 1")
    backend.rescan()
    recorded(backend)
    found = await origins(ada, "p_Heat/day 1/.metadata/dataset_administrative.json")
    assert (found["/dataset_title"]["kind"], found["/dataset_title"]["by"]) == (
        "typed",
        {"name": "Ada Lovelace"},
    )


async def test_without_history_only_what_the_system_sets_is_said(
    backend: Backend, ada: httpx.AsyncClient, ids: Ids, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"/api/v1/projects/{ids.project}/metadata/project_descriptive"
    await save(ada, backend, url, project_title="Heat")
    monkeypatch.setattr(backend.history, "_repository", None)
    assert {o["kind"] for o in (await origins(ada, PROJECT)).values()} == {"system"}
    params = {"document": PROJECT, "pointer": "/project_title"}
    assert (await ada.get("/api/v1/history/field", params=params)).status_code == 409


@pytest.mark.parametrize("many", [24])
async def test_a_long_history_costs_few_git_calls(
    backend: Backend, ids: Ids, many: int, ada: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = administrative_ref("p_Heat/first set")
    project = project_ref("p_Heat")
    fill = editing.set_fields(project.kind, {"/project_title": "Heat"})
    backend.documents.apply(Edit(project, fill, "test"), actor=ADA)
    for number in range(many):
        title = editing.set_fields(ref.kind, {"/dataset_title": f"Day {number}"})
        backend.documents.apply(Edit(ref, title, f"save {number}"), actor=ADA if number % 2 else BOB)
    recorded(backend)
    from mdjourney_backend.history.git import Git

    asked: list[str] = []
    answer = Git.answer

    def counted(self: Git, *arguments: str, **more: Any) -> tuple[int, bytes]:
        asked.append(arguments[0])
        return answer(self, *arguments, **more)

    monkeypatch.setattr(Git, "answer", counted)
    found = await origins(ada, ADMINISTRATIVE)
    assert found["/dataset_title"]["by"] is not None
    assert len(asked) <= 14, asked


async def test_batches_of_files_are_passed_over(
    backend: Backend, ada: httpx.AsyncClient, ids: Ids, root: Path
) -> None:
    """A dataset that grows all day: its forms are asked about without reading what only brought files."""
    url = f"/api/v1/datasets/{ids.dataset}/metadata/dataset_structural"
    await save(ada, backend, url, data_structure_description="one table a day")
    for number in range(3):
        (root / f"p_Heat/first set/new {number}.csv").write_text("x\n")
        (root / f"p_Heat/first set/newer {number}.csv").write_text("y\n" * (number + 1))
        backend.rescan()
        recorded(backend)
    (root / "p_Heat/first set/new 0.csv").unlink()
    backend.rescan()
    recorded(backend)
    every = Past(backend.history, STRUCTURAL, leave_out="file_descriptions")
    fewer = Past(backend.history, STRUCTURAL, leave_out="file_descriptions", pass_over_files=True)
    subjects = [step.subject for step in every]
    kept = [step.subject for step in fewer]
    alone = [s for s in subjects if not s.endswith(" more changes)")]
    of_files = [s for s in alone if ": add or change " in s or ": remove " in s]
    assert of_files, "however the batches and commits were cut"
    assert [s for s in subjects if s not in kept] == of_files
    assert "p_Heat/first set: edit dataset_structural" in kept
    found = await origins(ada, STRUCTURAL)
    assert found["/data_structure_description"]["by"] == {"name": "Ada Lovelace"}
    assert len((await steps(ada, STRUCTURAL, "/last_modified_date"))["items"]) > len(kept) - 1, (
        "they change it"
    )
