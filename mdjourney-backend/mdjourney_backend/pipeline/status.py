"""What a pipeline tells about itself."""

from dataclasses import dataclass


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
