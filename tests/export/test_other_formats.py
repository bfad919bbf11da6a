"""BagIt, PROV and schema.org judged by bagit, prov and pyld."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import prov.model
import pytest
from export.records import FILES, RUN
from pyld import jsonld

from mdjourney_backend.export import export, linked
from mdjourney_backend.export import prov as provenance

CONTEXT = Path(__file__).parent / "contexts/ro-crate-1.2.json"


@pytest.fixture
def bag(whole: Any, tmp_path: Path) -> Path:
    zipfile.ZipFile(io.BytesIO(export(whole, "bagit").content)).extractall(tmp_path)
    (top,) = tmp_path.iterdir()
    return top


def bag_is_valid(bag: Path) -> bool:
    done = subprocess.run(
        [sys.executable, "-m", "bagit", "--validate", bag], capture_output=True, check=False
    )
    return done.returncode == 0


def test_a_bag_is_valid(bag: Path) -> None:
    assert bag_is_valid(bag)


@pytest.mark.parametrize("how", ["changed", "gone", "added", "tag"])
def test_a_bag_broken_in_one_way_is_refused(bag: Path, how: str) -> None:
    payload = bag / "data/ro-crate-metadata.json"
    if how == "changed":
        payload.write_bytes(payload.read_bytes() + b" ")
    elif how == "gone":
        payload.unlink()
    elif how == "added":
        (bag / "data/more").write_bytes(b"")
    else:
        (bag / "bag-info.txt").write_bytes(b"External-Identifier: other\n")
    assert not bag_is_valid(bag)


def test_digests_of_the_data_are_read_by_sha256sum(bag: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    for path, content in FILES.items():
        (data / path).parent.mkdir(parents=True, exist_ok=True)
        (data / path).write_bytes(content)
    manifest = bag / "data/data-manifest-sha256.txt"
    check = ["sha256sum", "--check", "--strict", "--quiet", manifest]
    assert subprocess.run(check, cwd=data, check=False).returncode == 0
    (data / "counts.csv").write_bytes(b"other")
    assert subprocess.run(check, cwd=data, check=False, capture_output=True).returncode != 0


def read(made: dict[str, Any]) -> prov.model.ProvDocument:
    return prov.model.ProvDocument.deserialize(content=json.dumps(made), format="json")


def test_provenance_survives_a_round_trip(whole: Any) -> None:
    document = read(provenance.metadata(whole))
    again = prov.model.ProvDocument.deserialize(content=document.serialize(format="json"), format="json")
    assert again == document
    assert any(RUN in a.identifier.uri for a in document.get_records(prov.model.ProvActivity))
    assert len(list(document.get_records(prov.model.ProvGeneration))) == len(FILES) - 1
    assert len(list(document.get_records(prov.model.ProvDerivation))) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m["prefix"].pop("mdj"),
        lambda m: m["activity"][f"uuid:{RUN}"].update({"prov:startTime": "yesterday"}),
        lambda m: m.update({"wasInventedBy": m.pop("wasGeneratedBy")}),
    ],
    ids=["prefix", "time", "relation"],
)
def test_provenance_broken_in_one_way_is_refused(whole: Any, change: Any) -> None:
    made = json.loads(json.dumps(provenance.metadata(whole)))
    change(made)
    with pytest.raises((prov.Error, ValueError, KeyError, AttributeError, TypeError, Warning)):
        read(made)


def expanded(made: dict[str, Any]) -> dict[str, Any]:
    terms = {
        k: v
        for k, v in json.loads(CONTEXT.read_text("utf-8"))["@context"].items()
        if isinstance(v, str) and v.startswith("http://schema.org/")
    }

    def load(url: str, _options: Any) -> dict[str, Any]:
        assert url == "https://schema.org/", f"{url} would be fetched"
        return {"contextUrl": None, "documentUrl": url, "document": {"@context": terms}}

    (dataset,) = jsonld.expand(made, {"documentLoader": load})
    found: dict[str, Any] = dataset
    return found


def leaves(value: Any) -> int:
    if isinstance(value, dict):
        return sum(leaves(v) for k, v in value.items() if k != "@context")
    return sum(map(leaves, value)) if isinstance(value, list) else 1


def test_every_word_of_the_json_ld_is_one_of_schema_org(whole: Any) -> None:
    made = linked.metadata(whole)
    dataset = expanded(made)
    assert dataset["@type"] == ["http://schema.org/Dataset"]
    assert leaves(dataset) == leaves(made)
    assert len(dataset["http://schema.org/distribution"]) == len(FILES)


def test_a_word_that_is_not_is_noticed(whole: Any) -> None:
    made = {**linked.metadata(whole), "licence": "CC-BY-4.0"}
    assert leaves(expanded(made)) < leaves(made)
