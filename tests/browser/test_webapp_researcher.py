"""What researchers rely on in the real page: the keyboard alone, two at once, a backend that dies, text that stays text."""

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from benchmarks.webapp import first_load
from browser.chromium import NODE, WEBAPP, login_link, require_chromium, visit
from harness.lab import PASSWORD, Lab, Person

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _chromium() -> None:
    require_chromium()


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


def records(folder: Path) -> list[Path]:
    return list(folder.glob(".metadata/runs/*/*_v2_metadata.json"))


def test_a_researcher_gets_from_a_link_to_a_complete_record() -> None:
    with Lab() as lab:
        folder = with_dataset(lab)
        assert "steps seen" in visit(lab, "journey.mjs", "researcher")
        assert len(records(folder)) == 1


def test_a_researcher_gets_to_a_complete_record_with_the_keyboard_alone() -> None:
    with Lab() as lab:
        folder = with_dataset(lab)
        visit(lab, "researcher-keyboard.mjs", "researcher-keyboard", USERNAME="ada", PASSWORD=PASSWORD)
        assert len(records(folder)) == 1


def test_two_people_edit_one_document_without_losing_a_keystroke() -> None:
    with Lab() as lab:
        with_dataset(lab)
        lab.add_user("bob")
        running(lab, members=["bob"])
        visit(lab, "researcher-two.mjs", "researcher-two", OTHER_URL=login_link(lab, "bob"))


def test_a_backend_killed_while_somebody_types_costs_nothing() -> None:
    with Lab() as lab:
        with_dataset(lab)
        running(lab)
        visit(lab, "researcher-offline.mjs", "researcher-offline", 200, hear=killer(lab))


def test_news_reach_the_screen_over_the_stream_after_a_break_and_without_one() -> None:
    with Lab() as lab:
        folder = with_dataset(lab)
        running(lab)
        visit(lab, "live.mjs", "live", 200, hear=killer(lab), FOLDER=str(folder))


def test_no_text_ever_runs_as_a_script() -> None:
    with Lab() as lab:
        folder = with_dataset(lab)
        names = subprocess.run(
            [str(NODE), "e2e/hostile-names.mjs"], cwd=WEBAPP, capture_output=True, text=True, check=True
        )
        for name in json.loads(names.stdout):
            (folder / name).write_text("x\n")
        person = running(lab)
        project = person.get("/api/v1/projects").json()["items"][0]["project_id"]
        dataset = person.get(f"/api/v1/projects/{project}/datasets").json()["items"][0]["dataset_id"]
        template = {"template": "computational_workflow"}
        assert person.http.post(f"/api/v1/datasets/{dataset}/runs", json=template).status_code == 201
        visit(lab, "researcher-hostile.mjs", "researcher-hostile")


def test_the_first_load_is_at_most_200_kilobytes() -> None:
    assert first_load(WEBAPP / "dist") <= 200_000


def killer(lab: Lab) -> Callable[[str], str | None]:
    """Kills the backends when a script says `kill now`, and tells it."""

    def kill(line: str) -> str | None:
        if line != "kill now":
            return None
        running_now = backends(lab)
        assert running_now, "no backend was found to kill"
        for pid in running_now:
            os.kill(pid, signal.SIGKILL)
        return "done"

    return kill


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
