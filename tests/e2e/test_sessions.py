"""Many sessions on one gateway, refused configs, a backend killed in the middle, nothing left behind."""

import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from harness.lab import Lab, Person
from harness.processes import alive, descendants
from harness.waiting import until

YAML = {"Content-Type": "application/yaml"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("monitor_path: {data}\nmonitor_pth: /x\n", ["line 2", "monitor_pth", "/x"]),
        ("monitor_path: {data}\nhistory:\n\tgit: true\n", ["line 3", "tab"]),
        ("monitor_path: {data}\nmonitor_path: /b\n", ["line 2", "monitor_path", "/b"]),
        ("name: x\nmonitor_path: /etc\n", ["line 2", "monitor_path", "/etc"]),
        ("name: x\nmonitor_path: {data}/missing\n", ["line 2", "monitor_path", "missing"]),
    ],
)
def test_a_config_that_cannot_be_used_is_explained_and_starts_nothing(
    lab: Lab, text: str, said: list[str]
) -> None:
    ada = lab.person()
    answer = ada.http.post("/api/session/start", content=text.format(data=lab.data), headers=YAML)
    assert 400 <= answer.status_code < 500
    assert all(word in answer.text for word in said), answer.text
    assert answer.json()["errors"][0]["line"]
    assert ada.get("/api/sessions").json()["items"] == []


def test_a_backend_killed_while_saving_leaves_a_whole_document(lab: Lab) -> None:
    tree = lab.root / "killed"
    (tree / "p_K" / "d").mkdir(parents=True)
    ada = lab.person()
    session = ada.start_session(tree).json()
    ada.ready()
    path = tree / "p_K/.metadata/project_descriptive.json"
    until(path.exists, why="the project document")
    ada.in_step()
    url = (
        f"/api/v1/projects/{json.loads(path.read_text())['project_identifier']}/metadata/project_descriptive"
    )
    told: list[str] = []
    for round_ in range(6):
        pids = [
            int(s["pid"])
            for s in ada.get("/api/sessions").json()["items"]
            if s["session_id"] == session["session_id"]
        ]
        title = f"round {round_}"
        with ThreadPoolExecutor(1) as pool:
            saving = pool.submit(ada.save, url, {"project_title": title})
            for pid in pids:
                os.kill(pid, signal.SIGKILL)
            try:
                answer = saving.result()
                if answer.status_code == 200:
                    told.append(title)
            except AssertionError:
                pass  # the read before the save met the dead backend: nothing was promised
        content = json.loads(path.read_text())
        if told:
            assert content["project_title"] in {told[-1], title}
        ada.ready()


def test_ten_sessions_run_on_ten_ports_and_leave_nothing(lab: Lab) -> None:
    people: list[Person] = []
    trees: list[Path] = []
    for i in range(10):
        lab.add_user(f"r{i}", admin=True)
        tree = lab.root / f"tree{i}"
        (tree / f"p_{i}" / "d").mkdir(parents=True)
        (tree / f"p_{i}" / "d" / "x.txt").write_text(str(i))
        people.append(lab.person(f"r{i}"))
        trees.append(tree)
    with ThreadPoolExecutor(10) as pool:
        started = list(
            pool.map(
                lambda pair: pair[0].start_session(pair[1], keep_running=False),
                zip(people, trees, strict=True),
            )
        )
    assert {answer.status_code for answer in started} <= {201, 202}
    for i, person in enumerate(people):
        assert person.ready()["tree"]["path"] == str(trees[i])
    sessions = [s for s in people[0].get("/api/sessions").json()["items"] if s["owner"].startswith("r")]
    assert len({s["port"] for s in sessions}) == 10
    for tree in trees:
        until(lambda tree=tree: list(tree.glob("p_*/d/.metadata/dataset_structural.json")), 60)  # type: ignore[misc] # bound per loop
    assert lab.process
    backends = descendants(lab.process.pid)
    for person in people:
        assert person.http.post("/api/session/stop").status_code in (200, 202, 204)
    until(
        lambda: (
            not [s for s in lab.person().get("/api/sessions").json()["items"] if s["owner"].startswith("r")]
        ),
    )
    everything = backends | descendants(lab.process.pid)
    lab.stop()
    until(lambda: not alive(everything), why="every process of the lab being gone")
    lab.start()
