"""What a pipeline tells about itself."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

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


def published(root: Path) -> dict[str, Any]:
    """What the leader of a tree published last: `at` and the members of `PipelineStatus`; empty before it did."""
    try:
        held = json.loads((root / OURS / FILE_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}
