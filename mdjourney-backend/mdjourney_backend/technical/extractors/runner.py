"""Runs extractors: small plain text here, everything else in a child with a memory limit and a deadline."""

import json
import logging
import os
import select
import socket
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from mdjourney_backend.technical.extractors import registry
from mdjourney_backend.technical.extractors.protocol import Found

log = logging.getLogger(__name__)

_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
#: Extractors of ours that need no library, and up to which size they run in this process.
_CHEAP = frozenset({"tables", "records"})
_CHEAP_BYTES = 1 << 20
_ANSWER_BYTES = 4 << 20
_FILES_PER_CHILD = 2000


class Extractors:
    """One child process at most, started when first needed and replaced when it dies or is late.

    Args:
        deadline_seconds: how long one file may take.
        memory_mb: how much memory the child may have (MiB of data).
    """

    def __init__(self, deadline_seconds: float = 30, memory_mb: int = 1024) -> None:
        self._deadline = deadline_seconds
        self._memory_mb = memory_mb
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._questions: socket.socket | None = None
        self._served = 0

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
        with self._lock:
            return self._ask(descriptor, name, mime_type)

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, descriptor: int, name: str, mime_type: str) -> Found:
        child, questions = self._alive()
        if child.stdout is None:
            raise AssertionError("the child was started with a pipe")
        question = json.dumps({"name": os.fsencode(name).hex(), "mime_type": mime_type}).encode()
        try:
            socket.send_fds(questions, [question], [descriptor])
            answer = _read_line(child.stdout.fileno(), time.monotonic() + self._deadline)
        except (BrokenPipeError, ConnectionResetError):
            answer = None
        if answer is None:
            log.warning(
                "extracting from %s (%s) came to nothing: the child died or was late", name, mime_type
            )
            self._end()
            return {}
        self._served += 1
        if self._served >= _FILES_PER_CHILD:
            self._end()
        found: Found = json.loads(answer)
        return registry.tidy(found)

    def _alive(self) -> tuple[subprocess.Popen[bytes], socket.socket]:
        if self._child is None or self._questions is None or self._child.poll() is not None:
            self._end()
            self._served = 0
            # packets, not a stream: each carries one question and one open file
            self._questions, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with theirs:
                self._child = self._start(theirs.fileno())
        return self._child, self._questions

    def _start(self, questions: int) -> subprocess.Popen[bytes]:
        module = "mdjourney_backend.technical.extractors.child"
        return subprocess.Popen(
            [sys.executable, "-I", "-m", module, str(self._memory_mb), str(self._deadline + 1)],
            stdin=questions,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", **_ONE_THREAD},
            start_new_session=True,
        )

    def _end(self) -> None:
        child, self._child = self._child, None
        questions, self._questions = self._questions, None
        if questions is not None:
            questions.close()
        if child is None:
            return
        child.kill()
        if child.stdout is not None:
            child.stdout.close()
        child.wait()


_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def _cheap(mime_type: str) -> bool:
    return registry.BUILT_IN.get(mime_type) in _CHEAP and mime_type not in registry.plugged_in()


def _here(descriptor: int, name: str, mime_type: str) -> Found:
    with os.fdopen(os.dup(descriptor), "rb") as stream:
        try:
            return registry.run(stream, name, mime_type)
        except (ValueError, ArithmeticError, LookupError, RecursionError, OSError):
            return {}  # the parsers' own errors: the file is not what its name says


def _read_line(descriptor: int, deadline: float) -> bytes | None:
    """The next line, or None when the other end closed, was late or talks without end."""
    line = b""
    while not line.endswith(b"\n"):
        left = deadline - time.monotonic()
        if left <= 0 or len(line) > _ANSWER_BYTES:
            return None
        ready, _, _ = select.select([descriptor], [], [], left)
        if not ready:
            return None
        chunk = os.read(descriptor, 1 << 16)
        if not chunk:
            return None
        line += chunk
    return line
