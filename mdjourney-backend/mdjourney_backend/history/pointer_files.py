"""Pointer files in open folders: found, read, written and removed where the folder lies, wherever that is by now."""

import contextlib
import hashlib
import os
import re
import secrets
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from typing import Final

from mdjourney_backend.held import FOLDER, open_folder
from mdjourney_backend.history import pointer_yaml

#: What a pointer is called until it is whole.
_PART: Final = re.compile(r"\.mdj-[0-9a-f]{12}\.tmp")
_NOT_DATA: Final = frozenset({".metadata", ".mdjourney", ".git", ".dvc", ".template_schemas"})
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_WRITE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_PIECE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Met:
    """A pointer or `dvc.yaml`: its path below the folder looked at, and what changes when it does (mtime in ns, size,
    inode).

    `ours`: we wrote it; `of_dataset`: as the one of a whole dataset; `blank`: nothing but zeros, as what a power failure
    leaves of a new file. `raw` are its bytes, None where it is too large for a pointer of people; of such a one that is
    ours there is the SHA-256.
    """

    path: str
    stamp: tuple[int, int, int]
    ours: bool = False
    of_dataset: bool = False
    blank: bool = False
    raw: bytes | None = None
    sha256: str = ""

    @property
    def size(self) -> int:
        """In bytes."""
        return self.stamp[1]

    def holds(self, text: bytes) -> bool:
        """Whether one of ours has exactly these bytes."""
        if self.raw is not None:
            return self.raw == text
        return self.size == len(text) and self.sha256 == hashlib.sha256(text).hexdigest()


def met(folder: int, *, deep: bool, inside: str = "", torn: int = 0) -> Iterator[Met]:
    """Those in an open folder, and with `deep` in those below it where data lies. Links are none. With `deep`, what a
    writer who was killed left is removed: a tree has one writer of pointers.

    Data that is called like a pointer is never held in memory: larger than any pointer of people, it is read to its end
    only if it begins as ours do, or with zeros and is no larger than `torn` bytes.

    Raises:
        OSError: a folder could not be listed, or a file not read.
    """
    below: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name
            if name.endswith(".dvc") or name == "dvc.yaml":
                if entry.is_file(follow_symlinks=False):
                    yield _read(folder, inside, name, torn)
            elif deep and _PART.fullmatch(name):
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(name, dir_fd=folder)
            elif deep and name not in _NOT_DATA and entry.is_dir(follow_symlinks=False):
                below.append(name)
    for name in below:
        inner = os.open(name, FOLDER, dir_fd=folder)
        try:
            yield from met(inner, deep=True, inside=f"{inside}{name}/", torn=torn)
        finally:
            os.close(inner)


def _read(folder: int, inside: str, name: str, torn: int) -> Met:
    with open(os.open(name, _READ, dir_fd=folder), "rb") as file:
        found = os.fstat(file.fileno())
        stamp, path = (found.st_mtime_ns, found.st_size, found.st_ino), inside + name
        if found.st_size > pointer_yaml.MAX_BYTES:
            return _met_large(file, path, stamp, torn)
        raw = file.read(found.st_size)  # no more of one that grows
    ours = pointer_yaml.is_ours(raw)
    blank = not raw.strip(b"\0")
    return Met(path, stamp, ours, ours and pointer_yaml.is_of_dataset(raw), blank, raw)


def _met_large(file: BufferedReader, path: str, stamp: tuple[int, int, int], torn: int) -> Met:
    head = file.peek(pointer_yaml.HEAD_BYTES)
    if not pointer_yaml.begins_as_ours(head) or (pointer_yaml.is_torn(head) and stamp[1] > torn):
        return Met(path, stamp)
    digest, seen, left = hashlib.sha256(), pointer_yaml.Seen(), stamp[1]
    while left > 0 and (piece := file.read(min(left, _PIECE))):
        digest.update(piece)
        seen.show(piece)
        left -= len(piece)
    return Met(path, stamp, seen.mark, seen.of_dataset, seen.blank, None, digest.hexdigest())


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
