"""Reading files that are ready: one pass over the bytes each, a few at a time, checked again afterwards."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from mdjourney_backend.history.interface import SomeTee
from mdjourney_backend.pipeline.scanning import RACY_NS, Seen, look
from mdjourney_backend.pipeline.settling import open_for_writing
from mdjourney_backend.technical import describe, describe_link, read_file
from mdjourney_contract.problems import MDJourneyError


class Extracting(Protocol):
    """What the formats tell beyond the base entry."""

    def extract(self, path: Path, mime_type: str) -> dict[str, Any]:
        """Members of `file_technical`; empty when the format tells nothing."""
        ...

    def close(self) -> None:
        """End what was started for it."""


@dataclass(frozen=True, slots=True)
class Read:
    """One file that was read. `md5` is empty for a link (and DVC has no pointer for it)."""

    seen: Seen
    described: dict[str, Any]
    sha256: str
    md5: str
    racy: bool
    growing: bool = False


@dataclass(frozen=True, slots=True)
class NotYet:
    """A file that changed while it was read, is being written, or could not be read; `reason` is for people."""

    seen: Seen
    reason: str


class Reader:
    """Reads the files of one tree with a small pool of threads."""

    def __init__(
        self,
        root: Path,
        extracting: Extracting | None,
        tee: Callable[[str], AbstractContextManager[SomeTee]] | None,
        clock_ns: Callable[[], int],
        threads: int = 4,
    ) -> None:
        self._root = root
        self._extracting = extracting
        self._tee = tee
        self._clock_ns = clock_ns
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="mdj-read")

    def read(self, dataset_path: str, files: Iterable[tuple[Seen, bool]]) -> Iterator[Read | NotYet]:
        """Read files of one dataset; each comes with whether it is only listed as growing. In the order given."""
        return self._pool.map(lambda pair: self._one(dataset_path, *pair), files)

    def close(self) -> None:
        """End the threads; what was not started is not read."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        if self._extracting is not None:
            self._extracting.close()

    def _one(self, dataset_path: str, seen: Seen, growing: bool) -> Read | NotYet:
        path = self._root / dataset_path / seen.path
        try:
            if seen.is_link:
                return self._link(path, seen)
            if not growing and open_for_writing(path):
                return NotYet(seen, "is open for writing")
            return self._file(path, f"{dataset_path}/{seen.path}", seen, growing)
        except (OSError, MDJourneyError) as exc:
            return NotYet(seen, str(exc))

    def _link(self, path: Path, seen: Seen) -> Read | NotYet:
        inside = self._cached(path)
        if inside is not None:
            reading = read_file(inside)
            entry = describe(inside, seen.path, reading)
            return Read(seen, entry, reading.sha256, "", racy=False)
        entry = describe_link(path, seen.path)
        return Read(seen, entry, str(entry["checksum"]), "", racy=self._racy(seen))

    def _cached(self, path: Path) -> Path | None:
        """The DVC cache object a link points to, if it points to one of this tree."""
        target = path.resolve()
        cache = (self._root / ".dvc" / "cache").resolve()
        return target if target.is_relative_to(cache) and target.is_file() else None

    def _file(self, path: Path, relative: str, seen: Seen, growing: bool) -> Read | NotYet:
        keeping = nullcontext(None) if self._tee is None or growing else self._tee(relative)
        with keeping as tee:
            reading = read_file(path, None if tee is None else tee.sink)
            after = look(seen.path, os.lstat(path))
            if after is None:
                return NotYet(seen, "is no regular file any more")
            if not growing and not (reading.steady and after.signature[1:] == _times(reading)):
                return NotYet(seen, "changed while it was read")
            described = describe(path, seen.path, reading)
            if self._extracting is not None and not growing:
                described |= self._extracting.extract(path, reading.mime_type)
            if tee is not None:
                tee.keep(reading)
        return Read(after, described, reading.sha256, reading.md5, self._racy(after), growing)

    def _racy(self, seen: Seen) -> bool:
        return max(seen.mtime_ns, seen.ctime_ns) > self._clock_ns() - RACY_NS


def _times(reading: Any) -> tuple[int, int, int]:
    return (reading.mtime_ns, reading.ctime_ns, reading.inode)
