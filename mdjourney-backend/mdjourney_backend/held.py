"""A folder of the tree held open: what is read and written through it stays in it, wherever it is moved meanwhile."""

import contextlib
import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

#: How a folder is opened: a link in its place is refused.
FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class Elsewhere(FileNotFoundError):
    """The folder that was decided about does not lie at its path any more; another may lie there."""


@dataclass(frozen=True, slots=True)
class Held:
    """An open folder. `path` is where it was found, relative to `root`; it may lie elsewhere by now."""

    root: Path
    path: str
    fd: int
    inode: int
    dev: int

    def parent(self) -> int:
        """The inode of the folder it lies in now."""
        return os.stat("..", dir_fd=self.fd).st_ino

    def stat(self) -> os.stat_result:
        """What stat says of it now."""
        return os.fstat(self.fd)

    def inside(self, path: str) -> str | None:
        """The rest of a path (relative to the root) below the folder; None for one that does not lie in it."""
        return path.removeprefix(f"{self.path}/") if path.startswith(f"{self.path}/") else None


def open_folder(root: str | os.PathLike[str] | int, path: str) -> int:
    """A descriptor of the folder `path` (POSIX, relative to `root`, may be empty), opened step by step so that no link
    swapped in on the way leads outside; the caller closes it.

    Raises:
        OSError: a part is missing, or is no folder (ENOTDIR or ELOOP for a link).
    """
    # the root itself was resolved when the session began; only what lies below is not to be trusted
    descriptor = os.dup(root) if isinstance(root, int) else os.open(root, FOLDER & ~os.O_NOFOLLOW)
    for part in path.split("/") if path else ():
        try:
            inner = os.open(part, FOLDER, dir_fd=descriptor)
        finally:
            os.close(descriptor)
        descriptor = inner
    return descriptor


@contextlib.contextmanager
def held(root: Path, path: str, known: tuple[int, int] | None = None) -> Iterator[Held]:
    """Hold a folder open; `known` is the inode and device it must have.

    Raises:
        Elsewhere: none lies there, or another one.
        OSError: it cannot be opened.
    """
    try:
        descriptor = open_folder(root, path)
    except (FileNotFoundError, NotADirectoryError) as exc:
        raise _elsewhere(path) from exc
    try:
        found = os.fstat(descriptor)
        if known is not None and not is_known(found, known):
            raise _elsewhere(path)
        yield Held(root, path, descriptor, found.st_ino, found.st_dev)
    finally:
        os.close(descriptor)


def is_known(found: os.stat_result, known: tuple[int, int]) -> bool:
    """Whether a folder is the one with that inode and device."""
    return (found.st_ino, found.st_dev) == known


def _elsewhere(path: str) -> Elsewhere:
    return Elsewhere(errno.ENOENT, "the folder was moved or removed just now", path)
