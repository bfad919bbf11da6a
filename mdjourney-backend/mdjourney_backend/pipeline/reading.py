"""Reading files that are ready: one pass over the bytes each, a few at a time, checked again afterwards."""

import os
import resource
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from mdjourney_backend.counting import Counters
from mdjourney_backend.held import Held
from mdjourney_backend.history.interface import SomeTee
from mdjourney_backend.pipeline.beneath import Beneath
from mdjourney_backend.pipeline.scanning import RACY_NS, Seen, look
from mdjourney_backend.pipeline.settling import being_written
from mdjourney_backend.technical import describe, describe_link, read_open
from mdjourney_contract.problems import MDJourneyError

#: Files one thread takes at a time, and bytes after which it takes no more: handing over costs as much as reading.
_FILES_AT_A_TIME: Final = 64
_BYTES_AT_A_TIME: Final = 8 << 20
#: Up to this mean size (bytes) a part is read by the caller, until a part took so many times its CPU time (and seconds).
_SMALL: Final = 64 << 10
_WAITING: Final = 4.0
_LEAST_WAIT: Final = 0.05
#: Where a system cannot tell of one thread, the process stands for it.
_THREAD: Final[int] = getattr(resource, "RUSAGE_THREAD", resource.RUSAGE_SELF)


class Extracting(Protocol):
    """What the formats tell beyond the base entry."""

    def extract_open(self, descriptor: int, name: str, mime_type: str) -> dict[str, Any]:
        """Members of `file_technical` of an open file; empty when the format tells nothing."""
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
        tee: Callable[[str, int], AbstractContextManager[SomeTee]] | None,
        clock_ns: Callable[[], int],
        counters: Counters | None = None,
        threads: int = 4,
    ) -> None:
        self._root = root
        self._extracting = extracting
        self._tee = tee
        self._clock_ns = clock_ns
        self._counters = counters or Counters()
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="mdj-read")

    def read(self, dataset: Held, files: Sequence[tuple[Seen, bool]]) -> Generator[Read | NotYet]:
        """Read files of one held dataset; each comes with whether it is only listed as growing. In the order given.

        Small files on a quick disk are read by the caller: threads would only wait for each other's turn. Large ones,
        and all where reading means waiting, are read by several threads, a few parts ahead.
        """
        ahead: deque[Future[list[Read | NotYet]]] = deque()
        waits = False
        try:
            for part in _parts(files):
                if waits or _size(part) > _SMALL * len(part):
                    ahead.append(self._pool.submit(self._some, dataset, part))
                    if len(ahead) > self._threads:
                        yield from ahead.popleft().result()
                    continue
                while ahead:
                    yield from ahead.popleft().result()
                began = _Spent.now()
                found = self._some(dataset, part)
                waits = _Spent.now().mostly_waiting_since(began, len(part))
                yield from found
            while ahead:
                yield from ahead.popleft().result()
        finally:
            for future in ahead:
                future.cancel()
            wait(ahead)

    def close(self) -> None:
        """End the threads; what was not started is not read."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        if self._extracting is not None:
            self._extracting.close()

    def _some(self, dataset: Held, files: Sequence[tuple[Seen, bool]]) -> list[Read | NotYet]:
        with Beneath(dataset.fd) as beneath:
            return [self._one(beneath, dataset.path, *pair) for pair in files]

    def _one(self, beneath: Beneath, dataset_path: str, seen: Seen, growing: bool) -> Read | NotYet:
        try:
            if seen.is_link:
                return self._link(beneath, dataset_path, seen)
            descriptor = beneath.open(seen.path)
            try:
                if not growing and being_written(descriptor):
                    return NotYet(seen, "is open for writing")
                return self._file(beneath, descriptor, f"{dataset_path}/{seen.path}", seen, growing)
            finally:
                os.close(descriptor)
        except (OSError, MDJourneyError) as exc:
            return NotYet(seen, str(exc))

    def _link(self, beneath: Beneath, dataset_path: str, seen: Seen) -> Read | NotYet:
        folder, name = beneath.folder_of(seen.path)
        target = os.readlink(name, dir_fd=folder)
        cached = self._cached((self._root / dataset_path / seen.path).parent / target)
        if cached is not None:
            with Beneath(self._root, ".dvc/cache") as cache:
                descriptor = cache.open(cached)
                try:
                    reading = read_open(descriptor, seen.path.rpartition("/")[2])
                finally:
                    os.close(descriptor)
            return Read(seen, describe(seen.path, reading), reading.sha256, "", racy=False)
        entry = describe_link(seen.path, beneath.look(seen.path), target)
        return Read(seen, entry, str(entry["checksum"]), "", racy=self._racy(seen))

    def _cached(self, path: Path) -> str | None:
        """The path below the DVC cache of this tree that a link points to, if it points there."""
        target = Path(os.path.realpath(path))  # which, unlike Path.resolve, bears links that go in circles
        cache = Path(os.path.realpath(self._root)) / ".dvc" / "cache"
        if not target.is_relative_to(cache) or not target.is_file():
            return None
        return target.relative_to(cache).as_posix()

    def _file(
        self, beneath: Beneath, descriptor: int, relative: str, seen: Seen, growing: bool
    ) -> Read | NotYet:
        name = seen.path.rpartition("/")[2]
        keeping = nullcontext(None) if self._tee is None or growing else self._tee(relative, descriptor)
        with keeping as tee:
            reading = read_open(descriptor, name, None if tee is None else tee.sink)
            after = look(seen.path, beneath.look(seen.path))
            if after is None:
                return NotYet(seen, "is no regular file any more")
            racy = self._racy(after)  # by the clock of this look, however long extraction takes
            if not growing and not (reading.steady and after.signature[1:] == _times(reading)):
                return NotYet(seen, "changed while it was read")
            described = describe(seen.path, reading)
            if self._extracting is not None and not growing:
                self._counters.add(extractions=1)
                described |= self._extracting.extract_open(descriptor, name, reading.mime_type)
            if tee is not None:
                tee.keep(reading)
        return Read(after, described, reading.sha256, reading.md5, racy, growing)

    def _racy(self, seen: Seen) -> bool:
        return max(seen.mtime_ns, seen.ctime_ns) > self._clock_ns() - RACY_NS


def _parts(files: Sequence[tuple[Seen, bool]]) -> Iterator[Sequence[tuple[Seen, bool]]]:
    start = size = 0
    for end, (seen, _) in enumerate(files, 1):
        size += seen.size
        if end - start >= _FILES_AT_A_TIME or size >= _BYTES_AT_A_TIME:
            yield files[start:end]
            start, size = end, 0
    if start < len(files):
        yield files[start:]


@dataclass(frozen=True, slots=True)
class _Spent:
    """What this thread has used: seconds, seconds of CPU, and how often it let go of the CPU to wait."""

    wall: float
    busy: float
    pauses: int

    @classmethod
    def now(cls) -> "_Spent":
        used = resource.getrusage(_THREAD)
        return cls(time.perf_counter(), time.thread_time(), used.ru_nvcsw)

    def mostly_waiting_since(self, began: "_Spent", files: int) -> bool:
        """Whether it waited for the disk; a machine that is busy with others takes the CPU away without a pause."""
        wall, busy = self.wall - began.wall, self.busy - began.busy
        return wall > _LEAST_WAIT + _WAITING * busy and self.pauses - began.pauses > files // 2


def _size(files: Sequence[tuple[Seen, bool]]) -> int:
    return sum(seen.size for seen, _ in files)


def _times(reading: Any) -> tuple[int, int, int]:
    return (reading.mtime_ns, reading.ctime_ns, reading.inode)
