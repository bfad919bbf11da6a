"""Leases of captured commands: how the leader of a tree sees that `mdjourney run` itself was killed."""

import contextlib
import fcntl
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mdjourney_backend.layout import OURS

_FOLDER = "leases"
_BEAT_SECONDS = 10.0
#: A lease of another host, whose lock may not reach us, has lapsed this long after its last beat.
_LAPSED_SECONDS = 60.0


class Lease:
    """Held by a running `mdjourney run`: a locked file that ends with the process, touched every ten seconds."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor
        self._ending = threading.Event()
        self._heart = threading.Thread(target=self._beat, name="mdj-lease", daemon=True)
        self._heart.start()

    @classmethod
    def take(cls, root: Path, run_id: str, document: str) -> "Lease":
        """Hold the lease of a run; `document` is the path of its context from the tree root."""
        folder = root / OURS / _FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{run_id}.json"
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(path, flags, 0o664)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        told = {"run_id": run_id, "document": document, "host": socket.gethostname(), "pid": os.getpid()}
        os.write(descriptor, json.dumps(told).encode())
        return cls(path, descriptor)

    def give_back(self) -> None:
        """The run has ended and its document says how."""
        self._ending.set()
        self._path.unlink(missing_ok=True)
        os.close(self._descriptor)

    def _beat(self) -> None:
        while not self._ending.wait(_BEAT_SECONDS):
            with contextlib.suppress(OSError):  # the disk may be gone for a while
                os.utime(self._path)


@dataclass(frozen=True, slots=True)
class Lapsed:
    """A lease whose holder is gone; `last_seen` is in seconds since the epoch, `document` empty where it makes no sense."""

    path: Path
    run_id: str
    document: str
    last_seen: float


def lapsed(root: Path) -> Iterator[Lapsed]:
    """Leases nobody holds any more. Whoever takes one removes its file when the run's document says so."""
    for path in sorted((root / OURS / _FOLDER).glob("*.json")):
        try:
            found = _look(path)
        except (OSError, ValueError, KeyError):  # gone meanwhile, or just being written
            continue
        if found is not None:
            yield found


def _look(path: Path) -> Lapsed | None:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        seen = os.fstat(descriptor)
        told = json.loads(os.read(descriptor, 65536))
        if told["host"] == socket.gethostname():
            try:
                fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return None
        elif time.time() - seen.st_mtime < _LAPSED_SECONDS:
            return None
        document = str(told["document"])
        plain = all(part not in ("", ".", "..") for part in document.split("/"))
        return Lapsed(path, str(told["run_id"]), document if plain else "", seen.st_mtime)
    finally:
        os.close(descriptor)
