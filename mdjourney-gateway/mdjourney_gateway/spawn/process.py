"""The plain spawner: a fresh interpreter per backend."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from mdjourney_contract.launch import BACKEND_MODULE
from mdjourney_gateway.spawn import child as host
from mdjourney_gateway.spawn.on_this_host import OnThisHost
from mdjourney_gateway.spawn.protocol import Child, Order, SpawnFailed

#: `-P` keeps the working folder off the module path.
COMMAND = (sys.executable, "-P", "-m", BACKEND_MODULE)


class ProcessSpawner(OnThisHost):
    """Runs `python -m mdjourney_backend --fd N`."""

    def __init__(self, home: Path, command: Sequence[str] = COMMAND) -> None:
        self._home = home
        self._command = tuple(command)

    def prepare(self) -> None:
        """Nothing can be done early."""

    def start(self, order: Order) -> Child:
        """See `Spawner.start`."""
        fd = order.listener.fileno()
        reading, writing = host.stdin_pipe(host.launch_line(order.launch))
        log = host.open_log(order.log)
        try:
            process = subprocess.Popen(
                [*self._command, "--fd", str(fd)],
                stdin=reading,
                stdout=log,
                stderr=log,
                pass_fds=(fd,),
                env=host.scrubbed_environment(),
                cwd=self._home,
                start_new_session=True,
            )
        except OSError as exc:
            os.close(writing)
            raise SpawnFailed(f"the backend could not be started: {exc.strerror}") from exc
        finally:
            os.close(reading)
            os.close(log)
        return Child(process.pid, host.started_at(process.pid) or "", order.log, writing, own=process)

    def poll(self, child: Child) -> int | None:
        """See `Spawner.poll`; what a dead backend left in its group is ended before its pid can be reused."""
        if child.exit_status is None and _has_ended(child.pid):
            host.signal_group(child.pid, signal.SIGKILL)
            child.exit_status = child.own.wait()
            host.close_stdin(child)
        return child.exit_status

    def close(self) -> None:
        """Nothing is held."""

    def ended_within(self, child: Child, seconds: float) -> bool:
        """See `OnThisHost.ended_within`."""
        return host.wait_until(lambda: self.poll(child) is not None, child.pid, seconds)


def _has_ended(pid: int) -> bool:
    """Whether the child is dead, without reaping it."""
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True
