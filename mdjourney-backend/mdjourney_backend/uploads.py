"""A file on its way into a dataset: collected under a name capture ignores, then given its own name at once."""

import contextlib
import fcntl
import os
import stat
from pathlib import Path
from typing import Literal

from mdjourney_backend.documents.folder import plain_parts, translated
from mdjourney_contract.problems import BadRequest, Conflict, DiskFull, TooLarge

#: Bytes left free on the disk whatever is uploaded.
RESERVE = 256 * 1024 * 1024


#: The whole file in one request, a part of it, or only the question how much is there.
Mode = Literal["whole", "part", "ask"]


class Upload:
    """One request's part of an upload to `path` of `dataset` (POSIX; the dataset relative to `root`). `open`, `write` ..., `finish`, always `close`; each may block.

    `received` counts the bytes of the file that are on disk.
    """

    def __init__(
        self, root: Path, dataset: str, path: str, *, mode: Mode, first: int = 0, total: int | None = None
    ) -> None:
        self._root = root
        self._folders = (*plain_parts(dataset), *plain_parts(path)[:-1])
        self._inside = len(plain_parts(dataset))
        self._name = plain_parts(path)[-1]
        self._temporary = f".{self._name[:200]}.upload.part"
        self._path = path
        self._mode, self._first, self._total = mode, first, total
        self._folder = self._fd = -1
        self.received = 0

    def open(self) -> "Upload":
        """Take the place: nobody else may upload it at the same moment.

        Raises:
            Conflict: the file exists, somebody else uploads it, a link is in the way, or the range does not follow
                what is there (`received` says where to go on).
            DiskFull: it would not fit.
        """
        try:
            self._folder = self._walk()
            self._refuse_existing()
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            self._fd = os.open(self._temporary, flags, 0o666, dir_fd=self._folder)
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.close()
            raise Conflict(f"{self._path} is being uploaded by somebody else") from None
        except OSError as exc:
            self.close()
            raise translated(exc, self._path) from exc
        try:
            self._find_place()
        except BaseException:
            self.close()
            raise
        return self

    def write(self, chunk: bytes) -> None:
        """Append."""
        if self._total is not None and self.received + len(chunk) > self._total:
            raise TooLarge(f"{self._path} was announced with {self._total} bytes and has more")
        try:
            rest = memoryview(chunk)
            while rest:
                rest = rest[os.write(self._fd, rest) :]
        except OSError as exc:
            raise translated(exc, self._path) from exc
        self.received += len(chunk)

    def finish(self) -> bool:
        """Whether the file is whole; then it has its name and is on the disk."""
        if self._total is not None and self.received < self._total:
            return False
        try:
            os.fsync(self._fd)
            os.link(self._temporary, self._name, src_dir_fd=self._folder, dst_dir_fd=self._folder)
            os.unlink(self._temporary, dir_fd=self._folder)
            os.fsync(self._folder)
        except FileExistsError:
            raise self._exists() from None
        except OSError as exc:
            raise translated(exc, self._path) from exc
        return True

    def close(self) -> None:
        """Let go of the place; what was received stays for the next request."""
        for fd in (self._fd, self._folder):
            if fd >= 0:
                with contextlib.suppress(OSError):
                    os.close(fd)
        self._fd = self._folder = -1

    def _walk(self) -> int:
        fd = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            for level, part in enumerate(self._folders):
                if level >= self._inside:
                    with contextlib.suppress(FileExistsError):
                        os.mkdir(part, dir_fd=fd)
                inner = os.open(part, flags, dir_fd=fd)
                os.close(fd)
                fd = inner
        except OSError:
            os.close(fd)
            raise
        return fd

    def _refuse_existing(self) -> None:
        try:
            os.stat(self._name, dir_fd=self._folder, follow_symlinks=False)
        except FileNotFoundError:
            return
        raise self._exists()

    def _exists(self) -> Conflict:
        return Conflict(f"{self._path} exists already; data files are never changed from here")

    def _find_place(self) -> None:
        seen = os.fstat(self._fd)
        if not stat.S_ISREG(seen.st_mode):
            raise Conflict(f"{self._path}: something else lies in the way")
        self.received = seen.st_size
        if self._mode == "part" and self._first not in (0, seen.st_size):
            message = f"{self._path}: {seen.st_size} bytes are here, the range begins at {self._first}"
            raise Conflict(message, received=seen.st_size)
        if self._mode != "ask" and self._first == 0:
            os.ftruncate(self._fd, 0)
            self.received = 0
        os.lseek(self._fd, self.received, os.SEEK_SET)
        self._refuse_too_large()

    def _refuse_too_large(self) -> None:
        if self._total is None:
            return
        if self.received > self._total:
            raise BadRequest(f"{self._path}: {self.received} bytes are here already, more than {self._total}")
        disk = os.fstatvfs(self._folder)
        free = disk.f_bavail * disk.f_frsize
        if self._total - self.received > free - RESERVE:
            raise DiskFull(
                f"{self._path} has {self._total} bytes, {max(free - RESERVE, 0)} are free for uploads"
            )
