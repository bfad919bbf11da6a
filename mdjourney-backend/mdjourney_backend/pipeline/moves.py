"""Which files that arrived are files that left, here or in another dataset."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from mdjourney_backend.journal import FileRow
from mdjourney_backend.pipeline.reading import Read


def match(
    arrived: Sequence[Read], candidates: Iterable[FileRow], left: Callable[[FileRow], bool]
) -> dict[str, FileRow]:
    """Path now -> row before. Pure but for `left`, which says whether a row's file is no longer where it was.

    The same inode with the same bytes is a move. Without it (another disk, a program that copies and deletes), the
    same bytes are one if only one file could be meant, or if the basename is the same. Empty files have no bytes to
    tell them by: inode or basename must agree.
    """
    gone = [r for r in _distinct(candidates) if r.status == "removed" or left(r)]
    if not gone:
        return {}
    free = _Free(gone)
    found: dict[str, FileRow] = {}

    def settle(choose: Callable[[Read], FileRow | None]) -> None:
        for read in arrived:
            if read.seen.path not in found:
                row = choose(read)
                if row is not None:
                    found[read.seen.path] = row
                    free.take(row)

    settle(lambda read: next((r for r in free.with_bytes(read) if r.inode == read.seen.inode), None))
    settle(
        lambda read: next((r for r in free.with_bytes(read) if _name(r.path) == _name(read.seen.path)), None)
    )
    rivals = Counter(read.sha256 for read in arrived if read.seen.path not in found)

    def only_one(read: Read) -> FileRow | None:
        same = free.with_bytes(read)
        alone = rivals[read.sha256] == 1 and len(same) == 1
        return same[0] if alone and read.seen.size > 0 else None

    settle(only_one)
    return found


class _Free:
    """Rows no file was matched with yet."""

    def __init__(self, rows: Iterable[FileRow]) -> None:
        self._by_hash: dict[str, list[FileRow]] = {}
        for row in rows:
            self._by_hash.setdefault(row.sha256, []).append(row)

    def with_bytes(self, read: Read) -> list[FileRow]:
        return self._by_hash.get(read.sha256, [])

    def take(self, row: FileRow) -> None:
        self._by_hash[row.sha256].remove(row)


def _distinct(rows: Iterable[FileRow]) -> Iterable[FileRow]:
    return {(r.dataset_id, r.path): r for r in rows}.values()


def _name(path: str) -> str:
    return path.rsplit("/", 1)[-1]
