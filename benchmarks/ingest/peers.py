"""Other programs that version data, measured beside us where they are installed.

`MDJOURNEY_BENCH_DATALAD` names a virtual environment that has `datalad` and `git-annex`; else they are looked for on PATH.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.ingest import files

VARIABLE = "MDJOURNEY_BENCH_DATALAD"


@dataclass(frozen=True)
class Peer:
    """A way to put the files below `data` under version control: `prepare` an empty repository, `save` is measured."""

    name: str
    prepare: Callable[[Path], None]
    save: Callable[[Path], None]


def found() -> Iterator[Peer]:
    """Those that are installed."""
    if shutil.which("git-annex", path=_path()) is None:
        return
    yield Peer("git annex add, git commit", _annex_repository, _annex_add)
    if shutil.which("datalad", path=_path()) is not None:
        yield Peer("datalad save", _datalad_dataset, _datalad_save)


def anew(peer: Peer, root: Path, count: int) -> None:
    """A fresh repository with fresh files in it; neither is measured."""
    if root.exists():
        for folder, _, _ in os.walk(root):  # annexed objects lie in folders that may not be written
            Path(folder).chmod(0o700)
        shutil.rmtree(root)
    root.mkdir()
    peer.prepare(root)
    files.many(root / "data", count)


def _annex_repository(root: Path) -> None:
    run(root, "git", "init", "-q", "-b", "main")
    run(root, "git-annex", "init", "-q")


def _annex_add(root: Path) -> None:
    run(root, "git-annex", "add", "-q", "data")
    run(root, "git", "commit", "-qm", "add data")


def _datalad_dataset(root: Path) -> None:
    run(root, "datalad", "-l", "error", "create", "--force", ".")


def _datalad_save(root: Path) -> None:
    run(root, "datalad", "-l", "error", "save", "-m", "add data", "data")


def run(root: Path, *command: str) -> str:
    """Standard output of a tool; it is somebody, and tells nobody of its use."""
    identity = {
        f"GIT_{who}_{what}": "bench@example.org"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    env = {**os.environ, **identity, "PATH": _path(), "DVC_NO_ANALYTICS": "1"}
    return subprocess.run(command, cwd=root, env=env, check=True, capture_output=True, text=True).stdout


def _path() -> str:
    """Our own tools first (`dvc` is one of them), then the named environment's."""
    given = os.environ.get(VARIABLE)
    folders = [str(Path(sys.executable).parent), *([f"{given}/bin"] if given else []), os.environ["PATH"]]
    return ":".join(folders)
