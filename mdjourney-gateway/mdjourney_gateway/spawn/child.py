"""What a spawner on this host needs: a scrubbed environment, the stdin pipe, process groups, log tails."""

import contextlib
import fcntl
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from mdjourney_contract.launch import Launch
from mdjourney_gateway.spawn.protocol import Child

#: Variables a backend inherits; everything else may hold a secret of the gateway's.
INHERITED = (
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "VIRTUAL_ENV", "SSL_CERT_FILE",
    "SSL_CERT_DIR", "LD_LIBRARY_PATH",
)  # fmt: skip
_ADDED = {
    "PYTHONUNBUFFERED": "1",
    "DVC_NO_ANALYTICS": "true",
    # A backend has a dozen threads that allocate little: an arena for each would cost a megabyte or two, and so does
    # what each of them sets aside for itself.
    "MALLOC_ARENA_MAX": "1",
    "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0",
}
TERM_SECONDS = 2.0
_TAIL_BYTES = 64 * 1024


def scrubbed_environment(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The few variables a backend needs."""
    kept = {k: v for k, v in environ.items() if k in INHERITED or k.startswith("LC_")}
    return {**kept, **_ADDED}


def launch_line(launch: Launch) -> bytes:
    """The one line a backend reads first."""
    return launch.model_dump_json().encode() + b"\n"


def stdin_pipe(line: bytes) -> tuple[int, int]:
    """A pipe that already holds `line`: (its read end, its write end), neither inherited by anybody."""
    reading, writing = os.pipe()
    if len(line) > 60_000 and hasattr(fcntl, "F_SETPIPE_SZ"):
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 1 << 20)
    os.set_blocking(writing, False)
    try:
        if os.write(writing, line) != len(line):
            raise OSError("the launch does not fit into a pipe")
    except OSError:
        os.close(reading)
        os.close(writing)
        raise
    return reading, writing


def close_stdin(child: Child) -> None:
    """End a backend's standard input: it drains and exits."""
    if child.stdin >= 0:
        with contextlib.suppress(OSError):
            os.close(child.stdin)
        child.stdin = -1


def open_log(path: Path) -> int:
    """A file descriptor that appends to a log only its owner reads."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)


def tail(path: Path, lines: int) -> list[str]:
    """The last lines of a log; none when there is no log."""
    try:
        with path.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - _TAIL_BYTES))
            return log.read().decode(errors="replace").splitlines()[-lines:]
    except FileNotFoundError:
        return []


def started_at(pid: int) -> str | None:
    """The start time of a process that runs, as the kernel counts it; with the pid it names one process for ever."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return "" if sys.platform != "linux" and _exists(pid) else None
    return None if fields[0] in "ZX" else fields[19]


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def signal_group(pid: int, number: signal.Signals) -> None:
    """Signal the process group that `pid` leads; a group that is gone is fine."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def wait_until(done: Callable[[], bool], pid: int, seconds: float) -> bool:
    """Wait for a process to be gone; woken by its pidfd where there is one."""
    end = time.monotonic() + seconds
    while not done():
        left = end - time.monotonic()
        if left <= 0:
            return False
        wait_for_death(pid, min(left, 0.2))
    return True


def wait_for_death(pid: int, seconds: float) -> None:
    """Return when the process dies, is gone, or the time is over."""
    try:
        watched = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else -1
    except OSError:
        return
    if watched < 0:
        time.sleep(min(seconds, 0.02))
        return
    try:
        select.select([watched], [], [], seconds)
    finally:
        os.close(watched)


def end(child: Child, ended_within: Callable[[float], bool], drain_seconds: float) -> int:
    """End a child: its standard input first, signals when that does not do; the exit status.

    Args:
        ended_within: waits up to so many seconds for the child's end, which it notes in `exit_status`.
        drain_seconds: how long the child may take to finish what it does.
    """
    close_stdin(child)
    if not ended_within(drain_seconds):
        for number in (signal.SIGTERM, signal.SIGKILL):
            signal_group(child.pid, number)
            if ended_within(TERM_SECONDS):
                break
    return -signal.SIGKILL if child.exit_status is None else child.exit_status


def end_foreign(pid: int, pid_started: str, seconds: float) -> None:
    """End a process of an earlier gateway, which its closed pipe has told to drain; never somebody else's."""

    def gone() -> bool:
        return started_at(pid) != pid_started

    if wait_until(gone, pid, seconds):
        return
    for number in (signal.SIGTERM, signal.SIGKILL):
        signal_group(pid, number)
        if wait_until(gone, pid, TERM_SECONDS):
            return
