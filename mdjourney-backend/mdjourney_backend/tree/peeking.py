"""The short texts on the top of small documents, identifiers above all, remembered by stat."""

import os
import re
import stat
from pathlib import Path
from typing import Any, BinaryIO, Final

import orjson

from mdjourney_backend.changes import Ref
from mdjourney_backend.held import Held
from mdjourney_backend.ticks import is_quiet

_DOCUMENT: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
#: Of a larger document only the top is read: identifiers stand before the file entries.
_PEEK: Final = 65_536
_TOP_MEMBER: Final = re.compile(rb'^  "(\w+)": "([^"\\]{0,200})"', re.MULTILINE)


class Peeking:
    """Thread-safe: what is remembered is never changed."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known: dict[str, tuple[tuple[int, int, int, int], dict[str, Any]]] = {}

    def strings(self, ref: Ref, folder: Held | None = None) -> dict[str, Any]:
        """Those of a document, or of the one in a held folder; nothing when it is not there or cannot be read."""
        inside = folder.inside(ref.path) if folder is not None else None
        path, fd = (inside, folder.fd) if folder and inside else (str(self._root / ref.path), None)
        try:
            seen = os.stat(path, dir_fd=fd, follow_symlinks=False)
            known = self._known.get(ref.path)
            if known is not None and known[0] == _key(seen):
                return known[1]
            if not stat.S_ISREG(seen.st_mode):
                return {}
            descriptor = os.open(path, _DOCUMENT, dir_fd=fd)
        except OSError:
            return {}
        with open(descriptor, "rb") as file:
            seen = os.fstat(descriptor)  # of the very file that is read
            quiet = is_quiet(seen.st_ctime_ns)
            strings = _strings(file, seen.st_size)
        if strings and quiet:
            self._known[ref.path] = (_key(seen), strings)
        return strings


def _key(seen: os.stat_result) -> tuple[int, int, int, int]:
    return (seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns)


def _strings(file: BinaryIO, size: int) -> dict[str, str]:
    """The string members on the top of a JSON file; nothing when it cannot be read (documents reports that)."""
    try:
        whole = b""
        if size > _PEEK:
            whole = file.read(_PEEK)
            top = _TOP_MEMBER.findall(whole.split(b'\n  "file_descriptions"', 1)[0])
            if top:
                return {k.decode(): v.decode() for k, v in top}
        value = orjson.loads(whole + file.read())
    except (OSError, ValueError):
        return {}
    if not isinstance(value, dict):
        return {}
    return {k: v for k, v in value.items() if isinstance(v, str) and len(v) <= 200}
