"""`mdjourney history --restore`: an old version comes back from the command line, beside a backend or without one."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from api.conftest import Child, launch
from harness.waiting import until

DOCUMENT = "p_Heat/.metadata/project_descriptive.json"


def mdjourney(*arguments: str, code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "mdjourney", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def title(root: Path) -> object:
    return json.loads((root / DOCUMENT).read_text()).get("project_title")


def edit(child: Child, text: str) -> None:
    (project,) = child.http.get("/api/v1/projects").json()["items"]
    url = f"/api/v1/projects/{project['project_id']}/metadata/project_descriptive"
    etag = child.http.get(url).headers["ETag"]
    answer = child.http.patch(url, json={"project_title": text}, headers={"If-Match": etag})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("beside", [True, False], ids=["beside a backend", "alone"])
def test_a_field_comes_back_and_the_change_is_history(
    children: Callable[..., Child], root: Path, home: Path, beside: bool
) -> None:
    child = children(launch(root, home))
    until(lambda: child.http.get("/api/v1/health").json()["in_step"])
    document = str(root / DOCUMENT)
    for text in ("first", "second"):
        edit(child, text)
        until(lambda: child.http.get("/api/v1/health").json()["history"]["waiting"] == 0)
    log = json.loads(mdjourney("history", document, "--home", str(home), "--json"))
    if not beside:
        assert child.end() == 0
    said = mdjourney(
        *(
            "history",
            document,
            "--home",
            str(home),
            "--restore",
            log[1]["commit"],
            "--field",
            "/project_title",
        )
    )
    assert "/project_title is as" in said
    assert title(root) == "first"
    subject = f"p_Heat: restore /project_title of project_descriptive from {log[1]['commit'][:8]}"
    until(
        lambda: (
            json.loads(mdjourney("history", document, "--home", str(home), "--json"))[0]["subject"] == subject
        )
    )


def test_what_cannot_be_brought_back_is_said(root: Path, home: Path) -> None:
    mdjourney("scan", str(root), "--home", str(home))
    document = str(root / DOCUMENT)
    at_home = ("--home", str(home))
    assert "0000000" in mdjourney("history", document, *at_home, "--restore", "0000000", code=1)
    assert "no document" in mdjourney("history", str(root), *at_home, "--restore", "0000000", code=1)
