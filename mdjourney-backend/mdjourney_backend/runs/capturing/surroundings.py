"""What a run ran in: interpreter and packages, container, computer, graphics processors. What cannot be told is absent."""

import importlib.metadata
import json
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

_SECONDS: Final = 20
_PYTHON: Final = re.compile(r"(python|pypy)[0-9.]*\Z")
#: Asks an interpreter about itself; the current folder is taken off its path first, so that nothing there runs.
_QUESTION: Final = (
    "import sys; sys.path[:] = [p for p in sys.path if p]\n"
    "import importlib.metadata as m, json, platform\n"
    "found = {str(d.metadata['Name']): d.version for d in m.distributions()}\n"
    "print(json.dumps([platform.python_version(), found]))"
)
_CONTAINER_VARIABLES: Final = ("APPTAINER_CONTAINER", "SINGULARITY_CONTAINER")
_APPTAINER: Final = frozenset({"apptainer", "singularity"})


def environment_of(command: Sequence[str]) -> dict[str, Any]:
    """The `environment` of a command: Python and its packages when the command is Python, and the computer."""
    interpreter = interpreter_of(command)
    python = {} if interpreter is None else _asked(interpreter)
    image = _image_named(command)
    return python | _computer() | ({"container_image": image} if image else {})


def environment_here() -> dict[str, Any]:
    """The `environment` of this very process."""
    packages = {str(d.metadata["Name"]): d.version for d in importlib.metadata.distributions()}
    return _python(platform.python_version(), packages) | _computer()


def interpreter_of(command: Sequence[str]) -> str | None:
    """The Python that runs a command: named itself, or by the first line of a script."""
    program = shutil.which(command[0])
    if program is None:
        return None
    if _PYTHON.match(Path(program).name):
        return program
    first = _first_line(program)
    if not first.startswith(b"#!"):
        return None
    words = os.fsdecode(first[2:]).split()
    if words and Path(words[0]).name == "env":
        words = [w for w in words[1:] if not w.startswith("-") and "=" not in w]
    if words and _PYTHON.match(Path(words[0]).name):
        return shutil.which(words[0])
    return None


def python_software(environment: Mapping[str, Any]) -> list[dict[str, str]]:
    """Python as software that was used, when it is known."""
    python = environment.get("python")
    return [{"name": "Python", "version": python}] if python else []


def _asked(interpreter: str) -> dict[str, Any]:
    answer = _output([interpreter, "-c", _QUESTION])
    try:
        version, packages = json.loads(answer)
        return _python(str(version), packages)
    except (ValueError, TypeError):  # it would not say
        return {}


def _python(version: str, packages: Mapping[str, str]) -> dict[str, Any]:
    named = {n: v for n, v in sorted(packages.items(), key=lambda p: p[0].lower()) if n and v}
    return {"python": version} | ({"packages": named} if named else {})


def _computer() -> dict[str, Any]:
    found: dict[str, Any] = {
        "host": platform.node(),
        "os": f"{platform.system()} {platform.release()}",
        "container_image": _image_around(),
        "gpu": _processors(),
    }
    return {k: v for k, v in found.items() if v}


def _processors() -> list[str]:
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return []
    lines = _output([tool, "--query-gpu=name", "--format=csv,noheader"]).splitlines()
    return [line.strip() for line in lines if line.strip()]


def _image_around() -> str | None:
    """The image of the container we are in, where it says so."""
    for name in _CONTAINER_VARIABLES:
        if os.environ.get(name):
            return os.environ[name]
    try:
        text = Path("/run/.containerenv").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    said = re.search(r'^image="(.+)"$', text, re.MULTILINE)
    return said[1] if said else None


def _image_named(command: Sequence[str]) -> str | None:
    """The image an `apptainer exec|run` names."""
    if Path(command[0]).name not in _APPTAINER:
        return None
    return next((w for w in command[1:] if w.endswith(".sif") or "://" in w), None)


def _first_line(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.readline(512)
    except OSError:  # may be run, but not read
        return b""


def _output(command: list[str]) -> str:
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode("utf-8", "replace")
