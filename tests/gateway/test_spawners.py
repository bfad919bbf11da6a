"""What every spawner promises, held against each of them with real processes."""

import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import urllib.request
from pathlib import Path

import pytest
from gateway.served import FAKE, eventually, fake_spawner, lives
from harness.ports import free_ports

from mdjourney_contract.launch import Launch
from mdjourney_contract.people import Identity
from mdjourney_contract.session_config import SessionConfig
from mdjourney_gateway.ports import Ports
from mdjourney_gateway.spawn import Order, Record

SECRET = "canary-secret-that-must-not-leak"


@pytest.fixture(params=["process", "fork"])
def kind(request):
    return request.param


@pytest.fixture
def listener():
    with Ports(free_ports(10)).bind() as bound:
        yield bound


def order(place, listener, **more):
    launch = Launch(
        session_id="s1",
        config=SessionConfig(monitor_path=str(place / "data"), **more),
        owner=Identity(user_id="ada"),
        home=place / "home",
        secret=SECRET,
        database_url="postgresql://u:canary-password@/x",
    )
    return Order(launch, listener, place / "home" / "logs" / "s1.log")


def ask(listener, path="/api/v1/launch"):
    url = f"http://127.0.0.1:{listener.getsockname()[1]}{path}"
    request = urllib.request.Request(url, headers={"x-mdj-secret": SECRET, "Connection": "close"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


@pytest.fixture
def spawner(place, kind):
    made = fake_spawner(place / "home", kind)
    yield made
    made.close()


def test_the_launch_arrives_and_nothing_secret_shows(place, spawner, listener, monkeypatch):
    monkeypatch.setenv("MDJOURNEY_DATABASE_URL", "canary-in-the-environment")
    child = spawner.start(order(place, listener))
    try:
        seen = ask(listener)
        assert seen["secret"] == SECRET
        assert seen["owner"]["user_id"] == "ada"
        assert not any("canary" in value for value in [*seen["argv"], *seen["environ"].values()])
        for what in ("cmdline", "environ"):
            assert b"canary" not in Path(f"/proc/{child.pid}/{what}").read_bytes()
        assert "canary" not in child.log.read_text()
        assert child.log.stat().st_mode & 0o777 == 0o600
    finally:
        spawner.stop(child, 2)


def test_the_child_gets_the_socket_the_pipe_the_log_and_nothing_else(place, spawner, listener):
    secret_file = place / "home" / "private"
    secret_file.write_text("x")
    with secret_file.open() as held, socket.socket() as other:
        os.set_inheritable(held.fileno(), False)
        child = spawner.start(order(place, listener))
        try:
            targets = [str(target) for target in ask(listener)["fds"].values()]
            assert not any("private" in target for target in targets)
            assert sum(f"socket:[{inode(other)}]" == target for target in targets) == 0
            assert f"socket:[{inode(listener)}]" in targets
        finally:
            spawner.stop(child, 2)


def inode(sock):
    return os.fstat(sock.fileno()).st_ino


def test_a_request_sent_before_the_backend_is_up_waits(place, spawner, listener):
    with socket.create_connection(listener.getsockname()) as early:
        early.sendall(f"GET /api/v1/health HTTP/1.1\r\nx-mdj-secret: {SECRET}\r\n\r\n".encode())
        child = spawner.start(order(place, listener))
        try:
            early.settimeout(60)
            assert early.recv(100).startswith(b"HTTP/1.1 200")
        finally:
            spawner.stop(child, 2)


def test_it_stops_by_itself_when_told_to_drain(place, spawner, listener):
    child = spawner.start(order(place, listener))
    ask(listener)
    assert spawner.poll(child) is None
    assert spawner.stop(child, 30) == 0
    assert not lives(child.pid)
    assert spawner.poll(child) == 0


def test_one_that_will_not_stop_is_killed(place, kind, listener):
    spawner = fake_spawner(place / "home", kind, "slow-to-stop")
    try:
        child = spawner.start(order(place, listener))
        ask(listener)
        assert spawner.stop(child, 0.1) == -signal.SIGKILL
        assert not lives(child.pid)
    finally:
        spawner.close()


def test_its_grandchildren_go_with_it(place, kind, listener):
    spawner = fake_spawner(place / "home", kind, "leaves-grandchildren")
    try:
        child = spawner.start(order(place, listener))
        ask(listener)
        group = [pid for pid in pids() if group_of(pid) == child.pid]
        assert len(group) == 2
        spawner.stop(child, 5)
        eventually(lambda: not any(lives(pid) for pid in group))
    finally:
        spawner.close()


def pids():
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def group_of(pid):
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def test_a_death_is_told_with_its_status_and_last_words(place, kind, listener):
    spawner = fake_spawner(place / "home", kind, "dies-at-once")
    try:
        child = spawner.start(order(place, listener))
        assert eventually(lambda: spawner.poll(child)) == 7
        assert spawner.logs(child, 1) == ["cannot go on"]
    finally:
        spawner.close()


def test_a_kill_is_told_as_the_signal(place, spawner, listener):
    child = spawner.start(order(place, listener))
    ask(listener)
    os.kill(child.pid, signal.SIGKILL)
    assert eventually(lambda: spawner.poll(child)) == -signal.SIGKILL


def test_a_launch_larger_than_a_pipe_arrives(place, spawner, listener):
    patterns = tuple(f"{number:05d}" + "x" * 95 for number in range(900))
    child = spawner.start(order(place, listener, ignore=patterns))
    try:
        assert len(ask(listener)["config"]["ignore"]) == 900
    finally:
        spawner.stop(child, 2)


def test_what_an_earlier_gateway_left_is_ended_and_nobody_else(place, spawner, listener):
    child = spawner.start(order(place, listener))
    ask(listener)
    assert spawner.adopt(Record(child.pid, "1")) is None
    assert lives(child.pid)
    os.close(child.stdin)
    child.stdin = -1
    assert spawner.adopt(Record(child.pid, child.pid_started)) is None
    assert not lives(child.pid)
    spawner.stop(child, 1)


def test_a_fork_server_that_died_is_replaced_and_its_children_are_still_watched(place, listener):
    spawner = fake_spawner(place / "home", "fork")
    try:
        first = spawner.start(order(place, listener))
        ask(listener)
        os.kill(spawner._server._process.pid, signal.SIGKILL)
        eventually(lambda: not spawner._server.lives)
        assert spawner.poll(first) is None
        second = spawner.start(order(place, listener))
        for child in (first, second):
            spawner.stop(child, 2)
            assert not lives(child.pid)
    finally:
        spawner.close()


def test_backends_end_when_their_gateway_is_killed(place, kind):
    script = textwrap.dedent(
        f"""
        import sys, time
        from pathlib import Path
        sys.path.insert(0, {str(Path(FAKE).parents[1])!r})
        from gateway.served import fake_spawner
        from gateway.test_spawners import order
        from mdjourney_gateway.ports import Ports
        place = Path({str(place)!r})
        spawner = fake_spawner(place / "home", {kind!r})
        listener = Ports({list(free_ports(10))}).bind()
        child = spawner.start(order(place, listener))
        print(child.pid, flush=True)
        time.sleep(60)
        """
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as gateway:
        pid = int(gateway.stdout.readline())
        assert lives(pid)
        gateway.kill()
    eventually(lambda: not lives(pid))


def test_ports_that_are_busy_are_skipped_and_an_empty_range_says_so():
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        from mdjourney_contract.problems import Unavailable

        with pytest.raises(Unavailable) as refused:
            Ports([port]).bind()
        assert refused.value.headers() == {"Retry-After": "10"}
