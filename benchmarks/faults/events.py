"""F7, F8, F20: events that get lost, files that are still being written, and a great many files at once."""

import asyncio
import contextlib
import hashlib
import os
import resource
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

from benchmarks.faults.frame import Control, Fault, Forked, Trial
from benchmarks.faults.place import Place, until
from mdjourney_backend.pipeline import led
from mdjourney_backend.pipeline.settling import Settling
from mdjourney_contract.people import Identity

#: inotify's queue holds 16,384 events, three for each file
_BURST = 20_000
_FEW = 8_000


def _leading(place: Place, talk: Any, say: Any, **settings: Any) -> None:
    """A backend in a process of its own: says when it is in step for the first time, then at each line."""
    with led(place.root, place.config(**settings), place.home) as leader:
        assert leader is not None
        leader.pipeline.start()
        until(lambda: leader.pipeline.status().in_step)
        say("ready")
        for _ in talk:
            say(leader.pipeline.status().in_step)


def _f7(trial: Trial) -> None:
    """20,000 files are made while the backend stands still."""
    place = trial.place()
    files = _BURST if os.environ.get("MDJOURNEY_FAULTS_WHOLE") else _FEW
    settings = {"history": {"git": False, "dvc": False}}
    place.write("p_A/d/first.bin", "x")
    place.write("p_A/e/first.bin", "x")
    backend = Forked(lambda talk, say: _leading(place, talk, say, **settings), talks=True)
    assert backend.hear() == "ready"
    os.kill(backend.pid, signal.SIGSTOP)
    # in folders that are watched already, and the last of them where nothing else happened: those events get lost
    for n in range(files):
        where = "d" if n < files - 500 else "e"
        place.write(f"p_A/{where}/{n}.bin", b"%d" % n)
    place.note()
    os.kill(backend.pid, signal.SIGCONT)

    def in_step() -> bool:
        backend.say("status")
        return bool(backend.hear())

    until(in_step, 100, "in step")
    missing = files + 2 - len(place.entries("p_A/d")) - len(place.entries("p_A/e"))
    trial.counts["files made while the watcher stood still"] += files
    trial.counts["files missing after a burst"] += missing
    trial.expect(missing == 0, f"{missing:,} of {files:,} files are missing")
    trial.expect(backend.end() == 0, "it did not end well")
    trial.finish(place, check=False)


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """That events were lost is not noticed."""
    with patch("mdjourney_backend.watch.watcher._OverflowAlarm.emit", lambda *_: None):
        yield


F7 = Fault(
    code="F7",
    what="inotify overflow: 20,000 files made while the backend stands still (SIGSTOP)",
    protection="an overflow is noticed and answered by a look at everything",
    trial=_f7,
    trials=10,
    few=1,
    seconds=240,
    controls={"noticing the overflow": Control(_deaf, 3, 1)},
)

# -- F8 ---------------------------------------------------------------------------------------------------------------

_WRITER = """
import os, random, sys, time
path, rows, how, seed = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
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
    time.sleep(0.002 if chance.random() < 0.97 else 0.02)
out.close()
"""


def _f8(trial: Trial) -> None:
    """Rows are written every 2 ms for as long as the ingest goes on; by turns in one go, with the file closed and
    opened again, and with the file begun anew half-way."""
    how = ("in one go", "reopened", "begun anew")[trial.number % 3]
    rows = 400
    place = trial.place(history={"git": False, "dvc": True, "dvc_cache": "copy"})
    place.write("p_A/d/first.csv", "x")
    file = place.root / "p_A/d/growing.csv"
    with place.leading(settle_seconds=0) as leader:
        until(lambda: leader.pipeline.status().in_step)
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(file), str(rows), how, str(trial.number)]
        )
        early = 0
        try:
            while writer.poll() is None:
                leader.pipeline.mark("p_A/d/growing.csv")
                if how != "reopened":
                    held = _entry(place, "growing.csv")
                    early += bool(held) and held.get("status") == "present" and writer.poll() is None
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
    size = trial.random.choice((1 << 20, 3 << 20))
    file = place.write("p_A/d/large.bin", b"a" * size)
    place.write("p_A/d/other.bin", "x")
    real, done = os.read, []

    def read(descriptor: int, count: int) -> bytes:
        chunk = real(descriptor, count)
        if (
            len(chunk) > 9999
            and not done
            and os.readlink(f"/proc/self/fd/{descriptor}").endswith("large.bin")
        ):
            done.append(True)
            with file.open("r+b") as out:
                out.write(b"b" * trial.random.choice((1, 5000, size)))
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


