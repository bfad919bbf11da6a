"""A scanned tree with one dataset, and `mdjourney run` on it as a real process."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from harness.folders import short_folder
from harness.waiting import until

from mdjourney_backend.documents import Documents
from mdjourney_backend.inbox import Inbox
from mdjourney_backend.layout import Layout
from mdjourney_backend.pipeline import scan_once
from mdjourney_backend.schemas import Assessment, SchemaManager
from mdjourney_backend.tree import RunPlace, Tree
from mdjourney_contract.session_config import SessionConfig

START = "import sys; from mdjourney_backend.runs.capturing.command import main; sys.exit(main(sys.argv[1:]))"


@dataclass
class Lab:
    base: Path

    @property
    def root(self) -> Path:
        return self.base / "lab"

    @property
    def home(self) -> Path:
        return self.base / "home"

    @property
    def dataset(self) -> Path:
        return self.root / "p_Heat/set"

    @property
    def leases(self) -> list[str]:
        folder = self.root / ".mdjourney/runs"
        return sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []

    def config(self) -> SessionConfig:
        return SessionConfig.model_validate(
            {
                "monitor_path": str(self.root),
                "settle_seconds": 0,
                "store": {"sync": False},
                "history": {"git": True, "dvc": False},
            }
        )

    def scan(self) -> None:
        assert scan_once(self.root, self.config(), self.home, 60).led

    def tree(self) -> Tree:
        return Tree(self.root, Layout.of(self.config()))

    def documents(self) -> Documents:
        return Documents(self.root, SchemaManager(self.root), Inbox(self.root))

    def command(self, *words: str, options: tuple[str, ...] = ()) -> list[str]:
        given = ["--dataset", str(self.dataset), "--home", str(self.home), *options]
        return [sys.executable, "-P", "-c", START, *given, "--", *words]

    def run(
        self, *words: str, options: tuple[str, ...] = (), cwd: Path | None = None, stdin: str = ""
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            self.command(*words, options=options),
            cwd=cwd or self.base,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def start(self, *words: str, options: tuple[str, ...] = (), **more: Any) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            self.command(*words, options=options),
            cwd=self.base,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **more,
        )

    def runs(self) -> list[RunPlace]:
        return self.tree().runs()

    def record(self) -> dict[str, Any]:
        """The document of the only run."""
        (run,) = self.runs()
        found: dict[str, Any] = json.loads((self.root / run.ref.path).read_bytes())
        return found

    def assessed(self) -> Assessment:
        (run,) = self.runs()
        documents = self.documents()
        return documents.assess(documents.read(run.ref))

    def begun(self) -> dict[str, Any]:
        """The document of the only run, once there is one."""
        until(self.runs, why="the run's document")
        return self.record()


@pytest.fixture
def lab() -> Iterator[Lab]:
    with short_folder() as base:
        made = Lab(base)
        made.dataset.mkdir(parents=True)
        (made.dataset / "in.csv").write_text("x,y\n1,2\n")
        (made.dataset / "old.csv").write_text("a\n1\n")
        made.scan()
        yield made


@pytest.fixture
def git_identity(monkeypatch: pytest.MonkeyPatch) -> None:
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Ada")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "ada@example.org")
    assert os.environ["GIT_AUTHOR_NAME"] == "Ada"
