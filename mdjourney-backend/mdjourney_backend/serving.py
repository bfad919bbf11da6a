"""Serves one launch: reads it from standard input, serves the inherited socket, drains, ends."""

import contextlib
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator

import uvicorn
from pydantic import ValidationError

from mdjourney_backend.app import create_app, routes
from mdjourney_backend.assembly import Backend
from mdjourney_contract import tracing
from mdjourney_contract.launch import Launch
from mdjourney_contract.problems import MDJourneyError

_log = logging.getLogger("mdjourney_backend")
#: Seconds that open requests get to finish once the session ends.
_GRACE = 5
#: Exit status of a backend that could not start; its log says why.
EXIT_CANNOT_START = 3


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are ours: uvicorn would raise them again when it is done, and the process would die of them."""
        yield


class OneLine(logging.Formatter):
    """A record is one line whatever stands in it, so that a file name cannot forge another record; it ends with the id
    of the request on whose behalf it was written, where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        request_id = tracing.request_id.get()
        text = super().format(record) + (f" request={request_id}" if request_id else "")
        return text.encode("unicode_escape").decode("ascii") if not text.isprintable() else text


def serve(fd: int, launch: Launch, stdin_fd: int) -> int:
    """Run one backend on the listening socket `fd` until `stdin_fd` ends, SIGTERM or SIGINT; the exit status.

    Must be called in the main thread of a process of its own.
    """
    _log_to_stderr(launch.log_level)
    listening = socket.socket(fileno=fd)
    host, port = listening.getsockname()[:2]
    try:
        backend = Backend(launch)
        backend.start(host, port)
    except MDJourneyError as exc:
        _log.error("cannot start: %s", exc.detail)
        return EXIT_CANNOT_START
    config = uvicorn.Config(
        create_app(backend, routes()),
        http="httptools",
        ws="none",
        lifespan="off",
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=_GRACE,
    )
    server = _Server(config)

    def end(*_: object) -> None:
        backend.draining = True
        backend.news.ring()
        server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    threading.Thread(target=_until_end_of, args=(stdin_fd, end), name="stdin", daemon=True).start()
    try:
        server.run(sockets=[listening])
    finally:
        backend.stop()
    return 0


def _until_end_of(fd: int, end: Callable[[], None]) -> None:
    with contextlib.suppress(OSError):
        while os.read(fd, 4096):
            pass
    end()


def _log_to_stderr(level: str) -> None:
    root = logging.getLogger()
    ours = any(isinstance(handler.formatter, OneLine) for handler in root.handlers)
    if ours and root.level == logging.getLevelNamesMapping()[level.upper()]:
        return  # a fork server did it: once more would go through every logger, in memory that is shared
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)


def _read_launch(fd: int) -> Launch:
    """The first line of standard input, read byte by byte so that nothing after it is swallowed."""
    line = bytearray()
    while not line.endswith(b"\n") and len(line) < 1_000_000:
        byte = os.read(fd, 1)
        if not byte:
            break
        line += byte
    return Launch.model_validate_json(bytes(line))


def serve_from_stdin(fd: int) -> int:
    """Serve the launch that stands on standard input; the exit status.

    Args:
        fd: the inherited listening socket.
    """
    try:
        launch = _read_launch(0)
    except ValidationError as exc:
        sys.stderr.write(f"no launch on standard input: {exc.error_count()} faults\n")
        return EXIT_CANNOT_START
    return serve(fd, launch, 0)
