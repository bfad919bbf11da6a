"""Leases: the sign that a captured run is alive, with what is known of it so far, so that somebody else can tell its end.

`.mdjourney/runs/<run id>.alive` is locked and touched by whoever runs it; `<run id>.json` holds the facts. Standard
library only: a lease is taken before the command starts.
"""

import contextlib
import fcntl
import json
import os
import pwd
import socket
import threading
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from mdjourney_contract.clock import rfc3339

FOLDER: Final = (".mdjourney", "runs")
#: Without a sign of life for so long a run is presumed dead.
LEASE_SECONDS: Final = 120.0
_BEATS_PER_LEASE: Final = 4


class Lease:
    """The lease of one run, held by the process that runs it. Thread-safe.

    `since_ns` is the moment it was taken by the clock of the tree's file system: what changes there later has a later
    ctime, whatever this computer's clock says.
    """

    def __init__(self, root: Path, seconds: float = LEASE_SECONDS) -> None:
        self.run_id = _new_id()
        self.seconds = seconds
        folder = root.joinpath(*FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        self._alive, self._facts = folder / f"{self.run_id}.alive", folder / f"{self.run_id}.json"
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        self._descriptor = os.open(self._alive, flags, 0o664)
        locked = _locked(self._descriptor)
        self._kernel = _this_kernel() if locked else ""
        self.since_ns = os.fstat(self._descriptor).st_ctime_ns
        self._ending = threading.Event()
        self._heart = threading.Thread(target=self._beat, name="mdj-lease", daemon=True)

    def keep(self) -> None:
        """Begin to give signs of life."""
        self._heart.start()

    def note(self, facts: Mapping[str, Any]) -> None:
        """Put down what is known now, in the place of what was known before."""
        temporary = self._facts.with_suffix(".new")
        ours = {"run_id": self.run_id, "lease_seconds": self.seconds, "kernel": self._kernel}
        text = json.dumps({**facts, **ours})
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(self._facts)

    def leave(self) -> None:
        """Give no more signs of life, but let what is known lie: whoever sweeps tells the end."""
        self._stop()

    def end(self) -> None:
        """The run's document tells all: nothing is left to sweep."""
        self._facts.unlink(missing_ok=True)
        self._alive.unlink(missing_ok=True)
        self._stop()

    def _stop(self) -> None:
        self._ending.set()
        if self._heart.ident is not None:
            self._heart.join()
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def _beat(self) -> None:
        while not self._ending.wait(self.seconds / _BEATS_PER_LEASE):
            with contextlib.suppress(OSError):  # the disk is away for a while; the next beat may reach it
                os.utime(self._descriptor)


def first_facts(
    dataset_path: str, template: str, started: float, answers: Mapping[str, Any]
) -> dict[str, Any]:
    """What a lease says from the start; `started` in seconds since the epoch, `answers` fields of the document."""
    birth = datetime.fromtimestamp(started, UTC)
    day = birth.astimezone().date().isoformat()
    return {
        "dataset_path": dataset_path,
        "template": template,
        "birth": rfc3339(birth),
        "actor": _account(),
        "answers": {"experiment_dates": [day], **answers},
    }


def _account() -> dict[str, str]:
    """The account this process runs as, as an `Identity`; a name only where it is more than the account's."""
    uid = os.geteuid()
    domain = f"os:{socket.gethostname()}"
    try:
        found = pwd.getpwuid(uid)
    except KeyError:
        return {"user_id": str(uid), "domain": domain}
    name = found.pw_gecos.split(",", 1)[0].strip()
    named = {"name": name} if name and name.casefold() != found.pw_name.casefold() else {}
    return {"user_id": found.pw_name, "domain": domain, **named}


@dataclass(frozen=True, slots=True)
class Lapsed:
    """A lease nobody keeps any more: the facts, None when there are none yet, and the last sign of life (seconds since
    the epoch)."""

    run_id: str
    facts: dict[str, Any] | None
    last_seen: float
    alive: Path

    def settled(self) -> None:
        """Its document tells all now."""
        self.alive.with_suffix(".json").unlink(missing_ok=True)
        self.alive.unlink(missing_ok=True)


@contextlib.contextmanager
def lapsed(root: Path) -> Iterator[Iterator[Lapsed]]:
    """The leases of a tree that lapsed; each stays locked until the next one is asked for, so that none is told twice."""
    folder = root.joinpath(*FOLDER)
    try:
        names = sorted(path.name for path in folder.iterdir() if path.suffix == ".alive")
    except (FileNotFoundError, NotADirectoryError):
        names = []
    found = _lapsed(folder, names)
    try:
        yield found
    finally:
        found.close()


def _lapsed(folder: Path, names: list[str]) -> Generator[Lapsed, None, None]:
    if not names:
        return
    present = _file_system_time(folder)
    for name in names:
        path = folder / name
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:  # its run just ended
            continue
        try:
            facts = _read(path.with_suffix(".json"))
            last_seen = os.fstat(descriptor).st_mtime
            late = last_seen + float((facts or {}).get("lease_seconds", LEASE_SECONDS)) < present
            if (late or _was_here(facts)) and _locked(descriptor, without=late) and path.exists():
                yield Lapsed(name.removesuffix(".alive"), facts, last_seen, path)
        finally:
            os.close(descriptor)


def _was_here(facts: Mapping[str, Any] | None) -> bool:
    """Whether a lock says all: the run held it on this very kernel, which lets go of it when the process is gone."""
    return bool(facts and facts.get("kernel")) and (facts or {})["kernel"] == _this_kernel()


def _locked(descriptor: int, *, without: bool = False) -> bool:
    """Whether we got the lock (a run that is merely suspended still holds it); `without` where there are no locks."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks: heartbeats alone tell
        return without
    return True


def _this_kernel() -> str:
    """The boot id of this computer, empty where there is none to read."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:  # no Linux
        return ""


def _read(path: Path) -> dict[str, Any] | None:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # never written: it died in the moment before its command started
        return None
    return held if isinstance(held, dict) and "birth" in held else None


def _file_system_time(folder: Path) -> float:
    """The present moment by the clock of the file system, which the heartbeats were stamped with."""
    probe = folder / f".probe-{os.getpid()}-{threading.get_ident()}"
    descriptor = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.utime(descriptor)
        return os.fstat(descriptor).st_mtime
    finally:
        os.close(descriptor)
        probe.unlink(missing_ok=True)


def _new_id() -> str:
    """A random UUID (version 4)."""
    raw = bytearray(os.urandom(16))
    raw[6], raw[8] = raw[6] & 0x0F | 0x40, raw[8] & 0x3F | 0x80
    text = raw.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
