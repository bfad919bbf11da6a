"""How a captured command ended, as fields of its document."""

import re
from datetime import UTC, datetime
from typing import Any, Final

from mdjourney_backend.runs.capturing.child import Ended
from mdjourney_contract.clock import rfc3339

#: Colours and cursor movements; and characters that JSON stores refuse or that mean nothing in a log.
_ESCAPES: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def outcome(ended: Ended, tails: tuple[str, str]) -> dict[str, Any]:
    """`exit_status`, `resource_usage` and the tails that are not empty."""
    found: dict[str, Any] = {
        "exit_status": ended.status,
        "resource_usage": {
            "wall_seconds": round(ended.wall_seconds, 3),
            "cpu_seconds": round(ended.cpu_seconds, 3),
            "max_memory_bytes": ended.max_memory_bytes,
        },
        "standard_output_tail": readable(tails[0]),
        "standard_error_tail": readable(tails[1]),
    }
    return {key: value for key, value in found.items() if value != ""}


def end_of(at: float, birth: str, *, clean: bool) -> dict[str, Any]:
    """`death_timestamp`, never before the birth, and `clean_exit`; `at` in seconds since the epoch."""
    death = max(datetime.fromtimestamp(at, UTC), datetime.fromisoformat(birth))
    return {"death_timestamp": rfc3339(death), "clean_exit": clean}


def readable(text: str) -> str:
    """A terminal's text without colours; of a line that was drawn again and again, what stood there last."""
    plain = _ESCAPES.sub("", text).replace("\r\n", "\n")
    lines = (line.rstrip("\r").rpartition("\r")[2] for line in plain.split("\n"))
    return _CONTROLS.sub("", "\n".join(lines))
