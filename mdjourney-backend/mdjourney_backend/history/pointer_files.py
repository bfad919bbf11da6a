"""Pointer files in open folders: found, read, written and removed where the folder lies, wherever that is by now."""

import contextlib
import os
import re
import secrets
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mdjourney_backend.held import FOLDER, open_folder

#: What a pointer is called until it is whole.
_PART: Final = re.compile(r"\.mdj-[0-9a-f]{12}\.tmp")
_NOT_DATA: Final = frozenset({".metadata", ".mdjourney", ".git", ".dvc", ".template_schemas"})
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_WRITE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Met:
    """A pointer or `dvc.yaml`: its path below the folder looked at, its bytes, and what changes when it does."""

    path: str
    raw: bytes
    stamp: tuple[int, int, int]


def met(folder: int, *, deep: bool, inside: str = "") -> Iterator[Met]:
    """Those in an open folder, and with `deep` in those below it where data lies. Links are none. With `deep`, what a
    writer who was killed left is removed: a tree has one writer of pointers.

    Raises:
        OSError: a folder could not be listed, or a file not read.
    """
    below: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name
            if name.endswith(".dvc") or name == "dvc.yaml":
                if entry.is_file(follow_symlinks=False):
                    yield _read(folder, inside, name)
            elif deep and _PART.fullmatch(name):
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(name, dir_fd=folder)
            elif deep and name not in _NOT_DATA and entry.is_dir(follow_symlinks=False):
                below.append(name)
    for name in below:
        inner = os.open(name, FOLDER, dir_fd=folder)
        try:
            yield from met(inner, deep=True, inside=f"{inside}{name}/")
        finally:
            os.close(inner)


def _read(folder: int, inside: str, name: str) -> Met:
    with open(os.open(name, _READ, dir_fd=folder), "rb") as file:
        found = os.fstat(file.fileno())
        return Met(inside + name, file.read(), (found.st_mtime_ns, found.st_size, found.st_ino))


def put(folder: int, path: str, text: bytes) -> None:
    """Put a whole file in its place below an open folder; it lasts once the cache is flushed.

    Raises:
        OSError: what was there still is.
    """
    with _beside(folder, path) as (beside, name):
        part = f".mdj-{secrets.token_hex(6)}.tmp"
        try:
            with open(os.open(part, _WRITE, 0o666, dir_fd=beside), "wb") as out:
                with contextlib.suppress(FileNotFoundError):
                    there = os.stat(name, dir_fd=beside, follow_symlinks=False)
                    os.fchmod(out.fileno(), stat.S_IMODE(there.st_mode))
                out.write(text)
            os.replace(part, name, src_dir_fd=beside, dst_dir_fd=beside)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(part, dir_fd=beside)
            raise


def remove(folder: int, path: str) -> None:
    """Remove a file below an open folder, if it is there."""
    with contextlib.suppress(FileNotFoundError), _beside(folder, path) as (beside, name):
        os.unlink(name, dir_fd=beside)


@contextlib.contextmanager
def _beside(folder: int, path: str) -> Iterator[tuple[int, str]]:
    """The folder a path below an open folder lies in, and the name in it."""
    inside, _, name = path.rpartition("/")
    descriptor = open_folder(folder, inside)
    try:
        yield descriptor, name
    finally:
        os.close(descriptor)
