"""Capture goes on through a killed backend, a stopped session, a killed gateway: files dropped at each moment are described."""

import json
import os
import signal
from pathlib import Path

from harness.lab import Lab
from harness.processes import alive, descendants
from harness.waiting import until


def described(dataset: Path) -> dict[str, str]:
    path = dataset / ".metadata/dataset_structural.json"
    if not path.exists():
        return {}
    return {e["file_path"]: e["checksum"] for e in json.loads(path.read_text())["file_descriptions"]}


def drop(dataset: Path, name: str) -> None:
    (dataset / name).write_text(f"{name}\n")


def test_files_dropped_at_each_bad_moment_are_described() -> None:
    with Lab() as lab:
        dataset = lab.data / "p_Always" / "d"
        dataset.mkdir(parents=True)
        ada = lab.person()
        ada.start_session(lab.data)
        ada.ready()
        drop(dataset, "while running.txt")
        until(lambda: "while running.txt" in described(dataset))

        session = next(iter(ada.get("/api/sessions").json()["items"]))
        os.kill(session["pid"], signal.SIGKILL)
        drop(dataset, "while the backend was dead.txt")
        until(lambda: "while the backend was dead.txt" in described(dataset), 60)

        assert ada.http.post("/api/session/stop").status_code in (200, 202, 204)
        drop(dataset, "while no session.txt")
        until(lambda: "while no session.txt" in described(dataset), 60)

        assert lab.process
        before = descendants(lab.process.pid)
        lab.kill()
        drop(dataset, "while the gateway was dead.txt")
        until(lambda: not alive(before), why="every process of the killed gateway being gone")
        lab.start()
        until(lambda: "while the gateway was dead.txt" in described(dataset), 60)

        drop(dataset, "after all that.txt")
        until(lambda: len(described(dataset)) == 5, 60)
