"""One field over many documents, looked at first: one commit, one revert, all or nothing."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from api.conftest import ADA, BOB, client, recorded
from harness.waiting import until

from mdjourney_backend import ticks
from mdjourney_backend.assembly import Backend
from mdjourney_backend.changes import Edit, Ref
from mdjourney_backend.documents import Document, Documents, editing
from mdjourney_backend.documents import folder as folders
from mdjourney_contract.problems import DiskFull

pytestmark = pytest.mark.anyio

FEW, MANY = 4, 50
POINTER = "/license"


@pytest.fixture
def number() -> int:
    """How many datasets the lab has."""
    return FEW


@pytest.fixture
def root(tmp_path: Path, number: int) -> Path:
    for place in paths(number):
        (tmp_path / "lab" / place).parents[1].mkdir(parents=True)
    return tmp_path / "lab"


def paths(number: int = FEW) -> list[str]:
    return [f"p_Heat/d{n:02}/.metadata/dataset_administrative.json" for n in range(number)]


def commits(root: Path) -> list[str]:
    out = subprocess.run(
        ["git", "-C", str(root), "log", "--format=%H %an %s", "main"],
        capture_output=True,
        text=True,
        check=True,
    )
    return out.stdout.splitlines()


def licences(backend: Backend) -> set[Any]:
    return {
        backend.documents.read(ref).content.get("license")
        for ref in backend.tree.documents()
        if ref.kind == "dataset_administrative"
    }


@pytest.mark.parametrize("number", [MANY])
async def test_fifty_datasets_are_one_commit_and_one_revert(backend: Backend, root: Path) -> None:
    recorded(backend)
    before = commits(root)
    raw = {p: (root / p).read_bytes() for p in paths(MANY)}
    body = {"documents": paths(MANY), "pointer": POINTER, "value": "CC-BY-4.0"}
    async with client(backend) as http:
        looked = (await http.post("/api/v1/bulk", json={**body, "dry_run": True})).json()
        assert (looked["documents"], looked["saved"], looked["errors"]) == (50, False, 0)
        assert looked["changes"][0] == {
            "document": paths(MANY)[0], "pointer": POINTER, "title": "Licence", "before": None, "after": "CC-BY-4.0",
            "error": None, "row": None,
        }  # fmt: skip
        assert {p: (root / p).read_bytes() for p in paths(MANY)} == raw
        done = (await http.post("/api/v1/bulk", json=body)).json()
        assert (done["documents"], done["saved"]) == (50, True)
        recorded(backend)
        (commit,) = [c for c in commits(root) if c not in before]
        assert commit.split(" ", 1)[1] == "Ada Lovelace 50 documents: set Licence"
        assert licences(backend) == {"CC-BY-4.0"}

        name = commit.split()[0]
        shown = (await http.post(f"/api/v1/history/{name}/revert", json={"dry_run": True})).json()
        assert (shown["documents"], shown["saved"]) == (50, False)
        back = (await http.post(f"/api/v1/history/{name}/revert", json={})).json()
        assert (back["documents"], back["saved"]) == (50, True)
    recorded(backend)
    assert len(commits(root)) == len(before) + 2
    assert licences(backend) == {None}


async def test_a_bulk_edit_that_cannot_be_made_everywhere_is_made_nowhere(
    backend: Backend, root: Path
) -> None:
    raw = {p: (root / p).read_bytes() for p in paths()}
    async with client(backend) as http:
        body = {"documents": paths(), "pointer": POINTER, "value": "no such licence"}
        refused = await http.post("/api/v1/bulk", json=body)
        assert refused.status_code == 409
        assert len(refused.json()["errors"]) == FEW
        looked = (await http.post("/api/v1/bulk", json={**body, "dry_run": True})).json()
        assert looked["errors"] == FEW
        for pointer in (
            "/dataset_identifier",
            "/created_by",
            "/file_descriptions",
            "license",
            "",
            "/license/x/y",
        ):
            wrong = await http.post("/api/v1/bulk", json={**body, "pointer": pointer, "value": "CC0-1.0"})
            assert wrong.status_code in (409, 400), pointer
        stale = [{"document": paths()[0], "etag": '"old"'}, paths()[1]]
        late = await http.post("/api/v1/bulk", json={**body, "documents": stale, "value": "CC0-1.0"})
        assert late.status_code == 409
        assert "somebody else" in late.json()["errors"][0]["message"]
        for wrong_body in (
            {},
            {"documents": []},
            {"where": {}},
            {"documents": [1]},
            {"where": {"kind": "x"}},
        ):
            answer = await http.post("/api/v1/bulk", json={**wrong_body, "pointer": POINTER, "value": 1})
            assert answer.status_code == 400, wrong_body
    assert {p: (root / p).read_bytes() for p in paths()} == raw


async def test_a_full_disk_in_the_middle_puts_everything_back(
    backend: Backend, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = {p: (root / p).read_bytes() for p in paths()}
    replace = folders.Folder.replace
    calls = iter(range(1000))

    def sometimes(self: folders.Folder, name: str, content: bytes) -> None:
        if next(calls) == 2:
            raise DiskFull("full")
        replace(self, name, content)

    monkeypatch.setattr(folders.Folder, "replace", sometimes)
    async with client(backend) as http:
        body = {"documents": paths(), "pointer": POINTER, "value": "CC-BY-4.0"}
        assert (await http.post("/api/v1/bulk", json=body)).status_code == 507
    assert {p: (root / p).read_bytes() for p in paths()} == raw


async def test_documents_are_chosen_by_what_they_say(backend: Backend) -> None:
    async with client(backend, BOB) as http:
        first = {"documents": paths()[:3], "pointer": "/access_level", "value": "Public"}
        assert (await http.post("/api/v1/bulk", json=first)).json()["documents"] == 3
        where = {"kind": "datasets", "equals": {"/access_level": "Public"}}
        again = {"where": where, "pointer": POINTER, "value": "CC0-1.0"}
        assert (await http.post("/api/v1/bulk", json=again)).json()["documents"] == 3
        rest = {"where": {"kind": "datasets", "missing": POINTER}, "pointer": POINTER, "value": "MIT"}
        assert (await http.post("/api/v1/bulk", json=rest)).json()["documents"] == FEW - 3
        gone = {"where": {"kind": "datasets"}, "pointer": POINTER, "value": None}
        assert (await http.post("/api/v1/bulk", json=gone)).json()["documents"] == FEW
        assert licences(backend) == {None}


async def test_a_revert_keeps_what_was_changed_since_and_says_so(backend: Backend, root: Path) -> None:
    async with client(backend) as http:
        body = {"documents": paths()[:3], "pointer": POINTER, "value": "CC-BY-4.0"}
        await http.post("/api/v1/bulk", json=body)
        recorded(backend)
        name = commits(root)[0].split()[0]
        other = {"documents": paths()[:1], "pointer": "/dataset_title", "value": "Since then"}
        await http.post("/api/v1/bulk", json=other)
        kept = (await http.post(f"/api/v1/history/{name}/revert", json={})).json()
        assert kept["documents"] == 3
        (first,) = [r for r in backend.tree.documents() if r.path == paths()[0]]
        assert backend.documents.read(first).content["dataset_title"] == "Since then"
        await http.post("/api/v1/bulk", json=body)
        await http.post("/api/v1/bulk", json={**body, "documents": paths()[:1], "value": "MIT"})
        refused = await http.post(f"/api/v1/history/{name}/revert", json={})
        assert refused.status_code == 409
        assert refused.json()["errors"][0]["document"] == paths()[0]
        assert (await http.post(f"/api/v1/history/{'0' * 40}/revert", json={})).status_code == 404


async def test_answers_are_copied_from_another_run(backend: Backend) -> None:
    dataset = backend.tree.datasets()[0].dataset_id
    old, new = (backend.runs.start(dataset, "computational_workflow", actor=ADA).run_id for _ in range(2))
    async with client(backend) as http:
        url = f"/api/v1/runs/{old}/metadata/experiment_contextual"
        said = {"experiment_name": "First", "software_used_acquisition_analysis": [{"name": "R"}]}
        assert (await http.patch(url, json=said, headers={"If-Match": "*"})).status_code == 200
        body = {
            "pointers": ["/experiment_name", "/software_used_acquisition_analysis", "/protocol_deviations"]
        }
        looked = (
            await http.post(f"/api/v1/runs/{new}/copy-from/{old}", json={**body, "dry_run": True})
        ).json()
        assert [c["pointer"] for c in looked["changes"]] == [
            "/experiment_name",
            "/software_used_acquisition_analysis",
        ]
        assert (await http.post(f"/api/v1/runs/{new}/copy-from/{old}", json=body)).json()["saved"]
        content = (await http.get(f"/api/v1/runs/{new}/metadata/experiment_contextual")).json()["content"]
        assert (content["experiment_name"], content["experiment_identifier_run_id"]) == ("First", new)
        identity = {"pointers": ["/experiment_identifier_run_id"]}
        assert (await http.post(f"/api/v1/runs/{new}/copy-from/{old}", json=identity)).status_code == 409
        assert (await http.post(f"/api/v1/runs/{new}/copy-from/nobody", json=body)).status_code == 404


async def test_instruments_that_files_name_are_suggested_until_registered(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {"manufacturer": "Zeiss", "model": "LSM 980", "serial_number": "4711"}
    key = tuple(said.items())
    monkeypatch.setattr(
        backend.summaries, "detected", lambda place: {key: 2} if place.path.endswith("d01") else {}
    )
    async with client(backend) as http:
        (one,) = (await http.get("/api/v1/instruments/suggestions")).json()["items"]
        assert (one["slug"], one["files"], one["datasets"]) == ("zeiss-lsm-980-4711", 2, ["p_Heat/d01"])
        made = await http.put(
            f"/api/v1/instruments/{one['slug']}",
            json={"content": one["content"]},
            headers={"If-None-Match": "*"},
        )
        assert made.status_code == 201
        assert made.json()["content"]["instrument_model"] == "LSM 980"
        assert (await http.get("/api/v1/instruments/suggestions")).json()["items"] == []


def kept(backend: Backend, ref: Ref) -> bool:
    """Whether how a document stands is remembered."""
    return backend.summaries.standing(ref) is backend.summaries.standing(ref)


async def test_lists_see_changes_at_once(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    async with client(backend) as http:
        (project,) = (await http.get("/api/v1/projects")).json()["items"]
        reads: list[str] = []
        read = backend.documents.read
        monkeypatch.setattr(backend.documents, "read", lambda ref: (reads.append(ref.path), read(ref))[1])
        url = f"/api/v1/projects/{project['project_id']}/datasets"
        first = (await http.get(url)).json()["items"]
        # a document that was written a moment ago is not remembered: its stat cannot vouch for it
        until(lambda: all(kept(backend, ref) for ref in backend.tree.documents()))
        reads.clear()
        assert (await http.get(url)).json()["items"] == first
        assert reads == []
        body = {"documents": paths()[:1], "pointer": "/dataset_title", "value": "New"}
        await http.post("/api/v1/bulk", json=body)
        assert (await http.get(url)).json()["items"][0]["title"] == "New"
        schema = {
            "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://lab.example/s",
            "allOf": [{"$ref": "https://mdjourney.invalid/schemas/dataset_administrative"}],
            "properties": {"cost_centre": {"type": "string", "title": "Cost centre"}}, "required": ["cost_centre"],
        }  # fmt: skip
        placed = await http.put("/api/v1/schemas/dataset_administrative/override", json={"schema": schema})
        assert placed.status_code == 200, placed.text
        assert (await http.get(url)).json()["items"][1]["missing"] == first[1]["missing"] + 1


async def test_what_is_written_in_the_tick_of_a_slow_look_is_seen_by_the_next(
    backend: Backend, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (ref, *_) = [r for r in backend.tree.documents() if r.kind == "dataset_administrative"]
    clock = SimpleNamespace(now=1_000_000_000, time_ns=lambda: clock.now)
    read = backend.documents.read

    def slowly(wanted: Ref) -> Document:
        clock.now += 1_000_000_000
        return read(wanted)

    monkeypatch.setattr(ticks, "time", clock)
    monkeypatch.setattr(backend.summaries, "_stamp", lambda _ref: (1, 1, 1, 1_000_000_000 - 1))
    monkeypatch.setattr(backend.documents, "read", slowly)
    assert "dataset_title" not in backend.summaries.standing(ref).content
    (root / ref.path).write_text(json.dumps({**read(ref).content, "dataset_title": "By hand"}))
    assert backend.summaries.standing(ref).content["dataset_title"] == "By hand"


async def test_an_override_tells_its_impact_before_it_counts(backend: Backend, root: Path) -> None:
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://lab.example/s",
        "allOf": [{"$ref": "https://mdjourney.invalid/schemas/dataset_structural"}],
        "properties": {"freezer": {"type": "string", "title": "Freezer"}}, "required": ["freezer"],
    }  # fmt: skip
    url = "/api/v1/schemas/dataset_structural/override"
    async with client(backend) as http:
        looked = (await http.put(url, json={"schema": schema, "dry_run": True})).json()
        assert looked["impact"] == f"{FEW} of {FEW} documents would become incomplete"
        assert len(looked["incomplete"]) == FEW
        assert not (root / ".template_schemas").exists()
        assert (await http.put(url, json={"schema": schema})).json()["saved"]
        listed = {s["name"]: s for s in (await http.get("/api/v1/schemas")).json()["items"]}
        assert listed["dataset_structural"]["source"] == "local"
        recorded(backend)
        assert commits(root)[0].endswith("schema dataset_structural: local override")
        broken = {"type": "object", "properties": {"a": {"pattern": "^(a+)+$", "tpye": "string"}}}
        refused = await http.put(url, json={"schema": broken})
        assert refused.status_code == 422
        assert any("tpye" in e["message"] for e in refused.json()["errors"])
        assert (
            await http.put("/api/v1/schemas/nothing/override", json={"schema": schema})
        ).status_code == 404
        assert (await http.delete(url)).json()["source"] == "packaged"
        assert (await http.delete(url)).status_code == 404
        recorded(backend)
        assert commits(root)[0].endswith("local override removed")
    async with client(backend, BOB) as http:  # members work, they do not decide what everybody owes
        assert (await http.put(url, json={"schema": schema})).status_code == 403


async def test_a_template_of_the_lab_is_added_used_and_taken_away(backend: Backend) -> None:
    base = {"$ref": "https://mdjourney.invalid/schemas/experiment_contextual"}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://lab.example/t", "title": "Freeze",
        "allOf": [base], "properties": {"freezer": {"type": "string", "title": "Freezer"}},
    }  # fmt: skip
    url = "/api/v1/schemas/contextual/freezing/override"
    async with client(backend) as http:
        assert "no document follows" in (await http.put(url, json={"schema": schema})).json()["impact"]
        dataset = backend.tree.datasets()[0].dataset_id
        run = await http.post(f"/api/v1/datasets/{dataset}/runs", json={"template": "freezing"})
        assert run.status_code == 201
        strict = {**schema, "required": ["freezer"]}
        told = (await http.put(url, json={"schema": strict, "dry_run": True})).json()
        assert told["documents"] == 1
        assert (await http.delete(url)).status_code == 200
        assert (await http.get("/api/v1/schemas/contextual/freezing")).status_code == 404


def first_save(monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], object]) -> None:
    """Something happens between the look at many documents and the first try to save them."""
    save, times = Documents.all_or_none, iter([meanwhile])

    def saved(self: Documents, *given: Any, **named: Any) -> Any:
        next(times, lambda: None)()
        return save(self, *given, **named)

    monkeypatch.setattr(Documents, "all_or_none", saved)


async def test_nothing_reaches_a_dataset_that_takes_the_place_of_another(
    backend: Backend, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved, other = root / "p_Heat/d00", root / "p_Heat/d03"

    def swapped() -> None:
        aside = moved.with_name(".aside")
        moved.rename(aside)
        other.rename(moved)
        aside.rename(other)

    first_save(monkeypatch, swapped)
    async with client(backend) as http:
        body = {"documents": paths()[:2], "pointer": POINTER, "value": "MIT"}
        answer = await http.post("/api/v1/bulk", json=body)
    assert answer.status_code == 409
    assert [e["document"] for e in answer.json()["errors"]] == paths()[:1]
    assert licences(backend) == {None}


async def test_what_somebody_saved_meanwhile_stays_and_the_rest_is_saved_beside_it(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = next(r for r in backend.tree.documents() if r.path == paths()[0])

    def save(pointer: str, value: str) -> None:
        edit = Edit(ref, editing.set_fields(ref.kind, {pointer: value}), "typed")
        backend.documents.apply(edit, actor=BOB)

    def told() -> tuple[Any, Any]:
        content = backend.documents.read(ref).content
        return content.get("dataset_title"), content.get("license")

    where = {"where": {"kind": "datasets", "missing": POINTER}, "pointer": POINTER}
    async with client(backend) as http:
        with monkeypatch.context() as patched:
            first_save(patched, lambda: save("/dataset_title", "Typed meanwhile"))
            body = {"documents": paths()[:2], "pointer": POINTER, "value": "MIT"}
            assert (await http.post("/api/v1/bulk", json=body)).json()["documents"] == 2
        assert told() == ("Typed meanwhile", "MIT")
        save(POINTER, None)  # type: ignore[arg-type]  # removes it
        with monkeypatch.context() as patched:  # it is chosen because it has none, and gets one meanwhile
            first_save(patched, lambda: save(POINTER, "CC-BY-4.0"))
            answer = (await http.post("/api/v1/bulk", json={**where, "value": "MIT"})).json()
        assert (answer["documents"], told()[1]) == (FEW - 2, "CC-BY-4.0")
        with monkeypatch.context() as patched:  # who says what they saw is told
            first_save(patched, lambda: save("/dataset_title", "Once more"))
            seen = [{"document": ref.path, "etag": backend.documents.read(ref).etag}]
            body = {"documents": seen, "pointer": POINTER, "value": "MIT"}
            assert (await http.post("/api/v1/bulk", json=body)).status_code == 409
        assert told() == ("Once more", "CC-BY-4.0")
