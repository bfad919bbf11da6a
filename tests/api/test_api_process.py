"""A backend as a process of its own: served on a passed socket, ended by its parent, followed and succeeded."""

import itertools
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from api.conftest import BOB, Child, headers, launch
from harness.waiting import until

Start = Callable[..., Child]


def in_step(child: Child) -> bool:
    return bool(child.http.get("/api/v1/health").json()["in_step"])


def test_a_request_sent_before_it_is_up_waits(children: Start, root: Path, home: Path) -> None:
    child = children(launch(root, home))
    assert child.http.get("/api/v1/health").json()["status"] == "ok"
    until(lambda: in_step(child))
    entries = json.loads((root / "p_Heat/first set/.metadata/dataset_structural.json").read_text())
    assert {e["file_path"] for e in entries["file_descriptions"]} == {"a.csv", "sub/a.csv"}


def test_the_end_of_standard_input_ends_it(children: Start, root: Path, home: Path) -> None:
    child = children(launch(root, home))
    child.http.get("/api/v1/health")
    assert child.end() == 0


def test_sigterm_ends_it_with_an_open_event_stream(children: Start, root: Path, home: Path) -> None:
    child = children(launch(root, home))
    with child.http.stream("GET", "/api/v1/events") as stream:
        lines = stream.iter_lines()
        assert next(lines) == "retry: 1000"
        child.process.send_signal(signal.SIGTERM)
        for _ in lines:
            pass
    assert child.process.wait(60) == 0


def test_a_tree_that_is_not_there_ends_it_with_a_reason(children: Start, home: Path, tmp_path: Path) -> None:
    child = children(launch(tmp_path / "none", home))
    assert child.process.wait(60) == 3
    (log,) = tmp_path.glob("backend-*.log")
    assert "is no folder" in log.read_text()


def test_events_resume_where_they_stopped(children: Start, root: Path, home: Path) -> None:
    child = children(launch(root, home))
    until(lambda: in_step(child))
    (project,) = child.http.get("/api/v1/projects").json()["items"]
    url = f"/api/v1/projects/{project['project_id']}/metadata/project_descriptive"
    with child.http.stream("GET", "/api/v1/events") as stream:
        place = next(line for line in stream.iter_lines() if line.startswith("id: ")).removeprefix("id: ")
    saved = child.http.patch(url, json={"project_title": "T"}, headers={"If-Match": "*"})
    seen = []
    with child.http.stream("GET", "/api/v1/events", headers={"Last-Event-ID": place}) as stream:
        for line in stream.iter_lines():
            seen.append(line)
            if "edit project_descriptive" in line:
                break
    data = json.loads(seen[-1].removeprefix("data: "))
    assert (data["project_id"], data["actor"], data["etag"]) == (
        project["project_id"],
        "ada",
        saved.headers["ETag"],
    )
    number = next(line for line in reversed(seen) if line.startswith("id: ")).removeprefix("id: ")
    child.http.patch(url, json={"project_title": "U"}, headers={"If-Match": "*"})
    with child.http.stream("GET", "/api/v1/events", headers={"Last-Event-ID": number}) as stream:
        ids = (line.removeprefix("id: ") for line in stream.iter_lines() if line.startswith("id: "))
        assert next(ids) == number
        assert next(ids) == after(number, 1)
    child.process.kill()
    child.process.wait(10)
    again = children(launch(root, home))
    until(lambda: again.http.get("/api/v1/health").json()["leader"])
    with again.http.stream("GET", "/api/v1/events", headers={"Last-Event-ID": number}) as stream:
        lines = stream.iter_lines()
        assert next(line for line in lines if line.startswith("id: ")) == f"id: {number}"
        # the commit of the first save may have been told before the second save
        kinds = itertools.takewhile(lambda line: "edit project_descriptive" not in line, lines)
        assert "event: missed" not in kinds


def after(event_id: str, number: int) -> str:
    journal, _, seq = event_id.partition("-")
    return f"{journal}-{int(seq) + number}"


