"""The walk over one dataset's folder, and its comparison with the index: what is new, changed or gone."""

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mdjourney_backend.journal import FileRow
from mdjourney_backend.layout import OURS, Layout
from mdjourney_backend.tree import is_utf8

#: A file whose times are younger than this (ns) when it was read may change again without its times telling.
RACY_NS = 20_000_000


class Vanished(OSError):
    """A folder could not be read to its end, so nothing can be said about what is gone."""


@dataclass(frozen=True, slots=True)
class Seen:
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


@dataclass(frozen=True, slots=True)
class Difference:
    """Paths by what happened. `moved` maps before -> now for files that are surely the same, bytes and all."""

    new: tuple[Seen, ...]
    changed: tuple[Seen, ...]
    gone: tuple[FileRow, ...]
    moved: Mapping[str, str]


def scan(folder: Path, layout: Layout) -> dict[str, Seen]:
    """Every data file and link of a dataset.

    Raises:
        Vanished: the dataset or a folder in it could not be listed.
    """
    return {seen.path: seen for seen in _walk(folder, "", layout)}


def _walk(folder: Path, inside: str, layout: Layout) -> Iterator[Seen]:
    try:
        with os.scandir(folder / inside) as listing:
            entries = list(listing)
    except OSError as exc:
        raise Vanished(exc.errno, exc.strerror, str(folder / inside)) from exc
    for entry in entries:
        if layout.ignored(entry.name) or not is_utf8(entry.name):
            continue
        path = f"{inside}/{entry.name}" if inside else entry.name
        if entry.is_dir(follow_symlinks=False):
            if not (folder / path / OURS / "marker.json").exists():
                yield from _walk(folder, path, layout)
            continue
        try:
            found = entry.stat(follow_symlinks=False)
        except FileNotFoundError:  # deleted between listing and stat
            continue
        seen = look(path, found)
        if seen is not None:
            yield seen


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


def compare(index: Mapping[str, FileRow], seen: Mapping[str, Seen]) -> Difference:
    """What differs between index and disk. Pure."""
    new: list[Seen] = []
    changed: list[Seen] = []
    for path, now in seen.items():
        row = index.get(path)
        if row is None or row.status == "removed":
            new.append(now)
        elif row.status == "growing" or row.racy or not unchanged(row, now):
            changed.append(now)
    gone = [row for path, row in index.items() if row.status != "removed" and path not in seen]
    moved = _surely_moved(new, gone)
    return Difference(
        tuple(n for n in new if n.path not in set(moved.values())),
        tuple(changed),
        tuple(row for row in gone if row.path not in moved),
        moved,
    )


def unchanged(row: FileRow, now: Seen) -> bool:
    """Whether size, times and inode are those of the index."""
    return (row.size, row.mtime_ns, row.ctime_ns, row.inode) == now.signature


def _surely_moved(new: list[Seen], gone: list[FileRow]) -> dict[str, str]:
    """Files in a folder that was renamed: not even their ctime differs."""
    by_signature: dict[tuple[int, int, int, int], list[FileRow]] = {}
    for row in gone:
        if row.status == "present" and not row.racy:
            by_signature.setdefault((row.size, row.mtime_ns, row.ctime_ns, row.inode), []).append(row)
    arrived: dict[tuple[int, int, int, int], list[Seen]] = {}
    for now in new:
        arrived.setdefault(now.signature, []).append(now)
    # hard links share a signature: such files are read instead
    return {
        rows[0].path: arrived[signature][0].path
        for signature, rows in by_signature.items()
        if len(rows) == 1 and len(arrived.get(signature, ())) == 1
    }
