"""`mdjourney serve` as a process of its own, and a client with one kept connection."""

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PASSWORD = "correct horse battery"


class Client:
    """One signed-in person; every request says how long it took."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Authorization": f"Bearer {token}"}

    def ask(self, path: str, method: str = "GET", body: Any = None) -> tuple[float, bytes]:
        """Seconds from the request's first byte to the answer's last, and the answer.

        Raises:
            RuntimeError: it was not 2xx.
        """
        given = None if body is None else json.dumps(body).encode()
        began = time.perf_counter()
        self._connection.request(method, path, given, self._headers)
        # an acknowledgement held back for 40 ms is the client's doing and would hide what the server does
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        answer = self._connection.getresponse()
        content = answer.read()
        took = time.perf_counter() - began
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:500]!r}")
        return took, content

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


@contextlib.contextmanager
def serving(home: Path, database_url: str, people: dict[str, str]) -> Iterator[dict[str, Client]]:
    """A gateway on the database at this URL, and a client for each of `people` (name: `admin`, `reader`,
    `researcher`)."""
    for name, role in people.items():
        flags = [f"--{role}"] if role != "researcher" else []
        _mdjourney("user", "add", name, *flags, "--password-stdin", "--home", str(home), given=PASSWORD)
    port = _free_port()
    command = ["serve", "--home", str(home), "--port", str(port), "--log-level", "warning"]
    environment = {**os.environ, "MDJOURNEY_DATABASE_URL": database_url}
    with (home / "serve.out").open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "mdjourney", *command], env=environment, stdout=out, stderr=out, stdin=subprocess.DEVNULL
        )  # fmt: skip
        try:
            _until_ready(port, process, home / "serve.out")
            clients = {name: Client(port, _token(port, name)) for name in people}
            yield clients
            for client in clients.values():
                client.close()
        finally:
            process.terminate()
            process.wait(30)


def _token(port: int, name: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", "/api/auth/login", json.dumps({"username": name, "password": PASSWORD}))
    answer = connection.getresponse()
    said = json.loads(answer.read())
    headers = {"Cookie": answer.headers["set-cookie"].split(";")[0], "X-CSRF-Token": said["csrf_token"]}
    asked = {"name": "bench", "scopes": ["read", "write", "admin"], "days": 1}
    connection.request("POST", "/api/auth/tokens", json.dumps(asked), headers)
    answer = connection.getresponse()
    made = json.loads(answer.read())
    connection.close()
    if answer.status >= 300:
        raise RuntimeError(f"no token: {made}")
    return str(made["token"])


def _mdjourney(*arguments: str, given: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "mdjourney", *arguments],
        input=given,
        text=True,
        check=True,
        capture_output=True,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _until_ready(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                connection.close()
                return
            connection.close()
        time.sleep(0.05)
    raise RuntimeError(f"the gateway did not come up: {log.read_text()[-2000:]}")
