"""The demo project, described and completed through the API, exported and judged."""

import base64
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import prov.model
import pytest
from api.conftest import Ids, client, fill_all, launch
from datacite import schema45
from export.judges import CrateJudge, datacite_xsd
from lxml import etree
from typer.testing import CliRunner

from mdjourney.demo.files import write_demo_files
from mdjourney_backend.assembly import Backend
from mdjourney_backend.cli.exports import export_app
from mdjourney_backend.export import FORMATS

pytestmark = pytest.mark.anyio
DATASET = "p_Coral_Heat_Stress/microscopy"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Backend]:
    root = tmp_path / "lab"
    root.mkdir()
    write_demo_files(root)
    made = Backend(launch(root, tmp_path / "home", watch="off", history={"git": True, "dvc": False}))
    made.start("127.0.0.1", 1)
    try:
        made.rescan()
        yield made
    finally:
        made.stop()


@pytest.fixture
async def ada(demo: Backend) -> AsyncIterator[httpx.AsyncClient]:
    async with client(demo) as opened:
        yield opened


@pytest.fixture
def ids(demo: Backend) -> Ids:
    place = next(d for d in demo.tree.datasets() if d.path == DATASET)
    return Ids(place.project_id, place.dataset_id)


async def get(http: httpx.AsyncClient, ids: Ids, name: str) -> bytes:
    answer = await http.get(f"/api/v1/datasets/{ids.dataset}/export", params={"format": name})
    assert answer.status_code == 200, answer.text
    digest = base64.b64encode(hashlib.sha256(answer.content).digest()).decode()
    assert answer.headers["Repr-Digest"] == f"sha-256=:{digest}:"
    return answer.content


async def checked(http: httpx.AsyncClient, ids: Ids, name: str) -> dict[str, Any]:
    answer = await http.get(f"/api/v1/datasets/{ids.dataset}/export/check", params={"format": name})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def start(http: httpx.AsyncClient, ids: Ids) -> str:
    answer = await http.post(
        f"/api/v1/datasets/{ids.dataset}/runs", json={"template": "computational_workflow"}
    )
    run: str = answer.json()["run_id"]
    return run


ANSWERS = {
    "affiliation": "California Institute of Technology",
    "affiliation_ror": "https://ror.org/05dxps055",
    "originating_institution": "California Institute of Technology",
    "originating_institution_ror": "https://ror.org/05dxps055",
    "orcid": "https://orcid.org/0000-0002-1825-0097",
    "date_published_released": "2026-12-01",
    "dataset_type": "Dataset",
}


async def answer_what_is_recommended(http: httpx.AsyncClient, ids: Ids, run: str, name: str) -> None:
    """Fill in what the check names, complete again, until it names nothing."""
    urls = {
        "project_descriptive": f"/api/v1/projects/{ids.project}/metadata/project_descriptive",
        "dataset_administrative": f"/api/v1/datasets/{ids.dataset}/metadata/dataset_administrative",
        "dataset_structural": f"/api/v1/datasets/{ids.dataset}/metadata/dataset_structural",
        "experiment_contextual": f"/api/v1/runs/{run}/metadata/experiment_contextual",
    }
    for _ in range(4):
        lacking = (await checked(http, ids, name))["lacking"]
        if not lacking:
            return
        for item in lacking:
            document = await http.get(urls[item["document"]])
            content = inner = document.json()["content"]
            *path, last = item["pointer"][1:].split("/")
            for part in path:
                inner = inner[int(part) if part.isdigit() else part]
            inner[last] = ANSWERS[last]
            saved = await http.put(
                urls[item["document"]],
                json={"content": content},
                headers={"If-Match": document.headers["ETag"]},
            )
            assert saved.status_code == 200, saved.text
        assert (await http.post(f"/api/v1/runs/{run}/complete")).status_code in (200, 201)
    raise AssertionError(f"{name} still lacks {lacking}")


