"""One batch of a dataset: what its files are to trigger 2, and what the index says of them afterwards. Pure."""

import os
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from mdjourney_backend.changes import Content, FilesChanged, Taken, file_owner
from mdjourney_backend.journal import FileRow
from mdjourney_backend.pipeline.reading import Read
from mdjourney_contract.people import SYSTEM, Identity


@dataclass(frozen=True, slots=True)
class Batch:
    """What one write of the document takes along.

    Args:
        gone: rows whose file is missing.
        moved: path before -> now of files that moved without being read.
        index: the rows of all paths that differ; what left the dataset is taken out as batches are written.
    """

    dataset_id: str
    dataset_path: str
    read: Sequence[Read]
    gone: Sequence[FileRow]
    moved: Mapping[str, str]
    index: dict[str, FileRow]

    @property
    def size(self) -> int:
        """How many files."""
        return len(self.read) + len(self.gone) + len(self.moved)

    def arrived(self) -> list[Read]:
        """Files that lie where none lay."""
        return [r for r in self.read if not r.growing and _was_gone(self.index.get(r.seen.path))]

    def actor(self) -> Identity:
        """The owner of most of the files; the system where nothing tells (files that are gone have no owner)."""
        if not self.read:
            return SYSTEM
        return file_owner(Counter(r.seen.uid for r in self.read).most_common(1)[0][0])


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an arrived file was: its row, and for one that comes from another dataset its path from the tree root
    (`came_from`) and the entry it had there, if there was one."""

    row: FileRow
    came_from: str | None = None
    entry: Content | None = None


def change(
    batch: Batch, origins: Mapping[str, Origin], lives_elsewhere: Callable[[FileRow], bool]
) -> FilesChanged:
    """What trigger 2 is told. `lives_elsewhere`: whether another dataset has taken a missing file over already."""
    fresh = _new_ids(len(batch.read))
    taken = tuple(
        _taken(r, origins.get(r.seen.path), batch.index.get(r.seen.path), fresh) for r in batch.read
    )
    left = {o.row.path for o in origins.values() if o.came_from is None}
    removed: list[str] = []
    departed: list[str] = []
    for row in batch.gone:
        if row.path not in left and row.path in batch.index:  # an earlier batch may have found where it went
            (departed if lives_elsewhere(row) else removed).append(row.path)
    return FilesChanged(batch.dataset_path, taken, tuple(removed), tuple(departed), batch.moved)


def _taken(read: Read, origin: Origin | None, row: FileRow | None, fresh: Iterator[str]) -> Taken:
    known = row if origin is None else origin.row
    return Taken(
        read.seen.path,
        known.file_id if known is not None else next(fresh),
        read.described,
        read.growing,
        moved_from=origin.row.path if origin is not None and origin.came_from is None else None,
        carried=None if origin is None else origin.entry,
        came_from=None if origin is None else origin.came_from,
    )


def rows_after(
    batch: Batch, changed: FilesChanged, ids: Mapping[str, str]
) -> tuple[list[FileRow], list[str]]:
    """The rows to put, and the paths to drop. `ids` are the file identifiers of the document, by path."""
    rows = [_row(batch.dataset_id, read, ids[read.seen.path]) for read in batch.read]
    left = [t.moved_from for t in changed.taken if t.moved_from is not None]
    for before, after in changed.moved.items():
        if after in ids:  # else the document had no entry to move: the file is new there
            rows.append(replace(batch.index[before], path=after, file_id=ids[after]))
    rows.extend(replace(batch.index[p], status="removed") for p in changed.removed)
    arrived = {row.path for row in rows}
    return rows, [p for p in (*left, *changed.moved, *changed.departed) if p not in arrived]


def _was_gone(row: FileRow | None) -> bool:
    return row is None or row.status == "removed"


def _row(dataset_id: str, read: Read, file_id: str) -> FileRow:
    seen = read.seen
    status = "growing" if read.growing else "present"
    return FileRow(
        dataset_id,
        seen.path,
        status,
        seen.size,
        seen.mtime_ns,
        seen.ctime_ns,
        seen.inode,
        seen.dev,
        read.sha256,
        read.md5,
        file_id,
        read.racy,
    )


def _new_ids(count: int) -> Iterator[str]:
    """UUIDs, made of random bytes asked for once."""
    noise = os.urandom(16 * count)
    for start in range(0, len(noise), 16):
        yield str(uuid.UUID(bytes=noise[start : start + 16], version=4))
