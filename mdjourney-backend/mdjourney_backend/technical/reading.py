"""One read of one file: hashes, size, line count, encoding, head."""

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mdjourney_backend.technical.encoding import EncodingDetector
from mdjourney_backend.technical.mime import mime_type
from mdjourney_contract.problems import Conflict, NotFound

HEAD_BYTES = 4096
_CHUNK = 1 << 20
_OPEN_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | getattr(os, "O_NOCTTY", 0)


class NotAFile(Conflict):
    """A link, folder, FIFO, socket or device stands where a regular file was expected."""

    title = "Not a regular file"


class Sink(Protocol):
    """What receives the bytes while they are hashed."""

    def write(self, data: bytes, /) -> object: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """What one pass over a file tells.

    `size`, `mtime_ns`, `ctime_ns`, `inode`, `device`, `mode` and `uid` are those of the open file before the first byte;
    `stat` is the whole of it; `steady` says that they were the same after the last one and that `size` bytes were read. `encoding` and `lines`
    are None for binary content; an empty file has encoding `us-ascii` and 0 lines.
    """

    sha256: str
    md5: str
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    device: int
    mode: int
    uid: int
    mime_type: str
    encoding: str | None
    lines: int | None
    head: bytes
    steady: bool
    stat: os.stat_result


def read_file(path: Path, tee: Sink | None = None) -> Reading:
    """Read a regular file once, front to back; `tee` is given every byte.

    Raises:
        NotFound: nothing stands at `path`.
        NotAFile: what stands there is a symbolic link or no regular file.
        OSError: the bytes could not be read (or `tee` could not take them).
    """
    descriptor = _open(path)
    try:
        return read_open(descriptor, path.name, tee)
    finally:
        os.close(descriptor)


def read_open(descriptor: int, name: str, tee: Sink | None = None) -> Reading:
    """As `read_file`, of a file that is open already and stands at its first byte; `name` is its basename.

    Raises:
        NotAFile: it is no regular file.
        OSError: the bytes could not be read (or `tee` could not take them).
    """
    before = os.fstat(descriptor)
    if not stat.S_ISREG(before.st_mode):
        raise NotAFile(f"{name} is not a regular file")
    return _read(descriptor, before, name, tee)


def _open(path: Path) -> int:
    try:
        return os.open(path, _OPEN_FLAGS)
    except FileNotFoundError:
        raise NotFound(f"{path} is not there") from None
    except OSError as exc:
        if path.is_symlink():
            raise NotAFile(f"{path} is a symbolic link") from exc
        if not stat.S_ISREG(os.lstat(path).st_mode):
            raise NotAFile(f"{path} is not a regular file") from exc
        raise


def _read(descriptor: int, before: os.stat_result, name: str, tee: Sink | None) -> Reading:
    sha256 = hashlib.sha256()
    md5 = hashlib.md5(usedforsecurity=False)  # DVC's cache key, not a protection
    text = EncodingDetector()
    head, total = b"", 0
    # one byte more than it should have: a short answer then is the end, and a small file costs one small buffer
    step = min(_CHUNK, before.st_size + 1)
    while chunk := os.read(descriptor, step):
        if total == 0:
            head = chunk[:HEAD_BYTES]
        total += len(chunk)
        sha256.update(chunk)
        md5.update(chunk)
        text.feed(chunk)
        if tee is not None:
            tee.write(chunk)
        if len(chunk) < step and total >= before.st_size:
            break
        step = _CHUNK
    after = os.fstat(descriptor)
    encoding = text.encoding()
    return Reading(
        sha256=sha256.hexdigest(),
        md5=md5.hexdigest(),
        size=total,
        mtime_ns=before.st_mtime_ns,
        ctime_ns=before.st_ctime_ns,
        inode=before.st_ino,
        device=before.st_dev,
        mode=before.st_mode,
        uid=before.st_uid,
        mime_type=mime_type(name, head, is_text=encoding is not None),
        encoding=encoding,
        lines=text.lines if encoding is not None else None,
        head=head,
        steady=_same(before, after) and total == after.st_size,
        stat=before,
    )


def _same(before: os.stat_result, after: os.stat_result) -> bool:
    return (before.st_size, before.st_mtime_ns, before.st_ctime_ns) == (
        after.st_size,
        after.st_mtime_ns,
        after.st_ctime_ns,
    )
