"""A tree, people, and real git and dvc as a user would call them."""

import os
import subprocess
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mdjourney_backend.held import held
from mdjourney_backend.history import Batch, History, PointerFile, Pointers
from mdjourney_backend.technical import read_file
from mdjourney_contract.people import Identity
from mdjourney_contract.session_config import SessionConfig

ADA = Identity(user_id="ada", name="Ada Lovelace", email="ada@example.org")
BOB = Identity(user_id="bob", name="Bob")
AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
DOCUMENT = "p_Study/rnaseq/.metadata/dataset_administrative.json"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    root.mkdir()
    return root


@pytest.fixture
def config(tree: Path) -> SessionConfig:
    return SessionConfig(monitor_path=str(tree))


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def open_history(tree: Path, config: SessionConfig, state: Path) -> Callable[..., History]:
    def opened(**kwargs: float) -> History:
        return History.open(tree, config, state, **kwargs)

    return opened


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """What a user's shell has: an identity of their own, nothing of this machine's."""
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(
        "[user]\n\tname = Owner\n\temail = owner@example.org\n[init]\n\tdefaultBranch = trunk\n"
    )
    return {"PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": "C.UTF-8", "DVC_NO_ANALYTICS": "1"}


@pytest.fixture
def git(tree: Path, environment: dict[str, str]) -> Callable[..., str]:
    def run(*arguments: str, cwd: Path = tree, check: bool = True) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
        )
        assert not check or done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture
def save(tree: Path) -> Callable[..., dict[str, bytes | None]]:
    """Put a file on disk; answers what to commit."""

    def put(path: str, content: bytes) -> dict[str, bytes | None]:
        place = tree / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        return {path: content}

    return put


@pytest.fixture
def batch() -> Callable[..., Batch]:
    def made(files: dict[str, bytes | None], author: Identity = ADA, subject: str = "a change") -> Batch:
        return Batch(files, author, AT, subject)

    return made


@pytest.fixture
def ada() -> Identity:
    return ADA


@pytest.fixture
def bob() -> Identity:
    return BOB


@pytest.fixture
def document() -> str:
    return DOCUMENT


@pytest.fixture
def pointers(tree: Path, config: SessionConfig, open_history: Callable[..., History]) -> Pointers:
    open_history().prepare()
    made = Pointers(tree, config)
    made.prepare()
    return made


@pytest.fixture
def take(tree: Path, save: Callable[..., object]) -> Callable[..., dict[str, PointerFile]]:
    """Put a file in the dataset, read it through the tee; answers its entry for `update`."""

    def taken(
        pointers: Pointers, name: str, content: bytes, dataset: str = "p_Study/rnaseq"
    ) -> dict[str, PointerFile]:
        path = f"{dataset}/{name}"
        save(path, content)
        with pointers.tee(path) as tee:
            reading = read_file(tree / path, tee.sink)
            tee.keep(reading)
        return {name: PointerFile(reading.md5, reading.size)}

    return taken


@pytest.fixture
def update(tree: Path) -> Callable[..., Mapping[str, bytes | None]]:
    """Bring the pointers of a dataset in line with its files, as they are found by its path now."""

    def updated(
        pointers: Pointers, dataset: str, files: Mapping[str, PointerFile], **how: bool
    ) -> Mapping[str, bytes | None]:
        with held(tree, dataset) as folder:
            return pointers.update(folder, files, **how)

    return updated
