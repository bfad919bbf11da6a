"""Starting a backend and keeping it: the fork server against a fresh interpreter and JupyterHub; the gateway's import."""

import contextlib
import http.client
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx

from benchmarks.results import Told
from benchmarks.rounds import Measure, Sample, Side, interleave
from mdjourney_contract.launch import SECRET_HEADER, USER_HEADER, Launch
from mdjourney_contract.people import Identity
from mdjourney_contract.session_config import SessionConfig
from mdjourney_gateway.accounts.callers import user_header
from mdjourney_gateway.spawn import Order, Spawner
from mdjourney_gateway.spawn.fork import ForkSpawner
from mdjourney_gateway.spawn.process import ProcessSpawner

TITLE = "Sessions"
HUB = "MDJOURNEY_BENCH_JUPYTERHUB"
FORK, FRESH, JUPYTER = "fork server", "fresh interpreter", "JupyterHub"
ALLOWED_MIB = 20.0
_PERSON = Identity(user_id="bench", role="admin")
_SECRET = "benchmark-secret"
_IMPORTS = {
    "gateway": "import mdjourney_gateway.serve",
    "fastapi and httpx": "import fastapi, httpx",
}


@dataclass(frozen=True)
class Started:
    seconds: float
    private_mib: float


def measure(*, smoke: bool) -> list[Measure | Told]:
    """Start to first answer, private memory of an idle backend, CPU of importing the gateway."""
    rounds = 1 if smoke else 7
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="mgb") as name:
        root = Path(name)
        started: dict[str, list[Started]] = {FORK: [], FRESH: []}
        with _spawners(root) as spawners, _hub(root, smoke=smoke) as hub:
            start_backend(spawners[FORK], root)  # warm: the fork server has loaded everything

            def through(kind: str) -> Sample:
                started[kind].append(start_backend(spawners[kind], root))
                return Sample(started[kind][-1].seconds, 0)

            sides = [Side(kind, partial(through, kind)) for kind in spawners]
            samples = interleave(sides if hub is None else [*sides, Side(JUPYTER, hub)], rounds)
        memory = {kind: [Sample(one.private_mib, 0) for one in found] for kind, found in started.items()}
        return [*_start_rows(samples), *_memory_rows(memory), _import_row(rounds)]


def _start_rows(samples: dict[str, list[Sample]]) -> list[Measure]:
    name = "start of a session to its first answer, with config and monitor"
    rows = [Measure(name, FORK, FRESH, 1 / 5, samples)]
    return [*rows, Measure(name, FORK, JUPYTER, 1 / 10, samples)] if JUPYTER in samples else rows


def _memory_rows(memory: dict[str, list[Sample]]) -> list[Measure | Told]:
    name = "private memory of an idle backend"
    most = max(sample.wall for sample in memory[FORK])
    return [
        Measure(name, FORK, FRESH, 1 / 4, memory, unit="MiB"),
        Told(f"{name}, most", most, "MiB", ALLOWED_MIB),
    ]


