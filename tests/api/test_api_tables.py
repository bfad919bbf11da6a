"""Spreadsheets out and in again: exactly the cells that were edited change."""

import csv
import io
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest
from api.conftest import ADA, client, launch
from harness.waiting import until

from mdjourney_backend.assembly import Backend
from mdjourney_backend.bulk import subject_of_many
from mdjourney_backend.changes import Edit, Ref
from mdjourney_backend.documents import Wanted, editing
from mdjourney_contract.people import SYSTEM, Identity

pytestmark = pytest.mark.anyio

MANY = 200
URL = "/api/v1/tables/runs"
#: Answers that a careless round trip would change.
HOSTILE = {
    "=1+1": '=HYPERLINK("http://evil.example","x")',
    "+49": "+49 30 1234",
    "-dash": "-1 is below zero",
    "@": "@SUM(A1)",
    "tab": "\tindented",
    "quote": "'already quoted",
    "double": "''twice",
    "long number": "00123456789012345678",
    "date": "2026-11-01",
    "true": "true",
    "lines": 'one\ntwo, three; "four"',
    "escape": "_x0041_ is no A",
    "space": "  around  ",
    "emoji": "𝒳 🧪 Ångström",
    "1e5": "1e5",
}


@pytest.fixture
def number() -> int:
    return 4


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "lab/p_Heat/d").mkdir(parents=True)
    return tmp_path / "lab"


@pytest.fixture
def backend(root: Path, tmp_path: Path, number: int) -> Iterator[Backend]:
    made = Backend(launch(root, tmp_path / "home", watch="off", history={"git": True, "dvc": False}))
    made.start("127.0.0.1", 1)
    try:
        made.rescan()
        (dataset,) = made.tree.datasets()
        for _ in range(number):
            made.runs.start(dataset.dataset_id, "computational_workflow", actor=SYSTEM)
        yield made
    finally:
        made.stop()


def refs(backend: Backend) -> list[Ref]:
    return [run.ref for run in backend.tree.runs()]


def contents(backend: Backend) -> dict[str, Any]:
    return {ref.path: backend.documents.read(ref).content for ref in refs(backend)}


def answer_all(backend: Backend, of: Callable[[int], dict[str, Any]]) -> None:
    """Give each run answers (by pointer), as one."""
    subject = subject_of_many(len(refs(backend)), "answers")
    wanted = [
        Wanted(Edit(ref, editing.set_fields(ref.kind, of(i)), subject)) for i, ref in enumerate(refs(backend))
    ]
    backend.documents.all_or_none(wanted, actor=ADA)


def answers(number: int) -> dict[str, Any]:
    said = list(HOSTILE.values())[number % len(HOSTILE)]
    people = [{"name": f"P{number}", "email": "p@example.org"}, {"name": "Q", "orcid": "0000-0002-1825-0097"}]
    return {
        "/experiment_name": f"Run {number}",
        "/experimenter_notes_observations": said,
        "/experimenters": people[: 1 + number % 2],
        "/unique_sample_batch_identifiers": ["S1", "-S2", "=S3"] if number % 3 else ["a; b", "c"],
        "/instrument_settings_run_parameters": {
            "temperature": {"value": 36.6, "unit": "Cel"},
            "n.o.d.d": [1, True],
        },
        "/quality_control_metrics": {"score": 0.1 + number, "passed": bool(number % 2), "n": number},
        "/parameters": {"epochs": number, "rate": 1e-7},
    }


async def get(http: httpx.AsyncClient, form: str) -> bytes:
    answer = await http.get(URL, params={"format": form})
    assert answer.status_code == 200, answer.text
    return answer.content


async def post(http: httpx.AsyncClient, raw: bytes, *, dry_run: bool = False) -> httpx.Response:
    return await http.post(URL, content=raw, params={"dry_run": dry_run})


def edited_xlsx(raw: bytes, change: Callable[[list[str], list[Any]], None]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(raw))
    page = book.active
    assert page is not None
    headers = [c.value for c in page[1]]
    change(headers, list(page.iter_rows(min_row=2)))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def edited_csv(raw: bytes, change: Callable[[list[dict[str, str]]], None]) -> bytes:
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    change(rows)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


