"""`mdjourney schema migrate`: forty documents over two versions, looked at first, one commit each."""

import json
import subprocess
import uuid
from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner

from mdjourney_backend.cli.schemas import schema_app
from mdjourney_backend.schemas import migration
from mdjourney_backend.schemas.migration import Step

NAME = "project_descriptive"
MANY = 40


def renamed(content: dict[str, Any]) -> dict[str, Any]:
    if "subject" in content:
        content["project_title"] = content.pop("subject")
    return content


def listed(content: dict[str, Any]) -> dict[str, Any]:
    content["project_keywords"] = content["project_keywords"].split(",")
    return content


STEPS = (
    Step(NAME, "0.8.0", "0.9.0", "subject becomes project_title", renamed),
    Step(NAME, "0.9.0", "1.0.0", "keywords become a list", listed),
)


def document(root: Path, number: int, **more: Any) -> Path:
    path = root / f"p_{number:02}/.metadata/project_descriptive.json"
    path.parent.mkdir(parents=True)
    content = {
        "schema_version": "0.8.0", "project_identifier": str(uuid.uuid4()), "subject": f"S{number}",
        "project_keywords": "a,b", "freezer": "B4", "created_by": "ada", "created_date": "2025-01-01T00:00:00Z",
        "last_modified_by": "ada", "last_modified_date": "2025-01-01T00:00:00Z", **more,
    }  # fmt: skip
    path.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    return path


def run(root: Path, home: Path, *more: str) -> tuple[int, dict[str, Any]]:
    done = CliRunner().invoke(schema_app, ["migrate", str(root), "--home", str(home), "--json", *more])
    return done.exit_code, json.loads(done.stdout)


def commits(root: Path) -> list[str]:
    out = subprocess.run(
        ["git", "-C", str(root), "log", "--format=%s", "main"], capture_output=True, text=True, check=True
    )
    return out.stdout.splitlines()


def test_forty_documents_are_carried_over_two_versions_one_commit_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migration, "STEPS", STEPS)
    root, home = tmp_path / "lab", tmp_path / "home"
    paths = [document(root, n) for n in range(MANY)]
    before = {p: p.read_bytes() for p in paths}
    status, looked = run(root, home, "--dry-run")
    assert (status, len(looked["documents"])) == (0, MANY)
    assert {p: p.read_bytes() for p in paths} == before
    assert not (root / ".git").exists()

    status, done = run(root, home)
    assert status == 0
    assert done["documents"] == looked["documents"]
    for number, path in enumerate(paths):
        content = json.loads(path.read_bytes())
        assert (content["schema_version"], content["project_title"]) == ("1.0.0", f"S{number}")
        assert (content["project_keywords"], content["freezer"]) == (["a", "b"], "B4")
        assert "subject" not in content
    said = [c for c in commits(root) if "schema 0.8.0 -> 1.0.0" in c]
    assert len(said) == MANY
    assert said[0].endswith("subject becomes project_title; keywords become a list")
    assert run(root, home) == (0, {"dry_run": False, "ok": True, "documents": []})


def test_a_document_without_a_way_stays_and_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migration, "STEPS", STEPS)
    root = tmp_path / "lab"
    good, lost = document(root, 1), document(root, 2, schema_version="0.1.0")
    kept = lost.read_bytes()
    status, told = run(root, tmp_path / "home")
    assert status == 1
    assert [(d["path"][:4], d["problem"] is None) for d in told["documents"]] == [
        ("p_01", True),
        ("p_02", False),
    ]
    assert "no step leads" in told["documents"][1]["problem"]
    assert lost.read_bytes() == kept
    assert json.loads(good.read_bytes())["schema_version"] == "1.0.0"
