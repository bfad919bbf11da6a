"""Opens data files that are described, and nothing else: no link, no device, nothing outside the dataset."""

import contextlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from mdjourney_backend.changes import Content
from mdjourney_backend.documents.folder import opened, plain_parts, translated
from mdjourney_backend.file_lists import FileLists
from mdjourney_backend.layout import Layout, Meaning
from mdjourney_contract.problems import BadRequest, Conflict, NotFound

_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY


@dataclass(frozen=True, slots=True)
class Described:
    """An open file (the descriptor is the taker's to close), what was seen of it when it was opened, and its entry."""

    descriptor: int
    seen: os.stat_result
    entry: Content

    @property
    def as_described(self) -> bool:
        """Whether it is what its entry speaks of: same size, changed in the same second, and still since then."""
        if self.entry.get("status") != "present" or self.entry.get("file_size_bytes") != self.seen.st_size:
            return False
        changed = datetime.fromtimestamp(self.seen.st_mtime_ns // 1_000_000_000, UTC)
        return self.entry.get("file_modified_utc") == changed.strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def etag(self) -> str:
        """The entry's SHA-256, or what only this state of the file has where it is not (yet) described as it is."""
        checksum = self.entry.get("checksum")
        if self.as_described and checksum:
            return f'"{checksum}"'
        return f'W/"{self.seen.st_ino:x}-{self.seen.st_size:x}-{self.seen.st_mtime_ns:x}"'

    def still(self) -> bool:
        """Whether nobody wrote to it since it was opened."""
        now = os.fstat(self.descriptor)
        before = self.seen
        return (now.st_size, now.st_mtime_ns, now.st_ctime_ns) == (
            before.st_size,
            before.st_mtime_ns,
            before.st_ctime_ns,
        )


class DescribedFiles:
    """The data files of one tree, by dataset and path."""

    def __init__(self, root: Path, layout: Layout, lists: FileLists) -> None:
        self._root = root
        self._layout = layout
        self._lists = lists

    def open(self, dataset_path: str, path: str) -> Described:
        """Open a data file for reading.

        Args:
            dataset_path: tree-relative.
            path: relative to the dataset, as it stands in its entry.

        Raises:
            NotFound: no entry has this path, or the file is gone.
            Conflict: a link or something that is no regular file stands there, or in the way to it.
        """
        entry = self.entry(dataset_path, path)
        inside, _, name = f"{dataset_path}/{path}".rpartition("/")
        with opened(self._root, inside) as folder:
            try:
                descriptor = os.open(name, _FILE, dir_fd=folder.fd)
            except OSError as exc:
                if exc.errno is not None and stat.S_ISLNK(_mode(folder.fd, name)):
                    raise Conflict(f"{path} is a link: links are described, and never followed") from None
                raise translated(exc, path) from exc
        try:
            seen = os.fstat(descriptor)
            if not stat.S_ISREG(seen.st_mode):
                raise Conflict(f"{path} is no regular file")
        except BaseException:
            os.close(descriptor)
            raise
        return Described(descriptor, seen, entry)

    @contextlib.contextmanager
    def opened(self, dataset_path: str, path: str) -> Iterator[Described]:
        """As `open`, closed at the end."""
        found = self.open(dataset_path, path)
        try:
            yield found
        finally:
            os.close(found.descriptor)

    def entry(self, dataset_path: str, path: str) -> Content:
        """The entry of a data file.

        Raises:
            NotFound: there is none, or nothing of that name can be data.
        """
        try:
            plain_parts(path)
        except BadRequest:
            raise NotFound(f"{path[:300]!r} is no file of the dataset") from None
        if self._layout.meaning(f"{dataset_path}/{path}").meaning is not Meaning.DATA:
            raise NotFound(f"{path[:300]!r} is no file of the dataset")
        entry = self._lists.of(dataset_path).find(path)
        if entry is None:
            raise NotFound(f"{path[:300]!r} is no file of the dataset")
        return entry


def _mode(folder: int, name: str) -> int:
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    except OSError:
        return 0
