"""The audit log: who signed in, whose role or account changed, which configs came and went; `<home>/audit.jsonl`.

One JSON object a line, only ever appended. Each line carries the SHA-256 of the line before it (`prev`), so a line that
is changed, taken out or put in later shows: every hash from there on is wrong. Whoever keeps a copy of the newest
line elsewhere also sees when the end was cut off.
"""

import fcntl
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import orjson

from mdjourney_contract import tracing
from mdjourney_contract.clock import now, rfc3339

FILE = "audit.jsonl"
_BEGINNING = "0" * 64
_TAIL_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found: how many lines hold, and the first that does not (1-based), if any."""

    lines: int
    broken: int | None = None
    problem: str | None = None


class Audit:
    """Appends to the log; several processes may, one line at a time."""

    def __init__(self, home: Path) -> None:
        self._path = home / FILE

    def note(self, event: str, *, actor: str, subject: str | None = None, **details: object) -> None:
        """Append one event and make it durable.

        Args:
            event: what happened, as `sign-in`, `role-changed`, `config-saved`.
            actor: the user id of who did it, or tried to; `-` for nobody known.
            subject: the account, config or token it was done to.
            details: plain values; never a secret.
        """
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            line = {
                "at": rfc3339(now()),
                "event": event,
                "actor": actor,
                "subject": subject,
                **details,
                "request_id": tracing.request_id.get() or None,
                "prev": _newest(fd),
            }
            os.write(fd, orjson.dumps(line, default=str, option=orjson.OPT_APPEND_NEWLINE))
            os.fsync(fd)
        finally:
            os.close(fd)


def _newest(fd: int) -> str:
    """The hash of the last whole line; what a crash cut short is ended, so that it stays a line of its own."""
    size = os.fstat(fd).st_size
    if not size:
        return _BEGINNING
    tail = os.pread(fd, _TAIL_BYTES, max(0, size - _TAIL_BYTES))
    if not tail.endswith(b"\n"):
        os.write(fd, b"\n")
        tail += b"\n"
    return _hash(tail[:-1].rsplit(b"\n", 1)[-1])


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def verify(home: Path) -> Verdict:
    """Whether every line of the log follows from the one before."""
    path = home / FILE
    if not path.exists():
        return Verdict(0)
    expected, number = _BEGINNING, 0
    with path.open("rb") as lines:
        for number, raw in enumerate(lines, 1):
            line = raw.rstrip(b"\n")
            try:
                found = orjson.loads(line)["prev"]
            except (orjson.JSONDecodeError, KeyError, TypeError):
                return Verdict(number - 1, number, "is no line of this log")
            if found != expected:
                return Verdict(number - 1, number, "does not follow from the line before")
            expected = _hash(line)
    return Verdict(number)
