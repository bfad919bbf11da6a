"""Puts a local override in its place in the tree, or takes it away: whole or not at all, never through a link."""

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import orjson

from mdjourney_backend.schemas.faults import Content
from mdjourney_backend.schemas.override import MAX_BYTES
from mdjourney_backend.schemas.resolution import OVERRIDES
from mdjourney_contract.problems import Conflict, DiskFull, NotFound, Unavailable

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def path_of(name: str) -> str:
    """Where the override of a name lies, relative to the tree."""
    return f"{OVERRIDES}/{name}.json"


def get(root: Path, name: str) -> bytes:
    """The text of an override as it lies in the tree, whether it can be used or not.

    Raises:
        NotFound: there is none.
        Conflict: a link stands in its place.
        Unavailable: it cannot be read, or is larger than an override may be.
    """
    with _told(name), _folder(root, name, make=False) as folder:
        fd = os.open(
            name.rpartition("/")[2] + ".json",
            os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC,
            dir_fd=folder,
        )
        with open(fd, "rb") as file:
            if not stat.S_ISREG(os.fstat(fd).st_mode):
                raise Conflict(f"{path_of(name)} is no regular file")
            raw = file.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise Unavailable(f"{path_of(name)} is larger than the {MAX_BYTES} bytes an override may have")
    return raw


def put(root: Path, name: str, body: Content) -> bytes:
    """Write an override that was checked before; the bytes on disk.

    Raises:
        Conflict: a link stands where a folder belongs.
        DiskFull, Unavailable: the old one is untouched.
    """
    raw = orjson.dumps(body, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    base = name.rpartition("/")[2] + ".json"
    temporary = f".{base}.{os.getpid()}.saving"
    with _told(name), _folder(root, name, make=True) as folder:
        try:
            fd = os.open(
                temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o666, dir_fd=folder
            )
            with open(fd, "wb") as file:
                file.write(raw)
                file.flush()
                os.fsync(fd)
            os.replace(temporary, base, src_dir_fd=folder, dst_dir_fd=folder)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(temporary, dir_fd=folder)
            raise
        os.fsync(folder)
    return raw


def remove(root: Path, name: str) -> None:
    """Take an override away; the packaged schema applies again.

    Raises:
        NotFound: there is none.
    """
    with _told(name), _folder(root, name, make=False) as folder:
        os.unlink(name.rpartition("/")[2] + ".json", dir_fd=folder)
        os.fsync(folder)


@contextlib.contextmanager
def _folder(root: Path, name: str, *, make: bool) -> Iterator[int]:
    """The folder an override lies in, opened step by step."""
    fd = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in (OVERRIDES, *name.split("/")[:-1]):
            if make:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(part, dir_fd=fd)
            inner = os.open(part, _FOLDER, dir_fd=fd)
            os.close(fd)
            fd = inner
        yield fd
    finally:
        os.close(fd)


@contextlib.contextmanager
def _told(name: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise NotFound(f"There is no local override of {name}") from None
    except OSError as exc:
        if exc.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(f"{path_of(name)} was not saved: the disk is full") from exc
        if exc.errno in (errno.ELOOP, errno.ENOTDIR):
            raise Conflict(
                f"{path_of(name)}: a link or a file stands where a folder of ours belongs"
            ) from exc
        raise Unavailable(f"{path_of(name)}: {exc.strerror}") from exc
