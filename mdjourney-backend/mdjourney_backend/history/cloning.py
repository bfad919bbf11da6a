"""Sharing the blocks of one file with another, where the file system can (Btrfs, XFS)."""

import errno
import os
from pathlib import Path

_FICLONE = 0x40049409
_NO_CLONE = {
    errno.EOPNOTSUPP,
    errno.EXDEV,
    errno.EINVAL,
    errno.ENOTTY,
    errno.ENOSYS,
    errno.EPERM,
    errno.EACCES,
}


def clone(origin: int, target: int) -> None:
    """Let the open file `target` share all blocks of `origin`; raises OSError where that cannot be."""
    import fcntl

    fcntl.ioctl(target, _FICLONE, origin)


def can_clone(folder: Path) -> bool:
    """Whether files in a folder can be cloned; makes it when it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    source, copy = (folder / f"mdj-{os.getpid()}-{number}" for number in (0, 1))
    try:
        source.write_bytes(b"x" * 4096)
        with source.open("rb") as origin, copy.open("wb") as out:
            clone(origin.fileno(), out.fileno())
    except OSError as exc:
        if exc.errno in _NO_CLONE:
            return False
        raise
    else:
        return True
    finally:
        source.unlink(missing_ok=True)
        copy.unlink(missing_ok=True)
