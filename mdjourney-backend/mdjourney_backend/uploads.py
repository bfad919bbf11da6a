"""A file on its way into a dataset: collected under a name capture ignores, then given its own name at once."""

import contextlib
import fcntl
import hashlib
import os
import stat
import time
from pathlib import Path
from typing import Final, Literal

from mdjourney_backend.documents.folder import plain_parts, translated
from mdjourney_contract.problems import BadRequest, Conflict, DiskFull, TooLarge

#: Bytes left free on the disk whatever is uploaded.
RESERVE = 256 * 1024 * 1024
#: The largest file that may be uploaded, in bytes.
LIMIT = 1 << 40
#: How often the free space is looked at while bytes come in, in bytes.
_LOOK_EVERY: Final = 64 * 1024 * 1024
#: Parts that nobody went on with for so long are removed by the next upload into their folder, in seconds.
KEPT_SECONDS: Final = 7 * 86400
_ENDING: Final = ".upload.part"

#: The whole file in one request, a part of it, only the question how much is there, or that nothing more will come.
Mode = Literal["whole", "part", "ask", "drop"]


class Upload:
    """One request's part of an upload to `path` of `dataset` (POSIX; the dataset relative to `root`). `open`, `write` ..., `finish`, always `close`; each may block.

    What came of a file sent in parts waits for the rest. What came of a file sent as a whole is gone, folders made for
    it too, when it did not become whole. `received` counts the bytes of the file that are on disk.
    """

    def __init__(
        self, root: Path, dataset: str, path: str, *, mode: Mode, first: int = 0, total: int | None = None
    ) -> None:
        self._root = root
        self._folders = (*plain_parts(dataset), *plain_parts(path)[:-1])
        self._inside = len(plain_parts(dataset))
        self._name = plain_parts(path)[-1]
        self._temporary = f".{hashlib.sha256(os.fsencode(self._name)).hexdigest()[:32]}{_ENDING}"
        self._path = path
        self._mode, self._first, self._total = mode, first, total
        self._fds: list[int] = []
        self._made: list[int] = []
        self._fd = -1
        self._whole = self._useless = False
        self._looked_at = 0
        self.received = 0

    @property
    def _folder(self) -> int:
        return self._fds[-1]

    def open(self) -> "Upload":
        """Take the place: nobody else may upload it at the same moment.

        Raises:
            TooLarge, DiskFull: it may not be as large, or would not fit; not a byte was taken.
            Conflict: the file exists (`existing` has its size), somebody else uploads it, a link is in the way, or the
                range does not follow what is there (`received` says where to go on).
        """
        if self._total is not None and self._total > LIMIT:
            raise TooLarge(f"{self._path} has {self._total} bytes; a file may have {LIMIT}")
        try:
            if self._walk():
                self._refuse_existing()
                self._take()
                self._find_place()
        except OSError as exc:
            self.close()
            raise translated(exc, self._path) from exc
        except BaseException:
            self.close()
            raise
        return self

    def write(self, chunk: bytes) -> None:
        """Append.

        Raises:
            TooLarge: more than announced, or than a file may have.
            DiskFull: the disk is as full as uploads may make it.
        """
        if self.received + len(chunk) > (LIMIT if self._total is None else self._total):
            announced = (
                f"was announced with {self._total}" if self._total is not None else f"may have {LIMIT}"
            )
            raise TooLarge(f"{self._path} {announced} bytes and has more")
        if self.received - self._looked_at >= _LOOK_EVERY:
            self._refuse_too_large(self.received)
        try:
            rest = memoryview(chunk)
            while rest:
                rest = rest[os.write(self._fd, rest) :]
        except OSError as exc:
            raise translated(exc, self._path) from exc
        self.received += len(chunk)

    def finish(self) -> bool:
        """Whether the file is whole; then it has its name and is on the disk.

        Raises:
            BadRequest: a file sent as a whole ended early.
            Conflict: a file of its name came into being meanwhile.
        """
        if self._mode == "drop" or (self._mode == "ask" and self.received == 0):
            return False
        if self._total is not None and self.received < self._total:
            if self._mode == "whole":
                raise BadRequest(f"{self._path} ended after {self.received} of {self._total} bytes")
            return False
        try:
            os.fsync(self._fd)
            os.link(self._temporary, self._name, src_dir_fd=self._folder, dst_dir_fd=self._folder)
            self._whole = True
            os.unlink(self._temporary, dir_fd=self._folder)
            os.fsync(self._folder)
        except FileExistsError:
            raise self._exists() from None
        except OSError as exc:
            raise translated(exc, self._path) from exc
        return True

    def close(self) -> None:
        """Let go of the place; of a file sent as a whole that did not become whole nothing stays."""
        if self._fd >= 0:
            if not self._whole and (self._mode in ("whole", "drop") or self.received == 0 or self._useless):
                self._remove()
            os.close(self._fd)
        if not self._whole:
            self._unmake()
        for fd in self._fds:
            os.close(fd)
        self._fd, self._fds = -1, []

    def _walk(self) -> bool:
        """Open the folders down to the file's, making those that are missing in the dataset; False where one is missing
        and nothing is to be made."""
        self._fds.append(os.open(self._root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
        making = self._mode in ("whole", "part")
        for level, part in enumerate(self._folders):
            if level >= self._inside and making:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(part, dir_fd=self._folder)
                    self._made.append(level)
            try:
                self._fds.append(os.open(part, flags, dir_fd=self._folder))
            except FileNotFoundError:
                if level < self._inside or making:
                    raise
                return False
        return True

    def _unmake(self) -> None:
        """Remove the folders made for the file, as far as nothing lies in them."""
        for level in reversed(self._made):
            with contextlib.suppress(OSError):
                os.rmdir(self._folders[level], dir_fd=self._fds[level])

    def _take(self) -> None:
        """Open the file that collects, and lock it."""
        self._sweep()
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
        while True:
            taken = os.open(self._temporary, flags, 0o666, dir_fd=self._folder)
            try:
                fcntl.flock(taken, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(taken)
                raise Conflict(f"{self._path} is being uploaded by somebody else", retry_after=5) from None
            if self._is_named(taken):
                break
            os.close(taken)  # whoever held it before has just finished with it
        if not stat.S_ISREG(os.fstat(taken).st_mode):
            os.close(taken)
            raise Conflict(f"{self._path}: something else lies in the way")
        self._fd = taken
        try:
            self._refuse_existing()
        except Conflict:
            self._useless = True
            raise

    def _is_named(self, fd: int) -> bool:
        try:
            found = os.stat(self._temporary, dir_fd=self._folder, follow_symlinks=False)
        except FileNotFoundError:
            return False
        return os.path.samestat(found, os.fstat(fd))

    def _sweep(self) -> None:
        """Remove parts in the folder that were given up long ago."""
        for name in os.listdir(self._folder):  # noqa: PTH208 - by descriptor
            if not name.endswith(_ENDING) or not name.startswith("."):
                continue
            with contextlib.suppress(OSError):
                seen = os.stat(name, dir_fd=self._folder, follow_symlinks=False)
                if stat.S_ISREG(seen.st_mode) and time.time() - seen.st_mtime > KEPT_SECONDS:
                    os.unlink(name, dir_fd=self._folder)

    def _remove(self) -> None:
        with contextlib.suppress(OSError):
            os.unlink(self._temporary, dir_fd=self._folder)

    def _refuse_existing(self) -> None:
        try:
            os.stat(self._name, dir_fd=self._folder, follow_symlinks=False)
        except FileNotFoundError:
            return
        raise self._exists()

    def _exists(self) -> Conflict:
        size = None
        with contextlib.suppress(OSError):
            seen = os.stat(self._name, dir_fd=self._folder, follow_symlinks=False)
            size = seen.st_size if stat.S_ISREG(seen.st_mode) else None
        message = f"{self._path} exists already; data files are never changed from here"
        return Conflict(message, existing={"size": size})

    def _find_place(self) -> None:
        seen = os.fstat(self._fd)
        self.received = seen.st_size
        if self._mode == "part" and self._first not in (0, seen.st_size):
            message = f"{self._path}: {seen.st_size} bytes are here, the range begins at {self._first}"
            raise Conflict(message, received=seen.st_size)
        if self._mode in ("whole", "drop") or (self._mode == "part" and self._first == 0):
            os.ftruncate(self._fd, 0)
            self.received = 0
        os.lseek(self._fd, self.received, os.SEEK_SET)
        if self._total is not None and self.received > self._total:
            raise BadRequest(f"{self._path}: {self.received} bytes are here already, more than {self._total}")
        self._refuse_too_large(self.received)

    def _refuse_too_large(self, received: int) -> None:
        self._looked_at = received
        if self._mode in ("ask", "drop"):
            return
        disk = os.fstatvfs(self._folder)
        free = disk.f_bavail * disk.f_frsize - RESERVE
        coming = _LOOK_EVERY if self._total is None else self._total - received
        if coming > free and (self._total is not None or free <= 0):
            raise DiskFull(f"{self._path} needs {coming} bytes more, {max(free, 0)} are free for uploads")
