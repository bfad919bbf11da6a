"""The backend's side of the fork spawner: loads everything once, then forks one child for each launch.

The protocol is written down in the gateway's `spawn/fork.py`. One thread, no loops, no engines, no observers: what
is loaded here is shared by every child, and a process with one thread may fork safely.
"""

import contextlib
import gc
import importlib
import json
import os
import pkgutil
import selectors
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable
from types import FrameType

_CONTROL = 0
_DESCRIPTORS = 3
_LONGEST_LINE = 4096
#: Loaded by every backend when it begins to serve: uvicorn, anyio and the codecs choose these by name.
_LOADED_BY_NAME = (
    "anyio._backends._asyncio",
    "encodings.ascii",
    "encodings.idna",
    "encodings.utf_8_sig",
    "uvicorn.lifespan.off",
    "uvicorn.loops.asyncio",
    "uvicorn.protocols.http.httptools_impl",
)
#: Loaded by whoever needs them: programs of their own, or what costs much and is used rarely.
_NOT_PRELOADED = ("mdjourney_backend.cli", "mdjourney_backend.forkserver")


def main() -> int:
    """Serve launches from the control socket on standard input until it ends."""
    return run(preload, _serve_backend)


def run(load: Callable[[], None], serve: Callable[[int], int]) -> int:
    """The fork server around any program: `load` runs once, `serve` in each child.

    Args:
        load: imports what children share; may start no thread.
        serve: serves the listening socket it is given, with its launch on standard input; returns the exit status.

    Raises:
        RuntimeError: `load` left a second thread.
    """
    control = socket.socket(fileno=os.dup(_CONTROL))
    devnull = os.open(os.devnull, os.O_RDONLY)
    os.dup2(devnull, _CONTROL)
    os.close(devnull)
    gc.disable()  # memory that a collection frees here would be holes that every child writes into, and so copies
    load()
    gc.freeze()
    if threading.active_count() != 1:
        names = ", ".join(thread.name for thread in threading.enumerate())
        raise RuntimeError(f"a fork server must have one thread, it has {names}")
    with control:
        return _ForkServer(control, serve).run()


def preload() -> None:
    """Import every module of the backend and make what its children share: routes, packaged schemas, first uses."""
    package = importlib.import_module("mdjourney_backend")
    for found in pkgutil.walk_packages(package.__path__, "mdjourney_backend."):
        if not found.name.startswith(_NOT_PRELOADED):
            importlib.import_module(found.name)
    for name in _LOADED_BY_NAME:
        importlib.import_module(name)
    importlib.import_module("mdjourney_backend.app").routes()
    importlib.import_module("mdjourney_backend.schemas").compile_packaged()
    importlib.import_module("mdjourney_backend.rehearsal").rehearse()


class _ForkServer:
    def __init__(self, control: socket.socket, serve: Callable[[int], int]) -> None:
        self._control = control
        self._serve = serve
        self._wake_in, self._wake_out = socket.socketpair()

    def run(self) -> int:
        for end in (self._wake_in, self._wake_out):
            end.setblocking(False)
        signal.set_wakeup_fd(self._wake_out.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _nothing)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)  # the end of the control socket ends us, nothing else
        self._tell({"ready": True})
        with selectors.DefaultSelector() as selector:
            selector.register(self._control, selectors.EVENT_READ)
            selector.register(self._wake_in, selectors.EVENT_READ)
            while True:
                ready = {key.fileobj for key, _ in selector.select()}
                if self._wake_in in ready:
                    self._reap()
                if self._control in ready and not self._launch():
                    return 0

    def _launch(self) -> bool:
        """Take one request; False at the end of the control socket."""
        line, descriptors, _, _ = socket.recv_fds(self._control, _LONGEST_LINE, _DESCRIPTORS)
        if not line:
            return False
        number = json.loads(line)["launch"]
        try:
            if len(descriptors) != _DESCRIPTORS:
                raise OSError(f"{len(descriptors)} descriptors came, {_DESCRIPTORS} are needed")
            pid = os.fork()
        except OSError as exc:
            self._tell({"launch": number, "error": str(exc)})
        else:
            if pid == 0:
                self._become_backend(descriptors)
            self._tell({"launch": number, "pid": pid})
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        return True

    def _become_backend(self, descriptors: list[int]) -> None:
        """The child: never returns into the server's loop."""
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_DFL)
            os.setsid()
            gc.enable()
            self._control.close()
            self._wake_in.close()
            self._wake_out.close()
            status = self._serve(_take(*descriptors))
        except SystemExit as exc:
            status = exc.code if isinstance(exc.code, int) else int(exc.code is not None)
        except BaseException:  # noqa: BLE001 - the last frame of the process: whatever it was goes to its log
            traceback.print_exc()
        finally:
            with contextlib.suppress(Exception):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(status)

    def _reap(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self._wake_in.recv(4096):
                pass
        while True:
            try:
                # WNOWAIT first: while the child is not reaped its process group cannot be somebody else's.
                ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            if ended is None:
                return
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(ended.si_pid, signal.SIGKILL)
            _, status = os.waitpid(ended.si_pid, 0)
            self._tell({"exited": ended.si_pid, "status": os.waitstatus_to_exitcode(status)})

    def _tell(self, message: dict[str, object]) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._control.sendall(json.dumps(message).encode() + b"\n")


def _take(listener: int, stdin: int, log: int) -> int:
    """Put the descriptors where a program expects them; returns the listening socket's."""
    for number, descriptor in ((0, stdin), (1, log), (2, log)):
        os.dup2(descriptor, number)
    os.close(stdin)
    os.close(log)
    return listener


def _serve_backend(listener: int) -> int:
    from mdjourney_backend.serving import serve_from_stdin

    return serve_from_stdin(listener)


def _nothing(_number: int, _frame: FrameType | None) -> None:
    """SIGCHLD must have a handler for the wake-up descriptor to be written to."""
