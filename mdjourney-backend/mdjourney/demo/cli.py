"""`mdjourney demo`: a gateway on a demo folder, set up through the same HTTP calls a browser makes."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console

from mdjourney.demo.files import INSTRUMENT, INSTRUMENT_SLUG, write_demo_files

app = typer.Typer(add_completion=False)
console = Console(highlight=False)

DEMO_USER = "demo"
_STARTUP_SECONDS = 120
_SETTLE_SECONDS = 180


class DemoFailed(Exception):
    """The demo could not be brought up; the message says at which step."""


@app.command()
def demo(
    folder: Annotated[Path, typer.Option(help="Where the demo keeps its data and its home.")] = Path(".demo"),
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
) -> None:
    """Start everything with a small demo folder and print a one-time login link."""
    data, home = (folder / "data").absolute(), (folder / "home").absolute()
    data.mkdir(parents=True, exist_ok=True)
    url = f"http://{host}:{port}"
    _step("demo files", f"{len(write_demo_files(data))} new in {data}")
    try:
        with _gateway(host, port, home, data) as server:
            _wait_until_up(url, server, home)
            _prepare(url, home, data)
            link = _mdjourney(home, "user", "login-link", DEMO_USER, "--url", url).strip()
            console.print("\nMDJourney is running; Ctrl-C stops everything it started.")
            console.print(f"Data folder   [bold]{data}[/]")
            console.print(f"One-time link [bold]{link}[/]", soft_wrap=True)
            server.wait()
    except DemoFailed as exc:
        console.print(f"[red]demo:[/] {exc}")
        raise typer.Exit(1) from None


def _step(name: str, result: str) -> None:
    console.print(f"[green]·[/] {name:<22} {result}", soft_wrap=True)


@contextmanager
def _gateway(host: str, port: int, home: Path, data: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`mdjourney serve` as a child, stopped on the way out whatever happened."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    command = [
        sys.executable,
        "-m",
        "mdjourney",
        "serve",
        "--home",
        str(home),
        "--host",
        host,
        "--port",
        str(port),
    ]
    command += ["--allowed-root", str(data)]
    previous = signal.signal(signal.SIGTERM, _raise_interrupt)
    with (home / "demo-serve.log").open("ab") as log:
        server = subprocess.Popen(
            command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
        )
    try:
        yield server
    except KeyboardInterrupt:
        console.print("\nstopping")
    finally:
        signal.signal(signal.SIGTERM, previous)
        _stop(server)


def _raise_interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _stop(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def _wait_until_up(url: str, server: subprocess.Popen[bytes], home: Path) -> None:
    began = time.monotonic()
    with console.status("starting the gateway and its database"):
        while time.monotonic() - began < _STARTUP_SECONDS:
            if server.poll() is not None:
                tail = (home / "demo-serve.log").read_text("utf-8", "replace")[-1500:]
                raise DemoFailed(f"the gateway ended with status {server.returncode}:\n{tail}")
            try:
                if httpx.get(f"{url}/readyz", timeout=5).status_code == 200:
                    _step("gateway and database", f"{url}, {time.monotonic() - began:.1f} s")
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
    raise DemoFailed(
        f"no answer from {url}/readyz within {_STARTUP_SECONDS} s; see {home / 'demo-serve.log'}"
    )


def _mdjourney(home: Path, *args: str, text: str | None = None) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "mdjourney", *args, "--home", str(home)],
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DemoFailed(f"mdjourney {' '.join(args)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def _prepare(url: str, home: Path, data: Path) -> None:
    """A demo person, a session on the demo folder, one instrument; waits until all is described."""
    if DEMO_USER not in _mdjourney(home, "user", "list", "--names").split():
        _mdjourney(home, "user", "add", DEMO_USER, "--admin", "--no-password", "--name", "Demo Person")
    link = _mdjourney(home, "user", "login-link", DEMO_USER, "--url", url).strip()
    with httpx.Client(base_url=url, timeout=60) as client:
        answer = _ok(client.post("/api/auth/login", json={"token": link.split("token=", 1)[1]}))
        client.headers["X-CSRF-Token"] = answer["csrf_token"]
        config = f"monitor_path: {json.dumps(str(data))}\nname: Demo lab\nsettle_seconds: 1\n"
        _ok(client.post("/api/session/start", content=config, headers={"Content-Type": "application/yaml"}))
        health = _wait_in_step(client)
        _step("described and versioned", f"in step, {health['skipped']} files skipped by rule")
        _register_instrument(client)


def _wait_in_step(client: httpx.Client) -> dict[str, Any]:
    end = time.monotonic() + _SETTLE_SECONDS
    last: dict[str, Any] = {}
    with console.status("describing, hashing and versioning the demo files"):
        while time.monotonic() < end:
            answer = client.get("/api/v1/health")
            if answer.status_code == 200:
                last = answer.json()
                if last["in_step"]:
                    return last
            time.sleep(0.2)
    raise DemoFailed(f"not in step within {_SETTLE_SECONDS} s: {last}")


def _register_instrument(client: httpx.Client) -> None:
    path = f"/api/v1/instruments/{INSTRUMENT_SLUG}"
    if client.get(path).status_code == 404:
        _ok(client.put(path, json={"content": INSTRUMENT}, headers={"If-None-Match": "*"}))
        _step("instrument", INSTRUMENT["instrument_name"])


def _ok(answer: httpx.Response) -> dict[str, Any]:
    if answer.is_error:
        raise DemoFailed(
            f"{answer.request.method} {answer.request.url.path} answered {answer.status_code}: {answer.text[:500]}"
        )
    body: dict[str, Any] = answer.json()
    return body
