"""The ways of doing the work that are compared: ours in a process of its own, and the yardsticks."""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.ingest.files import DATASET, forget
from benchmarks.ingest.peers import run
from benchmarks.rounds import Sample

_CHUNK = 1 << 20


class Backend:
    """A loaded backend process; every request answers with its own sample."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.ingest.backend"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.peak_mib = 0

    def ask(self, do: str, root: Path, home: Path, cache: str = "none", **more: Any) -> Sample:
        """Let it do something; raises when it dies over it."""
        request = {"do": do, "root": str(root), "home": str(home), "cache": cache, **more}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the backend ended with {self._process.wait()} over {request}")
        answer = json.loads(line)
        self.peak_mib = max(self.peak_mib, answer["peak"])
        return Sample(answer["wall"], answer["cpu"])

    def end(self) -> None:
        """Let it finish."""
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write('{"do": "end"}\n')
            self._process.stdin.close()
        self._process.wait()


@contextlib.contextmanager
def backend() -> Iterator[Backend]:
    """A backend for a while."""
    made = Backend()
    try:
        yield made
    finally:
        made.end()


def ours(root: Path, home: Path, cache: str) -> tuple[Sample, int]:
    """A fresh tree with files, from nothing to in step by a fresh process; its sample and peak memory in MiB."""
    forget(root)
    shutil.rmtree(home, ignore_errors=True)
    with backend() as child:
        return child.ask("scan", root, home, cache), child.peak_mib


def dvc_repository(root: Path) -> None:
    """An empty repository of git and DVC; setting it up is not measured."""
    for name in (".git", ".dvc", ".dvcignore", ".gitignore", "data.dvc"):
        path = root / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    run(root, "git", "init", "-q", "-b", "main")
    run(root, "dvc", "init", "-q")
    run(root, "git", "commit", "-qm", "init")


def dvc_add(root: Path) -> None:
    """What a person types who does it by hand."""
    run(root, "dvc", "add", "-q", "data")
    run(root, "git", "add", "data.dvc", ".gitignore")
    run(root, "git", "commit", "-qm", "add data")


def dvc_status(root: Path) -> str:
    """What the real DVC says of our pointers."""
    return run(root, "dvc", "status", "--json").strip()


def dvc_checkout(root: Path) -> None:
    """Bring back what the pointers name."""
    run(root, "dvc", "checkout", "-q")


def hash_and_copy(root: Path, target: Path) -> None:
    """Every file read once, hashed twice and copied, one after the other."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    for file in sorted((root / DATASET).glob("*.bin")):
        sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
        with file.open("rb", buffering=0) as source, (target / file.name).open("wb", buffering=0) as copy:
            while chunk := source.read(_CHUNK):
                sha256.update(chunk)
                md5.update(chunk)
                copy.write(chunk)


def bare_scan(folder: Path) -> int:
    """The least that has to be done to know whether anything changed."""
    count, waiting = 0, [os.fspath(folder)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                else:
                    entry.stat(follow_symlinks=False)
                    count += 1
    return count
