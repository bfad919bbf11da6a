"""Fixtures of the gateway's tests."""

import os

import psycopg
import pytest
from gateway.served import Served
from harness.folders import short_folder

from mdjourney_store.connection import Store
from mdjourney_store.connector import Connector
from mdjourney_store.embedded import EmbeddedPostgres
from mdjourney_store.migrate import upgrade


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def place():
    """A short folder with `data` to monitor and `home` beside it."""
    with short_folder() as root:
        (root / "data").mkdir()
        (root / "home").mkdir(mode=0o700)
        yield root


#: `postgresql`: every gateway of `served` keeps its state there.
STATE = os.environ.get("MDJOURNEY_TEST_STATE", "sqlite")


@pytest.fixture
def served(place, request):
    url = request.getfixturevalue("empty_database") if STATE == "postgresql" else None
    with Served(place, state_url=url) as gateway:
        yield gateway


@pytest.fixture(params=["sqlite", "postgresql"])
def state_url(request):
    """Where a gateway keeps its state: nothing for a file of its own, or the address of an empty database."""
    return None if request.param == "sqlite" else request.getfixturevalue("empty_database")


@pytest.fixture
def ada(served):
    with served.person() as client:
        yield client


#: One of everything.
ROWS = (
    "INSERT INTO user_detail (user_id, domain, name) VALUES ('ada', 'local', 'Ada')",
    "INSERT INTO project_detail (project_id, name, details) VALUES ('p', 'Heat', '{\"x\": \"#hot\"}')",
    "INSERT INTO user_project_role_linking (user_id, domain, project_id, role) VALUES ('ada', 'local', 'p', 'admin')",
    "INSERT INTO dataset_detail (dataset_id, project_id, title, rel_path) VALUES ('d', 'p', 'First set', 'p/d')",
    (
        "INSERT INTO trial_detail (trial_id, project_id, user_id, user_domain, birth_timestamp, metadata) VALUES"
        " ('t', 'p', 'ada', 'local', now(), '{\"experiment_name\": \"Run\", \"note\": \"#hot project:p\"}')"
    ),
    "INSERT INTO trial_dataset (trial_id, dataset_id) VALUES ('t', 'd')",
    (
        "INSERT INTO file_entry (dataset_id, path, extension, size_bytes, entry_sha256)"
        " VALUES ('d', 'raw/plate.csv', '.csv', 5, repeat('0', 64))"
    ),
    (
        "INSERT INTO document_event (origin_id, rel_path, kind, sha256, subject, project_id, trial_id, at, actor_user_id,"
        " actor_domain) VALUES (gen_random_uuid(), 'p/.metadata/project_descriptive.json', 'project_descriptive', repeat('0', 64), 'title',"
        " 'p', 't', now(), 'ada', 'local')"
    ),
    (
        "INSERT INTO audit_event (actor_user_id, actor_domain, action, object_type, object_id, project_id, detail)"
        " VALUES ('ada', 'local', 'role', 'project', 'p', 'p', '{\"user_id\": \"ada\", \"before\": null, \"after\": \"admin\"}')"
    ),
)


@pytest.fixture(scope="session")
def server():
    """A database server of this folder's own: its addresses."""
    with short_folder(0o711) as folder:
        embedded = EmbeddedPostgres(folder / "h", shared=folder / "s", durable=False)
        try:
            yield embedded.start()
        finally:
            embedded.destroy()


@pytest.fixture
def empty_database(server):
    """The address of a database that nothing was done to."""
    with psycopg.connect(server.of("postgres").admin_url, autocommit=True) as admin:
        admin.execute("CREATE DATABASE fresh OWNER mdj_owner")
        yield server.of("fresh").owner_url
        admin.execute("DROP DATABASE fresh WITH (FORCE)")


@pytest.fixture(scope="session")
def store(server):
    """A migrated store with a row of everything."""
    upgrade(server.owner_url)
    opened = Store(server.owner_url)
    with opened.transaction() as connection:
        for statement in ROWS:
            connection.execute(statement)
    Connector(opened).drain()
    yield opened
    opened.close()
