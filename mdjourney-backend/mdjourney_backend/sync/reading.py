"""Reads one document of a tree as it is on disk now, following no link on the way."""

import contextlib
import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes of a document and the number of the account its file belongs to."""

    content: bytes
    uid: int


def read_document(root: Path, path: str) -> Raw | None:
    """The document at the tree-relative `path`, or None where no regular file is.

    Raises:
        OSError: it is there and cannot be read.
    """
    *folders, name = path.split("/")
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
    with contextlib.ExitStack() as stack:
        try:
            here = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            stack.callback(os.close, here)
            for folder in folders:
                here = os.open(folder, flags | os.O_DIRECTORY, dir_fd=here)
                stack.callback(os.close, here)
            file = os.open(name, flags | os.O_NONBLOCK, dir_fd=here)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            if error.errno == errno.ELOOP:  # a link stands where a folder or the document was
                return None
            raise
        with os.fdopen(file, "rb") as stream:
            seen = os.fstat(stream.fileno())
            return Raw(stream.read(), seen.st_uid) if stat.S_ISREG(seen.st_mode) else None
