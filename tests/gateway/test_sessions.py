"""Sessions from start to end: many at once, crashes, limits, residents, what a restart finds."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx
import pytest
from gateway.served import IMPATIENT, Served, eventually, lives, processes_with, ready, start, state_of

from mdjourney_gateway.sessions import keeping
from mdjourney_gateway.sessions.session import Patience


def folders(place, count):
    made = [place / "data" / f"tree{number}" for number in range(count)]
    for folder in made:
        folder.mkdir(parents=True)
    return made


@pytest.mark.parametrize("kind", ["process", "fork"])
def test_ten_sessions_at_once_get_ten_ports_and_none_is_left(place, kind):
    with Served(place, kind=kind) as served, served.person() as ada, ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda folder: start(ada, folder, keep_running=False), folders(place, 10)))
        assert {answer.status_code for answer in answers} <= {201, 202}
        ids = [answer.json()["session_id"] for answer in answers]
        eventually(lambda: all(state_of(ada, each) == "ready" for each in ids))
        mine = ada.get("/api/session").json()["sessions"]
        assert len({each["port"] for each in mine}) == 10
        assert all(each["port"] in served.settings.ports for each in mine)
        seen = {ada.get("/api/v1/health", headers={"X-MDJ-Session": each}).json()["pid"] for each in ids}
        assert len(seen) == 10
        stops = list(pool.map(lambda each: ada.post("/api/session/stop", json={"session_id": each}), ids))
        assert {stop.json()["state"] for stop in stops} == {"stopped"}
        assert not any(lives(pid) for pid in seen)
        assert ada.get("/api/session").json() == {"session": None, "sessions": []}
    assert not processes_with(str(place))


def test_the_same_person_and_folder_join_the_session_that_runs(ada, place):
    first = ready(ada, place / "data", keep_running=False)
    again = start(ada, place / "data" / ".." / "data", keep_running=False)
    assert again.status_code == 201
    assert again.json()["session_id"] == first


def test_a_stored_config_starts_by_name_or_id_and_only_for_those_it_is_for(served, ada, place):
    made = ada.post(
        "/api/configs",
        content=f"monitor_path: {place / 'data'}\nname: Lab\nmembers: [bob]\nkeep_running: false\n",
        headers={"Content-Type": "application/yaml"},
    )
    assert made.status_code == 201
    assert made.json()["effective"]["settle_seconds"] == 2
    with served.person("bob", "researcher") as bob, served.person("eve", "researcher") as eve:
        for key in ("Lab", made.json()["config_id"]):
            assert bob.post("/api/session/start", json={"config": key}).status_code in (201, 202)
            assert eve.post("/api/session/start", json={"config": key}).status_code == 404
        assert bob.put(f"/api/configs/{made.json()['config_id']}", content=b"x: 1").status_code == 422
        good = f"monitor_path: {place / 'data'}\n".encode()
        assert bob.put(f"/api/configs/{made.json()['config_id']}", content=good).status_code == 403
        assert eve.get("/api/configs").json()["items"] == []
        assert eve.get("/api/sessions").status_code == 403
        owners = {each["owner"] for each in ada.get("/api/sessions").json()["items"]}
        assert owners == {"bob"}


def test_a_member_who_is_taken_off_the_list_loses_the_session(served, ada, place):
    text = f"monitor_path: {place / 'data'}\nkeep_running: false\n"
    yaml = {"Content-Type": "application/yaml"}
    made = ada.post("/api/configs", content=text + "members: [bob]\n", headers=yaml).json()["config_id"]
    with served.person("bob", "researcher") as bob:
        assert bob.post("/api/session/start", json={"config": made}).status_code in (201, 202)
        assert ada.put(f"/api/configs/{made}", content=text, headers=yaml).json()["version"] == 2
        assert bob.get("/api/v1/health").status_code == 409


def test_a_killed_backend_is_started_again_on_the_same_port(ada, place):
    session = ready(ada, place / "data", keep_running=False)
    before = ada.get("/api/session").json()["session"]["port"]
    for _ in range(2):
        pid = ada.get("/api/v1/health").json()["pid"]
        os.kill(pid, signal.SIGKILL)
        assert ada.get("/api/v1/health").json()["pid"] != pid
        eventually(lambda: state_of(ada, session) == "ready")
    now = ada.get("/api/session").json()["session"]
    assert (now["port"], now["restarts"]) == (before, 2)


def test_a_backend_that_dies_at_once_fails_with_reason_and_log(place):
    with Served(place, mode="dies-at-once") as served, served.person() as ada:
        session = start(ada, place / "data", keep_running=False).json()["session_id"]
        eventually(lambda: state_of(ada, session) == "failed")
        told = ada.get("/api/session").json()["session"]
        assert told["reason"] == "the backend ended with status 7"
        assert told["log_tail"][-1] == "cannot go on"
        assert ada.get("/api/v1/health").status_code == 503
    assert not processes_with(str(place))


def test_a_backend_that_never_answers_fails(place):
    impatient = Patience(ready=0.3, drain=0.2, first_pause=0.01, tries=2, resident_pause=0.5)
    with Served(place, mode="never-ready", patience=impatient) as served, served.person() as ada:
        session = start(ada, place / "data", keep_running=False).json()["session_id"]
        eventually(lambda: state_of(ada, session) == "failed")
        assert "did not answer" in ada.get("/api/session").json()["session"]["reason"]
    assert not processes_with(str(place))


def test_more_than_fit_are_told_when_to_come_back(place):
    one, two = folders(place, 2)
    with Served(place, max_sessions=1) as served, served.person() as ada:
        ready(ada, one, keep_running=False)
        refused = start(ada, two, keep_running=False)
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "30")
        assert start(ada, one, keep_running=False).status_code == 201


PATIENT = replace(IMPATIENT, room=60.0, most_waiting=2)


def test_starts_without_room_wait_in_line_and_begin_in_turn(place):
    one, *others = folders(place, 4)
    with (
        Served(place, max_sessions=1, patience=PATIENT) as served,
        served.person() as ada,
        ThreadPoolExecutor(3) as pool,
    ):
        running = ready(ada, one, keep_running=False)
        line = []
        for number, folder in enumerate(others[:2], 1):
            line.append(pool.submit(start, ada, folder, keep_running=False))
            eventually(lambda n=number: ada.get("/api/sessions").json()["waiting"] == n)
        too_many = start(ada, others[2], keep_running=False)
        assert too_many.status_code == 503
        assert too_many.json()["code"] == "no-room"
        assert int(too_many.headers["retry-after"]) > 0
        assert "mdjourney_starts_waiting 2.0" in ada.get("/metrics").text
        for turn in line:
            assert not turn.done()
            ada.post("/api/session/stop", json={"session_id": running})
            begun = turn.result(60)
            assert begun.status_code in (201, 202)
            running = begun.json()["session_id"]
        assert ada.get("/api/sessions").json()["waiting"] == 0


def test_an_admin_reads_the_log_of_a_running_session_and_when_it_was_used(served, ada, place):
    with served.person("bob", "researcher") as bob:
        session = ready(bob, place / "data", keep_running=False)
        before = bob.get("/api/session").json()["session"]["last_used_at"]
        bob.get("/api/v1/projects")
        (item,) = ada.get("/api/sessions").json()["items"]
        assert item["last_used_at"] > before
        assert item["spawn_seconds"] > 0
        assert ada.get(f"/api/sessions/{session}/log").json()["lines"] == [f"launched {session}"]
        assert ada.get(f"/api/sessions/{session}/log?lines=0").status_code == 422
        assert ada.get("/api/sessions/none/log").status_code == 404
        assert bob.get(f"/api/sessions/{session}/log").status_code == 403


def test_capture_goes_on_in_a_resident_backend_when_the_session_stops(served, ada, place):
    ready(ada, place / "data")
    assert [each["resident"] for each in ada.get("/api/sessions").json()["items"]] == [False]
    ada.post("/api/session/stop")
    assert ada.get("/api/session").json()["session"] is None
    items = ada.get("/api/sessions").json()["items"]
    assert [each["resident"] for each in items] == [True]
    eventually(lambda: ada.get("/api/sessions").json()["items"][0]["state"] == "ready")
    ready(ada, place / "data")
    eventually(lambda: [each["resident"] for each in ada.get("/api/sessions").json()["items"]] == [False])


def test_signing_out_ends_no_session(served, ada, place):
    session = ready(ada, place / "data")
    assert ada.post("/api/auth/logout").status_code == 204
    with served.person() as again:
        assert state_of(again, session) == "ready"


def test_a_disabled_account_loses_sign_ins_and_sessions(served, ada, place):
    with served.person("bob", "researcher") as bob:
        ready(bob, place / "data", keep_running=False)
        pid = bob.get("/api/v1/health").json()["pid"]
        assert ada.patch("/api/users/bob", json={"disabled": True}).status_code == 200
        assert bob.get("/api/v1/health").status_code == 401
        assert not lives(pid)


def test_a_deleted_config_ends_its_backends_and_touches_nothing(served, ada, place):
    (place / "data" / "kept.csv").write_text("1\n")
    ready(ada, place / "data")
    config = ada.get("/api/configs").json()["items"][0]["config_id"]
    assert ada.delete(f"/api/configs/{config}").status_code == 204
    assert ada.get("/api/sessions").json()["items"] == []
    assert (place / "data" / "kept.csv").read_text() == "1\n"


def test_sessions_and_residents_come_back_with_the_gateway(place):
    one, two = folders(place, 2)
    with Served(place) as served, served.person() as ada:
        session = ready(ada, one, keep_running=False)
        ready(ada, two)
        ada.post("/api/session/stop")
    assert not processes_with(str(place))
    with Served(place) as served, served.person() as ada:
        eventually(lambda: state_of(ada, session) == "ready")
        assert ada.get("/api/v1/health").status_code == 200
        eventually(lambda: len(ada.get("/api/sessions").json()["items"]) == 2)
        kinds = {each["monitor_path"]: each["resident"] for each in ada.get("/api/sessions").json()["items"]}
        assert kinds == {str(one): False, str(two): True}


def test_an_idle_session_ends_and_one_that_is_used_does_not(place, monkeypatch):
    monkeypatch.setattr(keeping, "_IDLE_LOOK_SECONDS", 0.05)
    one, two = folders(place, 2)
    with Served(place, idle_minutes=10) as served, served.person() as ada:
        used = ready(ada, one, keep_running=False)
        idle = ready(ada, two, keep_running=False)

        def minutes_pass(minutes):
            for session in served.gateway.sessions._backends.all():
                session.last_used -= minutes * 60

        minutes_pass(9)
        ada.get("/api/v1/projects", headers={"X-MDJ-Session": used})
        ada.get("/api/v1/health", headers={"X-MDJ-Session": idle})
        minutes_pass(9)
        eventually(lambda: state_of(ada, idle) is None)
        assert state_of(ada, used) == "ready"


def test_events_tell_each_state(served, ada, place):
    (place / "data").mkdir(exist_ok=True)
    with ada.stream("GET", "/api/session/events", timeout=60) as events:
        assert events.headers["content-type"].startswith("text/event-stream")
        lines = events.iter_lines()
        next(lines)
        with httpx.Client(base_url=served.url, cookies=ada.cookies, headers=ada.headers) as other:
            start(other, place / "data", keep_running=False)
        states = []
        for line in lines:
            if line.startswith("data: "):
                states.append(httpx.Response(200, text=line[6:]).json()["session"]["state"])
            if states and states[-1] == "ready":
                break
    assert states == ["requested", "starting", "ready"]


def test_patience_of_the_tests_is_shorter_than_that_of_people():
    assert IMPATIENT.ready < Patience().ready


def test_a_request_that_waits_for_a_session_that_fails_is_told_why(place):
    with Served(place, mode="dies-at-once") as served, served.person() as ada:
        start(ada, place / "data", keep_running=False)
        answers = [ada.get("/api/v1/health") for _ in range(3)]
        assert {answer.status_code for answer in answers} == {503}
        assert "status 7" in answers[-1].json()["detail"]
