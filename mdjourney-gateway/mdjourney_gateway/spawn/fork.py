"""The default spawner: a preloaded, single-threaded fork server gives birth to every backend.

The gateway runs `python -m mdjourney_backend --forkserver`; its standard input is one end of a stream socketpair of
family AF_UNIX, the control socket. Once everything is loaded the server sends `{"ready": true}`. Then, per backend:

- the gateway sends one line `{"launch": <number>}` together with three file descriptors by SCM_RIGHTS, in this
  order: the listening socket, the read end of the backend's standard input (it already holds the `Launch` line), the
  log. It sends no other launch before the answer;
- the server forks; the child becomes leader of a new session, takes the three descriptors (the socket under any
  number, the others as 0, 1 and 2), closes everything else and serves;
- the server answers `{"launch": <number>, "pid": <pid>}`, or `{"launch": <number>, "error": <text>}`.

When a child ends, the server kills what is left of its process group, reaps it and sends `{"exited": <pid>,
"status": <exit status, negative for a signal>}`. At the end of the control socket the server exits; its children
notice the end of their own standard input. The server never sees a secret: the `Launch` passes by in the pipe.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mdjourney_contract.launch import BACKEND_MODULE
from mdjourney_gateway.spawn import child as host
from mdjourney_gateway.spawn.on_this_host import OnThisHost
from mdjourney_gateway.spawn.protocol import Child, Order, SpawnFailed

COMMAND = (sys.executable, "-P", "-m", BACKEND_MODULE, "--forkserver")
READY_SECONDS = 90.0
ANSWER_SECONDS = 20.0


class ForkSpawner(OnThisHost):
    """Runs the fork server, again when it died, and asks it for backends."""

    def __init__(self, home: Path, command: Sequence[str] = COMMAND) -> None:
        self._home = home
        self._command = tuple(command)
        self._lock = threading.Lock()
        self._server: _Server | None = None

    def prepare(self) -> None:
        """Start the fork server, so that the first backend need not wait for it."""
        self._living_server()

    def start(self, order: Order) -> Child:
        """See `Spawner.start`."""
        reading, writing = host.stdin_pipe(host.launch_line(order.launch))
        log = host.open_log(order.log)
        try:
            server = self._living_server()
            pid = server.fork([order.listener.fileno(), reading, log])
        except (OSError, SpawnFailed) as exc:
            os.close(writing)
            raise exc if isinstance(exc, SpawnFailed) else SpawnFailed(f"no fork server: {exc}") from exc
        finally:
            os.close(reading)
            os.close(log)
        return Child(pid, host.started_at(pid) or "", order.log, writing, own=server)

    def poll(self, child: Child) -> int | None:
        """See `Spawner.poll`; of a child whose fork server died only that it has gone is known."""
        if child.exit_status is None:
            status = child.own.status(child.pid)
            if status is None and not child.own.lives and host.started_at(child.pid) != child.pid_started:
                status = -signal.SIGKILL
            if status is not None:
                child.exit_status = status
                host.close_stdin(child)
        return child.exit_status

    def close(self) -> None:
        """End the fork server."""
        with self._lock:
            if self._server is not None:
                self._server.close()
                self._server = None

    def ended_within(self, child: Child, seconds: float) -> bool:
        """See `OnThisHost.ended_within`."""
        child.own.wait_for(child.pid, seconds)
        return self.poll(child) is not None

    def _living_server(self) -> "_Server":
        with self._lock:
            if self._server is None or not self._server.lives:
                if self._server is not None:
                    self._server.close()
                self._server = _Server(self._command, self._home)
            return self._server


class _Server:
    """One fork server and what it has told us."""

    def __init__(self, command: Sequence[str], home: Path) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        log = host.open_log(home / "logs" / "forkserver.log")
        try:
            self._process = subprocess.Popen(
                command,
                stdin=theirs.fileno(),
                stdout=log,
                stderr=log,
                env=host.scrubbed_environment(),
                cwd=home,
                start_new_session=True,
            )
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
            os.close(log)
        self._control = ours
        self._asking = threading.Lock()
        self._told = threading.Condition()
        self._ready = False
        self._asked = 0
        self._answers: dict[int, dict[str, Any]] = {}
        self._ended: dict[int, int] = {}
        self.lives = True
        self._reader = threading.Thread(target=self._listen, name="fork-server", daemon=True)
        self._reader.start()

    def fork(self, descriptors: list[int]) -> int:
        """The pid of a new backend."""
        with self._asking:
            self._expect(lambda: self._ready, READY_SECONDS)
            self._asked += 1
            number = self._asked
            socket.send_fds(self._control, [json.dumps({"launch": number}).encode() + b"\n"], descriptors)
            self._expect(lambda: number in self._answers, ANSWER_SECONDS)
            answer = self._answers.pop(number)
        if "pid" not in answer:
            raise SpawnFailed(f"the fork server could not fork: {answer.get('error')}")
        return int(answer["pid"])

    def status(self, pid: int) -> int | None:
        with self._told:
            return self._ended.get(pid)

    def wait_for(self, pid: int, seconds: float) -> None:
        """Return when the child has ended, the server is gone and so is the child, or the time is over."""
        with self._told:
            self._told.wait_for(lambda: pid in self._ended or not self.lives, seconds)
        if not self.lives and self.status(pid) is None:
            host.wait_until(lambda: host.started_at(pid) is None, pid, seconds)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)
        try:
            self._process.wait(host.TERM_SECONDS)
        except subprocess.TimeoutExpired:
            host.signal_group(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._reader.join()
        self._control.close()

    def _expect(self, told: Any, seconds: float) -> None:
        with self._told:
            self._told.wait_for(lambda: told() or not self.lives, seconds)
            if not told():
                why = "does not answer" if self.lives else "has ended, see logs/forkserver.log"
                raise SpawnFailed(f"the fork server {why}", retry_after=5)

    def _listen(self) -> None:
        with contextlib.suppress(OSError), self._control.makefile("rb") as lines:
            for line in lines:
                with self._told:
                    self._note(json.loads(line))
                    self._told.notify_all()
        with self._told:
            self.lives = False
            self._told.notify_all()

    def _note(self, message: dict[str, Any]) -> None:
        if "exited" in message:
            self._ended[message["exited"]] = message["status"]
        elif "launch" in message:
            # A pid may come round again: its former end is history.
            self._ended.pop(message.get("pid", 0), None)
            self._answers[message["launch"]] = message
        elif message.get("ready"):
            self._ready = True
