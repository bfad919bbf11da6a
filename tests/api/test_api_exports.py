"""Exports: each judged by a library of the community it is for."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import bagit
import httpx
import prov.model
import pytest
from api.conftest import Ids, fill_all
from rocrate.rocrate import ROCrate

pytestmark = pytest.mark.anyio


async def complete(http: httpx.AsyncClient, ids: Ids) -> str:
    answer = await http.post(
        f"/api/v1/datasets/{ids.dataset}/runs", json={"template": "computational_workflow"}
    )
    run: str = answer.json()["run_id"]
    await fill_all(http, ids, run)
    done = await http.post(f"/api/v1/runs/{run}/complete")
    assert done.status_code == 201, done.text
    return run


async def exported(http: httpx.AsyncClient, ids: Ids, name: str) -> httpx.Response:
    answer = await http.get(f"/api/v1/datasets/{ids.dataset}/export", params={"format": name})
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return answer


async def test_exports_of_a_completed_dataset_are_read_by_others(
    ada: httpx.AsyncClient, ids: Ids, tmp_path: Path
) -> None:
    early = await ada.get(f"/api/v1/datasets/{ids.dataset}/export", params={"format": "ro-crate"})
    assert early.status_code == 404
    run = await complete(ada, ids)
    _crate((await exported(ada, ids, "ro-crate")).content, tmp_path / "crate", run)
    _bag((await exported(ada, ids, "bagit")).content, tmp_path / "bag")
    _prov((await exported(ada, ids, "prov")).content, run)
    _datacite((await exported(ada, ids, "datacite")).json(), ids)
    linked = (await exported(ada, ids, "jsonld")).json()
    assert {p["name"] for p in linked["distribution"]} == {"a.csv", "sub/a.csv"}
    assert (
        await ada.get(f"/api/v1/datasets/{ids.dataset}/export", params={"format": "x"})
    ).status_code == 422


def _crate(raw: bytes, folder: Path, run: str) -> None:
    zipfile.ZipFile(io.BytesIO(raw)).extractall(folder)
    for name in ("a.csv", "sub/a.csv"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("there")
    crate = ROCrate(folder)
    assert {e.id for e in crate.data_entities} == {
        "a.csv",
        "sub/a.csv",
        f".metadata/runs/{run}/{run}_v2_metadata.json",
    }
    graph = {e["@id"]: e for e in json.loads((folder / "ro-crate-metadata.json").read_text())["@graph"]}
    for entity in graph.values():
        for target in _references(entity):
            assert target in graph or target.startswith(("http", "info:")), f"{target} is not in the crate"
    assert graph["./"]["license"]["@id"].startswith("https://spdx.org/licenses/")


def _references(value: Any) -> list[str]:
    if isinstance(value, list):
        return [t for v in value for t in _references(v)]
    if isinstance(value, dict):
        own = [value["@id"]] if set(value) == {"@id"} else []
        return own + [t for v in value.values() for t in _references(v)]
    return []


def _bag(raw: bytes, folder: Path) -> None:
    zipfile.ZipFile(io.BytesIO(raw)).extractall(folder)
    (top,) = folder.iterdir()
    bagit.Bag(str(top)).validate()
    (top / "data/ro-crate-metadata.json").write_text("{}")
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(top)).validate()


def _prov(raw: bytes, run: str) -> None:
    document = prov.model.ProvDocument.deserialize(content=raw.decode(), format="json")
    assert any(run in str(a.identifier.uri) for a in document.get_records(prov.model.ProvActivity))
    assert len(list(document.get_records(prov.model.ProvGeneration))) == 2
    assert (
        prov.model.ProvDocument.deserialize(content=document.serialize(format="json"), format="json")
        == document
    )


def _datacite(made: dict[str, Any], ids: Ids) -> None:
    assert {"creators", "titles", "publisher", "publicationYear", "types", "schemaVersion"} <= set(made)
    assert made["alternateIdentifiers"][0]["alternateIdentifier"] == ids.dataset
    assert made["rightsList"][0]["rightsIdentifierScheme"] == "SPDX"


async def test_addresses_of_people_stay_out_of_a_restricted_dataset(ada: httpx.AsyncClient, ids: Ids) -> None:
    await complete(ada, ids)
    url = f"/api/v1/datasets/{ids.dataset}/metadata/dataset_administrative"
    for level, shown in (("Public", True), ("Confidential", False)):
        etag = (await ada.get(url)).headers["ETag"]
        changes = {"access_level": level, "anonymization_method": "none needed"}
        assert (await ada.patch(url, json=changes, headers={"If-Match": etag})).status_code == 200
        run = (await ada.get(f"/api/v1/datasets/{ids.dataset}")).json()["runs_list"][0]["run_id"]
        done = await ada.post(f"/api/v1/runs/{run}/complete")
        assert done.status_code in (200, 201), done.text
        for name in ("ro-crate", "bagit"):
            archive = zipfile.ZipFile(io.BytesIO((await exported(ada, ids, name)).content))
            found = b"".join(archive.read(member) for member in archive.namelist())
            assert (b"ada@example.org" in found) is shown
        assert ("ada@example.org" in (await exported(ada, ids, "jsonld")).text) is shown
