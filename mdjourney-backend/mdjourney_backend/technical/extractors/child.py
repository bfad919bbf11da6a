"""The process in which formats are opened: questions with an open file come over the socket that is stdin, one answer per
line goes to stdout."""

import json
import math
import os
import resource
import signal
import socket
import sys
import warnings
from collections.abc import Callable
from typing import Any

from mdjourney_backend.technical.extractors import registry
from mdjourney_backend.technical.extractors.protocol import Found

_QUESTION_BYTES = 1 << 16


Question = dict[str, Any]


def answer_questions(memory_mb: int, deadline_seconds: float, reply: Callable[[int, Question], Any]) -> None:
    """Answer until stdin closes; `reply` is given each open file, which it closes, and its question, and gives plain
    JSON. The kernel ends this process when a file takes too long or too much memory."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not look like an answer
    _limit(memory_mb)
    warnings.simplefilter("ignore")
    questions = socket.socket(fileno=0)
    while True:
        packet, descriptors, _, _ = socket.recv_fds(questions, _QUESTION_BYTES, 1)
        if not packet or not descriptors:
            return
        signal.setitimer(signal.ITIMER_REAL, deadline_seconds)
        question = json.loads(packet)
        answer = reply(descriptors[0], question)
        answers.write(json.dumps(answer, allow_nan=False).encode() + b"\n")
        answers.flush()
        signal.setitimer(signal.ITIMER_REAL, 0)


def _limit(memory_mb: int) -> None:
    # RLIMIT_DATA counts what is really written to; RLIMIT_AS would count the address space allocators reserve
    resource.setrlimit(resource.RLIMIT_DATA, (memory_mb << 20, memory_mb << 20))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _extract(descriptor: int, question: Question) -> Found:
    name = os.fsdecode(bytes.fromhex(question["name"]))
    try:
        with open(descriptor, "rb") as stream:
            found: Found = _plain(registry.run(stream, name, question["mime_type"]))
            return found
    except Exception:  # noqa: BLE001 - libraries raise anything at broken files; it means "tells nothing"
        return {}


def _plain(value: Any) -> Any:
    """JSON without NaN, numpy types, bytes and NUL; what cannot be said is left out."""
    if isinstance(value, dict):
        pairs = ((str(key), _plain(item)) for key, item in value.items())
        return {key: item for key, item in pairs if item is not None}
    if isinstance(value, list | tuple):
        return [item for item in map(_plain, value) if item is not None]
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode().strip()[:2000]
    if isinstance(value, bool | int) or value is None:
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, bytes):
        return _plain(value.decode("utf-8", "replace"))
    item = getattr(value, "item", None)  # a numpy scalar
    return _plain(item()) if callable(item) and getattr(value, "size", 1) == 1 else None


if __name__ == "__main__":
    answer_questions(int(sys.argv[1]), float(sys.argv[2]), _extract)
