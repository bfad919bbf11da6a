"""The Dockerfile, the compose file and the systemd unit: linted, and their commands run here without Docker."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
import yaml
from gateway.served import eventually, free_ports
from typer.testing import CliRunner

from mdjourney_gateway.cli import serve_app
from mdjourney_gateway.settings import Settings

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "Dockerfile"
COMPOSE = ROOT / "docker-compose.yml"
UNIT = ROOT / "docs/systemd/mdjourney.service"
BIN = Path(sys.executable).parent
HADOLINT = shutil.which("hadolint", path=f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}")


def instructions(name):
    """What stands after each instruction of that name, its lines put together."""
    whole = DOCKERFILE.read_text().replace("\\\n", " ")
    return re.findall(rf"^{name} +(.+)$", whole, re.MULTILINE)


def command(name="CMD"):
    """The command of the last instruction of that name, as a list."""
    found: list[str] = json.loads(re.search(r"\[.*\]", instructions(name)[-1])[0])
    return found


def unit():
    return dict(line.split("=", 1) for line in UNIT.read_text().splitlines() if "=" in line)


def test_the_compose_file_is_as_the_compose_specification_says():
    check = [BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", COMPOSE]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(HADOLINT is None, reason="hadolint is not installed")
def test_the_dockerfile_is_clean():
    done = subprocess.run([HADOLINT, "--no-color", DOCKERFILE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_the_unit_is_as_systemd_wants_it():
    done = subprocess.run(["systemd-analyze", "verify", UNIT], capture_output=True, text=True, check=False)
    faults = [line for line in done.stderr.splitlines() if UNIT.name in line and "not executable" not in line]
    assert not faults


def test_every_flag_and_setting_they_name_exists():
    told = CliRunner().invoke(serve_app, ["--help"], env={"COLUMNS": "200", "NO_COLOR": "1"}).output
    known = set(re.findall(r"--[a-z-]+", told))
    for words in (command(), shlex.split(unit()["ExecStart"])):
        assert words[:2] == ["mdjourney", "serve"] or words[1] == "serve"
        assert {word for word in words if word.startswith("--")} <= known
    environment = yaml.safe_load(COMPOSE.read_text())["services"]["gateway"]["environment"]
    keys = {f"MDJOURNEY_{key.upper()}" for key in Settings.model_fields}
    assert set(environment) <= keys
    assert int(unit()["TimeoutStopSec"]) >= 30  # the embedded database writes a dump first
    assert unit()["UMask"] == "0077"


def test_what_the_image_copies_is_there_and_all_that_the_package_needs():
    copied = {
        part.rstrip("/")
        for line in instructions("COPY")
        if "--from" not in line
        for part in line.split()[:-1]
    }
    assert all((ROOT / name).exists() for name in copied)
    packages = re.findall(r'"(mdjourney-\w+)/\w+"', (ROOT / "pyproject.toml").read_text())
    assert set(packages) <= copied
    assert {
        "pyproject.toml",
        "hatch_build.py",
        "packaged_schemas",
        "migrations",
        "mdjourney-webapp",
    } <= copied


@pytest.mark.slow
def test_the_commands_of_the_image_serve_and_tell_that_they_are_well(place, empty_database):
    port = free_ports(1).partition("-")[0]
    (place / "data/p_One/d").mkdir(parents=True)
    scratch = {"/var/lib/mdjourney": str(place / "home"), "/data": str(place / "data"), "8000": port, "0.0.0.0": "127.0.0.1"}  # fmt: skip
    words = [scratch.get(word, word) for word in command()]
    probe = [word.replace(":8000", f":{port}") for word in command("HEALTHCHECK")]
    environ = {
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
    }
    environ |= {"MDJOURNEY_DATABASE_URL": empty_database, "MDJOURNEY_ALLOWED_HOSTS": "localhost,127.0.0.1"}
    with (place / "serve.log").open("wb") as log:
        serving = subprocess.Popen(words, env=environ, stdout=log, stderr=log, cwd=place, umask=0o077)
    try:
        eventually(
            lambda: subprocess.run(probe, env=environ, capture_output=True, check=False).returncode == 0, 60
        )
        url = f"http://127.0.0.1:{port}"
        eventually(lambda: httpx.get(url + "/readyz").status_code == 200, 60)
        token = eventually(lambda: re.search(r"/setup\?token=(\S+)", (place / "serve.log").read_text()), 10)[
            1
        ]
        with httpx.Client(base_url=url, timeout=60) as ada:
            first = {"token": token, "username": "ada", "password": "correct horse battery"}
            ada.headers["X-CSRF-Token"] = ada.post("/api/auth/setup", json=first).json()["csrf_token"]
            config = f"monitor_path: {place / 'data'}\nsettle_seconds: 0\n"
            yaml_type = {"Content-Type": "application/yaml"}
            assert ada.post("/api/session/start", content=config, headers=yaml_type).is_success
            assert eventually(lambda: ada.get("/api/v1/projects").json().get("items"), 60)
            assert eventually(lambda: ada.get("/api/catalog/v1/projects").json()["items"], 60)
        serving.send_signal(signal.SIGTERM)
        assert serving.wait(60) == 0
    finally:
        serving.kill()
        serving.wait()
    assert subprocess.run(probe, env=environ, capture_output=True, check=False).returncode != 0
    loose = [p for p in (place / "home").rglob("*") if p.is_file() and p.stat().st_mode & 0o077]
    assert not loose
