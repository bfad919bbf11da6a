"""Files that appear whole or not at all, and the end of those whose writers were killed."""

import contextlib
import os
import re
import socket
import stat
import uuid
from collections.abc import Callable
from pathlib import Path


def write_whole(path: Path, content: str | bytes, mode: int | None = None, *, only_new: bool = False) -> None:
    """Put a text or bytes in their place, on the disk, in one step.

    Args:
        mode: narrowed by the umask; None keeps that of the file there is, and is as for any new file where there is none.
        only_new: leave what is there already.

    Raises:
        OSError: it was not written; nothing is left.
    """
    temporary = path.with_name(f".{path.name}.{socket.gethostname()}.{os.getpid()}.{uuid.uuid4().hex}")
    kept = _mode_of(path) if mode is None else None
    raw = content.encode() if isinstance(content, str) else content
    try:
        descriptor = os.open(
            temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666 if mode is None else mode
        )
        with open(descriptor, "wb") as file:
            if kept is not None:
                os.fchmod(descriptor, kept)
            file.write(raw)
            file.flush()
            os.fsync(descriptor)
        if not only_new:
            temporary.replace(path)
            return
        with contextlib.suppress(FileExistsError):
            os.link(temporary, path)
        temporary.unlink()
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def _mode_of(path: Path) -> int | None:
    try:
        return stat.S_IMODE(path.lstat().st_mode)
    except FileNotFoundError:
        return None


def clear(folder: Path, ours: Callable[[str], bool]) -> None:
    """Remove what writers on this host, who were killed, left half written; `ours` knows the names they would have had."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if entry.name.startswith(".")]
    except OSError:  # not there, or the disk is away: somebody else will say so
        return
    here = re.compile(rf"\.(.+)\.{re.escape(socket.gethostname())}\.(\d+)\.[0-9a-f]{{32}}")
    for name in names:
        made = here.fullmatch(name)
        if made is not None and ours(made[1]) and not _lives(int(made[2])):
            (folder / name).unlink(missing_ok=True)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
