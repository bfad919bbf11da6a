"""Runs extractors: small plain text here, everything else in a child with a memory limit and a deadline."""

import os
import stat
from pathlib import Path
from types import TracebackType
from typing import Self

from mdjourney_backend.technical.extractors import registry
from mdjourney_backend.technical.extractors.process import Helper
from mdjourney_backend.technical.extractors.protocol import Found

_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
#: Extractors of ours that need no library, and up to which size they run in this process.
_CHEAP = frozenset({"tables", "records"})
_CHEAP_BYTES = 1 << 20


class Extractors:
    """Asks one helper process at most.

    Args:
        deadline_seconds: how long one file may take.
        memory_mb: how much memory the child may have (MiB of data).
    """

    def __init__(self, deadline_seconds: float = 30, memory_mb: int = 1024) -> None:
        self._helper = Helper("mdjourney_backend.technical.extractors.child", deadline_seconds, memory_mb)

    def extract(self, path: Path, mime_type: str) -> Found:
        """What the file tells, under keys of `FIELDS`; empty for unknown, broken, hostile or vanished files."""
        if not registry.known(mime_type):
            return {}
        try:
            descriptor = os.open(path, _FLAGS)
        except OSError:
            return {}
        try:
            return self.extract_open(descriptor, path.name, mime_type)
        finally:
            os.close(descriptor)

    def extract_open(self, descriptor: int, name: str, mime_type: str) -> Found:
        """As `extract`, of a file that is open already: no path is looked up again. Moves its read position."""
        if not registry.known(mime_type):
            return {}
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size == 0:
            return {}
        os.lseek(descriptor, 0, os.SEEK_SET)
        if status.st_size <= _CHEAP_BYTES and _cheap(mime_type):
            return _here(descriptor, name, mime_type)
        question = {"name": os.fsencode(name).hex(), "mime_type": mime_type}
        return registry.tidy(self._helper.ask(question, descriptor) or {})

    def close(self) -> None:
        """End the child."""
        self._helper.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _cheap(mime_type: str) -> bool:
    return registry.BUILT_IN.get(mime_type) in _CHEAP and mime_type not in registry.plugged_in()


def _here(descriptor: int, name: str, mime_type: str) -> Found:
    with os.fdopen(os.dup(descriptor), "rb") as stream:
        try:
            return registry.run(stream, name, mime_type)
        except (ValueError, ArithmeticError, LookupError, RecursionError, OSError):
            return {}  # the parsers' own errors: the file is not what its name says
