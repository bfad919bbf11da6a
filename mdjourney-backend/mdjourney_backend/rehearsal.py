"""Serves a throw-away tree once before the first fork, so that what a backend makes on first use is made once for all."""

import contextlib
import http.client
import logging
import os
import secrets
import signal
import socket
import tempfile
import threading
import time
from pathlib import Path
from typing import Final
from urllib.parse import quote

from mdjourney_backend.serving import serve
from mdjourney_contract.launch import SECRET_HEADER, USER_HEADER, Launch
from mdjourney_contract.people import Identity
from mdjourney_contract.problems import MDJourneyError
from mdjourney_contract.session_config import SessionConfig

_log = logging.getLogger(__name__)

_PERSON: Final = Identity(user_id="rehearsal", role="admin")
_IN_STEP_SECONDS: Final = 20.0
_THREADS_SECONDS: Final = 5.0


def rehearse() -> None:
    """Start a backend on a small tree, wait until its file is described and committed, end it.

    Must be called in the main thread. Leaves no thread, descriptor, folder or signal handler; what goes wrong is logged,
    since a backend that has not been rehearsed only takes more memory.
    """
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        with tempfile.TemporaryDirectory(prefix="mdjourney-") as folder:
            _serve_once(_launch(Path(folder)))
    except (OSError, MDJourneyError) as exc:
        _log.warning("no rehearsal: %s", exc)
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def _launch(folder: Path) -> Launch:
    dataset = folder / "tree" / "p_Rehearsal" / "data"
    dataset.mkdir(parents=True)
    (dataset / "table.csv").write_text("a,b\n1,2\n")
    (folder / "home").mkdir(mode=0o700)
    config = SessionConfig.model_validate({"monitor_path": str(folder / "tree"), "settle_seconds": 0})
    secret = secrets.token_urlsafe(32)
    return Launch(session_id="rehearsal", config=config, owner=_PERSON, home=folder / "home", secret=secret)


def _serve_once(launch: Launch) -> None:
    reading, writing = os.pipe()
    listener = socket.create_server(("127.0.0.1", 0))
    visitor = threading.Thread(target=_visit, args=(listener.getsockname()[1], launch, writing))
    visitor.start()
    try:
        serve(listener.detach(), launch, reading)
    finally:
        _join_others()
        os.close(reading)


def _visit(port: int, launch: Launch, stdin: int) -> None:
    """Ask for health until all is in step, then end the backend's standard input."""
    end = time.monotonic() + _IN_STEP_SECONDS
    try:
        with contextlib.suppress(OSError, http.client.HTTPException):
            while b'"in_step":true' not in _health(port, launch) and time.monotonic() < end:
                time.sleep(0.02)
    finally:
        os.close(stdin)


def _health(port: int, launch: Launch) -> bytes:
    headers = {SECRET_HEADER: launch.secret, USER_HEADER: quote(_PERSON.model_dump_json(), safe="")}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_IN_STEP_SECONDS)
    with contextlib.closing(connection):
        connection.request("GET", "/api/v1/health", headers=headers)
        return connection.getresponse().read()


def _join_others() -> None:
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join(_THREADS_SECONDS)
