"""Kills of gateway and backends while four people save and files are dropped.

Three kills of each in every run of the suite, fifty with MDJOURNEY_SLOW_TESTS=1, any number with MDJOURNEY_KILLS.
Each storm prints one line: kills, saves promised and lost, files dropped and missing, answers that should not have come,
processes left over, with the 95 % bound where none was seen.
"""

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
from dataclasses import dataclass, field

import httpx
import pytest
from gateway.served import PASSWORD, eventually, free_ports, lives, processes_with, start
from harness.processes import alive, descendants

LONG = bool(os.environ.get("MDJOURNEY_SLOW_TESTS"))
KILLS = int(os.environ.get("MDJOURNEY_KILLS") or (50 if LONG else 3))
#: Between two saves of a person.
PACE_SECONDS = 0.1
#: Files dropped between two kills.
DROP = 10
#: Nobody answers here: the store has tests of its own.
NOWHERE = "postgresql://nobody@127.0.0.1:1/none?connect_timeout=1"
PROGRAM = [sys.executable, "-m", "mdjourney"]


@dataclass
class Seen:
    """What the people at the keyboards saw."""

    #: project -> titles whose save was answered with 200
    promised: dict[str, list[str]] = field(default_factory=dict)
    reads: int = 0
    reads_502: int = 0
    #: changes whose outcome nobody can know: the backend died in the middle
    changes_502: int = 0
    others: list[int] = field(default_factory=list)
    broken_connections: int = 0
    orphans: int = 0
    slowest_return: float = 0.0


class Lab:
    """`mdjourney serve` on one port, killed and started again."""

    def __init__(self, place):
        self.place = place
        self.port = int(free_ports(1).split("-")[0])
        self.range = free_ports(20)
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None
        self.seen = Seen()
        self.ending = threading.Event()
        self.dropped = 0

    def serve(self):
        command = [*PROGRAM, "serve", "--home", str(self.place / "home"), "--port", str(self.port)]
        command += ["--port-range", self.range, "--allowed-root", str(self.place)]
        with (self.place / "serve.log").open("ab") as log:
            environ = {**os.environ, "MDJOURNEY_DATABASE_URL": NOWHERE}
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=environ, cwd=self.place)
        eventually(self.answers, 60)

    def answers(self):
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(self.url + "/healthz", timeout=5).status_code == 200
        return False

    def kill_gateway(self):
        below = descendants(self.process.pid)
        self.process.kill()
        self.process.wait()
        self.serve()
        with contextlib.suppress(AssertionError):
            eventually(lambda: not alive(below), 20)
        self.seen.orphans += len(alive(below))

    def kill_backend(self, client):
        os.kill(pid_of(client), signal.SIGKILL)

    def drop(self):
        for _ in range(DROP):
            self.dropped += 1
            (self.place / "data/p_0/d" / f"file {self.dropped}.txt").write_text(f"{self.dropped}\n")

    def save_on_and_on(self, client, project):
        url = f"/api/v1/projects/{project}/metadata/project_descriptive"
        number = 0
        while not self.ending.is_set():
            number += 1
            self.ending.wait(PACE_SECONDS)
            try:
                self.save_once(client, url, project, f"{project} save {number}")
            except httpx.TransportError:
                self.seen.broken_connections += 1

    def save_once(self, client, url, project, title):
        read = client.get(url)
        self.seen.reads += 1
        self.seen.reads_502 += read.status_code == 502
        if read.status_code != 200:
            self.seen.others.append(read.status_code)
            return
        change = {"content": {**read.json()["content"], "project_title": title}}
        answer = client.put(url, json=change, headers={"If-Match": read.headers["etag"]})
        if answer.status_code == 200:
            self.seen.promised.setdefault(project, []).append(title)
        elif answer.status_code == 502:
            self.seen.changes_502 += 1
        else:
            self.seen.others.append(answer.status_code)

    def titles_in_history(self):
        told = subprocess.run(
            ["git", "-C", str(self.place / "data"), "log", "-p", "--all"], capture_output=True, check=True
        ).stdout.decode()
        return set(re.findall(r'^\+ +"project_title": "(.*?)"', told, re.MULTILINE))

    def described(self):
        path = self.place / "data/p_0/d/.metadata/dataset_structural.json"
        return {entry["file_path"] for entry in json.loads(path.read_text())["file_descriptions"]}

    def title_on_disk(self, project):
        found = [
            json.loads(p.read_text())
            for p in (self.place / "data").glob("p_*/.metadata/project_descriptive.json")
        ]
        return next(f["project_title"] for f in found if f["project_identifier"] == project)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)