_REREAD = "comparing after reading"


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
        "asking whether it is open": Control(_taken_at_once, 12, 1),
        _REREAD: Control(_never_compared, 12, 1),
        "our own pointers (`dvc add` instead)": Control(_dvc_add, 5, 0),
    },
)

# -- F20 --------------------------------------------------------------------------------------------------------------

_PERSON = Identity(user_id="ada", name="Ada")
_MANY = 10_000
_SECONDS = 1.0
_MIB = 450


def _f20(trial: Trial) -> None:
    """10,000 files are dropped and one of 50 GB (sparse) comes along; a person looks at lists all the while."""
    import httpx
    import uvicorn

    from mdjourney_backend.app import create_app
    from mdjourney_backend.assembly import Backend
    from mdjourney_contract.launch import SECRET_HEADER, USER_HEADER, Launch

    place = trial.place(history={"git": True, "dvc": True, "dvc_cache": "none"})
    place.write("p_A/d/first.bin", "x")
    files = _MANY if os.environ.get("MDJOURNEY_FAULTS_WHOLE") else 2_000

    def serve(talk: Any, say: Any) -> None:
        config = place.config(settle_seconds=0.1)
        backend = Backend(
            Launch(session_id=secrets.token_hex(4), config=config, owner=_PERSON, home=place.home, secret="s")
        )
        import socket

        listening = socket.create_server(("127.0.0.1", 0))
        backend.start("127.0.0.1", listening.getsockname()[1])
        server = uvicorn.Server(uvicorn.Config(create_app(backend), log_level="critical", lifespan="on"))
        threading.Thread(target=lambda: asyncio.run(server.serve([listening])), daemon=True).start()
        say(listening.getsockname()[1])
        for _ in talk:
            say(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
        backend.stop()

    backend = Forked(serve, talks=True)
    port = backend.hear()
    headers = {SECRET_HEADER: "s", USER_HEADER: quote(_PERSON.model_dump_json())}
    took: list[float] = []
    with httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", headers=headers, timeout=60) as client:
        until(lambda: client.get("/health").json()["in_step"], 60, "in step")
        dataset = place.document("p_A/d", "dataset_structural")["dataset_identifier"]
        maker = threading.Thread(
            target=lambda: [place.write(f"p_A/d/s{n // 1000}/{n}.bin", b"%d" % n * 50) for n in range(files)]
        )
        maker.start()
        deadline = time.monotonic() + 150
        while True:
            for url in (
                "/projects",
                f"/datasets/{dataset}",
                f"/datasets/{dataset}/files?limit=50",
                "/health",
            ):
                began = time.monotonic()
                answer = client.get(url)
                took.append(time.monotonic() - began)
                answer.raise_for_status()
            if not maker.is_alive() and answer.json()["in_step"]:
                break
            if time.monotonic() > deadline:
                trial.fail("not in step after 150 s")
                break
        maker.join()
    backend.say("memory")
    memory = backend.hear()
    backend.end()
    worst = sorted(took)[round(0.95 * (len(took) - 1))]
    trial.expect(len(place.entries("p_A/d")) == files + 1, "files are missing")
    trial.expect(worst < _SECONDS, f"95 of 100 answers took up to {worst:.2f} s")
    trial.expect(memory < _MIB, f"{memory} MiB")
    place.note()
    trial.finish(place, check=False)


@contextlib.contextmanager
def _flushed_file_by_file() -> Iterator[None]:
    """The document is written for every few files that were read."""
    with (
        patch("mdjourney_backend.pipeline.ingest.FLUSH_SECONDS", 0.0),
        patch("mdjourney_backend.pipeline.ingest.FLUSH_RATIO", 0.0),
    ):
        yield


F20 = Fault(
    code="F20",
    what="10,000 files dropped at once while somebody looks at lists: 95 of 100 answers within 1 s, memory bounded",
    protection="batches whose distance grows with their cost; answers off the pipeline's thread",
    trial=_f20,
    trials=5,
    few=1,
    seconds=300,
    controls={"spacing of batches": Control(_flushed_file_by_file, 2, 0)},
)
