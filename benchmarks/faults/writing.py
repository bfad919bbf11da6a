"""F8: files that are still being written."""

import contextlib
import hashlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks.faults.frame import Control, Fault, Trial
from benchmarks.faults.place import Place, until
from mdjourney_backend.pipeline.settling import Settling

_WRITER = """
import os, random, sys, time
path, rows, how, pause, seed = sys.argv[1], int(sys.argv[2]), sys.argv[3], float(sys.argv[4]), int(sys.argv[5])
chance = random.Random(seed)
out = open(path, "a")
for n in range(rows):
    if how == "reopened" and n % 40 == 39:
        out.close()
        out = open(path, "a")
    if how == "begun anew" and n == rows // 2:
        out.close()
        out = open(path, "w")
    out.write(f"{n:06d},row\\n")
    out.flush()
    time.sleep(pause if chance.random() < 0.97 else 10 * pause)
out.close()
"""


def _f8(trial: Trial) -> None:
    """Rows are written every 1 to 4 ms for as long as the ingest goes on; by turns in one go, with the file closed and
    opened again, and with the file begun anew half-way."""
    how = _HOW[trial.number % 3] if trial.off != _ASKING else _HOW[0]
    rows, pause = trial.random.randint(200, 500), trial.random.uniform(0.001, 0.004)
    if trial.off == _DVC:  # which takes a second to begin
        rows, how = 1500, _HOW[0]
    place = trial.place(history={"git": False, "dvc": True, "dvc_cache": "copy"})
    place.write("p_A/d/first.csv", "x")
    if trial.off == _DVC:
        place.dvc("init", "-q", "--no-scm")
    file = place.root / "p_A/d/growing.csv"
    with place.leading(settle_seconds=0) as leader:
        until(lambda: leader.pipeline.status().in_step)
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(file), str(rows), how, str(pause), str(trial.number)]
        )
        early = 0
        try:
            while writer.poll() is None:
                leader.pipeline.mark("p_A/d/growing.csv")
                held = _entry(place, "growing.csv")
                if how != "reopened" and held.get("status") == "present":
                    early += (
                        held["file_size_bytes"] != rows * _ROW
                    )  # the writer lives on a moment when it is through
                time.sleep(0.02)
        finally:
            writer.kill()
        trial.expect(writer.wait() == 0, "the writer could not write")
        if how != "begun anew":
            trial.expect(early == 0, "taken while it was being written")
        leader.pipeline.rescan()
    wanted = list(range(rows)) if how != "begun anew" else list(range(rows // 2, rows))
    kept = [int(line[:6]) for line in file.read_text().splitlines()]
    trial.counts["rows written during ingest"] += len(wanted)
    trial.counts["rows lost from a file written during ingest"] += len(set(wanted) - set(kept))
    trial.expect(kept == wanted, f"{len(set(wanted) - set(kept))} rows lost")
    _right(trial, place, file)
    place.note()
    trial.finish(place)


def _entry(place: Place, name: str) -> dict[str, Any]:
    try:
        return place.entries("p_A/d").get(name, {})
    except (OSError, ValueError):
        return {}


def _right(trial: Trial, place: Place, file: Path) -> None:
    entry = _entry(place, file.name)
    right = entry.get("checksum") == hashlib.sha256(file.read_bytes()).hexdigest()
    trial.expect(right and entry.get("status") == "present", "the entry has not the right hash")


def _changing(trial: Trial) -> None:
    """A file is written over between the first and the last byte we read of it: never two versions in one hash."""
    place = trial.place(history={"git": False, "dvc": False})
    size = trial.random.randint(1 << 20, 3 << 20)
    file = place.write("p_A/d/large.bin", b"a" * size)
    place.write("p_A/d/other.bin", "x")
    real = os.read
    done: list[bool] = []

    def read(descriptor: int, count: int) -> bytes:
        chunk = real(descriptor, count)
        if (
            len(chunk) > 9999
            and not done
            and os.readlink(f"/proc/self/fd/{descriptor}").endswith("large.bin")
        ):
            done.append(True)
            with file.open("r+b") as out:
                out.write(b"b" * trial.random.choice((1, 5000, size, trial.random.randint(1, size))))
        return chunk

    with patch.object(os, "read", read):
        place.scan()
    trial.expect(done, "nothing was written meanwhile")
    place.scan()
    _right(trial, place, file)
    place.note()
    trial.finish(place)


def _written(trial: Trial) -> None:
    if trial.off in (None, _REREAD) and (trial.off or trial.number % 4 == 3):
        _changing(trial)
    else:
        _f8(trial)


_HOW = ("in one go", "reopened", "begun anew")
_ROW = len("000000,row\n")
_ASKING, _REREAD = "asking whether it is open", "comparing after reading"
_DVC = "our own pointers (`dvc add` instead)"


@contextlib.contextmanager
def _taken_at_once() -> Iterator[None]:
    """Nobody asks whether a file is open for writing."""
    with (
        patch("mdjourney_backend.pipeline.reading.being_written", lambda _descriptor: False),
        patch.object(Settling, "still", lambda *_: True),
    ):
        yield


@contextlib.contextmanager
def _never_compared() -> Iterator[None]:
    """A file counts as it was when the reading began, whatever happened since."""
    from mdjourney_backend.pipeline import reading
    from mdjourney_backend.technical import reading as technical

    with (
        patch.object(technical, "_same", lambda *_: True),
        patch.object(reading, "_times", lambda _reading: _Anything()),
        patch.object(reading.Reader, "_racy", lambda *_: False),
    ):
        yield


class _Anything:
    def __eq__(self, _other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]  # equal to all, so in no set


@contextlib.contextmanager
def _dvc_add() -> Iterator[None]:
    """Data files are put under DVC by `dvc add`, again and again while they are written."""
    real = subprocess.Popen

    def begun(command: Any, *rest: Any, **keys: Any) -> Any:
        writer = real(command, *rest, **keys)
        if command[1:2] == ["-c"] and command[2] == _WRITER:
            file = Path(command[3])
            threading.Thread(target=_add_while, args=(file, writer), daemon=True).start()
        return writer

    with patch.object(subprocess, "Popen", begun):
        yield


def _add_while(file: Path, writer: Any) -> None:
    program = str(Path(sys.executable).with_name("dvc"))
    environment = {**os.environ, "DVC_NO_ANALYTICS": "1"}
    while writer.poll() is None:
        subprocess.run(
            [program, "add", "-q", file.name],
            cwd=file.parent,
            env=environment,
            capture_output=True,
            check=False,
        )


F8 = Fault(
    code="F8",
    what="a file written for the whole duration of an ingest, row by row, reopened, begun anew; one written over while it is read",
    protection="taken when no process has it open for writing, compared after reading, read again on change; user's files are only ever read",
    trial=_written,
    trials=60,
    few=4,
    controls={
        _ASKING: Control(_taken_at_once, 12, 1),
        _REREAD: Control(_never_compared, 12, 1),
        _DVC: Control(_dvc_add, 5, 0),
    },
)
