"""The folder a document lies in: opened without following a link, locked, and changed by whole files only."""

import contextlib
import errno
import fcntl
import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path, PurePosixPath

from mdjourney_backend.changes import Pieces
from mdjourney_backend.held import Held
from mdjourney_contract.problems import BadRequest, Conflict, DiskFull, MDJourneyError, NotFound, Unavailable

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_LINK = (errno.ELOOP, errno.ENOTDIR)
_OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_LOCK_SECONDS = 30.0
_BUFFER = 1 << 18
_METADATA = ".metadata"


class LinkInTheWay(Conflict):
    """A part of the path is a symbolic link or a file where a folder belongs."""


@dataclass(frozen=True, slots=True)
class Folder:
    """An open folder; every name below is a plain basename inside it."""

    fd: int
    path: str

    @property
    def key(self) -> tuple[int, int]:
        """Its inode and device: what it is known by, wherever it lies."""
        found = os.fstat(self.fd)
        return (found.st_ino, found.st_dev)

    def read(self, name: str) -> bytes:
        """The bytes of a regular file; raises as `look`."""
        return self.look(name)[0]

    def look(self, name: str) -> tuple[bytes, os.stat_result]:
        """The bytes of a regular file, and what stat said of it before they were read; raises as `file`."""
        with self.file(name) as file:
            found = os.fstat(file.fileno())
            return file.readall(), found

    def file(self, name: str) -> FileIO:
        """A regular file, open for reading.

        Raises:
            NotFound: there is none.
            LinkInTheWay: it is a link or not a regular file.
        """
        try:
            fd = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=self.fd)
        except OSError as exc:
            raise translated(exc, f"{self.path}/{name}") from exc
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            os.close(fd)
            raise LinkInTheWay(f"{self.path}/{name} is not a regular file")
        return FileIO(fd)

    def age(self, name: str) -> float | None:
        """Seconds since the file changed last; None when it is gone."""
        try:
            return time.time() - os.stat(name, dir_fd=self.fd, follow_symlinks=False).st_mtime
        except FileNotFoundError:
            return None

    def names(self) -> list[str]:
        """What lies in the folder."""
        return os.listdir(self.fd)  # noqa: PTH208 - by descriptor: the path may be somebody else's by now

    def replace(self, name: str, content: bytes | Pieces) -> os.stat_result | None:
        """Put a whole new file in place of `name`; the old one stays until the new one is on the disk.

        Answers what stat says of the new file; None when somebody put another in its place at once.

        Raises:
            DiskFull, Unavailable: nothing changed.
        """
        temporary = temporary_name(name)
        try:
            inode = self._write_new(temporary, content, self._mode_of(name))
            os.replace(temporary, name, src_dir_fd=self.fd, dst_dir_fd=self.fd)
            found = os.stat(name, dir_fd=self.fd, follow_symlinks=False)
        except OSError as exc:
            with contextlib.suppress(OSError):
                os.unlink(temporary, dir_fd=self.fd)
            raise translated(exc, f"{self.path}/{name}") from exc
        self.sync()
        return found if found.st_ino == inode else None

    def rename(self, name: str, new: str) -> None:
        """Move a file aside inside the folder."""
        os.rename(name, new, src_dir_fd=self.fd, dst_dir_fd=self.fd)
        self.sync()

    def sync(self) -> None:
        """Make renames in the folder last."""
        try:
            os.fsync(self.fd)
        except OSError as exc:
            raise translated(exc, self.path) from exc

    def _mode_of(self, name: str) -> int | None:
        try:
            return stat.S_IMODE(os.stat(name, dir_fd=self.fd, follow_symlinks=False).st_mode)
        except FileNotFoundError:
            return None

    def _write_new(self, name: str, content: bytes | Pieces, mode: int | None) -> int:
        """The inode of the new file."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name, dir_fd=self.fd)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with open(os.open(name, flags, 0o666, dir_fd=self.fd), "wb", buffering=_BUFFER) as file:
            if mode is not None:
                os.fchmod(file.fileno(), mode)
            for part in content.parts if isinstance(content, Pieces) else (content,):
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
            return os.fstat(file.fileno()).st_ino


def temporary_name(name: str) -> str:
    """The one temporary file a document can have; a leftover of a killed save is overwritten by the next."""
    return f".{name}.saving"


@contextlib.contextmanager
def opened(root: Path | Held, path: str, *, make: bool = False) -> Iterator[Folder]:
    """Open the folder `path` (POSIX, relative to `root`) step by step, following no link. What lies in a held folder is
    opened from there, wherever that lies by now.

    With `make`, missing folders from `.metadata` on are created; the folder that holds `.metadata` never is.

    Raises:
        NotFound: a folder is missing.
        LinkInTheWay: a link or a file stands where a folder belongs.
        BadRequest: the path is not plain.
    """
    parts = plain_parts(path)
    inside = root.inside(path) if isinstance(root, Held) else None
    if isinstance(root, Held) and inside is not None:
        fd, first = os.dup(root.fd), len(parts) - len(plain_parts(inside))
    else:
        base = root.root if isinstance(root, Held) else root
        fd, first = os.open(base, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC), 0
    try:
        may_make = False
        for i, part in enumerate(parts[first:], first):
            may_make = may_make or (make and part == _METADATA)
            inner = _step(fd, part, "/".join(parts[: i + 1]), make=may_make)
            os.close(fd)
            fd = inner
        yield Folder(fd, path)
    finally:
        os.close(fd)


def _step(fd: int, part: str, shown: str, *, make: bool) -> int:
    if make:
        try:
            os.mkdir(part, dir_fd=fd)
            os.fsync(fd)
        except FileExistsError:
            pass
        except OSError as exc:
            raise translated(exc, shown) from exc
    try:
        return os.open(part, _OPEN_FOLDER, dir_fd=fd)
    except OSError as exc:
        raise translated(exc, shown) from exc


def plain_parts(path: str) -> tuple[str, ...]:
    """The parts of a relative POSIX path.

    Raises:
        BadRequest: absolute, empty, or with `.`, `..` or NUL in it.
    """
    parts = tuple(path.split("/"))
    if not path or any(p in ("", ".", "..") or "\0" in p for p in parts):
        raise BadRequest(f"{path!r} is not a plain relative path")
    return PurePosixPath(path).parts


@contextlib.contextmanager
def locked(root: Path | Held, path: str, *, make: bool = False) -> Iterator[Folder]:
    """Hold the folder's lock: `flock` on the folder itself, so that no lock file lies anywhere and a rename keeps it.

    A file system that cannot lock folders (NFS) gets a lock file under `.mdjourney/locks/`, named by the inode.

    Raises:
        Unavailable: somebody held it for half a minute.
    """
    end = time.monotonic() + _LOCK_SECONDS
    while True:
        with opened(root, path, make=make) as folder, _flock(root, folder, end):
            if os.fstat(folder.fd).st_nlink > 0:
                yield folder
                return
        if time.monotonic() > end:
            raise Unavailable(f"{path} keeps disappearing")


@contextlib.contextmanager
def _flock(root: Path | Held, folder: Folder, end: float) -> Iterator[None]:
    try:
        _wait_for(folder.fd, folder.path, end)
    except OSError as exc:
        if exc.errno not in (errno.EBADF, errno.ENOLCK, errno.EINVAL, errno.ENOTSUP):
            raise translated(exc, folder.path) from exc
        with _lock_file(root, folder) as fd:
            _wait_for(fd, folder.path, end)
            yield
        return
    yield  # the lock ends when the folder is closed


def _wait_for(fd: int, path: str, end: float) -> None:
    pause = 0.0005
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise Unavailable(f"{path} is being saved by somebody else; try again") from None
            time.sleep(pause)
            pause = min(pause * 1.5, 0.02)
        else:
            return


@contextlib.contextmanager
def _lock_file(root: Path | Held, folder: Folder) -> Iterator[int]:
    locks = (root.root if isinstance(root, Held) else root) / ".mdjourney" / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    fd = os.open(locks / str(os.fstat(folder.fd).st_ino), flags, 0o666)
    try:
        yield fd
    finally:
        os.close(fd)


def translated(exc: OSError, path: str) -> MDJourneyError:
    """What to tell a person about a failed file operation."""
    if exc.errno in _FULL:
        return DiskFull(f"{path} was not saved: {os.strerror(exc.errno)}; the version before is untouched")
    if exc.errno == errno.ENOENT:
        return NotFound(f"{path} is not there")
    if exc.errno in _LINK:
        return LinkInTheWay(f"{path} is a link or a file where a folder of ours belongs; it is left alone")
    reason = os.strerror(exc.errno) if exc.errno else str(exc)
    return Unavailable(f"{path}: {reason}")
