"""The walk over one dataset's folder, and its comparison with the index: what is new, changed or gone."""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from mdjourney_backend.held import FOLDER, open_folder
from mdjourney_backend.journal import Brief, FileRow
from mdjourney_backend.layout import OURS, Layout
from mdjourney_backend.tree import is_utf8

#: A file whose times are younger than this (ns) when it was read may change again without its times telling.
RACY_NS = 20_000_000


class Vanished(OSError):
    """A folder could not be read to its end, so nothing can be said about what is gone."""


class Seen(NamedTuple):
    """A file or link as lstat saw it; `path` relative to its dataset."""

    path: str
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    dev: int
    uid: int
    is_link: bool

    @property
    def signature(self) -> tuple[int, int, int, int]:
        """What changes when the file does."""
        return (self.size, self.mtime_ns, self.ctime_ns, self.inode)


#: The members of a `Seen`: plain, because a scan makes one for each file.
Row = tuple[str, int, int, int, int, int, int, bool]


@dataclass(frozen=True, slots=True)
class Difference:
    """What the disk says that the index does not: files not known as present, files that look changed, and paths of
    the index where nothing lies."""

    new: tuple[Seen, ...]
    changed: tuple[Seen, ...]
    gone: tuple[str, ...]

    def paths(self) -> set[str]:
        """Every path in it."""
        return {s.path for s in self.new} | {s.path for s in self.changed} | set(self.gone)


def scan(root: Path | int, dataset_path: str, layout: Layout) -> Iterator[Row]:
    """Every data file and link of a dataset, as the members of a `Seen`; `root` may be an open folder. Folders are opened
    one in the other: a link put in the place of one while we look is not followed.

    Raises:
        Vanished: the dataset or a folder in it could not be listed.
    """
    return walk(base_of(root, dataset_path), "", layout)


def base_of(root: Path | int, dataset_path: str) -> int:
    """A descriptor of a dataset's folder; the caller closes it. Raises Vanished."""
    try:
        return open_folder(root, dataset_path)
    except OSError as exc:
        raise Vanished(exc.errno, exc.strerror, dataset_path) from exc


def listed(folder: int, inside: str, layout: Layout) -> Iterator[Row]:
    """As `walk`, without what lies in folders of the folder."""
    return walk(folder, inside, layout, deep=False)


def walk(folder: int, inside: str, layout: Layout, *, deep: bool = True) -> Iterator[Row]:
    """The data files and links in an open folder, which is closed; `inside` is its path in the dataset, with the
    slash. Written out at length: it runs once for every file of a tree at every scan.

    Raises:
        Vanished: the folder or one in it could not be listed.
    """
    below = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name
                if layout.ignored(name) or not (name.isascii() or is_utf8(name)):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    if deep:
                        below.append(name)
                    continue
                try:
                    found = entry.stat(follow_symlinks=False)
                except FileNotFoundError:  # deleted between listing and stat
                    continue
                link = entry.is_symlink()
                if link or entry.is_file(follow_symlinks=False):
                    yield (
                        inside + name,
                        found.st_size,
                        found.st_mtime_ns,
                        found.st_ctime_ns,
                        found.st_ino,
                        found.st_dev,
                        found.st_uid,
                        link,
                    )
        for name in below:
            inner = os.open(name, FOLDER, dir_fd=folder)
            if is_tree(inner):
                os.close(inner)
            else:
                yield from walk(inner, f"{inside}{name}/", layout)
    except Vanished:
        raise
    except OSError as exc:
        raise Vanished(exc.errno, exc.strerror, inside or ".") from exc
    finally:
        os.close(folder)


def is_tree(folder: int) -> bool:
    """Whether a tree of its own begins in an open folder."""
    try:
        os.stat(f"{OURS}/marker.json", dir_fd=folder)
    except OSError:
        return False
    return True


def look(path: str, found: os.stat_result) -> Seen | None:
    """A stat as Seen; None for what is neither file nor link (FIFO, socket, device)."""
    link = stat.S_ISLNK(found.st_mode)
    if not link and not stat.S_ISREG(found.st_mode):
        return None
    return Seen(
        path,
        found.st_size,
        found.st_mtime_ns,
        found.st_ctime_ns,
        found.st_ino,
        found.st_dev,
        found.st_uid,
        link,
    )


def compare(index: dict[str, Brief], seen: Iterable[Row]) -> Difference:
    """What differs between index and disk. Takes out of `index` what it finds on disk."""
    new: list[Seen] = []
    changed: list[Seen] = []
    for now in seen:
        row = index.pop(now[0], None)
        if row is None or row[5] == "removed":
            new.append(Seen._make(now))
        elif row[1:5] != now[1:5] or row[5] != "present" or row[6]:
            changed.append(Seen._make(now))
    gone = tuple(path for path, row in index.items() if row[5] != "removed")
    return Difference(tuple(new), tuple(changed), gone)


def surely_moved(new: Iterable[Seen], gone: Iterable[FileRow]) -> Mapping[str, str]:
    """Path before -> now of files in a folder that was renamed: not even their ctime differs. Pure."""
    by_signature: dict[tuple[int, int, int, int], list[FileRow]] = {}
    for row in gone:
        if row.status == "present" and not row.racy:
            by_signature.setdefault((row.size, row.mtime_ns, row.ctime_ns, row.inode), []).append(row)
    if not by_signature:
        return {}
    arrived: dict[tuple[int, int, int, int], list[Seen]] = {}
    for now in new:
        arrived.setdefault(now.signature, []).append(now)
    # hard links share a signature: such files are read instead
    return {
        rows[0].path: arrived[signature][0].path
        for signature, rows in by_signature.items()
        if len(rows) == 1 and len(arrived.get(signature, ())) == 1
    }
