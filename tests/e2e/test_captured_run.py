"""A command captured beside a running session: it becomes a trial, and one that is killed ends unclean."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from harness.lab import Lab, mdjourney
from harness.waiting import until


def runs(dataset: Path) -> list[dict[str, Any]]:
    return [json.loads(p.read_text()) for p in dataset.glob(".metadata/runs/*/experiment_contextual.json")]


def test_a_command_becomes_a_trial_and_a_killed_one_ends_unclean(lab: Lab) -> None:
    dataset = lab.data / "p_Runs" / "d"
    dataset.mkdir(parents=True)
    ada = lab.person()
    ada.start_session(lab.data)
    ada.ready()
    until((dataset / ".metadata/dataset_structural.json").exists)
    script = "open('out.csv','w').write('a,b\\n1,2\\n')"
    common = ["run", "--dataset", str(dataset), "--home", str(lab.home)]
    done = subprocess.run(
        [sys.executable, "-m", "mdjourney", *common, "--name", "makes a table", "--", sys.executable, "-c", script],
        cwd=dataset, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    until(lambda: [r for r in runs(dataset) if r.get("clean_exit")], why="the captured run")
    [run] = runs(dataset)
    assert run["exit_status"] == 0
    assert [o["file_path"] for o in run["output_files"]] == ["out.csv"]
    run_id = run["experiment_identifier_run_id"]
    until(lambda: run_id in ada.get("/api/catalog/v1/trials").text, why="the trial in the catalogue")

    sleeper = subprocess.Popen(
        [sys.executable, "-m", "mdjourney", *common, "--", sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert sleeper.stdout
    assert sleeper.stdout.readline() == "up\n"
    until(lambda: len(runs(dataset)) == 2, why="the second run while it runs")
    children = subprocess.run(
        ["pgrep", "-P", str(sleeper.pid)], capture_output=True, text=True, check=True
    ).stdout.split()
    os.kill(sleeper.pid, signal.SIGKILL)
    sleeper.wait()
    for child in children:
        os.kill(int(child), signal.SIGKILL)
    sleeper.stdout.close()
    until(
        lambda: [r for r in runs(dataset) if r.get("clean_exit") is False and r.get("death_timestamp")],
        60,
        why="the verdict",
    )
    assert mdjourney("check", str(lab.data), check=False).returncode == 0
