"""One real server for all tests of the store, a database of its own for each test, cloned from a migrated one."""

import itertools
import json
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from harness.folders import short_folder
from store.memory_outbox import MemoryOutbox
from store.server_choice import choice, serving, without_docker

from mdjourney_backend.sync import Sync
from mdjourney_contract.people import Identity
from mdjourney_store.connection import Store
from mdjourney_store.embedded import Urls
from mdjourney_store.migrate import upgrade
from mdjourney_store.rows import Origin

_numbers = itertools.count()


@pytest.fixture(scope="session")
def short() -> Iterator[Path]:
    """A folder with a short name that every account can pass through."""
    with short_folder(0o711) as folder:
        yield folder


@pytest.fixture(scope="session")
def server(short: Path) -> Iterator[Urls]:
    chosen = choice(os.environ)
    if chosen.kind == "testcontainers" and (problem := without_docker()):
        pytest.skip(problem)
    with serving(chosen, short) as urls:
        yield urls


@pytest.fixture(scope="session")
def template(server: Urls) -> Iterator[str]:
    name = f"migrated{os.getpid()}"
    with psycopg.connect(server.of("postgres").admin_url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} OWNER mdj_owner")
        upgrade(server.of(name).owner_url)
        yield name
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty(server: Urls) -> Iterator[Urls]:
    """A database nothing was done to."""
    yield from _database(server, "template1")


@pytest.fixture
def urls(server: Urls, template: str) -> Iterator[Urls]:
    """A migrated database."""
    yield from _database(server, template)


def _database(server: Urls, template: str) -> Iterator[Urls]:
    name = f"t{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(server.of("postgres").admin_url, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE {name} TEMPLATE "{template}" OWNER mdj_owner')
        yield server.of(name)
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def store(urls: Urls) -> Iterator[Store]:
    """The store as the owner's role sees it."""
    store = Store(urls.owner_url)
    yield store
    store.close()


@pytest.fixture
def rows(urls: Urls) -> Callable[..., list[dict[str, Any]]]:
    """Ask the database directly."""

    def ask(query: str, *values: object) -> list[dict[str, Any]]:
        with psycopg.connect(urls.owner_url, row_factory=psycopg.rows.dict_row) as connection:
            cursor = connection.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    return ask


ALICE = Identity(user_id="alice", name="Alice Ånström", email="alice@example.org")
BOB = Identity(user_id="bob")


class Lab:
    """A small tree on disk with documents as the backend writes them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.origin = Origin(str(uuid.uuid4()), "host", str(root), ALICE, (BOB,))

    def write(self, path: str, content: dict[str, Any] | str) -> str:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    def project(self, name: str = "p_Study", **more: Any) -> str:
        identifier = more.pop("project_identifier", str(uuid.uuid4()))
        content = {
            "project_identifier": identifier, "project_title": "A study", "created_by": "alice",
            "created_date": "2026-01-02T03:04:05Z", **more,
        }  # fmt: skip
        self.write(f"{name}/.metadata/project_descriptive.json", content)
        return identifier

    def dataset(self, project_id: str, path: str = "p_Study/d_One", files: int = 2, **more: Any) -> str:
        identifier = more.pop("dataset_identifier", str(uuid.uuid4()))
        both = {"dataset_identifier": identifier, "associated_project_identifier": project_id, "created_by": "alice",
                "created_date": "2026-01-03T00:00:00Z"}  # fmt: skip
        self.write(
            f"{path}/.metadata/dataset_administrative.json", {**both, "dataset_title": "Counts", **more}
        )
        entries = [self.entry(f"run/{n}.csv", size=n) for n in range(files)]
        self.write(f"{path}/.metadata/dataset_structural.json", {**both, "file_descriptions": entries})
        return identifier

    @staticmethod
    def entry(path: str, size: int = 1, **more: Any) -> dict[str, Any]:
        return {
            "file_identifier": str(uuid.uuid4()), "file_path": path, "file_size_bytes": size, "checksum": f"{size:064x}",
            "file_extension": ".csv", "mime_type": "text/csv", "status": "present", "version_state": "V1",
            "file_modified_utc": "2026-01-03T00:00:00Z", **more,
        }  # fmt: skip

    def run(self, dataset_id: str, path: str = "p_Study/d_One", **more: Any) -> str:
        run_id = more.pop("run_id", str(uuid.uuid4()))
        content = {
            "experiment_identifier_run_id": run_id, "dataset_identifier_link": dataset_id, "created_by": "alice",
            "experiment_template_type": "computational_workflow", "run_status": "open",
            "birth_timestamp": "2026-02-01T10:00:00Z", **more,
        }  # fmt: skip
        self.write(f"{path}/.metadata/runs/{run_id}/experiment_contextual.json", content)
        return run_id


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


@pytest.fixture
def outbox() -> MemoryOutbox:
    return MemoryOutbox()


@pytest.fixture
def sync(outbox: MemoryOutbox, lab: Any, urls: Urls) -> Iterator[Sync]:
    sync = Sync(outbox, lab.root, urls.backend_url, lab.origin)
    yield sync
    sync.stop()
