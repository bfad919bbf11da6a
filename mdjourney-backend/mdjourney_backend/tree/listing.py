"""Listings of the folders above the data, remembered by stat so that asking often is cheap."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from mdjourney_backend.held import FOLDER
from mdjourney_backend.layout import OURS
from mdjourney_backend.ticks import is_quiet
from mdjourney_backend.tree.places import Folder


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in a folder; `utf8`: it can be written in a document."""

    name: str
    is_folder: bool
    is_special: bool
    utf8: bool

    @classmethod
    def of(cls, entry: "os.DirEntry[str]") -> "Entry":
        """What a listing told; a link is neither folder nor special."""
        folder = entry.is_dir(follow_symlinks=False)
        plain = folder or entry.is_symlink() or entry.is_file(follow_symlinks=False)
        return cls(entry.name, folder, not plain, is_utf8(entry.name))


class Listings:
    """Thread-safe: what is remembered is never changed."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known: dict[str, tuple[tuple[int, int], tuple[Entry, ...]]] = {}

    def of(self, path: str, cache: bool = True) -> tuple[Entry, ...]:
        """Entries of a folder by name; nothing for a folder that is not there or is a link."""
        try:
            seen = os.lstat(self._root / path)
        except OSError:
            return ()
        if not stat.S_ISDIR(seen.st_mode) and path:
            return ()
        known = self._known.get(path)
        if known is not None and known[0] == (seen.st_ino, seen.st_mtime_ns):
            return known[1]
        try:
            descriptor = os.open(self._root / path, FOLDER if path else FOLDER & ~os.O_NOFOLLOW)
        except OSError:  # it went away meanwhile, or may not be read
            return ()
        try:
            # of the very folder that is listed: another may have taken its path just now
            seen = os.fstat(descriptor)
            quiet = is_quiet(seen.st_mtime_ns)
            with os.scandir(descriptor) as entries:
                listing = tuple(sorted((Entry.of(e) for e in entries), key=lambda e: e.name))
        except OSError:
            return ()
        finally:
            os.close(descriptor)
        if cache and quiet:
            self._known[path] = ((seen.st_ino, seen.st_mtime_ns), listing)
        return listing

    def folder(self, path: str) -> Folder | None:
        """A folder as lstat sees it now; None where none lies."""
        try:
            seen = os.lstat(self._root / path)
        except OSError:  # it went away since it was listed
            return None
        if not stat.S_ISDIR(seen.st_mode):
            return None
        return Folder(path, seen.st_ino, seen.st_dev, seen.st_mtime_ns, seen.st_ctime_ns)

    def is_regular(self, path: str) -> bool:
        """Whether a file lies there, and no link."""
        try:
            return stat.S_ISREG(os.lstat(self._root / path).st_mode)
        except OSError:  # not there
            return False

    def is_tree(self, path: str) -> bool:
        """Whether a tree of its own begins there."""
        return (self._root / path / OURS / "marker.json").is_file()


def is_utf8(name: str) -> bool:
    """Whether a name from the file system can be written in a document."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def printable(path: str) -> str:
    r"""A path with bytes that are not UTF-8 shown as `\xNN`."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
