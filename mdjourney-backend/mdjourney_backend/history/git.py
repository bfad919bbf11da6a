"""Runs git's plumbing so that nothing configured or planted in a repository gets to run code."""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from mdjourney_backend.history.words import HistoryUnavailable

_TIMEOUT_SECONDS = 600
#: Committer of every commit of ours; also how a branch of ours is told from somebody else's.
COMMITTER_NAME, COMMITTER_EMAIL = "mdjourney", "history@mdjourney.invalid"

_OVERRIDES = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.untrackedCache=false",
    "core.splitIndex=false",
    "core.attributesFile=/dev/null",
    "core.excludesFile=/dev/null",
    "core.autocrlf=false",
    "core.preloadIndex=false",
    "core.pager=cat",
    "core.sshCommand=false",
    "core.askPass=",
    "core.fsync=committed,loose-object",
    "commit.gpgSign=false",
    "log.showSignature=false",
    "log.mailmap=false",
    "diff.external=",
    "gc.auto=0",
    "maintenance.auto=false",
    "protocol.allow=never",
    "safe.directory=*",  # ownership is checked by us, and more strictly
    "submodule.recurse=false",
)


class GitFailed(HistoryUnavailable):
    """git ended with an error; `stderr` holds what it said."""

    def __init__(self, arguments: Sequence[str], code: int, stderr: str) -> None:
        lines = stderr.strip().splitlines() or [f"exit status {code}"]
        # what went wrong comes first (and names the lock in the way), advice comes after
        said = next((line for line in lines if line.startswith(("fatal: ", "error: "))), lines[-1])
        super().__init__(f"git {arguments[0]}: {said}")
        self.code = code
        self.stderr = stderr


@dataclass(frozen=True, slots=True)
class Git:
    """git bound to one repository.

    Args:
        git_dir: its git directory, or None to let git discover it from `folder`.
        folder: where commands run; the work tree when `git_dir` is given.
    """

    folder: Path
    git_dir: Path | None = None

    def run(
        self,
        *arguments: str,
        stdin: bytes | IO[bytes] | None = None,
        index: Path | None = None,
        ok: Sequence[int] = (0,),
    ) -> bytes:
        """Standard output of one command.

        Raises:
            GitFailed: the exit status is not in `ok`.
            HistoryUnavailable: git is not installed or does not come to an end.
        """
        return self.answer(*arguments, stdin=stdin, index=index, ok=ok)[1]

    def answer(
        self,
        *arguments: str,
        stdin: bytes | IO[bytes] | None = None,
        index: Path | None = None,
        ok: Sequence[int] = (0,),
    ) -> tuple[int, bytes]:
        """Exit status and standard output of one command; raises as `run`."""
        command = ["git", *(part for pair in _OVERRIDES for part in ("-c", pair)), *arguments]
        given: dict[str, bytes | IO[bytes] | int]
        if stdin is None:
            given = {"stdin": subprocess.DEVNULL}
        else:
            given = {"input": stdin} if isinstance(stdin, bytes) else {"stdin": stdin}
        try:
            done = subprocess.run(  # type: ignore[call-overload]  # input and stdin exclude each other
                command,
                cwd=self.folder,
                env=self._environment(index),
                capture_output=True,
                timeout=_TIMEOUT_SECONDS,
                check=False,
                **given,
            )
        except FileNotFoundError:
            raise HistoryUnavailable("git is not installed, or the folder is gone") from None
        except subprocess.TimeoutExpired:
            raise HistoryUnavailable(f"git {arguments[0]} took longer than {_TIMEOUT_SECONDS} s") from None
        if done.returncode not in ok:
            raise GitFailed(arguments, done.returncode, done.stderr.decode("utf-8", "replace"))
        output: bytes = done.stdout
        return done.returncode, output

    def _environment(self, index: Path | None) -> dict[str, str]:
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": "/nonexistent",
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_ALLOW_PROTOCOL": "none",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_LITERAL_PATHSPECS": "1",
            "GIT_COMMITTER_NAME": COMMITTER_NAME,
            "GIT_COMMITTER_EMAIL": COMMITTER_EMAIL,
            "GIT_AUTHOR_NAME": COMMITTER_NAME,
            "GIT_AUTHOR_EMAIL": COMMITTER_EMAIL,
        }
        if self.git_dir is not None:
            # relative where it can be: a git that is at work when the disk is taken away then stays on that disk,
            # instead of making the folders it misses on the bare mount point
            inside = self.git_dir.is_relative_to(self.folder)
            environment["GIT_DIR"] = str(self.git_dir.relative_to(self.folder) if inside else self.git_dir)
            environment["GIT_WORK_TREE"] = "." if inside else str(self.folder)
        if index is not None:
            environment["GIT_INDEX_FILE"] = str(index)
        return environment
