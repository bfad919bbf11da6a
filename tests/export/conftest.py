"""Crates laid beside their data, and the cache that lets their validator work with no network."""

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from export.judges import CrateJudge
from export.records import FILES, documents, record

from mdjourney_backend.export import crate


@pytest.fixture(scope="session")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CrateJudge]:
    made = CrateJudge(tmp_path_factory.mktemp("rocrate"))
    yield made
    made.close()


@pytest.fixture
def laid_out(tmp_path: Path) -> Callable[..., Path]:
    """Write a record's crate beside the data files; answers the folder."""

    def lay(made: dict[str, Any], dialect: crate.Dialect = crate.V1_2) -> Path:
        folder = tmp_path / "crate"
        for path, content in FILES.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        for name, content in crate.contents(made, dialect).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        return folder

    return lay


@pytest.fixture(scope="session")
def whole() -> dict[str, Any]:
    """A record with every field that goes into an export."""
    return record()


@pytest.fixture(scope="session")
def least() -> dict[str, Any]:
    """A record with what the packaged schemas ask for, and nothing else."""
    docs = copy.deepcopy(documents("Confidential"))
    person = {"name": "Ada Lovelace"}
    kept = {
        "project": {"project_identifier", "project_title", "project_description"},
        "administrative": {
            "dataset_identifier",
            "dataset_title",
            "dataset_abstract",
            "license",
            "access_level",
        },
        "structural": {"dataset_identifier", "date_created", "file_descriptions"},
        "context": {
            "experiment_identifier_run_id",
            "experiment_template_type",
            "dataset_identifier_link",
            "experiment_name",
            "experiment_dates",
            "run_status",
            "birth_timestamp",
        },
    }
    for name, fields in kept.items():
        docs[name] = {k: v for k, v in docs[name].items() if k in fields}
    docs["project"]["principal_investigator"] = person
    docs["administrative"]["data_steward_contact_person"] = {"name": "Grace", "email": "grace@example.org"}
    docs["context"]["experimenters"] = [person]
    docs["instruments"] = []
    for e in docs["structural"]["file_descriptions"]:
        e.pop("file_description", None)
        del e["file_created_utc"]
    return record(docs)