async def test_the_demo_project_is_accepted_everywhere(
    demo: Backend, ada: httpx.AsyncClient, ids: Ids, tmp_path: Path, judge: CrateJudge
) -> None:
    run = await start(ada, ids)
    await fill_all(ada, ids, run)
    done = await ada.post(f"/api/v1/runs/{run}/complete")
    assert done.status_code == 201, done.text
    record = (await ada.get(done.json()["complete_metadata"])).json()
    components = record["metadata_components"]
    commit = components["project_descriptive"]["git_commit"]
    shown = [
        "git",
        "-C",
        str(demo.root),
        "cat-file",
        "blob",
        f"{commit}:p_Coral_Heat_Stress/.metadata/project_descriptive.json",
    ]
    kept = subprocess.run(shown, capture_output=True, check=True).stdout
    assert json.loads(kept) == components["project_descriptive"]["content"]
    assert components["dataset_administrative"]["git_commit"]

    await answer_what_is_recommended(ada, ids, run, "ro-crate")
    await answer_what_is_recommended(ada, ids, run, "datacite")
    done = await ada.post(f"/api/v1/runs/{run}/complete")
    folder = demo.root / DATASET
    kept = (demo.root / done.json()["path"]).read_bytes()
    for name, profile, level in (
        ("ro-crate", "ro-crate-1.2", "recommended"),
        ("ro-crate-1.1", "process-run-crate", "required"),
    ):
        archive = zipfile.ZipFile(io.BytesIO(await get(ada, ids, name)))
        archive.extractall(folder)
        assert judge.faults(folder, profile, level) == [], name
    assert (demo.root / done.json()["path"]).read_bytes() == kept
    demo.rescan()
    assert (await ada.get(f"/api/v1/datasets/{ids.dataset}/files")).json()["total"] == 5

    for name in FORMATS:
        written = CliRunner().invoke(export_app, [str(folder), "--format", name, "-o", str(tmp_path / name)])
        assert written.exit_code == 0, written.output
        assert (tmp_path / name).read_bytes() == await get(ada, ids, name)

    assert not list(schema45.validator.iter_errors(json.loads(await get(ada, ids, "datacite"))))
    xsd = etree.XMLSchema(etree.parse(str(datacite_xsd())))
    xsd.assertValid(etree.fromstring(await get(ada, ids, "datacite-xml")))
    provenance = (await get(ada, ids, "prov")).decode()
    assert prov.model.ProvDocument.deserialize(content=provenance, format="json").get_records()
    zipfile.ZipFile(io.BytesIO(await get(ada, ids, "bagit"))).extractall(tmp_path / "bag")
    (bag,) = (tmp_path / "bag").iterdir()
    subprocess.run([sys.executable, "-m", "bagit", "--validate", bag], check=True, capture_output=True)


async def test_what_is_lacking_is_said_before_the_export(
    demo: Backend, ada: httpx.AsyncClient, ids: Ids
) -> None:
    nothing = await checked(ada, ids, "datacite")
    assert (nothing["ok"], nothing["lacking"][0]["document"]) == (False, "complete_metadata")
    run = await start(ada, ids)
    started = await checked(ada, ids, "datacite")
    assert {"/dataset_title", "/project_title", "/experiment_name"} <= {
        i["pointer"] for i in started["lacking"]
    }
    refused = await ada.get(f"/api/v1/datasets/{ids.dataset}/export", params={"format": "datacite"})
    assert (refused.status_code, refused.json()["lacking"]) == (404, started["lacking"])

    await fill_all(ada, ids, run)
    url = f"/api/v1/projects/{ids.project}/metadata/project_descriptive"
    etag = (await ada.get(url)).headers["ETag"]
    leader = {"principal_investigator": {"name": "Ada Lovelace", "affiliation": None}}
    assert (await ada.patch(url, json=leader, headers={"If-Match": etag})).status_code == 200
    assert (await ada.post(f"/api/v1/runs/{run}/complete")).status_code == 201
    found = await checked(ada, ids, "datacite")
    required = [i for i in found["lacking"] if i["level"] == "required"]
    assert not found["ok"]
    assert [(i["document"], i["pointer"]) for i in required] == [
        ("project_descriptive", "/originating_institution")
    ]
    refused = await ada.get(f"/api/v1/datasets/{ids.dataset}/export", params={"format": "datacite"})
    assert (refused.status_code, refused.json()["lacking"]) == (409, found["lacking"])
    assert (await checked(ada, ids, "ro-crate"))["ok"]

    cli = CliRunner().invoke(
        export_app, [str(demo.root / DATASET), "--format", "datacite", "--check", "--json"]
    )
    assert cli.exit_code == 1
    assert json.loads(cli.stdout)["lacking"] == found["lacking"]
    fine = CliRunner().invoke(export_app, [str(demo.root / DATASET), "--format", "prov", "--check"])
    assert (fine.exit_code, fine.stdout.splitlines()[-1]) == (0, "prov: can be made, 0 lacking")
