"""The account the server runs under: ourselves, or an unprivileged one when we are root."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mdjourney_store.problems import EmbeddedServerProblem

#: Tried in this order when we are root; PostgreSQL refuses to run as root itself.
UNPRIVILEGED = ("mdjourney", "postgres", "nobody")

#: Nothing of our own environment (secrets, PG* variables) reaches the server.
_ENVIRONMENT = ("PATH", "TZ", "LD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Account:
    """Whom server processes belong to. `switch` is true when we are root and have to become somebody else."""

    name: str
    uid: int
    gid: int
    switch: bool

    @classmethod
    def choose(cls) -> "Account":
        """Ourselves, or the first of `UNPRIVILEGED` that exists.

        Raises:
            EmbeddedServerProblem: we are root and none of them exists.
        """
        if os.geteuid() != 0:
            return cls(str(os.geteuid()), os.geteuid(), os.getegid(), switch=False)
        for name in UNPRIVILEGED:
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(name, entry.pw_uid, entry.pw_gid, switch=True)
        raise EmbeddedServerProblem(
            "PostgreSQL does not run as root and none of the accounts "
            f"{', '.join(UNPRIVILEGED)} exists: create one, or set MDJOURNEY_DATABASE_URL"
        )

    def give(self, path: Path) -> None:
        """Make `path` this account's own."""
        if self.switch:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def run(self, command: Sequence[str | Path], *, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        """Run a short command as this account; its output is captured.

        Raises:
            PermissionError, FileNotFoundError: the program cannot be reached by this account.
            subprocess.TimeoutExpired: after `timeout` seconds.
        """
        return subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            cwd="/",
            env=environment(),
            user=self.uid if self.switch else None,
            group=self.gid if self.switch else None,
            extra_groups=[] if self.switch else None,
            umask=0o077,
        )

    def spawn(self, command: Sequence[str | Path], output: int) -> "subprocess.Popen[bytes]":
        """Start a process in a session of its own whose standard input is a pipe that we hold."""
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            cwd="/",
            env=environment(),
            user=self.uid if self.switch else None,
            group=self.gid if self.switch else None,
            extra_groups=[] if self.switch else None,
            umask=0o077,
            start_new_session=True,
        )


def environment() -> dict[str, str]:
    """What server processes see of our environment."""
    kept = {key: os.environ[key] for key in _ENVIRONMENT if key in os.environ}
    return {**kept, "LC_ALL": "C"}
