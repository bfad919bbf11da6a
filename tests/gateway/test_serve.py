"""`mdjourney serve` as a process: it comes up, is alone on its home, and leaves nothing behind however it ends."""

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest
from gateway.served import PASSWORD, eventually, free_ports, processes_with
from typer.testing import CliRunner

from mdjourney_contract.problems import Conflict
from mdjourney_gateway.audit import Audit
from mdjourney_gateway.cli import audit_app, user_app
from mdjourney_gateway.holding import address_of, only_one
from mdjourney_store.embedded import EmbeddedPostgres

PROGRAM = [sys.executable, "-m", "mdjourney"]
#: The store has tests of its own; here nobody answers at its address.
NOWHERE = "postgresql://nobody:canary-password@127.0.0.1:1/none?connect_timeout=1"


@pytest.fixture
def serving(place):
    started = []

    def begin(*more):
        command = [
            *PROGRAM,
            "serve",
            "--home",
            str(place / "home"),
            "--port",
            "0",
            "--port-range",
            free_ports(10),
        ]
        environ = {**os.environ, "MDJOURNEY_DATABASE_URL": NOWHERE}
        log = (place / "serve.log").open("wb")
        with log:
            process = subprocess.Popen(
                [*command, "--allowed-root", str(place), *more],
                stdout=log,
                stderr=log,
                env=environ,
                cwd=place,
            )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.wait()


def url_of(place):
    def found():
        lines = (place / "serve.log").read_text().splitlines()
        return next(
            (line.rsplit(" ", 1)[1] for line in lines if line.startswith("MDJourney listens on")), None
        )

    return eventually(found)


@contextlib.contextmanager
def signed_in(place, url):
    done = subprocess.run(
        [*PROGRAM, "user", "add", "ada", "--admin", "--password-stdin", "--home", str(place / "home")],
        input=PASSWORD + "\n", capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "ada may sign in as admin" in done.stdout
    with httpx.Client(base_url=url, timeout=60) as client:
        answer = client.post("/api/auth/login", json={"username": "ada", "password": PASSWORD})
        client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        yield client


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_running_and_nothing_secret_is_shown(place, serving, number):
    gateway = serving()
    url = url_of(place)
    assert httpx.get(url + "/healthz").status_code == 200
    assert httpx.get(url + "/readyz").status_code == 503
    assert "/setup?token=" in (place / "serve.log").read_text()
    with signed_in(place, url) as ada:
        config = f"monitor_path: {place / 'data'}\nsettle_seconds: 0\n"
        assert ada.post(
            "/api/session/start", content=config, headers={"Content-Type": "application/yaml"}
        ).is_success
        assert ada.get("/api/v1/health").status_code == 200
        shown = [path.read_bytes() for path in (place / "home" / "logs").iterdir()]
        for pid in processes_with(str(place)):
            with contextlib.suppress(OSError):  # a git that is through by now
                shown.append(Path(f"/proc/{pid}/cmdline").read_bytes())
        shown.append((place / "serve.log").read_bytes())
        secrets = [b"canary-password", PASSWORD.encode(), ada.cookies["mdj"].encode()]
        assert not any(secret in text for secret in secrets for text in shown)
    gateway.send_signal(number)
    status = gateway.wait(60)
    assert status == (-number if number == signal.SIGKILL else 0)
    eventually(lambda: not processes_with(str(place)))


def test_a_home_has_one_gateway(place, serving):
    serving()
    url_of(place)
    done = subprocess.run(
        [*PROGRAM, "serve", "--home", str(place / "home"), "--port", "0"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "another gateway serves" in done.stderr


def test_a_link_leads_to_the_gateway_that_runs_wherever_it_listens(place, serving):
    def link_of(name):
        done = subprocess.run(
            [*PROGRAM, "user", "add", name, "--home", str(place / "home"), "--json"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return json.loads(done.stdout)["login_link"]

    gateway = serving("--path-prefix", "/lab")
    url = url_of(place)
    there, _, token = link_of("bob").partition("/login?token=")
    assert there == url
    assert httpx.post(f"{url}/api/auth/login", json={"token": token}).json()["user"]["user_id"] == "bob"
    gateway.kill()  # the lock goes with it, what it wrote there stays
    gateway.wait()
    assert link_of("eve").startswith("http://127.0.0.1:8000/login?token=")


def test_who_looks_where_a_gateway_is_keeps_none_from_its_home(place):
    home = place / "home"
    with only_one(home) as reached_at:
        assert address_of(home) is None
        reached_at("http://here")
        assert address_of(home) == "http://here"
        with pytest.raises(Conflict), only_one(home):
            pass
    assert address_of(home) is None
    with (home / "gateway.lock").open() as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        done = threading.Timer(0.03, fcntl.flock, (looking, fcntl.LOCK_UN))
        done.start()
        with only_one(home):
            assert address_of(home) is None
        done.join()


def test_people_are_listed_and_get_links(place):
    def run(*args):
        return CliRunner().invoke(user_app, [*args, "--home", str(place / "home")])

    assert "/login?token=" in run("add", "bob").stdout
    assert run("add", "bob").exit_code == 1
    assert run("list", "--names").stdout == "bob\n"
    assert run("login-link", "bob", "--url", "https://x").stdout.startswith("https://x/login?token=")
    assert run("login-link", "eve").exit_code == 1


def test_importing_the_gateway_loads_nothing_heavy():
    script = "import sys, mdjourney_gateway.serve; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not {"dvc", "git", "watchdog", "jsonschema", "mdjourney_backend"} & set(done.stdout.split())


def test_a_touched_audit_log_fails_the_check(place):
    audit = Audit(place / "home")
    for event in ("one", "two"):
        audit.note(event, actor="ada")
    run = ["verify", "--home", str(place / "home")]
    assert CliRunner().invoke(audit_app, run).exit_code == 0
    log = place / "home" / "audit.jsonl"
    log.write_text(log.read_text().replace("one", "eno"))
    assert CliRunner().invoke(audit_app, [*run, "--json"]).exit_code == 1


def test_a_strict_umask_shuts_the_embedded_database_off_from_nobody_who_needs_it(place):
    environ = {k: v for k, v in os.environ.items() if k != "MDJOURNEY_DATABASE_URL"}
    command = [*PROGRAM, "serve", "--home", str(place / "home"), "--port", "0", "--port-range", free_ports(4)]
    with (place / "serve.log").open("wb") as log:
        serving = subprocess.Popen(command, stdout=log, stderr=log, env=environ, cwd=place, umask=0o077)
    try:
        url = url_of(place)
        eventually(lambda: httpx.get(url + "/readyz").status_code == 200, 60)
        loose = [p for p in (place / "home").rglob("*") if p.is_file() and p.stat().st_mode & 0o077]
        assert not loose
        serving.send_signal(signal.SIGTERM)
        assert serving.wait(60) == 0
    finally:
        serving.kill()
        serving.wait()
        EmbeddedPostgres(place / "home").destroy()
