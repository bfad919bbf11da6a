"""F20: a great many files at once, while somebody looks."""

import asyncio
import contextlib
import re
import resource
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

import httpx

from benchmarks.faults.frame import Control, Fault, Forked, Trial
from benchmarks.faults.place import ADA, Place, until

_MANY, _FEW = 10_000, 2_000
#: Without the spacing every file costs a document: at 10,000 files minutes.
_WITHOUT, _WITHOUT_FEW = 600, 200
_SECONDS = 1.0
_MIB = 450
_DOCUMENTS = 60
_TIMES_ITS_SIZE = 40


def _serve(place: Place, _talk: Any, say: Any) -> None:
    """A backend with its API: says its port, then at each line how much memory it took and how much it wrote."""
    import uvicorn

    from mdjourney_backend.app import create_app
    from mdjourney_backend.assembly import Backend
    from mdjourney_contract.launch import Launch

    config = place.config(settle_seconds=0.1)
    backend = Backend(
        Launch(session_id=secrets.token_hex(4), config=config, owner=ADA, home=place.home, secret="s")
    )
    listening = socket.create_server(("127.0.0.1", 0))
    backend.start("127.0.0.1", listening.getsockname()[1])
    server = uvicorn.Server(uvicorn.Config(create_app(backend), log_level="critical", lifespan="on"))
    threading.Thread(target=lambda: asyncio.run(server.serve([listening])), daemon=True).start()
    say(listening.getsockname()[1])
    for _ in _talk:
        written = re.search(r"wchar: (\d+)", Path("/proc/self/io").read_text())
        assert written is not None
        say([resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, int(written[1]), _slowed()])
    backend.stop()


def _slowed() -> float:
    """How many times longer than its own work took this process because others had the cores; five at the most."""
    ran = waited = 0
    for task in Path("/proc/self/task").iterdir():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            on, off, _ = map(int, (task / "schedstat").read_text().split())
            ran, waited = ran + on, waited + off
    return min(5.0, (ran + waited) / ran)


def _f20(trial: Trial) -> None:
    """Files are dropped; a person looks at lists all the while. What it costs to write grows with the files, not with
    their square."""
    from mdjourney_contract.launch import SECRET_HEADER, USER_HEADER

    place = trial.place(history={"git": True, "dvc": True, "dvc_cache": "none"})
    place.write("p_A/d/first.bin", "x")
    counts = ((_MANY, _FEW), (_WITHOUT, _WITHOUT_FEW))
    files = counts[trial.off is not None][trial.small]
    folders = trial.random.randint(1, 20)
    backend = Forked(lambda talk, say: _serve(place, talk, say), talks=True)
    port = backend.hear()
    headers = {SECRET_HEADER: "s", USER_HEADER: quote(ADA.model_dump_json())}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", headers=headers, timeout=60) as client:
        until(lambda: client.get("/health").json()["in_step"], 60, "in step")
        before = client.get("/health").json()["counters"]["documents_written"]
        maker = threading.Thread(
            target=lambda: [
                place.write(f"p_A/d/s{n % folders}/{n}.bin", b"%d" % n * trial.random.randint(1, 90))
                for n in range(files)
            ]
        )
        maker.start()
        took = _looked(trial, place, client, maker)
        documents = client.get("/health").json()["counters"]["documents_written"] - before
    backend.say("memory")
    memory, written, slowed = backend.hear()
    backend.end()
    document = (place.root / "p_A/d/.metadata/dataset_structural.json").stat().st_size
    worst = sorted(took)[round(0.95 * (len(took) - 1))]
    trial.expect(len(place.entries("p_A/d")) == files + 1, "files are missing")
    if not trial.small:  # the suite runs on machines that are busy with other things
        late = f"95 of 100 answers took up to {worst:.2f} s, on a machine {slowed:.1f} times too busy"
        trial.expect(worst < _SECONDS * slowed, late)
    trial.expect(memory < _MIB, f"{memory} MiB")
    trial.expect(documents < _DOCUMENTS, f"{documents:,} documents written for {files:,} files")
    trial.expect(
        written < _TIMES_ITS_SIZE * document, f"written {written / document:.0f} times what is described"
    )
    trial.counts["files dropped at once"] += files
    trial.counts["documents written for them"] += documents
    place.note()
    trial.finish(place, check=trial.small)


def _looked(trial: Trial, place: Place, client: httpx.Client, maker: threading.Thread) -> list[float]:
    """Seconds each answer took, until all is described."""
    dataset = place.document("p_A/d", "dataset_structural")["dataset_identifier"]
    took = []
    deadline = time.monotonic() + 150
    while True:
        for url in ("/projects", f"/datasets/{dataset}", f"/datasets/{dataset}/files?limit=50", "/health"):
            began = time.monotonic()
            answer = client.get(url)
            took.append(time.monotonic() - began)
            answer.raise_for_status()
        if not maker.is_alive() and answer.json()["in_step"]:
            return took
        if time.monotonic() > deadline:
            trial.fail("not in step after 150 s")
            maker.join()
            return took


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
    what="10,000 files dropped at once while somebody looks at lists: 95 of 100 answers within 1 s, memory bounded, less than 60 documents and 40 times their size written",
    protection="batches whose distance grows with their cost; answers off the pipeline's thread",
    trial=_f20,
    trials=20,
    few=1,
    seconds=300,
    controls={"spacing of batches": Control(_flushed_file_by_file, 10, 1)},
)
