"""The objects of a DVC cache as they lie on disk, and which of them a pointer names."""

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

#: A hash of digits alone stands in quotes.
_MD5 = re.compile(rb"md5: '?([0-9a-f]{32})(\.dir)?\b")
_PIECE: Final = 1 << 20
#: Longer than what `_MD5` matches: so much of a piece is looked at again with the next.
_OVERLAP: Final = 64


def objects(folder: Path) -> Iterator[tuple[str, int, Path]]:
    """Name, size and path of every object below a `files/md5` folder."""
    for prefix in sorted(folder.iterdir()):
        if len(prefix.name) == 2 and prefix.is_dir():
            for entry in os.scandir(prefix):
                if entry.is_file(follow_symlinks=False):
                    size = entry.stat(follow_symlinks=False).st_size
                    yield prefix.name + entry.name, size, Path(entry.path)


def wrong_objects(folder: Path) -> Iterator[tuple[str, Path]]:
    """Name and path of objects whose bytes are not what their name says; reads them all."""
    for name, _, path in objects(folder):
        with path.open("rb") as file:
            if hashlib.file_digest(file, _md5).hexdigest() != name.removesuffix(".dir"):
                yield name, path


def referenced(pointer: bytes) -> set[str]:
    """The objects a pointer or lock file names, as the cache names them."""
    return {name.decode() + (suffix or b"").decode() for name, suffix in _MD5.findall(pointer)}


def referenced_in(path: Path) -> set[str]:
    """As `referenced`, of a file of any size: data may be called like a pointer. What is no regular file names nothing.

    Raises:
        OSError: it cannot be read.
    """
    found: set[str] = set()
    if not path.is_file():
        return found
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        end = b""
        while piece := file.read(_PIECE):
            found |= referenced(end + piece)
            end = (end + piece)[-_OVERLAP:]
    return found


def clear_leavings(temporary: Path) -> None:
    """Remove half-written objects of processes that are gone."""
    if not temporary.is_dir():
        return
    for entry in os.scandir(temporary):
        match = re.fullmatch(r"mdj-(\d+)-\d+", entry.name)
        if (
            match
            and stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode)
            and not Path(f"/proc/{match[1]}").exists()
        ):
            Path(entry.path).unlink(missing_ok=True)


def _md5() -> "hashlib._Hash":
    return hashlib.md5(usedforsecurity=False)  # the name of an object, not a protection
