"""What can befall a PostgreSQL server, as it begins and ends."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil

from benchmarks.store_faults.wire import Wire
from mdjourney_store.embedded import EmbeddedPostgres, processes


@dataclass
class Site:
    """A server, the wire before it, and the disk its data lies on (None: the machine's)."""

    server: EmbeddedPostgres
    wire: Wire
    disk: Path | None = None
    stopped: list[psutil.Process] = field(default_factory=list)

    @property
    def data(self) -> Path:
        """PGDATA."""
        found = self.server.status().data
        assert found is not None
        return found


class Kind:
    """One fault; `wired`: everybody has to go through the wire, `seconds`: how long it lasts in a trial."""

    name = ""
    wired = False
    on_small_disk = False
    seconds = 0.6

    def begin(self, site: Site) -> None:
        """Let it happen."""

    def end(self, site: Site) -> None:
        """Take it away."""


class _Signalled(Kind):
    number = signal.SIGKILL

    def begin(self, site: Site) -> None:
        found = processes.postmaster(site.data)
        if found is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(found.pid, self.number)


class Killed(_Signalled):
    """kill -9 of the server; it is the supervisor's to start it again."""

    name = "killed (SIGKILL)"


class Restarted(_Signalled):
    """A fast shutdown that nobody asked us for."""

    name = "restarted"
    number = signal.SIGINT


class AllKilled(Kind):
    """kill -9 of the server and of every process of it."""

    name = "all its processes killed"

    def begin(self, site: Site) -> None:
        for process in processes.leftovers(site.data):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


class Stopped(Kind):
    """Every process stopped, as by a debugger or a frozen container."""

    name = "all its processes stopped (SIGSTOP)"
    seconds = 3.0

    def begin(self, site: Site) -> None:
        site.stopped = processes.leftovers(site.data)
        for process in site.stopped:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.suspend()

    def end(self, site: Site) -> None:
        for process in site.stopped:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.resume()


class Full(Kind):
    """Not a byte left on its disk."""

    name = "its disk full"
    on_small_disk = True
    seconds = 1.5

    def begin(self, site: Site) -> None:
        assert site.disk is not None
        with contextlib.suppress(OSError), (site.disk / "ballast").open("wb", buffering=0) as file:
            for size in (1 << 20, 4096):
                with contextlib.suppress(OSError):
                    while file.write(bytes(size)) == size:
                        pass

    def end(self, site: Site) -> None:
        assert site.disk is not None
        (site.disk / "ballast").unlink(missing_ok=True)


class Slow(Kind):
    """Every piece of every conversation comes 0.1 s late."""

    name = "slow (0.1 s on every message)"
    wired = True
    seconds = 2.0

    def begin(self, site: Site) -> None:
        site.wire.mode = "slow"

    def end(self, site: Site) -> None:
        site.wire.mode = "pass"


class Silent(Kind):
    """Connections stay open and nothing comes back (a black hole)."""

    name = "silent (black hole)"
    wired = True
    seconds = 3.0

    def begin(self, site: Site) -> None:
        site.wire.mode = "silent"

    def end(self, site: Site) -> None:
        site.wire.mode = "pass"


class Cut(Kind):
    """Connections are cut after each COMMIT was sent (F18)."""

    name = "cut after COMMIT was sent"
    wired = True
    seconds = 0.6

    def begin(self, site: Site) -> None:
        site.wire.mode = "cut"

    def end(self, site: Site) -> None:
        site.wire.mode = "pass"


KINDS: Final[tuple[type[Kind], ...]] = (Killed, AllKilled, Restarted, Stopped, Full, Slow, Silent, Cut)


@contextlib.contextmanager
def small_disk(folder: Path, mib: int = 200) -> Iterator[Path]:
    """A file system in memory.

    Raises:
        OSError: this account may not mount.
    """
    folder.mkdir(mode=0o755)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={mib}m,mode=755", "none", str(folder)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if mounted.returncode:
        raise OSError(f"no small disk: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextlib.contextmanager
def site_for(kind: Kind, base: Path) -> Iterator[Site]:
    """A fresh server for one kind of fault below `base` (a short path).

    Raises:
        OSError: it needs a disk of its own and this account may not mount one.
    """
    with contextlib.ExitStack() as stack:
        disk = stack.enter_context(small_disk(base / "disk")) if kind.on_small_disk else None
        place = disk or base
        server = EmbeddedPostgres(place / "h", shared=place / "s")
        stack.callback(server.stop)
        wire = Wire(server.start().owner_url)
        stack.callback(wire.close)
        yield Site(server, wire, disk)