def test_a_second_backend_follows_forwards_and_takes_over(children: Start, root: Path, home: Path) -> None:
    leader = children(launch(root, home))
    until(lambda: in_step(leader))
    follower = children(launch(root, home, owner=BOB))
    health = follower.http.get("/api/v1/health").json()
    assert health["leader"] is False
    (project,) = follower.http.get("/api/v1/projects").json()["items"]
    url = f"/api/v1/projects/{project['project_id']}/metadata/project_descriptive"
    with follower.http.stream("GET", "/api/v1/events") as stream:
        lines = stream.iter_lines()
        next(lines)
        assert (
            follower.http.patch(url, json={"project_title": "By Bob"}, headers={"If-Match": "*"}).status_code
            == 200
        )
        place = ""
        for line in lines:
            place = line.removeprefix("id: ") if line.startswith("id: ") else place
            if line.startswith("data: ") and '"bob"' in line:
                break
    assert follower.http.post("/api/v1/rescan").json()["in_step"] is True
    cut_short = root / "p_Heat/first set/.metadata/dataset_administrative.json"
    cut_short.write_bytes(cut_short.read_bytes()[:20])
    os.utime(cut_short, (1, 1))
    assert follower.http.post("/api/v1/rescan").status_code == 200
    told = [child.http.get("/api/v1/attention").json() for child in (leader, follower)]
    assert told[0] == told[1], "a follower tells what its leader knows"
    assert [item["document"] for item in told[1]["items"]] == [cut_short.relative_to(root).as_posix()]
    said = subprocess.run(
        [
            "git",
            "-C",
            str(root),
            "log",
            "-1",
            "--format=%ae",
            "--",
            "p_Heat/.metadata/project_descriptive.json",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.startswith("bob@")
    leader.process.kill()
    until(lambda: follower.http.get("/api/v1/health").json()["leader"])
    (root / "p_Heat/first set/late.txt").write_text("late")
    until(lambda: "late.txt" in (root / "p_Heat/first set/.metadata/dataset_structural.json").read_text())
    with follower.http.stream("GET", "/api/v1/events", headers={"Last-Event-ID": place}) as stream:
        for line in stream.iter_lines():
            assert line != "event: missed"
            if line.startswith("data: ") and "first set/.metadata/dataset_structural.json" in line:
                break


def test_a_leader_killed_between_record_and_marks_is_finished_at_the_next_start(
    children: Start, root: Path, home: Path
) -> None:
    child = children(launch(root, home))
    until(lambda: in_step(child))
    (dataset,) = child.http.get(f"/api/v1/projects/{_project(child)}/datasets").json()["items"]
    run = child.http.post(
        f"/api/v1/datasets/{dataset['dataset_id']}/runs", json={"template": "computational_workflow"}
    ).json()["run_id"]
    _fill(child, dataset, run)
    folder = root / "p_Heat/first set/.metadata"
    context, structural = (
        folder / f"runs/{run}/experiment_contextual.json",
        folder / "dataset_structural.json",
    )
    before = {p: p.read_bytes() for p in (context, structural)}
    assert child.http.post(f"/api/v1/runs/{run}/complete").status_code == 201
    after = context.read_bytes()
    child.process.kill()
    child.process.wait(10)
    for path, raw in before.items():
        path.write_bytes(raw)
    again = children(launch(root, home))
    until(lambda: in_step(again))
    assert json.loads(context.read_bytes())["run_status"] == "complete"
    assert json.loads(context.read_bytes())["death_timestamp"] == json.loads(after)["death_timestamp"]
    assert {e["version_state"] for e in json.loads(structural.read_bytes())["file_descriptions"]} == {"V2"}
    assert again.http.post(f"/api/v1/runs/{run}/complete").status_code in (200, 201)


def test_starting_loads_nothing_heavy() -> None:
    script = "import sys, mdjourney_backend.serving; print([m for m in ('dvc','git','httpx','numpy','pandas','h5py','PIL') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_secret_stands_in_no_argument_and_no_environment(children: Start, root: Path, home: Path) -> None:
    child = children(launch(root, home))
    child.http.get("/api/v1/health")
    for name in ("cmdline", "environ"):
        assert b"s3cret" not in Path(f"/proc/{child.process.pid}/{name}").read_bytes()
    assert (
        httpx.get(f"http://127.0.0.1:{child.port}/api/v1/health", headers=headers(secret="x")).status_code
        == 403
    )
    assert os.stat(next(home.glob("journals/*/peer.json"))).st_mode & 0o077 == 0


def _project(child: Child) -> str:
    return str(child.http.get("/api/v1/projects").json()["items"][0]["project_id"])


def _fill(child: Child, dataset: dict[str, str], run: str) -> None:
    import anyio
    from api.conftest import Ids, fill_all

    async def fill() -> None:
        async with httpx.AsyncClient(
            base_url=child.http.base_url, headers=child.http.headers, trust_env=False
        ) as http:
            await fill_all(http, Ids(dataset["project_id"], dataset["dataset_id"]), run)

    anyio.run(fill)


def test_a_follower_on_another_machine_sees_what_the_leader_published(
    children: Start, root: Path, home: Path, tmp_path: Path
) -> None:
    leader = children(launch(root, home))
    until(lambda: in_step(leader))
    elsewhere = children(launch(root, tmp_path / "other", owner=BOB))
    told = until(lambda: _published(elsewhere))
    assert (told["leader"], told["history"]["mode"]) == (False, "own")
    project = _project(elsewhere)
    url = f"/api/v1/projects/{project}/metadata/project_descriptive"
    saved = elsewhere.http.patch(url, json={"project_title": "Far"}, headers={"If-Match": "*"})
    assert saved.status_code == 200
    until(lambda: not list(root.glob(".mdjourney/inbox/*.json")))
    until(lambda: elsewhere.http.get("/api/v1/health").json()["in_step"])


def _published(child: Child) -> dict[str, Any] | None:
    health: dict[str, Any] = child.http.get("/api/v1/health").json()
    return health if health["in_step"] else None
