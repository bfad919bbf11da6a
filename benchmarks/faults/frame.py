"""A fault, its trials in processes of their own, and what is counted of them."""

import ctypes
import json
import os
import random
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

from benchmarks.faults.place import Place

Switch = Callable[[], AbstractContextManager[object]]
_SUBREAPER = 36
_GRACE_SECONDS = 20.0


class LeftOut(Exception):
    """A trial that cannot be made on this machine; says why."""


@dataclass(frozen=True)
class Control:
    """One protection, and how to do without it. `trials` and `few`: how many trials then."""

    switch: Switch
    trials: int = 5
    few: int = 1


@dataclass(frozen=True)
class Fault:
    """One row: how it is provoked, what protects, and how often it is tried.

    Args:
        trial: makes one trial; what it `fail`s is a failure.
        trials: how many are made for the record; or a call that says how many there are (all crash points).
        few: how many the test suite makes.
        chances: how many chances to fail one trial has (reads of a file that turns into a link).
        seconds: after which a trial counts as hung.
        controls: by what is switched off.
    """

    code: str
    what: str
    protection: str
    trial: Callable[["Trial"], None]
    trials: int | Callable[[], int]
    controls: Mapping[str, Control]
    few: int = 2
    chances: int = 1
    seconds: float = 120.0

    @cached_property
    def total(self) -> int:
        """How many trials there are for the record."""
        return self.trials if isinstance(self.trials, int) else self.trials()


@dataclass
class Trial:
    """One trial: its number, what is switched off (None: nothing), a folder, and what came of it.

    `small`: of the test suite, which has no minutes for one trial.
    """

    number: int
    off: str | None
    base: Path
    small: bool = False
    problems: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.random = random.Random(self.number * 7919 + 17)

    def place(self, name: str = "m", **settings: Any) -> Place:
        """A tree and a home below the trial's folder."""
        return Place(self.base / name, **settings)

    def fail(self, what: str) -> None:
        """Something did not hold."""
        self.problems.append(what)

    def expect(self, holds: object, what: str) -> None:
        """Something must hold."""
        if not holds:
            self.fail(what)

    def finish(self, place: Place, *, objects: bool = True, check: bool = True) -> None:
        """What must hold at the end of every trial: `check` finds nothing, nothing of ours lies around, and what the
        place noted of the user's files is as it was."""
        if check:
            for found in place.wrong(objects=objects):
                self.fail(f"check: {found}")
        left = place.leavings()
        self.counts["locks and temporary files left"] += len(left)
        for path in left:
            self.fail(f"left behind: {path}")
        compared, changed = place.compare()
        self.counts["user files compared"] += compared
        self.counts["user files changed"] += len(changed)
        for path in changed:
            self.fail(f"changed by us: {path}")

    def fork(self, work: Callable[[], Any], *, seconds: float = 90.0) -> tuple[int, Any]:
        """Do some work in a process of its own; answers how it ended (negative: by that signal) and what it answered."""
        process = Forked(work)
        return process.end(seconds), process.answer


