"""Secrets that are put in, and looked for everywhere they could come out again."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from gateway.served import eventually, free_ports, processes_with
from harness.processes import descendants

PROGRAM = [sys.executable, "-m", "mdjourney"]
DATABASE = "canary-database-password"
PASSWORD = "canary-account-password"
WRONG = "canary-wrong-password"
NEW = "canary-new-password"
ONE_TIME = "canary-one-time-token"
NOWHERE = f"postgresql://nobody:{DATABASE}@127.0.0.1:1/none?connect_timeout=1"


class Lab:
    """A serving gateway at its most talkative, whose settings hold a secret, and everything that can be read of it."""

    def __init__(self, place, *, by_environment):
        self.place = place
        self.home = place / "home"
        (place / "data/p_One/d").mkdir(parents=True)
        environ = dict(os.environ)
        settings = {"log_level": "debug", "allowed_roots": [str(place)], "port_range": free_ports(10)}
        if by_environment:
            environ["MDJOURNEY_DATABASE_URL"] = NOWHERE
        else:
            settings["database_url"] = NOWHERE
        (self.home / "gateway.yaml").write_text(json.dumps(settings))
        self.environ = environ
        add = [*PROGRAM, "user", "add", "ada", "--admin", "--password-stdin", "--home", str(self.home)]
        subprocess.run(add, input=PASSWORD + "\n", text=True, check=True, capture_output=True, env=environ)
        with (place / "serve.log").open("wb") as log:
            self.process = subprocess.Popen(
                [*PROGRAM, "serve", "--home", str(self.home), "--port", "0"],
                stdout=log,
                stderr=log,
                env=environ,
                cwd=place,
            )

    @property
    def url(self):
        def found():
            told = (self.place / "serve.log").read_text()
            return re.search(r"^MDJourney listens on (\S+)$", told, re.MULTILINE)

        return eventually(found, 60).group(1)

    def processes(self):
        """{what: text} of argv and environment of the gateway and everything below it."""
        below = [self.process.pid, *descendants(self.process.pid)]
        told = {}
        for pid in below:
            with contextlib.suppress(OSError):
                told[f"argv of {pid}"] = Path(f"/proc/{pid}/cmdline").read_bytes()
                told[f"environment of {pid}"] = Path(f"/proc/{pid}/environ").read_bytes()
        return told

    def files(self):
        """{path: bytes} of all that was written, but for the settings the secret was put into."""
        found = {
            str(path): path.read_bytes()
            for folder in (self.home, self.place / "data")
            for path in folder.rglob("*")
            if path.is_file() and path != self.home / "gateway.yaml"
        }
        return {**found, "serve.log": (self.place / "serve.log").read_bytes()}

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(60) == 0
        eventually(lambda: not processes_with(str(self.place)))


@pytest.fixture(params=["settings", "environment"])
def lab(place, request):
    made = Lab(place, by_environment=request.param == "environment")
    yield made
    if made.process.poll() is None:
        made.process.kill()
        made.process.wait()


def test_no_secret_comes_out_anywhere(lab):
    answers = {}

    def note(answer):
        answer.read()
        answers[f"{len(answers)} {answer.request.method} {answer.request.url.path}"] = answer
        return answer

    with httpx.Client(base_url=lab.url, timeout=60, event_hooks={"response": [note]}) as ada:
        ada.post("/api/auth/login", json={"username": "ada", "password": WRONG})
        ada.post("/api/auth/login", json={"username": WRONG, "password": [WRONG]})
        ada.post("/api/auth/login", json={"token": ONE_TIME})
        ada.get(f"/login?token={ONE_TIME}", headers={"Accept": "text/html"})
        signed = ada.post("/api/auth/login", json={"username": "ada", "password": PASSWORD})
        ada.headers["X-CSRF-Token"] = signed.json()["csrf_token"]
        token = ada.post("/api/auth/tokens", json={"name": "t", "scopes": ["read", "admin"], "days": 1})
        link = ada.post("/api/users", json={"username": "grace"}).json()["login_link"]
        secrets = {
            "database": DATABASE,
            "password": PASSWORD,
            "wrong password": WRONG,
            "new password": NEW,
            "link typed": ONE_TIME,
            "cookie": ada.cookies["mdj"],
            "csrf token": ada.headers["X-CSRF-Token"],
            "api token": token.json()["token"],
            "link": link.partition("=")[2],
        }
        shown_once = {id(signed): "csrf token", id(token): "api token"}
        config = json.dumps({"monitor_path": str(lab.place / "data"), "settle_seconds": 0})
        ada.post("/api/session/start", content=config, headers={"Content-Type": "application/yaml"})
        eventually(lambda: ada.get("/api/v1/projects").json().get("items"), 60)
        processes = lab.processes()
        assert len(processes) >= 6  # argv and environment of gateway, fork server, backend
        worked(ada, secrets)
        processes |= lab.processes()
        diagnosis = subprocess.run(
            [*PROGRAM, "doctor", "--json"], capture_output=True, env=lab.environ, check=False
        )
    lab.end()
    everywhere = {**lab.files(), **processes, "doctor": diagnosis.stdout + diagnosis.stderr}
    if lab.environ.get("MDJOURNEY_DATABASE_URL"):  # what the operator put there himself
        del everywhere[f"environment of {lab.process.pid}"]
    for name, secret in secrets.items():
        for where, text in everywhere.items():
            assert secret.encode() not in text, f"{name} stands in {where}"
        for where, answer in answers.items():
            cookie_itself = name == "cookie" and "set-cookie" in answer.headers
            may = shown_once.get(id(answer)) == name or cookie_itself or asks_for(answer, name)
            told = answer.content + str(sorted(answer.headers.items())).encode()
            assert may or secret.encode() not in told, f"{name} stands in the answer to {where}: {told!r}"


def asks_for(answer, name):
    """Answers whose purpose is to show that secret."""
    path = answer.request.url.path
    return (name == "csrf token" and path == "/api/auth/me") or (
        name == "link" and path in ("/api/users", "/api/users/grace/login-link")
    )


def worked(ada, secrets):
    """A day's work, mistakes among it: each request carries a secret where it can."""
    for method, path, body in (
        ("GET", "/metrics", None),
        ("GET", "/readyz", None),
        ("GET", "/api/sessions", None),
        ("GET", "/api/session", None),
        ("GET", "/api/configs", None),
        ("GET", "/api/users", None),
        ("GET", "/api/auth/me", None),
        ("GET", "/api/auth/tokens", None),
        ("GET", "/api/auth/sign-ins", None),
        ("GET", "/api/openapi.json", None),
        ("GET", "/api/v1/openapi.json", None),
        ("GET", "/api/v1/health", None),
        ("GET", "/api/v1/nothing", None),
        ("GET", "/api/catalog/v1/projects", None),
        ("GET", "/api/catalog/v1/health", None),
        ("POST", "/api/users", {"username": "bad name", "password": NEW}),
        ("POST", "/api/users", {"username": "eve", "password": NEW, "role": "god"}),
        ("PATCH", "/api/users/grace", {"password": NEW, "nothing": 1}),
        ("PATCH", "/api/users/grace", {"password": NEW}),
        ("POST", "/api/auth/setup", {"token": ONE_TIME, "username": "x", "password": NEW}),
        ("POST", "/api/auth/setup", {"token": ONE_TIME, "username": "x", "password": {"a": NEW}}),
        ("POST", "/api/users/grace/login-link", None),
    ):
        ada.request(method, path, json=body)
    session = ada.get("/api/session").json()["session"]["session_id"]
    ada.get(f"/api/sessions/{session}/log")
    with httpx.Client(base_url=ada.base_url, timeout=30) as other:
        bearer = {"Authorization": f"Bearer {secrets['api token']}"}
        assert other.get("/api/auth/me", headers=bearer).status_code == 200
        assert other.post("/api/session/stop", headers=bearer).status_code in (200, 403)
        other.get("/api/auth/me", headers={"Authorization": f"Basic {secrets['api token']}"})
        other.get("/api/auth/me", headers={"Cookie": f"mdj={secrets['cookie']}x"})
