"""`mdjourney run`: starts a command at once, and records it as a computational run while it works.

Only the standard library is loaded before the command starts; everything that writes documents comes after.
"""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

_TAIL_BYTES = 4096
#: Path inside the dataset -> size, mtime_ns, inode.
Snapshot = dict[str, tuple[int, int, int]]


@dataclass
class Started:
    """A command that runs, and what was known when it started."""

    command: list[str]
    dataset: Path
    root: Path
    template: str
    name: str | None
    process: "subprocess.Popen[bytes]"
    began: float
    before: Snapshot
    tails: dict[str, bytearray] = field(default_factory=dict)


def main(argv: list[str]) -> int:
    """Run a command and record it; exits with the command's status (128 + number when a signal ended it)."""
    parser = argparse.ArgumentParser(
        prog="mdjourney run", description="Run a command and record it as a trial of a dataset."
    )
    parser.add_argument("--dataset", type=Path, required=True, help="the dataset's folder")
    parser.add_argument("--template", default="computational_workflow", help="the template of the run")
    parser.add_argument("--name", help="what the run is called")
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="-- COMMAND ...")
    given = parser.parse_args(argv)
    command = given.command[1:] if given.command[:1] == ["--"] else given.command
    if not command:
        parser.error("a command is needed after --")
    try:
        dataset, root = _places(given.dataset)
    except OSError as exc:
        parser.error(str(exc))
    started = _start(command, dataset, root, given.template, given.name)
    if started is None:
        return 127
    return _record(started)


def _record(started: Started) -> int:
    """Follow the command to its end, with its documents; a failure to record never touches the command."""
    copying = _copy_output(started)
    with _passing_signals_on(started.process):
        from mdjourney_backend.runs.capture import Capture
        from mdjourney_contract.problems import MDJourneyError

        capture: Capture | None = None
        problem: str | None = None
        try:
            capture = Capture.begin(started)
        except (MDJourneyError, OSError) as exc:
            problem = str(exc)
        status = started.process.wait()
        for thread in copying:
            thread.join()
        if capture is not None:
            try:
                capture.end(status)
            except (MDJourneyError, OSError) as exc:
                problem = str(exc)
    if problem is not None:
        sys.stderr.write(f"mdjourney run: the run is not recorded: {problem}\n")
    code = status if status >= 0 else 128 - status
    return code or (1 if problem is not None else 0)


def _places(folder: Path) -> tuple[Path, Path]:
    """The dataset and the root of its tree.

    Raises:
        FileNotFoundError: the folder is no described dataset of a tree.
    """
    dataset = folder.resolve()
    if not (dataset / ".metadata/dataset_structural.json").is_file():
        raise FileNotFoundError(f"{folder} is no described dataset; run `mdjourney scan` on its tree first")
    for above in dataset.parents:
        if (above / ".mdjourney/marker.json").is_file():
            return dataset, above
    raise FileNotFoundError(f"{folder} lies in no tree")


def _start(command: list[str], dataset: Path, root: Path, template: str, name: str | None) -> Started | None:
    before = snapshot(dataset)
    began = time.time()
    try:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    except OSError as exc:
        sys.stderr.write(f"mdjourney run: {command[0]}: {exc.strerror}\n")
        return None
    return Started(command, dataset, root, template, name, process, began, before)


def snapshot(dataset: Path) -> Snapshot:
    """Every regular file of a dataset, hidden ones left out."""
    found: Snapshot = {}
    waiting = [""]
    while waiting:
        inside = waiting.pop()
        with os.scandir(dataset / inside) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                path = f"{inside}/{entry.name}" if inside else entry.name
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(path)
                elif entry.is_file(follow_symlinks=False):
                    seen = entry.stat(follow_symlinks=False)
                    found[path] = (seen.st_size, seen.st_mtime_ns, seen.st_ino)
    return found


def _copy_output(started: Started) -> list[threading.Thread]:
    """Pass the command's output on as it comes, keeping the last few kilobytes."""
    threads = []
    streams: dict[str, tuple[IO[bytes] | None, IO[bytes]]] = {
        "standard_output_tail": (started.process.stdout, sys.stdout.buffer),
        "standard_error_tail": (started.process.stderr, sys.stderr.buffer),
    }
    for name, (source, target) in streams.items():
        assert source is not None
        tail = started.tails.setdefault(name, bytearray())
        thread = threading.Thread(target=_copy, args=(source, target, tail), daemon=True)
        thread.start()
        threads.append(thread)
    return threads


def _copy(source: IO[bytes], target: IO[bytes], tail: bytearray) -> None:
    while chunk := os.read(source.fileno(), 65536):
        with contextlib.suppress(OSError):  # whoever read our output is gone; the command goes on
            target.write(chunk)
            target.flush()
        tail += chunk
        del tail[:-_TAIL_BYTES]


@contextlib.contextmanager
def _passing_signals_on(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    """Ctrl-C and TERM are for the command; we stay to record how it ended."""

    def hand_over(number: int, _frame: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(number)

    def ignore(_number: int, _frame: object) -> None:
        """The terminal sends Ctrl-C to the command itself, which is in our process group."""

    before = {
        signal.SIGTERM: signal.signal(signal.SIGTERM, hand_over),
        signal.SIGHUP: signal.signal(signal.SIGHUP, hand_over),
        signal.SIGINT: signal.signal(signal.SIGINT, ignore if sys.stdin.isatty() else hand_over),
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def marker(root: Path) -> dict[str, object]:
    """The tree-shaping keys a tree was served with last."""
    held = json.loads((root / ".mdjourney/marker.json").read_text("utf-8"))
    keys: dict[str, object] = held["keys"]
    return keys
