"""`mdjourney run`: the command is the user's, its record ours; whoever dies, the trial ends."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from harness.waiting import until

from mdjourney_backend.assembly import Backend


def run(dataset: Path, *command: str, **more: Any) -> "subprocess.Popen[bytes]":
    words = [sys.executable, "-m", "mdjourney", "run", "--dataset", str(dataset), "--", *command]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=dataset, **more)


def context(dataset: Path) -> dict[str, Any]:
    (path,) = dataset.glob(".metadata/runs/*/experiment_contextual.json")
    found: dict[str, Any] = json.loads(path.read_text())
    return found


@pytest.fixture
def dataset(backend: Backend, root: Path) -> Path:
    return root / "p_Heat/first set"


def test_a_command_is_recorded_with_what_it_read_and_made(dataset: Path, backend: Backend) -> None:
    done = run(dataset, "sh", "-c", "cp $0 copy.csv; echo out; echo err >&2", "a.csv")
    out, err = done.communicate(timeout=60)
    assert (done.returncode, out, err) == (0, b"out\n", b"err\n")
    found = context(dataset)
    assert found["command"][0] == "sh"
    assert (found["exit_status"], found["clean_exit"], found["run_status"]) == (0, True, "open")
    assert [f["file_path"] for f in found["input_files"]] == ["a.csv"]
    assert [f["file_path"] for f in found["output_files"]] == ["copy.csv"]
    assert found["output_files"][0]["checksum"] == found["input_files"][0]["checksum"]
    assert (found["standard_output_tail"], found["standard_error_tail"]) == ("out\n", "err\n")
    assert found["environment"]["packages"]["mdjourney"]
    assert not list(backend.root.glob(".mdjourney/leases/*"))
    backend.rescan()
    assert backend.documents.assess(backend.documents.read(backend.tree.runs()[0].ref)).valid


@pytest.mark.parametrize(("script", "status"), [("exit 7", 7), ("kill -9 $$", 137)])
def test_the_status_of_the_command_is_ours(dataset: Path, script: str, status: int) -> None:
    done = run(dataset, "sh", "-c", script)
    done.communicate(timeout=60)
    assert done.returncode == status
    found = context(dataset)
    assert (found["exit_status"], found["clean_exit"]) == (status, False)
    assert found["death_timestamp"] >= found["birth_timestamp"]


def test_a_command_that_is_not_there_starts_no_run(dataset: Path) -> None:
    done = run(dataset, "no-such-command")
    assert b"no-such-command" in done.communicate(timeout=60)[1]
    assert done.returncode == 127
    assert not (dataset / ".metadata/runs").exists()


def test_sigterm_reaches_the_command_and_the_record(dataset: Path) -> None:
    going = run(dataset, "sleep", "60")
    until(lambda: list(dataset.glob(".metadata/runs/*/experiment_contextual.json")))
    going.send_signal(signal.SIGTERM)
    going.communicate(timeout=60)
    assert going.returncode == 128 + signal.SIGTERM
    assert context(dataset)["clean_exit"] is False


def test_a_run_whose_recorder_was_killed_is_ended_by_the_leader(dataset: Path, backend: Backend) -> None:
    going = run(dataset, "sleep", "60", start_new_session=True)
    until(lambda: list(backend.root.glob(".mdjourney/leases/*.json")))
    assert "death_timestamp" not in context(dataset)
    os.killpg(going.pid, signal.SIGKILL)
    going.communicate(timeout=60)
    until(lambda: context(dataset).get("clean_exit") is False)
    assert until(lambda: not list(backend.root.glob(".mdjourney/leases/*.json")))


def test_nothing_but_the_standard_library_is_loaded_before_the_command_starts() -> None:
    script = "import sys; before = set(sys.modules); import mdjourney_backend.runs.command; print([m for m in ('pydantic','orjson','httpx','typer','jsonschema') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
