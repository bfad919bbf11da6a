"""What a pipeline tells about itself."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from mdjourney_backend.layout import OURS
from mdjourney_contract.clock import now, rfc3339

FILE_NAME = "status.json"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the files found so far have been read. Rate in files per second; `seconds_left` None when unknown."""

    files_done: int
    files_total: int
    bytes_done: int
    bytes_total: int
    files_per_second: float
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class PipelineStatus:
    """`in_step`: every change made before the question was asked is described, committed and synced."""

    in_step: bool
    available: bool
    dirty: int
    pending_files: int
    growing: tuple[str, ...]
    progress: Progress | None
    problem: str | None
    history_waiting: int
    history_problem: str | None
    sync_waiting: int


def publish(root: Path, status: PipelineStatus) -> None:
    """Write `.mdjourney/status.json` for followers that cannot ask the leader over HTTP; a disk that is away is none
    of its concern."""
    path = root / OURS / FILE_NAME
    temporary = path.with_name(f".{FILE_NAME}")
    try:
        temporary.write_text(json.dumps({"at": rfc3339(now()), **asdict(status)}, indent=1), encoding="utf-8")
        temporary.replace(path)
    except OSError:  # the pipeline notices by itself
        return


def published(root: Path) -> dict[str, Any] | None:
    """What the leader of a tree published last: `at` and the members of `PipelineStatus`; None before it did."""
    try:
        told = orjson.loads((root / OURS / FILE_NAME).read_bytes())
    except (OSError, ValueError):  # none yet
        return None
    return told if isinstance(told, dict) and {"in_step", "available"} <= set(told) else None


def published_progress(root: Path) -> Progress | None:
    """How far a leader, whoever it is, said it has come."""
    told = (published(root) or {}).get("progress")
    return Progress(**told) if isinstance(told, dict) else None
