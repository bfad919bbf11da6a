"""A completion killed at every file-system step: the run is open as before, or the next start finishes it."""

import json
import os
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest
from export.test_completing import ADA, RUN, lab

from mdjourney_backend.documents import Documents
from mdjourney_backend.layout import Layout, run_ref, structural_ref
from mdjourney_backend.runs.lifecycle import Runs
from mdjourney_backend.schemas import SchemaManager
from mdjourney_backend.tree import Tree
from mdjourney_contract.session_config import SessionConfig


class Killed:
    """An audit hook that ends the process at the n-th file-system event after it was armed."""

    def __init__(self) -> None:
        self.left: int | None = None

    def __call__(self, event: str, _args: tuple[Any, ...]) -> None:
        if self.left is None or event.split(".", maxsplit=1)[0] not in ("open", "os", "fcntl", "shutil"):
            return
        self.left -= 1
        if self.left < 0:
            self.left = None
            os.kill(os.getpid(), signal.SIGKILL)


def reopened(root: Path) -> tuple[Runs, Documents]:
    """What the next backend holds of the tree."""

    class Discard:
        def written(self, _write: object) -> None:
            """Forget it."""

    schemas = SchemaManager(root)
    documents = Documents(root, schemas, Discard())
    tree = Tree(root, Layout.of(SessionConfig(monitor_path=str(root))))
    return Runs(documents, schemas, tree, lambda _document: None, committing=lambda: False), documents


def completed_in_a_child(root: Path, step: int) -> int:
    """The child's exit code: 0 when nothing stopped it."""
    pid = os.fork()
    if pid == 0:
        import sys

        runs, _ = reopened(root)
        killer = Killed()
        sys.addaudithook(killer)
        killer.left = step
        runs.complete(RUN, actor=ADA)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.parametrize(
    "strange",
    [
        {},
        {"metadata_components": {}},
        {"metadata_components": [], "data_objects": {}},
        {"metadata_components": {"experiment_contextual": {"content": "text"}}},
        {"metadata_components": {"experiment_contextual": {"content": {}}}, "data_objects": ["x"]},
        {"metadata_components": {"experiment_contextual": {"content": {}}}, "data_objects": []},
    ],
)
def test_a_strange_file_named_like_a_record_is_told_and_changes_nothing(
    tmp_path: Path, strange: dict[str, Any]
) -> None:
    root = tmp_path / "tree"
    lab(root, lambda _document: None, committing=False)
    runs, documents = reopened(root)
    context = run_ref("p_A/d", RUN)
    before = documents.read(context).raw
    (root / context.path).with_name(f"{RUN}_v2_metadata.json").write_text(json.dumps(strange))
    (problem,) = runs.converge()
    assert f"{RUN}_v2_metadata.json is named like a complete record, and is none" in problem
    assert documents.read(context).raw == before


def test_a_completion_killed_at_any_file_system_step_is_undone_or_finished(tmp_path: Path) -> None:
    first = tmp_path / "first"
    lab(first, lambda _document: None, committing=False)
    outcomes: set[str] = set()
    for step in range(400):
        root = tmp_path / "tree"
        shutil.copytree(first, root)
        status = completed_in_a_child(root, step)
        for path in root.rglob("*.json"):
            if path.name[0] != ".":
                json.loads(path.read_bytes())  # nothing is torn
        runs, documents = reopened(root)
        folder = run_ref("p_A/d", RUN).path.rpartition("/")[0]
        record = root / folder / f"{RUN}_v2_metadata.json"
        assert runs.converge() == []
        context = documents.read(run_ref("p_A/d", RUN)).content
        states = {
            e["version_state"] for e in documents.read(structural_ref("p_A/d")).content["file_descriptions"]
        }
        if record.exists():
            assert context["run_status"] == "complete"
            assert "V2" in states
            outcomes.add("finished")
        else:
            assert context["run_status"] == "open"
            assert states == {"V1"}
            outcomes.add("as before")
        shutil.rmtree(root)
        if status == 0:
            break
    assert status == 0, "the last step must be past the end"
    assert outcomes == {"finished", "as before"}
