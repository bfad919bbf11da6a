"""The documents of a captured command: written when it has started, finished when it has ended."""

import hashlib
import os
import platform
import resource
import shutil
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from mdjourney_backend.changes import Content, Edit, file_owner
from mdjourney_backend.documents import Documents
from mdjourney_backend.inbox import Inbox
from mdjourney_backend.layout import Layout
from mdjourney_backend.runs.command import Snapshot, Started, marker, snapshot
from mdjourney_backend.runs.leases import Lease
from mdjourney_backend.runs.lifecycle import Runs
from mdjourney_backend.schemas import SchemaManager
from mdjourney_backend.tree import RunPlace, Tree
from mdjourney_contract.clock import rfc3339
from mdjourney_contract.problems import NotFound
from mdjourney_contract.session_config import SessionConfig

_GIT_SECONDS = 5


class Capture:
    """One captured command. Documents go through the inbox of the tree; whoever leads it commits and stores them."""

    def __init__(self, started: Started, documents: Documents, run: RunPlace, lease: Lease) -> None:
        self._started = started
        self._documents = documents
        self._run = run
        self._lease = lease
        self._actor = file_owner(os.getuid())

    @classmethod
    def begin(cls, started: Started) -> "Capture":
        """Write the contextual document of a command that runs.

        Raises:
            NotFound: the folder is no dataset of the tree.
            BadRequest, Invalid, Unavailable, DiskFull: it cannot be written.
        """
        root = started.root
        layout = Layout.of(SessionConfig.model_validate({"monitor_path": str(root), **marker(root)}))
        tree, schemas = Tree(root, layout), SchemaManager(root)
        documents = Documents(root, schemas, Inbox(root))
        relative = started.dataset.relative_to(root).as_posix()
        place = next((d for d in tree.datasets() if d.path == relative), None)
        if place is None:
            raise NotFound(f"{started.dataset} is no dataset of {root}")
        began = datetime.fromtimestamp(started.began, UTC)
        runs = Runs(documents, schemas, tree, lambda _document: None, lambda: began)
        run = runs.start(
            place.dataset_id, started.template, actor=file_owner(os.getuid()), answers=_known(started)
        )
        return cls(started, documents, run, Lease.take(root, run.run_id, run.ref.path))

    def end(self, status: int) -> None:
        """Write how it ended.

        Raises:
            MDJourneyError: it cannot be written; the lease stays, so that the tree's leader ends the run.
        """
        started = self._started
        ended = rfc3339(datetime.now(UTC))
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        found: Content = {
            "death_timestamp": ended,
            "clean_exit": status == 0,
            "exit_status": status if status >= 0 else 128 - status,
            "output_files": _outputs(started.dataset, started.before, snapshot(started.dataset)),
            "resource_usage": {
                "wall_seconds": round(time.time() - started.began, 3),
                "cpu_seconds": round(used.ru_utime + used.ru_stime, 3),
                "max_memory_bytes": used.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
            },
            **{name: tail.decode(errors="replace") for name, tail in started.tails.items() if tail},
        }
        kept = {k: v for k, v in found.items() if v != []}
        how = "ended" if status == 0 else f"failed with {found['exit_status']}"
        edit = Edit(
            self._run.ref, lambda before: {**(before or {}), **kept}, f"run {self._run.run_id[:8]} {how}"
        )
        self._documents.apply(edit, actor=self._actor)
        self._lease.give_back()


def _known(started: Started) -> Content:
    """What is known of a command that has just started."""
    known: dict[str, Any] = {
        "experiment_name": started.name,
        "experiment_dates": [datetime.fromtimestamp(started.began, UTC).date().isoformat()],
        "command": started.command,
        "working_directory": str(Path.cwd()),
        "code_version": _code_version(),
        "environment": _environment(),
        "input_files": _inputs(started),
    }
    inputs = [f["file_path"] for f in known["input_files"]]
    # an empty list keeps trigger 3 from naming every file of the dataset
    return {**{k: v for k, v in known.items() if v}, "links_to_raw_data_files": inputs}


def _inputs(started: Started) -> list[Content]:
    """Files of the dataset that the command line names."""
    named = {os.path.realpath(word) for word in started.command[1:] if os.path.exists(word)}  # noqa: PTH110 - a word of a command line, not a path of ours
    paths = [p for p in started.before if str(started.dataset / p) in named]
    return [{"file_path": p, "checksum": _sha256(started.dataset / p)} for p in sorted(paths)]


def _outputs(dataset: Path, before: Snapshot, after: Snapshot) -> list[Content]:
    changed = sorted(p for p, seen in after.items() if before.get(p) != seen)
    return [{"file_path": p, "checksum": _sha256(dataset / p)} for p in changed if (dataset / p).is_file()]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _environment() -> Content:
    image = os.environ.get("APPTAINER_CONTAINER") or os.environ.get("SINGULARITY_CONTAINER")
    found: dict[str, Any] = {
        "python": platform.python_version(),
        "packages": {d.name: d.version for d in metadata.distributions() if d.name},
        "container_image": image,
        "host": socket.gethostname(),
        "os": platform.platform(),
        "gpu": _gpus(),
    }
    return {k: v for k, v in found.items() if v}


def _gpus() -> list[str]:
    if shutil.which("nvidia-smi") is None:
        return []
    told = _answer("nvidia-smi", "--query-gpu=name", "--format=csv,noheader")
    return told.splitlines() if told else []


def _code_version() -> Content | None:
    """The git commit of the folder the command runs in, when it is a repository."""
    commit = _answer("git", "rev-parse", "HEAD")
    if not commit:
        return None
    found: Content = {"commit": commit, "dirty": bool(_answer("git", "status", "--porcelain", "-uno"))}
    remote = _answer("git", "remote", "get-url", "origin")
    return found | ({"repository": remote} if remote and "@" not in remote.split("/")[0:3][-1] else {})


def _answer(*command: str) -> str | None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_GIT_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):  # not installed, not a repository, or too slow: unknown
        return None
    return done.stdout.strip() or None
