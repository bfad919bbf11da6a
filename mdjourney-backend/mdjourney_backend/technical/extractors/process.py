"""A helper process that opens files for us: one question and one open file at a time, a memory limit and a deadline."""

import json
import logging
import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from typing import Any

log = logging.getLogger(__name__)

_ANSWER_BYTES = 4 << 20
_FILES_PER_CHILD = 2000
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class Helper:
    """One child process at most, started when first needed and replaced when it dies or is late.

    Args:
        module: what the child runs (`python -m`); it ends with `child.answer_questions`.
        deadline_seconds: how long one file may take.
        memory_mb: how much memory the child may have (MiB of data).
    """

    def __init__(self, module: str, deadline_seconds: float, memory_mb: int) -> None:
        self._module = module
        self._deadline = deadline_seconds
        self._memory_mb = memory_mb
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._questions: socket.socket | None = None
        self._served = 0

    def ask(self, question: Mapping[str, Any], descriptor: int) -> Any:
        """The child's answer about an open file; None when it died or was late."""
        with self._lock:
            return self._ask(question, descriptor)

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._end()

    def _ask(self, question: Mapping[str, Any], descriptor: int) -> Any:
        child, questions = self._alive()
        if child.stdout is None:
            raise AssertionError("the child was started with a pipe")
        try:
            socket.send_fds(questions, [json.dumps(question).encode()], [descriptor])
            answer = _read_line(child.stdout.fileno(), time.monotonic() + self._deadline)
        except (BrokenPipeError, ConnectionResetError):
            answer = None
        if answer is None:
            log.warning("%s came to nothing: the child died or was late", question)
            self._end()
            return None
        self._served += 1
        if self._served >= _FILES_PER_CHILD:
            self._end()
        return json.loads(answer)

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
        return subprocess.Popen(
            [sys.executable, "-I", "-m", self._module, str(self._memory_mb), str(self._deadline + 1)],
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


def _read_line(descriptor: int, deadline: float) -> bytes | None:
    """The next line, or None when the other end closed, was late or talks without end."""
    line = bytearray()
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
    return bytes(line)
