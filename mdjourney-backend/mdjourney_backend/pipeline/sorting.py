"""What a comparison of a dataset with its files asks to be done now, and what has to wait."""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from mdjourney_backend.journal import FileRow
from mdjourney_backend.pipeline.scanning import Difference, Seen, surely_moved
from mdjourney_backend.pipeline.settling import Settling

#: A row that was read so soon after a change (ns) waits until its times tell.
_STILL_RACY_NS: Final = 30_000_000


@dataclass(frozen=True, slots=True)
class Work:
    """Files to read (and whether they still grow), rows whose file is gone, path before -> now of files that moved with
    their folder; the paths that wait, and those of them that grow."""

    ready: list[tuple[Seen, bool]]
    gone: list[FileRow]
    moved: Mapping[str, str]
    waiting: set[str]
    growing: list[str]


def sort(scope: str, difference: Difference, index: Mapping[str, FileRow], settling: Settling) -> Work:
    """Decide. `index` holds the rows of the paths that differ, `settling` what was seen of them before.

    Args:
        scope: the dataset, as `settling` knows it.
    """
    lost = [index[path] for path in difference.gone]
    moved = surely_moved(difference.new, lost)
    here = set(moved.values())
    new = [s for s in difference.new if s.path not in here] if here else difference.new
    work = Work([], [], moved, set(), [])
    for seen in (*new, *difference.changed):
        _found(work, scope, seen, index.get(seen.path), settling)
    # a file that waits may be one of those that are missing
    inodes = {s.inode for s in new if s.path in work.waiting}
    _missing(work, scope, [row for row in lost if row.path not in moved], inodes, settling)
    return work


def _found(work: Work, scope: str, seen: Seen, row: FileRow | None, settling: Settling) -> None:
    if settling.still(scope, seen) and not _still_racy(row):
        work.ready.append((seen, False))
        return
    work.waiting.add(seen.path)
    if settling.grows(scope, seen.path):
        work.growing.append(seen.path)
        if row is None or row.status != "growing":
            work.ready.append((seen, True))


def _missing(
    work: Work, scope: str, lost: Collection[FileRow], waiting: Collection[int], settling: Settling
) -> None:
    for row in lost:
        long_enough = settling.gone_long_enough(scope, row.path)
        if long_enough and row.inode not in waiting:
            work.gone.append(row)
        else:
            work.waiting.add(row.path)


def _still_racy(row: FileRow | None) -> bool:
    return row is not None and row.racy and row.ctime_ns > time.time_ns() - _STILL_RACY_NS
