"""`mdjourney serve` with one tree and one person who saves and signs in, as a process of its own."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from mdjourney_store.embedded import EmbeddedPostgres

_PASSWORD = "correct horse battery"
_NAME = "ada"


class Served:
    """`with Served(base) as served:`; `base` is a short path. `database_url` None: the embedded server."""

    def __init__(self, base: Path, database_url: str | None = None) -> None:
        self.home, self.tree = base / "h", base / "data"
        self._log = base / "serve.out"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{port}"
        self._environment = {k: v for k, v in os.environ.items() if k != "MDJOURNEY_DATABASE_URL"}
        if database_url:
            self._environment["MDJOURNEY_DATABASE_URL"] = database_url
        self._command = ["serve", "--home", str(self.home), "--port", str(port), "--log-level", "warning",
                         "--allowed-root", str(base)]  # fmt: skip
        self.http = httpx.Client(base_url=self.url, timeout=60)
        self.project = ""

    def __enter__(self) -> "Served":
        (self.tree / "p_Bench/d_One").mkdir(parents=True)
        self._mdjourney("user", "add", _NAME, "--admin", "--password-stdin", "--home", str(self.home))
        with self._log.open("ab") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "mdjourney", *self._command],
                stdout=out, stderr=out, stdin=subprocess.DEVNULL, env=self._environment,
            )  # fmt: skip
        try:
            self._wait("/readyz")
            self.sign_in(keep=True)
            config = f"monitor_path: {json.dumps(str(self.tree))}\nsettle_seconds: 0\n"
            answer = self.http.post(
                "/api/session/start", content=config, headers={"Content-Type": "application/yaml"}
            )
            answer.raise_for_status()
            self._wait("/api/v1/health")
            until(lambda: self.projects() and self.waiting() == 0, 60, "the session's first sync")
            self.project = self.projects()[0]["project_id"]
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()
        self._process.terminate()
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        EmbeddedPostgres(self.home).destroy()

    def projects(self) -> list[dict[str, Any]]:
        """Projects of the session."""
        return list(self.http.get("/api/v1/projects").json()["items"])

    def save(self, text: str) -> float:
        """Seconds of one save of the project's description."""
        began = time.perf_counter()
        answer = self.http.patch(
            f"/api/v1/projects/{self.project}/metadata/project_descriptive",
            json={"project_description_abstract": text},
            headers={"If-Match": "*"},
        )
        took = time.perf_counter() - began
        answer.raise_for_status()
        return took

    def sign_in(self, *, keep: bool = False) -> float:
        """Seconds of one sign-in."""
        with httpx.Client(base_url=self.url, timeout=60) as browser:
            began = time.perf_counter()
            answer = browser.post("/api/auth/login", json={"username": _NAME, "password": _PASSWORD})
            took = time.perf_counter() - began
            answer.raise_for_status()
            if keep:
                self.http.cookies = browser.cookies
                self.http.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
            return took

    def waiting(self) -> int:
        """How many saves the store has not been told of."""
        return int(self.http.get("/api/v1/health").json()["sync"]["waiting"])

    def log(self) -> str:
        """What the gateway said last."""
        return self._log.read_text("utf-8", "replace")[-3000:]

    def _wait(self, path: str) -> None:
        def answers() -> bool:
            try:
                return self.http.get(path).status_code == 200
            except httpx.TransportError:
                if self._process.poll() is not None:
                    raise RuntimeError(f"the gateway ended: {self.log()}") from None
                return False

        until(answers, 90, path)

    def _mdjourney(self, *arguments: str) -> None:
        subprocess.run(
            [sys.executable, "-m", "mdjourney", *arguments],
            input=_PASSWORD + "\n", text=True, check=True, capture_output=True,
        )  # fmt: skip


def until(condition: Callable[[], object], seconds: float, why: str) -> None:
    """Wait on a condition.

    Raises:
        TimeoutError: it did not come true.
    """
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"{why}: not within {seconds:g} s")
        time.sleep(0.02)
