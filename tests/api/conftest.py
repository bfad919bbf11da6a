"""A real tree served by a real backend: in this process through ASGI, or as a child on a passed socket."""

import secrets
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from api.shapes import check_answer
from harness.folders import short_folder
from harness.waiting import until

from mdjourney_backend.app import create_app
from mdjourney_backend.assembly import Backend
from mdjourney_contract.launch import SECRET_HEADER, USER_HEADER, Launch
from mdjourney_contract.people import Identity
from mdjourney_contract.session_config import SessionConfig

ADA = Identity(user_id="ada", name="Ada Lovelace", email="ada@example.org")
BOB = Identity(user_id="bob", name="Bob")
SECRET = "s3cret"


def launch(root: Path, home: Path, *, owner: Identity = ADA, **config: Any) -> Launch:
    given = {"monitor_path": str(root), "settle_seconds": 0.1, "rescan_minutes": 60, **config}
    return Launch(
        session_id=secrets.token_hex(4),
        config=SessionConfig.model_validate(given),
        owner=owner,
        home=home,
        secret=SECRET,
    )


def headers(person: Identity = ADA, secret: str = SECRET) -> dict[str, str]:
    return {SECRET_HEADER: secret, USER_HEADER: quote(person.model_dump_json())}


def client(backend: Backend, person: Identity = ADA) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(create_app(backend), raise_app_exceptions=False)
    return httpx.AsyncClient(
        transport=transport,
        base_url="http://backend",
        headers=headers(person),
        event_hooks={"response": [check_answer]},
    )


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "lab/p_Heat/first set"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.csv").write_text("x,y\n1,2\n")
    (folder / "sub/a.csv").write_text("x,y\n3,4\n")
    return tmp_path / "lab"


@contextmanager
def started(given: Launch) -> Iterator[Backend]:
    """A backend in this process, in step; it is stopped at the end."""
    made = Backend(given)
    made.start("127.0.0.1", 1)
    try:
        made.rescan()
        yield made
    finally:
        made.stop()


@pytest.fixture
def backend(root: Path, tmp_path: Path) -> Iterator[Backend]:
    history = {"git": True, "dvc": False}
    with started(launch(root, tmp_path / "home", members=["bob"], watch="off", history=history)) as made:
        yield made


def recorded(backend: Backend) -> None:
    """Wait until history was told of everything."""
    leading = backend.leading
    assert leading is not None
    until(lambda: leading.journal.waiting("history") == 0)


@pytest.fixture
async def ada(backend: Backend) -> AsyncIterator[httpx.AsyncClient]:
    async with client(backend) as opened:
        yield opened


@dataclass
class Ids:
    project: str
    dataset: str


@pytest.fixture
def ids(backend: Backend) -> Ids:
    (project,) = backend.tree.projects()
    (dataset,) = backend.tree.datasets()
    return Ids(project.project_id, dataset.dataset_id)


def value(schema: dict[str, Any], defs: dict[str, Any]) -> Any:
    """An answer a person could give, from the field's own examples."""
    while "$ref" in schema:
        schema = {
            **defs[schema["$ref"].rsplit("/", 1)[-1]],
            **{k: v for k, v in schema.items() if k != "$ref"},
        }
    if schema.get("examples"):
        return schema["examples"][0]
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "array":
        return [value(schema.get("items", {}), defs)]
    if schema.get("type") == "object":
        need = [*schema.get("required", []), *schema.get("x-required-to-complete", [])]
        return {k: value(v, defs) for k, v in schema.get("properties", {}).items() if k in need}
    return "text"


async def fill(http: httpx.AsyncClient, url: str, schema_url: str) -> httpx.Response:
    """Answer what a document says is missing until it is complete."""
    schema = (await http.get(schema_url)).json()
    for _ in range(5):
        answer = await http.get(url)
        body = answer.json()
        if body["complete"]:
            return answer
        content = body["content"]
        for missing in body["missing"]:
            top = missing["pointer"].split("/")[1]
            content[top] = value(schema["properties"][top], schema.get("$defs", {}))
        saved = await http.put(url, json={"content": content}, headers={"If-Match": answer.headers["ETag"]})
        assert saved.status_code == 200, saved.text
    raise AssertionError(f"{url} does not become complete: {body['missing']}")


async def fill_all(http: httpx.AsyncClient, ids: Ids, run: str) -> None:
    for url, schema in (
        (f"/api/v1/projects/{ids.project}/metadata/project_descriptive", "project_descriptive"),
        (f"/api/v1/datasets/{ids.dataset}/metadata/dataset_administrative", "dataset_administrative"),
        (f"/api/v1/runs/{run}/metadata/experiment_contextual", "contextual/computational_workflow"),
    ):
        await fill(http, url, f"/api/v1/schemas/{schema}")


@dataclass
class Child:
    process: "subprocess.Popen[bytes]"
    port: int
    http: httpx.Client

    def end(self) -> int:
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(60)


@pytest.fixture
def children(tmp_path: Path, home: Path) -> Iterator[Any]:
    """Starts backends; all have ended before their home is removed."""
    assert home.is_dir()
    started: list[Child] = []

    def start(launched: Launch) -> Child:
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        port = listening.getsockname()[1]
        with (tmp_path / f"backend-{port}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "mdjourney_backend", "--fd", str(listening.fileno())],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=[listening.fileno()],
            )
        listening.close()
        assert process.stdin is not None
        process.stdin.write(launched.model_dump_json().encode() + b"\n")
        process.stdin.flush()
        http = httpx.Client(
            base_url=f"http://127.0.0.1:{port}", headers=headers(launched.owner), timeout=60, trust_env=False
        )
        child = Child(process, port, http)
        started.append(child)
        return child

    yield start
    for child in started:
        child.http.close()
        if child.process.poll() is None:
            child.process.kill()
        child.process.wait(60)
        if child.process.stdin is not None and not child.process.stdin.closed:
            child.process.stdin.close()


@pytest.fixture
def home() -> Iterator[Path]:
    with short_folder() as folder:
        yield folder
