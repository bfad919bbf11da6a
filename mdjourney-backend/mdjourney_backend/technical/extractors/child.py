"""The process in which formats are opened: one question per line on stdin, one answer per line on stdout."""

import json
import math
import os
import resource
import signal
import stat
import sys
import warnings
from typing import Any

from mdjourney_backend.technical.extractors import registry
from mdjourney_backend.technical.extractors.protocol import Found

_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def main(memory_mb: int, deadline_seconds: float) -> None:
    """Answer until stdin closes. The kernel ends this process when a file takes too long or too much memory."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not look like an answer
    _limit(memory_mb)
    warnings.simplefilter("ignore")
    for line in sys.stdin.buffer:
        signal.setitimer(signal.ITIMER_REAL, deadline_seconds)
        question = json.loads(line)
        found = _plain(_extract(bytes.fromhex(question["path"]), question["mime_type"]))
        answers.write(json.dumps(found, allow_nan=False).encode() + b"\n")
        answers.flush()
        signal.setitimer(signal.ITIMER_REAL, 0)


def _limit(memory_mb: int) -> None:
    # RLIMIT_DATA counts what is really written to; RLIMIT_AS would count the address space allocators reserve
    resource.setrlimit(resource.RLIMIT_DATA, (memory_mb << 20, memory_mb << 20))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _extract(path: bytes, mime_type: str) -> Found:
    try:
        with open(path, "rb", opener=lambda name, _: os.open(name, _FLAGS)) as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                return {}
            return registry.run(stream, os.fsdecode(path.rpartition(b"/")[2]), mime_type)
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
    main(int(sys.argv[1]), float(sys.argv[2]))
