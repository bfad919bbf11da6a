"""A real tree with a real leader: pipeline, journal, git."""

import contextlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from benchmarks.faults.place import until
from harness.folders import short_folder

from mdjourney_backend.pipeline import Led, led
from mdjourney_contract.session_config import SessionConfig


class Site:
    """A tree and its home; `leading()` runs a leader on it."""

    def __init__(self, base: Path) -> None:
        self.root = base / "tree"
        self.home = base / "home"
        self.root.mkdir()

    def config(self, **keys: Any) -> SessionConfig:
        return SessionConfig.model_validate(
            {
                "monitor_path": str(self.root),
                "settle_seconds": 0.2,
                "store": {"sync": False},
                "history": {"git": True, "dvc": False},
                **keys,
            }
        )

    @contextlib.contextmanager
    def leading(self, **keys: Any) -> Iterator[Led]:
        with led(self.root, self.config(**keys), self.home) as parts:
            assert parts is not None, "somebody else leads"
            parts.pipeline.start()
            yield parts

    def scan(self, **keys: Any) -> Any:
        from mdjourney_backend.pipeline import scan_once

        return scan_once(self.root, self.config(**{"settle_seconds": 0, **keys}), self.home, timeout=60)

    def write(self, path: str, content: str | bytes = "data") -> Path:
        full = self.root / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_bytes(content.encode() if isinstance(content, str) else content)
        return full

    def document(self, path: str, kind: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.root / path / ".metadata" / f"{kind}.json").read_bytes())
        return found

    def entries(self, dataset: str) -> dict[str, dict[str, Any]]:
        listed = self.document(dataset, "dataset_structural")["file_descriptions"]
        by_path = {e["file_path"]: e for e in listed}
        assert len(by_path) == len(listed), "a path stands twice"
        return by_path

    def dataset_id(self, dataset: str) -> str:
        ids = {
            self.document(dataset, kind)["dataset_identifier"]
            for kind in ("dataset_administrative", "dataset_structural")
        }
        assert len(ids) == 1, "the documents of a dataset disagree"
        return str(ids.pop())

    def project_id(self, project: str) -> str:
        return str(self.document(project, "project_descriptive")["project_identifier"])

    def edit(self, path: str, kind: str, **members: Any) -> None:
        """What a person would type, written past us."""
        file = self.root / path / ".metadata" / f"{kind}.json"
        file.write_text(json.dumps({**json.loads(file.read_bytes()), **members}, indent=2) + "\n")


@pytest.fixture
def site() -> Iterator[Site]:
    with short_folder() as base:
        yield Site(base)


@pytest.fixture
def eventually() -> Callable[..., None]:
    return until