@pytest.fixture
def lab(place):
    made = Lab(place)
    for number in range(4):
        (place / "data" / f"p_{number}" / "d").mkdir(parents=True)
    add = [*PROGRAM, "user", "add", "ada", "--admin", "--password-stdin", "--home", str(place / "home")]
    subprocess.run(add, input=PASSWORD + "\n", text=True, check=True, capture_output=True)
    made.serve()
    yield made
    if made.process.poll() is None:
        made.process.kill()
        made.process.wait()


@pytest.mark.slow
@pytest.mark.parametrize("victim", ["backend", "gateway"])
def test_every_promised_save_and_every_dropped_file_is_there_after_many_kills(lab, victim):
    seen = lab.seen
    with httpx.Client(base_url=lab.url, timeout=60) as ada:
        signed = ada.post("/api/auth/login", json={"username": "ada", "password": PASSWORD}).json()
        ada.headers["X-CSRF-Token"] = signed["csrf_token"]
        assert start(ada, lab.place / "data", settle_seconds=0, store={"sync": False}).is_success
        projects = eventually(lambda: len(found := ids(ada)) == 4 and found, 60)
        with ThreadPoolExecutor(4) as pool:
            savers = [pool.submit(lab.save_on_and_on, ada, project) for project in projects]
            try:
                storm(lab, ada, victim)
            finally:
                lab.ending.set()
            for saver in savers:
                saver.result(120)
        in_step(lab, ada)
    below = descendants(lab.process.pid)
    lab.stop()
    with contextlib.suppress(AssertionError):
        eventually(lambda: not alive(below) and not processes_with(str(lab.place)), 30)
    seen.orphans += len(alive(below))
    promised = {title for each in seen.promised.values() for title in each}
    lost = promised - lab.titles_in_history()
    missing = {f"file {n}.txt" for n in range(1, lab.dropped + 1)} - lab.described()
    print(report(victim, lab, len(promised), len(lost), len(missing)))
    assert len(promised) > KILLS
    assert not lost
    assert not missing
    for project, told in seen.promised.items():
        assert _number(lab.title_on_disk(project)) >= _number(told[-1])
    assert seen.reads_502 == 0
    assert not [status for status in seen.others if status >= 500], seen.others
    assert not seen.orphans
    assert not processes_with(str(lab.place))


def in_step(lab, client):
    """Wait while the backlog shrinks: each save is a commit of its own."""
    left = None
    while True:
        try:
            left = eventually(lambda before=left: _progress(client, before), 60)
        except AssertionError:
            locks = [str(p) for p in (lab.place / "data/.git").rglob("*.lock")]
            raise AssertionError(f"it does not come in step: {health(client)}; locks {locks}") from None
        if left == "in step":
            return


def _progress(client, before):
    """What waits, once it is less than before."""
    told = health(client) or {}
    if told.get("in_step"):
        return "in step"
    waiting = told.get("history", {}).get("waiting")
    return waiting if waiting and (before is None or waiting < before) else None


def storm(lab, ada, victim):
    chance = random.Random(6)
    for _ in range(KILLS):
        lab.drop()
        time.sleep(chance.uniform(0, 1))  # the moment of the kill is what is tried
        began = time.monotonic()
        if victim == "gateway":
            lab.kill_gateway()
        else:
            lab.kill_backend(ada)
        eventually(lambda: health(ada) is not None, 90)
        lab.seen.slowest_return = max(lab.seen.slowest_return, time.monotonic() - began)


def report(victim, lab, promised, lost, missing):
    seen = lab.seen
    return (
        f"{victim}: {KILLS} kills{bound(0, KILLS)}, {promised} saves promised, {lost} lost{bound(lost, promised)}, "
        f"{lab.dropped} files dropped, {missing} not described{bound(missing, lab.dropped)}, "
        f"{seen.reads} reads, {seen.reads_502} answered 502{bound(seen.reads_502, seen.reads)}, "
        f"changes with unknown outcome {seen.changes_502}, other statuses {sorted(set(seen.others))} "
        f"({len(seen.others)}), connections broken {seen.broken_connections}, "
        f"processes left {seen.orphans}, slowest return {seen.slowest_return:.1f} s"
    )


def bound(failures, trials):
    """The rate that 95 of 100 such series would have stayed below had it been higher."""
    return f" (<= {100 * (1 - 0.05 ** (1 / trials)):.2g} %)" if trials and not failures else ""


def _number(title):
    return int(title.rsplit(" ", 1)[1])


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
        items = client.get("/api/sessions").json()["items"]
        return next((i["pid"] for i in items if i["pid"] and lives(i["pid"]) and not i["resident"]), None)

    return eventually(found, 60)
