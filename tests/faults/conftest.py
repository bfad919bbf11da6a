"""A tree that faults happen to: backends run in processes of their own, so that they can be killed and stopped."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mdjourney_backend.pipeline import check, scan_once
from mdjourney_contract.session_config import SessionConfig

HERE = Path(__file__).parent


class Place:
    """A tree and its home."""

    def __init__(self, base: Path) -> None:
        self.root = base / "tree"
        self.home = base / "home"
        self.root.mkdir()

    def settings(self, **keys: Any) -> dict[str, Any]:
        history = {"git": True, "dvc": True, "dvc_cache": "copy", **keys.pop("history", {})}
        defaults = {"settle_seconds": 0, "store": {"sync": False}, "rescan_minutes": 1000}
        return {"monitor_path": str(self.root), **defaults, "history": history, **keys}

    def config(self, **keys: Any) -> SessionConfig:
        return SessionConfig.model_validate(self.settings(**keys))

    def write(self, path: str, content: str = "data") -> Path:
        full = self.root / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_text(content)
        return full

    def scan(self, **keys: Any) -> Any:
        timeout = keys.pop("timeout", 60)
        return scan_once(self.root, self.config(**keys), self.home, timeout=timeout)

    def entries(self, dataset: str) -> dict[str, dict[str, Any]]:
        path = self.root / dataset / ".metadata" / "dataset_structural.json"
        listed = json.loads(path.read_bytes())["file_descriptions"]
        by_path = {e["file_path"]: e for e in listed}
        assert len(by_path) == len(listed), "a path stands twice"
        return by_path

    def wrong(self, **keys: Any) -> list[str]:
        """What `check` finds besides information."""
        return [f"{f.path}: {f.message}" for f in check(self.root, **keys) if f.severity != "told"]

    def backend(self, script: str, *arguments: str, **keys: Any) -> subprocess.Popen[str]:
        """A script of this folder, given tree, home and config."""
        told = json.dumps({"root": str(self.root), "home": str(self.home), "config": self.settings(**keys)})
        return subprocess.Popen(
            [sys.executable, str(HERE / script), told, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )


def _until(true: Callable[[], object], seconds: float = 60, what: str = "") -> None:
    deadline = time.monotonic() + seconds
    last: object = None
    while time.monotonic() < deadline:
        try:
            last = true()
            if last:
                return
        except (OSError, ValueError, KeyError, AssertionError) as exc:
            last = exc
        time.sleep(0.02)
    raise AssertionError(f"{what or 'it'} did not come true in {seconds} s; last: {last!r}")


@contextlib.contextmanager
def _fresh() -> Iterator[Place]:
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="mc") as base:
        yield Place(Path(base))


@pytest.fixture
def fresh() -> Callable[[], contextlib.AbstractContextManager[Place]]:
    """Makes a tree and a home, as often as it is called."""
    return _fresh


@pytest.fixture
def place() -> Iterator[Place]:
    with _fresh() as made:
        yield made


@pytest.fixture
def eventually() -> Callable[..., None]:
    return _until
