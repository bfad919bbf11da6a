"""When a dead backend is started again, as a table; and that the sessions go by it."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest
from gateway.served import Served, eventually, ready, start, state_of

from mdjourney_gateway.sessions.restarts import Life, Restarts


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


def restarts(clock):
    return Restarts(first_pause=0.1, longest_pause=1.0, tries=3, healthy=30.0, clock=clock)


@pytest.mark.parametrize(
    ("lives", "pauses"),
    [
        # (seconds since the last death, how long it answered)
        ([(1, 1)] * 7, [0.1, 0.2, 0.4, 0.8, 1.0, 1.0, 1.0]),
        ([(1, 1), (1, 1), (40, 35), (1, 1)], [0.1, 0.2, 0.1, 0.2]),
        ([(1, 1), (50, 5), (50, 5)], [0.1, 0.2, 0.2]),
        ([(1, None), (1, None), (1, None)], [0.1, 0.2, None]),
        ([(1, None), (1, None), (1, 0), (1, None), (1, None), (1, None)], [0.1, 0.2, 0.4, 0.8, 1.0, None]),
    ],
)
def test_pauses_grow_with_crashes_and_only_a_crash_loop_fails(lives, pauses):
    clock = Clock()
    policy, seen = restarts(clock), []
    for seconds, answered in lives:
        clock.now += seconds
        seen.append(policy.pause_after(Life("it died", answered)))
    assert seen == pytest.approx(pauses)


def test_a_backend_that_is_killed_again_and_again_comes_back_each_time(ada, place):
    session = ready(ada, place / "data", keep_running=False)
    for _ in range(10):
        pid = ada.get("/api/v1/health").json()["pid"]
        os.kill(pid, signal.SIGKILL)
        assert ada.get("/api/v1/health").json()["pid"] != pid
        eventually(lambda: state_of(ada, session) == "ready")
    assert ada.get("/api/session").json()["session"]["restarts"] == 10


def test_a_failed_session_is_started_anew_by_many_at_once_as_one(place):
    stone = place / "stone"
    stone.touch()
    with Served(place, mode=f"dies-while-there={stone}") as served, served.person() as ada:
        failed = start(ada, place / "data", keep_running=False).json()["session_id"]
        eventually(lambda: state_of(ada, failed) == "failed")
        stone.unlink()
        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda _: start(ada, place / "data", keep_running=False), range(6)))
        new = {answer.json()["session_id"] for answer in answers}
        assert len(new) == 1
        assert failed not in new
        eventually(lambda: state_of(ada, next(iter(new))) == "ready")
        assert len(ada.get("/api/session").json()["sessions"]) == 1
