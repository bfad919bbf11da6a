"""A whole running lab: `mdjourney serve` as a child process, a data folder, people who sign in."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from harness.ports import free_ports
from harness.waiting import until
from mdjourney_store.embedded import EmbeddedPostgres

PASSWORD = "correct horse battery"


def mdjourney(*args: str, text: str | None = None, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run one verb of the command line to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "mdjourney", *args],
        input=text,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if check and done.returncode:
        raise AssertionError(f"mdjourney {args}: {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


class Person:
    """One signed-in browser: cookie jar and CSRF token."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=60)

    def login(self, name: str, password: str = PASSWORD) -> httpx.Response:
        answer = self.http.post("/api/auth/login", json={"username": name, "password": password})
        if answer.status_code == 200:
            self.http.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        return answer

    def logout(self) -> None:
        assert self.http.post("/api/auth/logout").status_code in (200, 204)

    def get(self, path: str, **params: Any) -> httpx.Response:
        return self.http.get(path, params=params)

    def start_session(self, monitor_path: Path, **more: Any) -> httpx.Response:
        config = {"monitor_path": str(monitor_path), "settle_seconds": 0.3, **more}
        text = "\n".join(f"{key}: {json.dumps(value)}" for key, value in config.items())
        return self.http.post(
            "/api/session/start", content=text, headers={"Content-Type": "application/yaml"}
        )

    def ready(self, seconds: float = 60) -> dict[str, Any]:
        until(
            lambda: self.get("/api/v1/health").status_code == 200, seconds, why="the backend's first answer"
        )
        return dict(self.get("/api/v1/health").json())

    def in_step(self, seconds: float = 60) -> None:
        def condition() -> bool:
            answer = self.get("/api/v1/health")
            return answer.status_code == 200 and answer.json()["in_step"] is True

        try:
            until(condition, seconds)
        except AssertionError:
            raise AssertionError(f"not in step: {self.get('/api/v1/health').text}") from None

    def document(self, url: str) -> tuple[dict[str, Any], str]:
        answer = self.get(url)
        assert answer.status_code == 200, answer.text
        return dict(answer.json()), answer.headers["ETag"]

    def save(self, url: str, changes: dict[str, Any]) -> httpx.Response:
        """Read, change, put back with If-Match."""
        body, etag = self.document(url)
        return self.http.put(
            url, json={"content": {**body["content"], **changes}}, headers={"If-Match": etag}
        )


class Lab:
    """`with Lab() as lab:` a gateway with one admin, `ada`, and an empty data folder."""

    def __init__(self) -> None:
        # short: PostgreSQL socket paths end at 107 bytes
        self.root = Path(tempfile.mkdtemp(prefix="ml", dir="/tmp"))
        self.root.chmod(0o755)
        self.data, self.home = self.root / "data", self.root / "h"
        self.data.mkdir()
        (self.port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        self._people: list[Person] = []

    def __enter__(self) -> Self:
        try:
            self.start()
            mdjourney(
                "user",
                "add",
                "ada",
                "--admin",
                "--password-stdin",
                "--home",
                str(self.home),
                text=PASSWORD + "\n",
            )
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        if kind is not None:
            print("---- serve.log ends ----\n" + self.log()[-6000:])
        for person in self._people:
            person.http.close()
        self.stop()
        EmbeddedPostgres(self.home).destroy()  # root's database lies outside its home
        shutil.rmtree(self.root, ignore_errors=True)

    def log(self) -> str:
        path = self.root / "serve.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def start(self) -> None:
        command = [
            sys.executable,
            "-m",
            "mdjourney",
            "serve",
            "--home",
            str(self.home),
            "--port",
            str(self.port),
        ]
        with (self.root / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--allowed-root", str(self.root)],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        try:
            until(lambda: self._answers("/healthz") and self._answers("/readyz"), 90, why="serve being ready")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.log()[-3000:]}") from None

    def _answers(self, path: str) -> bool:
        try:
            return httpx.get(self.url + path, timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    def kill(self) -> None:
        """kill -9 of the gateway alone."""
        assert self.process
        self.process.kill()
        self.process.wait()

    def add_user(self, name: str, *, admin: bool = False) -> None:
        flags = ["--admin"] if admin else []
        mdjourney(
            "user", "add", name, *flags, "--password-stdin", "--home", str(self.home), text=PASSWORD + "\n"
        )

    def person(self, name: str = "ada") -> Person:
        person = Person(self.url)
        self._people.append(person)
        answer = person.login(name)
        assert answer.status_code == 200, answer.text
        return person
