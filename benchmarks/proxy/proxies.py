"""The proxies that are compared, each a process of its own before the same upstream."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

CHP = "MDJOURNEY_BENCH_CHP"
NGINX = "MDJOURNEY_BENCH_NGINX"
PATH = "/api/v1/datasets/5b1c9a52/files?limit=40&cursor=abc"
_TICK = os.sysconf("SC_CLK_TCK")
_NGINX_CONF = """
worker_processes 1; daemon off; pid {root}/nginx.pid; error_log {root}/nginx.err;
events {{ worker_connections 1024; }}
http {{
  access_log {root}/nginx.log; client_body_temp_path {root}/b; proxy_temp_path {root}/p; fastcgi_temp_path {root}/f;
  uwsgi_temp_path {root}/u; scgi_temp_path {root}/s; client_max_body_size 0; keepalive_requests 1000000;
  upstream backend {{ server 127.0.0.1:{port}; keepalive 64; keepalive_requests 1000000; }}
  server {{ listen 127.0.0.1:{own};
    location / {{ proxy_pass http://backend; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_buffering off; proxy_request_buffering off; }} }}
}}
"""


@dataclass(frozen=True)
class Proxy:
    """One side: where it listens, the processes whose CPU and memory are its, and what a request must carry."""

    name: str
    port: int
    pids: tuple[int, ...]
    headers: bytes = b""

    def head(self, method: str = "GET", path: str = PATH, more: bytes = b"") -> bytes:
        """A request's head, as a browser's fetch would send it."""
        return b"".join(
            (
                f"{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{self.port}\r\n".encode(),
                b"user-agent: Mozilla/5.0 (X11; Linux x86_64) benchmark\r\naccept: application/json\r\n",
                b"accept-encoding: gzip, deflate\r\naccept-language: en\r\n",
                self.headers,
                more,
                b"\r\n",
            )
        )

    def cpu(self) -> float:
        """CPU seconds of its processes so far."""
        return sum(_cpu(pid) for pid in self.pids)


def _cpu(pid: int) -> float:
    # schedstat counts nanoseconds on the CPU for each thread; /proc/stat only ticks of 10 ms.
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def rss_kib(pid: int, key: str) -> int:
    """`VmRSS` or `VmHWM` of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(key + ":"))


def forget_peak(pid: int) -> None:
    """Let `VmHWM` begin anew."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


@contextlib.contextmanager
def every_proxy(root: Path) -> Iterator[tuple[list[Proxy], int, list[str]]]:
    """Every proxy that is here, ours first, the upstream's port, and what is absent and why."""
    with contextlib.ExitStack() as stack:
        gateway, upstream = stack.enter_context(_ours(root))
        found, absent = [gateway, stack.enter_context(_stock(root, upstream))], []
        for start, where, name in ((_chp, CHP, "configurable-http-proxy"), (_nginx, NGINX, "nginx")):
            program = (
                os.environ.get(where) or shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
            )
            if program is None:
                absent.append(f"{name} is not here: install it anywhere and name its path in {where}")
            else:
                found.append(stack.enter_context(start(root, upstream, program)))
        yield found, upstream, absent


@contextlib.contextmanager
def _process(
    command: list[str], root: Path, pass_fds: tuple[int, ...] = ()
) -> Iterator[subprocess.Popen[bytes]]:
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with (root / "proxies.log").open("ab") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=pass_fds, env=environ
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _listener() -> socket.socket:
    made = socket.socket()
    made.bind(("127.0.0.1", 0))
    made.listen(512)
    return made


@contextlib.contextmanager
def _ours(root: Path) -> Iterator[tuple[Proxy, int]]:
    (root / "home").mkdir(mode=0o700)
    (root / "data").mkdir()
    with _listener() as listener:
        port, fd = listener.getsockname()[1], listener.fileno()
        command = [sys.executable, "-m", "benchmarks.proxy.ours", str(root), str(fd)]
        with (
            _process(command, root, (fd,)) as process,
            httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client,
        ):
            person = {"username": "bench", "password": "benchmark-password"}
            csrf = client.post("/api/auth/login", json=person).json()["csrf_token"]
            yaml = f"monitor_path: {root / 'data'}\nkeep_running: false\n"
            more = {"x-csrf-token": csrf, "content-type": "application/yaml"}
            session = client.post("/api/session/start", content=yaml, headers=more).json()
            while session["state"] in ("requested", "starting"):
                session = client.get("/api/session").json()["session"]
            if session["state"] != "ready":
                raise RuntimeError(
                    f"the session has {session['state']}: {session['reason']} {session['log_tail']}"
                )
            headers = f"cookie: mdj={client.cookies['mdj']}\r\nx-csrf-token: {csrf}\r\n".encode()
            yield Proxy("mdjourney", port, (process.pid,), headers), session["port"]


@contextlib.contextmanager
def _stock(root: Path, upstream: int) -> Iterator[Proxy]:
    with _listener() as listener:
        fd = listener.fileno()
        command = [sys.executable, "-m", "benchmarks.proxy.stock", str(upstream), str(fd)]
        with _process(command, root, (fd,)) as process:
            yield _when_up(Proxy("stock httpx", listener.getsockname()[1], (process.pid,)))


@contextlib.contextmanager
def _chp(root: Path, upstream: int, program: str) -> Iterator[Proxy]:
    own, api = _free(), _free()
    target = f"http://127.0.0.1:{upstream}"
    places = ["--ip", "127.0.0.1", "--port", str(own), "--api-ip", "127.0.0.1", "--api-port", str(api)]
    with _process([program, *places, "--default-target", target, "--log-level", "error"], root) as process:
        yield _when_up(Proxy("configurable-http-proxy", own, (process.pid,)))


@contextlib.contextmanager
def _nginx(root: Path, upstream: int, program: str) -> Iterator[Proxy]:
    own = _free()
    conf = root / "nginx.conf"
    conf.write_text(_NGINX_CONF.format(root=root, port=upstream, own=own))
    with _process([program, "-p", str(root), "-c", str(conf)], root) as process:
        _when_up(Proxy("nginx", own, (process.pid,)))
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        yield Proxy("nginx", own, tuple(int(pid) for pid in children))


def _when_up(proxy: Proxy) -> Proxy:
    end = time.monotonic() + 30
    while True:
        try:
            httpx.get(f"http://127.0.0.1:{proxy.port}{PATH}", timeout=10).raise_for_status()
        except httpx.HTTPError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return proxy


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
