"""The captured command: started with our terminal and our standard input, its output passed on while its end is kept."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

#: How many bytes of each stream are kept.
TAIL_BYTES: Final = 16_384
_CHUNK: Final = 65_536
#: A stream that somebody else still holds open is waited for this long after the command ended and it fell silent.
_SILENCE_SECONDS: Final = 0.3
#: `si_code` of a signal that the kernel sent, as a terminal does to everybody in its foreground.
_SI_KERNEL: Final = 128
PASSED_ON: Final = frozenset(
    {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2}
)
_HELD: Final = PASSED_ON | {signal.SIGWINCH}


@dataclass(frozen=True, slots=True)
class Ended:
    """How the command ended. `status` is its exit status, or minus the signal that ended it; seconds of CPU and bytes
    of memory count it and the processes it waited for."""

    status: int
    at: float
    wall_seconds: float
    cpu_seconds: float
    max_memory_bytes: int

    @property
    def shell_status(self) -> int:
        """What a shell would say: 128 + n for signal n."""
        return self.status if self.status >= 0 else 128 - self.status


class Child:
    """A running command. Signals we get are held and passed on to it until it ended.

    Raises:
        OSError: it cannot be started; nothing is left behind.
    """

    def __init__(self, command: list[str]) -> None:
        self._streams = [_Stream(1), _Stream(2)]
        self._mask = signal.pthread_sigmask(signal.SIG_BLOCK, _HELD)
        actions = [(os.POSIX_SPAWN_DUP2, stream.theirs, stream.ours) for stream in self._streams]
        try:
            self.started = time.time()
            self._clock = time.monotonic()
            self.pid = os.posix_spawnp(
                command[0],
                command,
                os.environ,
                file_actions=actions,
                setsigmask=self._mask,
                setsigdef=[signal.SIGPIPE, signal.SIGXFSZ],  # Python ignores them, commands do not
            )
        except BaseException:
            signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)
            for stream in self._streams:
                stream.close()
            raise
        self._lock = threading.Lock()
        self._ended: Ended | None = None
        self._threads = [_thread("mdj-wait", self._wait), _thread("mdj-signals", self._pass_on)]
        for number in (0, 1):
            self._streams[number].start()

    def wait(self) -> Ended:
        """Until it ended and what it wrote has been passed on."""
        self._threads[0].join()
        for stream in self._streams:
            stream.finish()
        signal.pthread_kill(self._threads[1].ident or 0, signal.SIGWINCH)
        self._threads[1].join()
        assert self._ended is not None
        return self._ended

    def let_signals_in(self) -> None:
        """Signals are ours again."""
        signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._ended is None

    def tails(self) -> tuple[str, str]:
        """The last lines of standard output and of standard error."""
        return self._streams[0].text(), self._streams[1].text()

    def _wait(self) -> None:
        os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        with self._lock:  # its number is its own until here
            at, wall = time.time(), time.monotonic() - self._clock
            _, status, used = os.wait4(self.pid, 0)
            unit = 1024 if os.uname().sysname == "Linux" else 1
            self._ended = Ended(
                os.waitstatus_to_exitcode(status),
                at,
                wall,
                used.ru_utime + used.ru_stime,
                used.ru_maxrss * unit,
            )

    def _pass_on(self) -> None:
        while True:
            number, from_terminal = _next_signal(_HELD)
            with self._lock:
                if self._ended is not None:
                    return
                if number == signal.SIGWINCH:
                    for stream in self._streams:
                        stream.fit()
                elif not from_terminal:  # what a terminal sends, the command got as well
                    with contextlib.suppress(OSError):  # a command that became somebody else (sudo)
                        os.kill(self.pid, number)


class _Stream:
    """One output of the command: a pipe, or a terminal where ours is one, so that it prints as it would without us."""

    def __init__(self, ours: int) -> None:
        self.ours = ours
        self.terminal = os.isatty(ours)
        self._from, self.theirs = os.openpty() if self.terminal else os.pipe()
        if self.terminal:
            os.set_inheritable(self.theirs, False)
            _leave_output_alone(self.theirs)
            self.fit()
        self._tail = bytearray()
        self._writing = False
        self._last = time.monotonic()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Pass on from now; the command has its own end."""
        os.close(self.theirs)
        self._thread = _thread("mdj-tee", self._tee)

    def finish(self) -> None:
        """Wait for the end of the stream, but not for a grandchild that keeps it open in silence."""
        assert self._thread is not None
        end = time.monotonic()
        while self._thread.is_alive():
            self._thread.join(0.05)
            silent = time.monotonic() - max(self._last, end)
            if not self._writing and silent > _SILENCE_SECONDS:
                return

    def close(self) -> None:
        os.close(self._from)
        os.close(self.theirs)

    def fit(self) -> None:
        """Give the command's terminal the size of ours."""
        if not self.terminal:
            return
        import fcntl
        import termios

        with contextlib.suppress(OSError):
            size = fcntl.ioctl(self.ours, termios.TIOCGWINSZ, bytes(8))
            fcntl.ioctl(self._from, termios.TIOCSWINSZ, size)

    def text(self) -> str:
        """What is kept, from the beginning of a line."""
        kept = bytes(self._tail)
        if len(kept) > TAIL_BYTES:
            kept = kept[-TAIL_BYTES:]
            kept = kept[kept.find(b"\n") + 1 :]
        return kept.decode("utf-8", "replace")

    def _tee(self) -> None:
        try:
            while chunk := os.read(self._from, _CHUNK):
                self._keep(chunk)
                self._writing = True
                _write(self.ours, chunk)
                self._writing, self._last = False, time.monotonic()
        except (
            OSError
        ):  # nobody reads our output any more, and the command shall learn it; or its terminal closed
            pass
        finally:
            self._writing = False
            os.close(self._from)

    def _keep(self, chunk: bytes) -> None:
        self._tail += chunk
        if len(self._tail) > 4 * TAIL_BYTES:
            del self._tail[: -TAIL_BYTES - 1]


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(descriptor, view) :]
        except BlockingIOError:  # somebody made our output non-blocking
            import select

            select.select([], [descriptor], [])


def _leave_output_alone(descriptor: int) -> None:
    """Our own terminal turns line feeds into new lines; twice would be once too often."""
    import termios

    mode = termios.tcgetattr(descriptor)
    mode[1] &= ~termios.OPOST
    termios.tcsetattr(descriptor, termios.TCSANOW, mode)


def _next_signal(wanted: Iterable[int]) -> tuple[int, bool]:
    """The next of our signals, and whether a terminal sent it."""
    if hasattr(signal, "sigwaitinfo"):
        info = signal.sigwaitinfo(wanted)
        return info.si_signo, info.si_code == _SI_KERNEL
    return signal.sigwait(wanted), os.isatty(0)


def _thread(name: str, target: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=target, name=name, daemon=True)
    thread.start()
    return thread
