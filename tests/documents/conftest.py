"""A small tree with its documents, and a sink that remembers."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mdjourney_backend.changes import Ref, Write
from mdjourney_backend.documents import Documents
from mdjourney_backend.layout import project_ref, structural_ref
from mdjourney_backend.schemas import SchemaManager
from mdjourney_contract.people import Identity

ADA = Identity(user_id="ada", name="Ada Lovelace")
BOB = Identity(user_id="bob", name="Bob")
PROJECT = project_ref("p_A")
STRUCTURAL = structural_ref("p_A/d")
START = datetime(2026, 11, 1, 10, tzinfo=UTC)


@dataclass
class Remembering:
    writes: list[Write] = field(default_factory=list)

    def written(self, write: Write) -> None:
        self.writes.append(write)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "tree/p_A/d").mkdir(parents=True)
    return tmp_path / "tree"


@pytest.fixture
def sink() -> Remembering:
    return Remembering()


@pytest.fixture
def history() -> dict[str, bytes]:
    return {}


@pytest.fixture
def documents(root: Path, sink: Remembering, history: dict[str, bytes]) -> Documents:
    ticks: Callable[[], int] = itertools.count().__next__
    return Documents(
        root,
        SchemaManager(root),
        sink,
        lambda: START + timedelta(seconds=ticks()),
        recover=history.get,
        patience=0,
    )


def project(**more: object) -> dict[str, object]:
    return {"project_identifier": "0d6cbd5e-4ba5-4b43-a2b3-1e9c0a0b0c0d", **more}


def entry(path: str, checksum: str = "ab" * 32) -> dict[str, object]:
    return {
        "file_identifier": "0d6cbd5e-4ba5-4b43-a2b3-" + checksum[:12],
        "file_path": path,
        "file_name": path.rpartition("/")[2],
        "file_extension": None,
        "file_type_os": "file",
        "file_size_bytes": 3,
        "checksum": checksum,
        "checksum_algorithm": "sha256",
        "file_permissions": "-rw-r--r--",
        "file_modified_utc": "2026-11-01T10:00:00Z",
        "mime_type": "text/plain",
        "status": "present",
        "version_state": "V1",
    }


def structural(*entries: dict[str, object]) -> dict[str, object]:
    return {
        "dataset_identifier": "7d6cbd5e-4ba5-4b43-a2b3-1e9c0a0b0c0d",
        "associated_project_identifier": "0d6cbd5e-4ba5-4b43-a2b3-1e9c0a0b0c0d",
        "date_created": "2026-11-01",
        "file_descriptions": list(entries),
    }


@pytest.fixture
def created(documents: Documents) -> Ref:
    documents.create(PROJECT, project(), actor=ADA, subject="p_A: new project")
    return PROJECT
