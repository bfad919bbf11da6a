"""Gateways on a real port, with a fake backend behind them, for the tests of this folder."""

import asyncio
import contextlib
import json
import os
import select
import socket
import sys
import threading
import time
from pathlib import Path

import harness.ports
import httpx
import uvicorn
from argon2 import PasswordHasher
from gateway import described

from mdjourney_contract.problems import Conflict
from mdjourney_gateway.accounts import Accounts, Slowdown
from mdjourney_gateway.app import create_app
from mdjourney_gateway.serve import server_config
from mdjourney_gateway.sessions.session import Patience
from mdjourney_gateway.settings import Settings
from mdjourney_gateway.spawn.fork import ForkSpawner
from mdjourney_gateway.spawn.process import ProcessSpawner
from mdjourney_gateway.state import State

FAKE = str(Path(__file__).parent / "fake_backend.py")
PASSWORD = "correct horse battery"
IMPATIENT = Patience(
    ready=30.0,
    drain=1.0,
    first_pause=0.05,
    longest_pause=0.2,
    tries=3,
    healthy=60.0,
    resident_pause=0.5,
    room=0.3,
)


def fake_spawner(home, kind="process", mode="ok"):
    """A spawner of fake backends; of real ones for the kind `real`."""
    if kind == "real":
        return ProcessSpawner(home)
    command = [sys.executable, FAKE, "--mode", mode]
    if kind == "fork":
        return ForkSpawner(home, [*command, "--forkserver"])
    return ProcessSpawner(home, command)


def free_ports(count):
    """A range of ports that stay free until they are used, as settings name it."""
    ports = harness.ports.free_ports(count)
    return f"{ports[0]}-{ports[-1]}"


def quick_accounts(state):
    return Accounts(state, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


class Served:
    """A gateway in a thread of its own, on a real port."""

    def __init__(
        self, root, *, mode="ok", kind="process", patience=IMPATIENT, slowdown=None, webapp=None, **settings
    ):
        settings.setdefault("allowed_roots", (root,))
        settings.setdefault("port_range", free_ports(30))
        self.root = root
        self.settings = Settings(home=root / "home", **settings)
        state = State.open(self.settings.home, self.settings.state_url)
        self.gateway = create_app(
            self.settings,
            spawner=fake_spawner(self.settings.home, kind, mode),
            patience=patience,
            webapp=webapp,
            with_store=False,
            accounts=quick_accounts(state),
            slowdown=slowdown or Slowdown(sleep=no_sleep),
            state=state,
        )
        self.listener = socket.socket(proto=socket.IPPROTO_TCP)
        self.listener.bind(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.loop = None
        self._server = None
        self._up = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    async def _serve(self):
        self.loop = asyncio.get_running_loop()
        self._server = uvicorn.Server(server_config(self.gateway.app))
        async with self.gateway.running():
            serving = asyncio.create_task(self._server.serve(sockets=[self.listener]))
            while not self._server.started:
                await asyncio.sleep(0.005)
            self._up.set()
            await serving
            self.gateway.sessions.closing()

    def __enter__(self):
        self._thread.start()
        assert self._up.wait(60)
        return self

    def __exit__(self, *_):
        self._server.should_exit = True
        self._thread.join(60)
        assert not self._thread.is_alive()
        self.listener.close()

    @contextlib.contextmanager
    def person(self, name="ada", role="admin"):
        """A client of somebody who is signed in."""
        with contextlib.suppress(Conflict):
            self.gateway.accounts.add(name, role=role, password=PASSWORD)
        hooks = {"response": [described.check]}
        with httpx.Client(
            base_url=self.url + self.settings.path_prefix, timeout=60, event_hooks=hooks
        ) as client:
            answer = client.post("/api/auth/login", json={"username": name, "password": PASSWORD})
            assert answer.status_code == 200, answer.text
            client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
            yield client

    def raw(self, data, until=None):
        """Bytes in, bytes out, until the server closes or `until` was seen."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            connection.sendall(data)
            got = b""
            while until is None or until not in got:
                piece = connection.recv(65536)
                if not piece:
                    break
                got += piece
            return got

    def raw_then_end(self, data, patience=10):
        """Bytes in; bytes out, until the server closes. Who does not answer within `patience` seconds is told that no
        more comes: told so before, the server drops what it was about to answer."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            got = b""
            with contextlib.suppress(ConnectionError):
                connection.sendall(data)
                if not select.select([connection], [], [], patience)[0]:
                    connection.shutdown(socket.SHUT_WR)
                while piece := connection.recv(65536):
                    got += piece
            return got


async def no_sleep(_seconds):
    return None


def start(client, path, **keys):
    text = json.dumps({"monitor_path": str(path), **keys})
    return client.post("/api/session/start", content=text, headers={"Content-Type": "application/yaml"})


def ready(client, path, **keys):
    """A session whose backend answers."""
    answer = start(client, path, **keys)
    assert answer.status_code in (201, 202), answer.text
    session_id = answer.json()["session_id"]
    eventually(lambda: state_of(client, session_id) == "ready")
    return session_id


def state_of(client, session_id):
    found = [s for s in client.get("/api/session").json()["sessions"] if s["session_id"] == session_id]
    return found[0]["state"] if found else None


def eventually(condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError("it did not come to pass in time")


def lives(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def processes_with(text):
    """Pids whose command line or working folder has the text."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with contextlib.suppress(OSError):
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
                if (text in line or os.readlink(entry / "cwd").startswith(text)) and lives(int(entry.name)):
                    found.append(int(entry.name))
    return found
