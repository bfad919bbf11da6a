"""Unreadable documents: waited for, moved aside, restored from history, never treated as empty."""

import logging
import os
import time
from collections.abc import Callable
from datetime import datetime

from mdjourney_backend.documents.folder import Folder
from mdjourney_backend.strict_json import Unreadable, parse
from mdjourney_contract.problems import Conflict

_log = logging.getLogger(__name__)
_MARK = ".corrupt-"


class Quarantine:
    """What was moved aside in one tree since the start."""

    def __init__(
        self, clock: Callable[[], datetime], recover: Callable[[str], bytes | None], patience: float
    ) -> None:
        self._clock = clock
        self._recover = recover
        self._patience = patience
        self.moved: list[str] = []

    def settle(self, folder: Folder, name: str, fault: Unreadable) -> bytes:
        """The readable bytes of a file that was unreadable: what its writer finished, else history's last.

        The broken file is moved aside as `<name>.corrupt-<time>`; the folder is locked.

        Raises:
            Conflict: history has none either.
        """
        good = self._finished(folder, name)
        if good is not None:
            return good
        aside = f"{name}{_MARK}{self._clock():%Y%m%dT%H%M%S%fZ}"
        path = f"{folder.path}/{name}"
        good = _readable(self._recover(path))
        folder.rename(name, aside)
        self.moved.append(f"{folder.path}/{aside}")
        _log.error("%s cannot be read (%s); moved aside as %s", path, fault.detail, aside)
        if good is None:
            raise Conflict(_unreadable(path, aside, fault.detail))
        folder.replace(name, good)
        return good

    def refuse_if_moved_aside(self, folder: Folder, name: str) -> None:
        """A document whose last version was moved aside is not written anew.

        Raises:
            Conflict: such a version lies there.
        """
        aside = [n for n in folder.names() if n.startswith(name + _MARK)]
        if not aside:
            return
        path = f"{folder.path}/{name}"
        good = _readable(self._recover(path))
        if good is None:
            raise Conflict(_unreadable(path, min(aside), "no strict JSON"))

    def tidy(self, folder: Folder) -> None:
        """Remove temporary files of killed saves; note what was moved aside before this start."""
        for name in folder.names():
            path = f"{folder.path}/{name}"
            if name.startswith(".") and name.endswith(".saving"):
                os.unlink(name, dir_fd=folder.fd)
            elif _MARK in name and path not in self.moved:
                self.moved.append(path)

    def _finished(self, folder: Folder, name: str) -> bytes | None:
        """Wait until the file has been still for a while; its bytes if they became readable."""
        while True:
            good = _readable(folder.read(name))
            if good is not None:
                return good
            age = folder.age(name)
            if age is None or not 0 <= age < self._patience:
                return None
            time.sleep(min(0.05, self._patience - age))


def _readable(raw: bytes | None) -> bytes | None:
    if raw is None:
        return None
    try:
        return raw if isinstance(parse(raw), dict) else None
    except Unreadable:
        return None


def _unreadable(path: str, aside: str, why: str) -> str:
    return (
        f"{path} could not be read ({why}) and history has no earlier version; it was moved aside as {aside}. "
        f"Repair that file and move it back, or delete it to start anew"
    )
