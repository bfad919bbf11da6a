"""CPU that `mdjourney run` uses before the command starts, against `python -c "import httpx"`."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.rounds import Measure, Sample, Side, interleave
from mdjourney_backend.pipeline import scan_once
from mdjourney_contract.session_config import SessionConfig

TITLE = "Starting a captured command"
_MANY = 2_000
#: Nanoseconds of CPU of a process' main thread; the only one before the command starts.
_SPENT = "read spent rest < /proc/{}/schedstat; echo $spent"
_IMPORT = "import httpx; print(open('/proc/self/schedstat').read().split()[0])"


def told(command: list[str]) -> Sample:
    """Runs a command whose first line says the CPU spent until then; wall time until that line."""
    began = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        wall = time.perf_counter() - began
        process.stdout.read()
    return Sample(wall, int(line) / 1e9)


def measure(*, smoke: bool) -> list[Measure]:
    """A dataset with many files, so that looking at it first would show."""
    rounds, files = (1, 3) if smoke else (9, _MANY)
    with tempfile.TemporaryDirectory() as name:
        home, dataset = Path(name) / "home", Path(name) / "lab/p_Bench/set"
        dataset.mkdir(parents=True)
        (dataset / "first.txt").write_text("first")
        config = {"monitor_path": str(Path(name) / "lab"), "store": {"sync": False}}
        scan_once(Path(name) / "lab", SessionConfig.model_validate(config), home)
        for number in range(files):
            (dataset / f"{number}.txt").write_text(str(number))
        capture = "mdjourney_backend.runs.capturing.command"
        start = f"import sys; from {capture} import main; sys.exit(main(sys.argv[1:]))"
        run = [sys.executable, "-P", "-c", start, "--dataset", str(dataset), "--home", str(home), "--"]

        def ours() -> Sample:
            return told([*run, "sh", "-c", _SPENT.format("$PPID")])

        def httpx() -> Sample:
            return told([sys.executable, "-c", _IMPORT])

        samples = interleave([Side("until the command runs", ours), Side("import httpx", httpx)], rounds)
    note = "the goal is for the CPU ratio"
    return [
        Measure(f"a dataset of {files} files", "until the command runs", "import httpx", 1.0, samples, note)
    ]
