"""What every spawner does: start, poll, stop, adopt, logs; the entry point group is `mdjourney.spawners`."""

import logging
import os
import socket
import sys
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Protocol

from mdjourney_contract.launch import Launch
from mdjourney_contract.problems import MDJourneyError
from mdjourney_gateway.settings import SettingsError

log = logging.getLogger(__name__)

GROUP = "mdjourney.spawners"


class SpawnFailed(MDJourneyError):
    """A backend could not even be started."""

    status, title = 503, "The backend could not be started"


@dataclass(frozen=True, slots=True)
class Order:
    """A backend to start: what it is told, the socket it listens on, where its output goes."""

    launch: Launch
    listener: socket.socket
    log: Path


@dataclass(frozen=True, slots=True)
class Record:
    """What the state remembers of a backend: the process is ours only if its start time fits too."""

    pid: int
    pid_started: str


@dataclass(slots=True)
class Child:
    """A backend that was started; `stdin` is our end of its pipe, -1 when closed."""

    pid: int
    pid_started: str
    log: Path
    stdin: int = -1
    exit_status: int | None = None
    #: What the spawner keeps with it.
    own: Any = field(default=None, repr=False)


class Spawner(Protocol):
    """One way to run backends. Methods are called from worker threads and may block.

    A spawner keeps these promises, and `tests/gateway/test_spawners.py` holds each to them: the child gets the
    listening socket and nothing else of the gateway's; the `Launch` reaches it as one line on standard input, never
    by argv or environment; the pipe stays open until `stop`; the child leads a process group; after `stop`
    returns no process of that group is left; when the gateway dies, the pipe's end tells the child.
    """

    def prepare(self) -> None:
        """Do early what makes later starts fast; called once, may be skipped."""

    def start(self, order: Order) -> Child:
        """Start one backend and return at once.

        Raises:
            SpawnFailed: it cannot be started.
        """

    def poll(self, child: Child) -> int | None:
        """Exit status (negative: the signal) once it has ended, None while it runs."""

    def stop(self, child: Child, drain_seconds: float) -> int:
        """End its standard input, wait for it to drain, then TERM, then KILL; returns the exit status."""

    def adopt(self, record: Record) -> Child | None:
        """Take over a backend of an earlier gateway, or end it and return None."""

    def logs(self, child: Child, lines: int) -> list[str]:
        """The last lines it wrote."""

    def close(self) -> None:
        """Let go of what the spawner itself holds; every child has been stopped before."""


def can_fork() -> bool:
    """Whether a fork server is safe and possible: elsewhere than on Linux system libraries do not survive a fork."""
    return sys.platform == "linux" and hasattr(os, "fork")


def load_spawner(name: str, home: Path) -> Spawner:
    """The spawner an entry point names, made for this home.

    Raises:
        SettingsError: there is no spawner of that name.
    """
    found = entry_points(group=GROUP)
    if name == "fork" and not can_fork():
        log.warning("spawner: fork needs Linux, each backend gets an interpreter of its own instead")
        name = "process"
    if name not in found.names:
        raise SettingsError(f"spawner: {name!r} is not one of {', '.join(sorted(found.names))}")
    made: Spawner = found[name].load()(home)
    return made