class Forked:
    """A copy of this process that does some work; lines can be written to it and read from it."""

    #: our ends of the pipes of all that live: none of them may keep another's open
    _ends: ClassVar[set[int]] = set()

    def __init__(self, work: Callable[..., Any], *, talks: bool = False) -> None:
        down, self._to = os.pipe()
        self._from, up = os.pipe()
        self.answer: Any = None
        self._buffer = b""
        self.pid = os.fork()
        self._ends.update((self._to, self._from))
        if self.pid:
            os.close(down)
            os.close(up)
            return
        status = 1
        try:
            for end in self._ends:
                os.close(end)
            self._ends.clear()
            # a group of its own, so that it can be killed with all it started
            os.setpgid(0, 0)
            with open(down, encoding="utf-8") as lines, open(up, "w", encoding="utf-8") as out:

                def say(what: Any) -> None:
                    out.write(json.dumps(what) + "\n")
                    out.flush()

                answer = work(lines, say) if talks else work()
                if not talks:
                    say(answer)
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)

    def say(self, what: str) -> None:
        """One line to it."""
        os.write(self._to, what.encode() + b"\n")

    def hear(self, seconds: float = 60.0) -> Any:
        """The next line from it. Raises TimeoutError, EOFError."""
        deadline = time.monotonic() + seconds
        while b"\n" not in self._buffer:
            ready, _, _ = select.select([self._from], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError(f"no answer in {seconds} s")
            chunk = os.read(self._from, 1 << 16)
            if not chunk:
                raise EOFError("it ended")
            self._buffer += chunk
        line, _, self._buffer = self._buffer.partition(b"\n")
        return json.loads(line)

    def end(self, seconds: float = 60.0) -> int:
        """Wait for its end; it is killed when it is late. Answers its status."""
        self._close(self._to)
        try:
            while True:
                self.answer = self.hear(seconds)
        except EOFError:
            pass
        except TimeoutError:
            os.kill(self.pid, signal.SIGKILL)
        self._close(self._from)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def kill(self) -> int:
        """kill -9 it; answers its status."""
        os.kill(self.pid, signal.SIGKILL)
        self._close(self._to)
        self._close(self._from)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def _close(self, end: int) -> None:
        os.close(end)
        self._ends.discard(end)


@dataclass(frozen=True)
class Result:
    """What came of one trial. `left_out` says why it could not be made."""

    problems: tuple[str, ...]
    counts: Mapping[str, int]
    left_out: str | None = None


def run(fault: Fault, number: int, off: str | None, *, small: bool = False) -> Result:
    """One trial in a process of its own; whatever it starts ends with it."""
    base = tempfile.mkdtemp(dir="/tmp", prefix="mf")
    process = Forked(lambda: _inside(fault, Trial(number, off, Path(base), small)))
    try:
        answer = process.hear(fault.seconds)
    except (TimeoutError, EOFError) as exc:
        what = "hung" if isinstance(exc, TimeoutError) else "the trial's process died"
        answer = {"problems": [f"{what} ({exc})"], "counts": {}}
    for pid in _descendants(process.pid):
        _kill(pid)
    status = process.kill() if _alive(process.pid) else process.end()
    shutil.rmtree(base, ignore_errors=True)
    if not answer["problems"] and status not in (0, -9):
        answer["problems"].append(f"the trial's process ended with {status}")
    return Result(tuple(answer["problems"]), answer["counts"], answer.get("left_out"))


def _inside(fault: Fault, trial: Trial) -> Mapping[str, Any]:
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    tempfile.tempdir = str(trial.base / "tmp")
    Path(tempfile.tempdir).mkdir()
    sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - for as long as the process lives
    try:
        with _without(fault, trial.off):
            fault.trial(trial)
    except LeftOut as exc:
        return {"problems": [], "counts": {}, "left_out": str(exc)}
    except Exception as exc:
        where = traceback.extract_tb(exc.__traceback__)[-1]
        trial.fail(f"{type(exc).__name__}: {exc} ({Path(where.filename).name}:{where.lineno})")
    left = _processes_left()
    trial.counts["processes left"] += len(left)
    problems = [*trial.problems, *(f"process left: {name}" for name in left)]
    stray = sorted(os.listdir(tempfile.tempdir))
    trial.counts["locks and temporary files left"] += len(stray)
    problems += [f"left in the temporary folder: {name}" for name in stray]
    return {"problems": [p[:400] for p in problems], "counts": dict(trial.counts)}


@contextmanager
def _without(fault: Fault, off: str | None) -> Iterator[None]:
    if off is None:
        yield
        return
    with fault.controls[off].switch():
        yield


def _processes_left() -> list[str]:
    """Children that live on after a moment of grace: those of processes that died come to us."""
    deadline = time.monotonic() + _GRACE_SECONDS
    while True:
        _reap()
        living = [pid for pid in _descendants(os.getpid()) if _alive(pid)]
        if not living or time.monotonic() > deadline:
            return [_command(pid) for pid in living]
        time.sleep(0.02)


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def _descendants(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                fields = Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            children.setdefault(int(fields[1]), []).append(int(name))
    found, wait = [], [pid]
    while wait:
        for child in children.get(wait.pop(), []):
            found.append(child)
            wait.append(child)
    return found


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()[:120]
    except (FileNotFoundError, ProcessLookupError):
        return str(pid)


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
