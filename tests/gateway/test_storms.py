"""Many starts on few ports, and kills while people save; the long forms run with MDJOURNEY_SLOW_TESTS=1."""

import contextlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from gateway.served import PASSWORD, Served, eventually, free_ports, lives, processes_with, start

LONG = pytest.mark.skipif(not os.environ.get("MDJOURNEY_SLOW_TESTS"), reason="set MDJOURNEY_SLOW_TESTS=1")
#: Nobody answers here: the store has tests of its own.
NOWHERE = "postgresql://nobody@127.0.0.1:1/none?connect_timeout=1"


@pytest.mark.parametrize(
    ("starts", "ports", "clients"),
    [(48, 12, 8), pytest.param(1000, 200, 32, marks=[LONG, pytest.mark.slow])],
)
def test_more_starts_than_ports_collide_nowhere_and_the_rest_are_told_when_to_come_back(
    place, starts, ports, clients
):
    folders = [place / "data" / f"tree{number}" for number in range(starts)]
    for folder in folders:
        folder.mkdir()
    with (
        Served(place, kind="fork", port_range=free_ports(ports), max_sessions=10_000) as served,
        contextlib.ExitStack() as signed_in,
        ThreadPoolExecutor(clients) as pool,
    ):
        people = [signed_in.enter_context(served.person(f"p{n}", "admin")) for n in range(clients)]
        for person in people:
            person.timeout = 120
        answers = list(
            pool.map(lambda n: start(people[n % clients], folders[n], keep_running=False), range(starts))
        )
        begun = [answer.json() for answer in answers if answer.status_code in (201, 202)]
        refused = [answer for answer in answers if answer.status_code not in (201, 202)]
        assert len(begun) == ports
        assert len({each["port"] for each in begun}) == ports
        assert {answer.status_code for answer in refused} == {503}
        assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)

        def everybody_answers():
            items = people[0].get("/api/sessions").json()["items"]
            return [i["pid"] for i in items if i["state"] == "ready"] if len(items) == ports else []

        pids = eventually(lambda: (found := everybody_answers()) and len(found) == ports and found, 120)
        assert len(set(pids)) == ports
        one = begun[0]["session_id"]
        assert people[0].post("/api/session/stop", json={"session_id": one}).status_code == 200
        again = start(people[0], place / "data" / "tree0", keep_running=False)
        assert again.status_code in (201, 202)
    assert not any(lives(pid) for pid in pids)
    assert not processes_with(str(place))


class Lab:
    """`mdjourney serve` on one port, killed and started again; people save meanwhile and remember what was promised."""

    def __init__(self, place):
        self.place = place
        self.port = int(free_ports(1).split("-")[0])
        self.range = free_ports(20)
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None
        self.promised = {}
        self.bad_gateways = 0
        self.ending = threading.Event()

    def serve(self):
        command = [
            sys.executable,
            "-m",
            "mdjourney",
            "serve",
            "--home",
            str(self.place / "home"),
            "--port",
            str(self.port),
        ]
        command += ["--port-range", self.range, "--allowed-root", str(self.place)]
        with (self.place / "serve.log").open("ab") as log:
            environ = {**os.environ, "MDJOURNEY_DATABASE_URL": NOWHERE}
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=environ, cwd=self.place)
        eventually(self.answers, 60)

    def answers(self):
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(self.url + "/healthz", timeout=5).status_code == 200
        return False

    def save_on_and_on(self, client, project):
        url = f"/api/v1/projects/{project}/metadata/project_descriptive"
        number = 0
        while not self.ending.is_set():
            number += 1
            title = f"{project} save {number}"
            with contextlib.suppress(httpx.TransportError, KeyError, ValueError):
                seen = client.get(url)
                self.bad_gateways += seen.status_code == 502
                change = {"content": {**seen.json()["content"], "project_title": title}}
                if (
                    client.put(url, json=change, headers={"If-Match": seen.headers["etag"]}).status_code
                    == 200
                ):
                    self.promised.setdefault(project, []).append(title)


@pytest.mark.slow
@LONG
@pytest.mark.parametrize("victim", ["backend", "gateway"])
def test_every_promised_save_is_there_after_many_kills(place, victim):
    kills = int(os.environ.get("MDJOURNEY_KILLS", "50"))
    lab = Lab(place)
    for number in range(4):
        (place / "data" / f"p_{number}" / "d").mkdir(parents=True)
    add = [
        sys.executable,
        "-m",
        "mdjourney",
        "user",
        "add",
        "ada",
        "--admin",
        "--password-stdin",
        "--home",
        str(place / "home"),
    ]
    subprocess.run(add, input=PASSWORD + "\n", text=True, check=True, capture_output=True)
    lab.serve()
    slowest = 0.0
    with httpx.Client(base_url=lab.url, timeout=60) as ada:
        signed = ada.post("/api/auth/login", json={"username": "ada", "password": PASSWORD}).json()
        ada.headers["X-CSRF-Token"] = signed["csrf_token"]
        assert start(ada, place / "data", settle_seconds=0, store={"sync": False}).status_code in (201, 202)
        projects = eventually(lambda: len(found := ids(ada)) == 4 and found, 60)
        with ThreadPoolExecutor(4) as pool:
            savers = [pool.submit(lab.save_on_and_on, ada, project) for project in projects]
            chance = random.Random(6)
            for _ in range(kills):
                time.sleep(chance.uniform(0, 1))
                began = time.monotonic()
                if victim == "gateway":
                    lab.process.kill()
                    lab.process.wait()
                    lab.serve()
                else:
                    os.kill(pid_of(ada), signal.SIGKILL)
                eventually(lambda: health(ada) is not None, 90)
                slowest = max(slowest, time.monotonic() - began)
            lab.ending.set()
            for saver in savers:
                saver.result(120)
        eventually(lambda: (health(ada) or {}).get("in_step"), 120)
    log = subprocess.run(
        ["git", "-C", str(place / "data"), "log", "-p", "--all"], capture_output=True, check=True
    ).stdout.decode()
    titles = set(re.findall(r'^\+ +"project_title": "(.*?)"', log, re.MULTILINE))
    promised = {title for each in lab.promised.values() for title in each}
    print(f"{victim}: {kills} kills, {len(promised)} saves promised, {len(promised - titles)} not in history, "
          f"slowest return {slowest:.1f} s, reads answered 502: {lab.bad_gateways}")  # fmt: skip
    assert len(promised) > kills
    assert promised <= titles
    for project, told in lab.promised.items():
        files = [
            json.loads(path.read_text())
            for path in (place / "data").glob("p_*/.metadata/project_descriptive.json")
        ]
        now = next(f["project_title"] for f in files if f["project_identifier"] == project)
        assert int(now.rsplit(" ", 1)[1]) >= int(told[-1].rsplit(" ", 1)[1])
    lab.process.send_signal(signal.SIGTERM)
    lab.process.wait(60)
    eventually(lambda: not processes_with(str(place)), 30)
    assert lab.bad_gateways == 0


def ids(client):
    answer = client.get("/api/v1/projects")
    return [each["project_id"] for each in answer.json()["items"]] if answer.status_code == 200 else []


def health(client):
    with contextlib.suppress(httpx.TransportError):
        answer = client.get("/api/v1/health")
        return answer.json() if answer.status_code == 200 else None
    return None


def pid_of(client):
    def found():
        return next(
            (i["pid"] for i in client.get("/api/sessions").json()["items"] if i["pid"] and not i["resident"]),
            None,
        )

    return eventually(found, 60)
