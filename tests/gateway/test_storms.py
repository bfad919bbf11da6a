"""Many starts on few ports; the long form runs with MDJOURNEY_SLOW_TESTS=1."""

import contextlib
import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from gateway.served import Served, eventually, free_ports, lives, processes_with, start

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