def _import_row(rounds: int) -> Measure:
    with tempfile.TemporaryDirectory() as compiled:
        # As an installed program is: its modules and its libraries compiled before they are first loaded.
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = compiled

        def load(code: str) -> Sample:
            script = f"import time; b = time.process_time(); {code}; print(time.process_time() - b)"
            done = subprocess.run(
                [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment
            )
            return Sample(float(done.stdout), float(done.stdout))

        for code in _IMPORTS.values():
            load(code)
        samples = interleave([Side(name, partial(load, code)) for name, code in _IMPORTS.items()], rounds)
    return Measure("CPU of importing the gateway", "gateway", "fastapi and httpx", 2.0, samples)


@contextlib.contextmanager
def _spawners(root: Path) -> Iterator[dict[str, Spawner]]:
    home = root / "home"
    home.mkdir(mode=0o700)
    made: dict[str, Spawner] = {FORK: ForkSpawner(home), FRESH: ProcessSpawner(home)}
    try:
        for spawner in made.values():
            spawner.prepare()
        yield made
    finally:
        for spawner in made.values():
            spawner.close()


def start_backend(spawner: Spawner, root: Path) -> Started:
    """Start one backend on a small tree of its own, ask it, let it come to rest, weigh it, end it."""
    name = secrets.token_hex(4)
    tree = root / "trees" / name
    (tree / "p_Bench" / "run1").mkdir(parents=True)
    (tree / "p_Bench" / "run1" / "data.csv").write_text("a,b\n1,2\n")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        port = listener.getsockname()[1]
        config = SessionConfig.model_validate({"monitor_path": str(tree), "settle_seconds": 0})
        launch = Launch(session_id=name, config=config, owner=_PERSON, home=root / "home", secret=_SECRET)
        began = time.perf_counter()
        child = spawner.start(Order(launch, listener, root / "home" / "logs" / f"{name}.log"))
        try:
            _health(port)
            seconds = time.perf_counter() - began
            _at_rest(port)
            return Started(seconds, _private_mib(child.pid))
        finally:
            spawner.stop(child, 20)


def _health(port: int) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {SECRET_HEADER: _SECRET, USER_HEADER: user_header(_PERSON).decode()}
    with contextlib.closing(connection):
        connection.request("GET", "/api/v1/health", headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"the backend answers {answer.status}: {body!r}")
        return body


def _at_rest(port: int) -> None:
    end = time.monotonic() + 60
    while b'"in_step":true' not in _health(port).replace(b" ", b""):
        if time.monotonic() > end:
            raise RuntimeError("the backend does not come to rest")
        time.sleep(0.1)


def _private_mib(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


# JupyterHub: its own HTTP API starts a single-user server, as its spawn page does


_HUB_CONFIG = """
c.JupyterHub.authenticator_class = "null"
c.JupyterHub.ip = c.JupyterHub.hub_ip = "127.0.0.1"
c.JupyterHub.port, c.JupyterHub.hub_port = {port}, {hub}
c.ConfigurableHTTPProxy.command = [{chp!r}]
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api}"
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{root}/jh"
c.Spawner.cmd = [{single!r}, "--allow-root"]
c.Spawner.environment = {{"JUPYTERHUB_SINGLEUSER_APP": "jupyter_server.serverapp.ServerApp"}}
c.JupyterHub.services = [{{"name": "bench", "api_token": {token!r}}}]
c.JupyterHub.load_roles = [{{"name": "bench", "services": ["bench"], "scopes": ["admin:users", "admin:servers", "access:servers"]}}]
"""


@contextlib.contextmanager
def _hub(root: Path, *, smoke: bool) -> Iterator[object]:
    """A side that starts one single-user server, or None and a word why."""
    hub = os.environ.get(HUB) or shutil.which("jupyterhub")
    chp = os.environ.get("MDJOURNEY_BENCH_CHP") or shutil.which("configurable-http-proxy")
    if smoke or hub is None or chp is None:
        if not smoke:
            print(
                f"*** JupyterHub is not here: install it anywhere and name it in {HUB}; its row is left out. ***"
            )
        yield None
        return
    port, own, api, token = _free(), _free(), _free(), secrets.token_hex(16)
    (root / "jh").mkdir()
    single = str(Path(hub).with_name("jupyterhub-singleuser"))
    values = {
        "port": port,
        "hub": own,
        "chp": chp,
        "api": api,
        "root": root,
        "single": single,
        "token": token,
    }
    (root / "jh" / "config.py").write_text(_HUB_CONFIG.format(**values))
    with (root / "jh" / "log").open("wb") as log:
        command = [hub, "-f", str(root / "jh" / "config.py")]
        process = subprocess.Popen(command, cwd=root / "jh", stdout=log, stderr=log)
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}", timeout=90, headers={"Authorization": f"token {token}"}
        ) as client:
            _until(lambda: client.get("/hub/api/").status_code == 200)
            yield partial(_start_on_hub, client)
    finally:
        process.terminate()
        process.wait(60)


def _start_on_hub(client: httpx.Client) -> Sample:
    name = "u" + secrets.token_hex(4)
    client.post(f"/hub/api/users/{name}").raise_for_status()
    began = time.perf_counter()
    client.post(f"/hub/api/users/{name}/server").raise_for_status()
    _until(lambda: client.get(f"/user/{name}/api/status").status_code == 200)
    seconds = time.perf_counter() - began
    client.delete(f"/hub/api/users/{name}/server")
    return Sample(seconds, 0)


def _until(done: object) -> None:
    end = time.monotonic() + 90
    while True:
        with contextlib.suppress(httpx.TransportError):
            if done():  # type: ignore[operator] # a callable
                return
        if time.monotonic() > end:
            raise RuntimeError("JupyterHub does not get there")
        time.sleep(0.02)


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
