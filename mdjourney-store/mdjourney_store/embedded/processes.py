"""Which processes really serve a data folder: process numbers in files outlive the processes they named."""

import contextlib
import signal
import time
from pathlib import Path

import psutil


def postmaster(data: Path) -> psutil.Process | None:
    """The live server of `data`, or None.

    The number in `postmaster.pid` counts only if that process is no zombie and works in `data`: after a crash it
    may name nothing, an unreaped child or somebody else's process.
    """
    try:
        pid = int((data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
    return _serving(pid, data)


def leftovers(data: Path) -> list[psutil.Process]:
    """Every process that works in `data`: a server, and children that outlived theirs."""
    return [process for process in psutil.process_iter() if _works_in(process, data)]


def only_waits(keeper: int) -> bool:
    """Whether the keeper's server has ended by itself: nothing but the keeper's `cat` is left, or not even that."""
    try:
        children = [child for child in psutil.Process(keeper).children() if alive(child)]
        return [child.name() for child in children] == ["cat"] or not psutil.Process(keeper).is_running()
    except psutil.NoSuchProcess:
        return False


def clear_stale(data: Path, sockets: Path) -> None:
    """Make a start possible after a crash: end what still works in `data`, then drop files that name the dead.

    Call this only while holding the home's lock. PostgreSQL itself refuses to start while the number in its files
    belongs to any live process of the same account.
    """
    end(leftovers(data))
    (data / "postmaster.pid").unlink(missing_ok=True)
    for file in sockets.glob(".s.PGSQL.*"):
        file.unlink(missing_ok=True)


def end(processes: list[psutil.Process], seconds: float = 20) -> None:
    """Ask for a fast shutdown, then for an immediate one, then kill. Stopped processes are woken first."""
    for number, patience in ((signal.SIGINT, seconds), (signal.SIGQUIT, 6.0), (signal.SIGKILL, 10.0)):
        if not processes:
            return
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)
                process.send_signal(signal.SIGCONT)
        processes = _wait(processes, patience)


def _wait(processes: list[psutil.Process], seconds: float) -> list[psutil.Process]:
    until = time.monotonic() + seconds
    while (left := [p for p in processes if alive(p)]) and time.monotonic() < until:
        time.sleep(0.02)
    return left


def alive(process: psutil.Process) -> bool:
    """Whether it runs: not gone, no zombie, its number not somebody else's."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _serving(pid: int, data: Path) -> psutil.Process | None:
    try:
        process = psutil.Process(pid)
    except psutil.NoSuchProcess:
        return None
    return process if _works_in(process, data) else None


def _works_in(process: psutil.Process, data: Path) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()).samefile(data)
    except (psutil.Error, OSError):
        return False