@pytest.mark.parametrize("number", [len(HOSTILE)])
async def test_a_table_that_nobody_edited_changes_nothing(backend: Backend, tmp_path: Path) -> None:
    answer_all(backend, answers)
    before = contents(backend)
    async with client(backend) as http:
        for form in ("xlsx", "csv"):
            raw = await get(http, form)
            done = await post(http, raw)
            assert done.status_code == 200, done.text
            assert done.json()["changes"] == [], form
            again = edited_xlsx(raw, lambda *_: None) if form == "xlsx" else edited_csv(raw, lambda _: None)
            assert (await post(http, again)).json()["changes"] == [], form
        office = through_libreoffice(await get(http, "xlsx"), tmp_path)
        assert (await post(http, office)).json()["changes"] == []
    assert contents(backend) == before


@pytest.mark.parametrize("number", [MANY])
async def test_two_hundred_runs_out_edited_and_in_again_change_exactly_the_edits(
    backend: Backend, root: Path, tmp_path: Path
) -> None:
    answer_all(backend, answers)
    before = contents(backend)

    def change(headers: list[str], rows: list[Any]) -> None:
        column = headers.index
        for row in rows[::20]:
            row[column("experiment_name")].value = "Renamed"
        rows[0][column("experimenters[1].name")].value = "Somebody else"
        rows[1][column("experimenters[2].orcid")].value = None
        rows[2][column("unique_sample_batch_identifiers")].value = "x; y; z"
        rows[3][column("quality_control_metrics.n")].value = 7000
        rows[4][column("protocol_deviations")].value = "=none"
        rows[4][column("protocol_deviations")].data_type = "s"
        rows[5][column("experimenter_notes_observations")].value = None

    async with client(backend) as http:
        raw = edited_xlsx(await get(http, "xlsx"), change)
        raw = through_libreoffice(raw, tmp_path)
        looked = (await post(http, raw, dry_run=True)).json()
        assert (looked["errors"], looked["saved"]) == (0, False)
        assert contents(backend) == before
        done = (await post(http, raw)).json()
        assert (done["saved"], done["changes"]) == (True, looked["changes"])
    after = contents(backend)
    order = list(before)
    expected: dict[str, dict[str, Any]] = {p: {"experiment_name": "Renamed"} for p in order[::20]}
    found = {
        path: {
            k: after[path].get(k)
            for k in {*before[path], *after[path]}
            if before[path].get(k) != after[path].get(k)
        }
        for path in order
    }
    for path in order:
        found[path].pop("last_modified_date", None)
    expected.setdefault(order[0], {})["experimenters"] = [
        {**before[order[0]]["experimenters"][0], "name": "Somebody else"}
    ]
    second = before[order[1]]["experimenters"]
    expected.setdefault(order[1], {})["experimenters"] = [second[0], {"name": "Q"}]
    expected.setdefault(order[2], {})["unique_sample_batch_identifiers"] = ["x", "y", "z"]
    expected.setdefault(order[3], {})["quality_control_metrics"] = {
        **before[order[3]]["quality_control_metrics"],
        "n": 7000,
    }
    expected.setdefault(order[4], {})["protocol_deviations"] = "=none"
    expected.setdefault(order[5], {})["experimenter_notes_observations"] = None
    assert {p: v for p, v in found.items() if v} == expected
    journal = backend.leading.journal if backend.leading else None
    assert journal is not None
    until(lambda: journal.waiting("history") == 0)
    log = subprocess.run(
        ["git", "-C", str(root), "log", "-1", "--format=%s", "main"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert log.stdout.strip() == f"{len(expected)} documents: edit runs in a spreadsheet"


def through_libreoffice(raw: bytes, folder: Path) -> bytes:
    """The file as LibreOffice saves it, where it is installed; what openpyxl saved, elsewhere."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        return raw
    (folder / "in.xlsx").write_bytes(raw)
    subprocess.run(
        [office, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "xlsx",
         "--outdir", str(folder / "out"), str(folder / "in.xlsx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return (folder / "out/in.xlsx").read_bytes()


async def test_a_row_that_was_changed_meanwhile_is_told_and_nothing_is_saved(backend: Backend) -> None:
    answer_all(backend, answers)
    async with client(backend) as http:
        raw = await get(http, "csv")
        answer_all(backend, lambda i: {"/protocol_deviations": "meanwhile"} if i == 1 else {})

        def change(rows: list[dict[str, str]]) -> None:
            for row in rows[:2]:
                row["experiment_name"] = "From the table"

        looked = (await post(http, edited_csv(raw, change), dry_run=True)).json()
        told = {c["row"]: c["error"] for c in looked["changes"] if c["error"]}
        assert list(told) == [3]
        assert "somebody else" in told[3]
        before = contents(backend)
        refused = await post(http, edited_csv(raw, change))
        assert refused.status_code == 409
        assert refused.json()["errors"][0]["row"] == 3
        assert contents(backend) == before


async def test_every_cell_that_makes_no_sense_is_told_with_its_place(backend: Backend) -> None:
    answer_all(backend, answers)

    def change(headers: list[str], rows: list[Any]) -> None:
        column = headers.index
        rows[0][column("quality_control_metrics.n")].value = "many"
        rows[0][column("experiment_name")].value = "=A1"
        rows[1][column("qc_assessment")].value = "Perhaps"
        rows[1][column("run_status")].value = "complete"
        rows[2][0].value = "p_Heat/.metadata/project_descriptive.json"
        rows[3][0].value = "../../etc/passwd"

    async with client(backend) as http:
        looked = (await post(http, edited_xlsx(await get(http, "xlsx"), change), dry_run=True)).json()
        told = {(c["row"], c["pointer"]): c["error"] for c in looked["changes"] if c["error"]}
    assert "no whole number" in told[2, "/quality_control_metrics/n"]
    assert "formula" in told[2, "/experiment_name"]
    assert any("system" in e for e in told.values())
    assert told[4, ""] == "is none of the runs"
    assert told[5, ""] == "is no document of this tree"


async def test_no_cell_is_ever_a_formula(backend: Backend) -> None:
    said = list(HOSTILE.values())
    answer_all(backend, lambda i: {"/experimenter_notes_observations": said[i]})
    async with client(backend) as http:
        page = openpyxl.load_workbook(io.BytesIO(await get(http, "xlsx"))).active
        assert page is not None
        assert {c.data_type for row in page.iter_rows() for c in row} <= {"s", "n", "b"}
        text = (await get(http, "csv")).decode("utf-8-sig")
        cells = [c for row in csv.reader(io.StringIO(text, newline="")) for c in row]
        assert [c for c in cells if c.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


async def test_what_is_no_table_is_refused_with_a_reason(backend: Backend) -> None:
    broken = [
        b"", b"\xff\xfe\x00", b"a,b\n1,2\n", b"PK\x03\x04 broken", b"_document,_document\n", b'_document,x\n"open',
        b"_document,a\n" + b"x,1\n" * 20_002,
    ]  # fmt: skip
    async with client(backend) as http:
        for raw in broken:
            answer = await post(http, raw)
            assert answer.status_code in (400, 413), raw[:20]
        assert (await http.get("/api/v1/tables/nothing")).status_code == 400
        assert (await http.get(URL, params={"format": "pdf"})).status_code == 422
        assert (await post(http, b"x" * (10 * 1024 * 1024 + 1))).status_code == 413
        unknown = await post(
            http, b"_document,what is this\n" + refs(backend)[0].path.encode() + b",1\n", dry_run=True
        )
        assert "no field" in unknown.json()["changes"][0]["error"]


async def test_every_kind_of_document_has_a_table(backend: Backend) -> None:
    async with client(backend) as http:
        for kind in ("projects", "datasets", "structures", "runs", "instruments"):
            for form in ("csv", "xlsx"):
                answer = await http.get(f"/api/v1/tables/{kind}", params={"format": form})
                assert answer.status_code == 200, kind
                back = await http.post(f"/api/v1/tables/{kind}", files={"file": ("t", answer.content)})
                assert back.json()["changes"] == []


async def test_a_table_changes_only_what_the_person_may_edit(backend: Backend) -> None:
    answer_all(backend, answers)

    def change(rows: list[dict[str, str]]) -> None:
        rows[0]["experiment_name"] = "From outside"

    async with client(backend) as http:
        raw = edited_csv(await get(http, "csv"), change)
    before = contents(backend)
    (project,) = [p.project_id for p in backend.tree.projects()]
    backend.roles._roles = {project: {("ada", "local"): "admin"}, "elsewhere": {("dan", "local"): "operator"}}
    async with client(backend, Identity(user_id="dan")) as http:
        assert refs(backend)[0].path.encode() not in await get(http, "csv")
        refused = await post(http, raw)
        assert refused.status_code == 409
        assert {e["message"] for e in refused.json()["errors"]} == {
            f"{r.path!r} is no document of this tree" for r in refs(backend)
        }
    assert contents(backend) == before
