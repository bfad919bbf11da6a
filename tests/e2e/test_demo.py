"""`mdjourney demo`: a link that works, everything described, nothing left after Ctrl-C, and a second start."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from harness.folders import short_folder
from harness.ports import free_ports
from harness.processes import alive, descendants
from harness.waiting import until

from mdjourney.demo.files import FILES


class Demo:
    """One `mdjourney demo` as a child."""

    def __init__(self, folder: Path) -> None:
        self.folder, (self.port,) = folder, free_ports(1)
        self.output = folder / "output.txt"
        with self.output.open("wb") as out:
            command = [
                sys.executable,
                "-m",
                "mdjourney",
                "demo",
                "--folder",
                str(folder),
                "--port",
                str(self.port),
            ]
            self.process = subprocess.Popen(command, stdout=out, stderr=out, stdin=subprocess.DEVNULL)

    def link(self) -> str:
        def printed() -> str | None:
            assert self.process.poll() is None, self.output.read_text()
            found = re.search(r"One-time link (\S+)", self.output.read_text())
            return found[1] if found else None

        return str(until(printed, 240, why="the one-time link"))

    def interrupt(self) -> dict[int, str]:
        """Ctrl-C; answers the processes that ran below the demo until then."""
        running = descendants(self.process.pid)
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)
        return running


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder(0o755) as path:
        yield path


def structural(folder: Path) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for path in (folder / "data").glob("p_*/*/.metadata/dataset_structural.json"):
        base = path.parents[1].relative_to(folder / "data")
        for entry in json.loads(path.read_text())["file_descriptions"]:
            found[f"{base}/{entry['file_path']}"] = entry
    return found


def test_the_demo_describes_its_files_lets_a_person_in_and_leaves_nothing_running(folder: Path) -> None:
    demo = Demo(folder)
    token = demo.link().split("token=", 1)[1]
    with httpx.Client(base_url=f"http://127.0.0.1:{demo.port}", timeout=60) as client:
        assert client.post("/api/auth/login", json={"token": token}).status_code == 200
        assert client.post("/api/auth/login", json={"token": token}).status_code in (400, 401, 403)
        assert len(client.get("/api/v1/projects").json()["items"]) == 2
        assert len(client.get("/api/v1/instruments").json()["items"]) == 1
    entries = structural(folder)
    assert set(entries) == set(FILES)
    assert entries["p_Coral_Heat_Stress/microscopy/Feldnotizen.txt"]["encoding"] == "iso-8859-1"
    assert entries["p_Coral_Heat_Stress/microscopy/colony_7.ome.tif"]["channels"] == ["DAPI", "GFP"]
    assert entries["p_Skeleton_Imaging/mri/slice_016.dcm"]["dimensions"] == [32, 32]
    running = demo.interrupt()
    assert len(running) > 3
    until(lambda: not alive(running), why="every process of the demo being gone")
    again = Demo(folder)
    again.link()
    assert {path: e["file_identifier"] for path, e in structural(folder).items()} == {
        path: e["file_identifier"] for path, e in entries.items()
    }
    running = again.interrupt()
    until(lambda: not alive(running), why="every process of the second demo being gone")


def test_a_busy_port_is_said(folder: Path) -> None:
    import socket

    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        command = [sys.executable, "-m", "mdjourney", "demo", "--folder", str(folder), "--port", str(port)]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=120, env=os.environ
        )
    assert done.returncode == 1
    assert str(port) in done.stdout
