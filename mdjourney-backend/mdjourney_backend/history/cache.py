"""Keeps the bytes of data files in DVC's cache while they are read; originals are only ever read."""

import ctypes
import itertools
import os
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from mdjourney_backend.history.cloning import can_clone, clone
from mdjourney_backend.history.dvc_place import DvcPlace
from mdjourney_backend.history.interface import SomeReading
from mdjourney_backend.history.objects import objects
from mdjourney_backend.history.words import CacheSize, Collected

#: What is left free on the disk for documents, journal and everybody else.
RESERVE_BYTES = 512 << 20
#: Larger files go to disk while they are read.
_HELD_BYTES = 1 << 20
#: An object put in its place, or met again, within this time is never garbage: its pointer may be on the way.
GRACE_SECONDS = 3600
#: How often the free space is asked for.
_ASK_EVERY_BYTES = 64 << 20
_MODE = 0o444
Keeping = Literal["copy", "reflink", "none"]


class _Sink:
    """The bytes of a file on their way into the cache. Small ones wait here until their name is known, larger ones go
    into a file at once. A full disk ends the keeping, not the reading."""

    def __init__(self, cache: "Cache") -> None:
        self._cache = cache
        self._held: list[bytes] = []
        self._size = 0
        self._descriptor = -1
        self.path: str | None = None
        self.failure: OSError | None = None

    def write(self, data: bytes, /) -> None:
        """Take the next bytes."""
        self._size += len(data)
        self._held.append(data)
        if self._size > _HELD_BYTES:
            self.flush()

    def flush(self) -> None:
        """Put what waits into the file; `failure` says why that did not work."""
        held, self._held = self._held, []
        if self.failure is not None:
            return
        try:
            if self.path is None:
                self.path, self._descriptor = self._cache.new_part()
            for data in held:
                view = memoryview(data)
                while view:
                    view = view[os.write(self._descriptor, view) :]
        except OSError as exc:
            self.failure = exc

    def close(self) -> None:
        """No more bytes."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class Tee:
    """One file on its way into the cache: `read_file(path, tee.sink)`, then `tee.keep(reading)`."""

    def __init__(self, cache: "Cache | None", source: Path, descriptor: int | None) -> None:
        self._cache = cache
        self._source = source
        self._descriptor = descriptor
        self._sink = cache.sink_for(source, descriptor) if cache is not None else None

    @property
    def sink(self) -> _Sink | None:
        """Where the bytes are to be written while they are read; None when no copy is kept."""
        return self._sink

    def keep(self, reading: SomeReading) -> None:
        """Put the object in its place; a file that changed while it was read is not kept."""
        if self._cache is None or not reading.steady:
            return
        if self._sink is not None:
            self._cache.keep_copy(self._sink, reading)
        elif self._cache.keeping == "reflink":
            self._cache.keep_clone(self._source, self._descriptor, reading)

    def drop(self) -> None:
        """Remove what was not kept."""
        if self._sink is not None and self._sink.path is not None:
            self._sink.close()
            Path(self._sink.path).unlink(missing_ok=True)


class Cache:
    """The `files/md5` folder of one DVC cache.

    Args:
        place: where DVC lives; its `cache` must not be None.
        keeping: `copy` or `reflink`; `auto` is decided by `decide`.
        limit: bytes the objects may take together; None: as many as the disk has room for.
    """

    def __init__(self, place: DvcPlace, keeping: Keeping, limit: int | None = None) -> None:
        if place.cache is None:
            raise ValueError("this place keeps no objects")
        self._folder = place.cache
        self._temporary = place.temporary
        self._prefixes: set[str] = set()
        self._room = 0
        self._unflushed = 0
        #: whether this process's umask takes away what DVC expects of an object's mode
        self._narrowed: bool | None = None
        self._counter = itertools.count()
        #: taken where an object is found to be there, and where one is removed
        self._meeting = threading.Lock()
        self.keeping = keeping
        self.limit = limit
        self.problem: str | None = None
        self._folder.mkdir(parents=True, exist_ok=True)
        self._temporary.mkdir(parents=True, exist_ok=True)
        #: bytes of all objects, told only where they are limited
        self._taken = self.size().bytes if limit is not None else 0

    @contextmanager
    def tee(self, source: Path, descriptor: int | None = None) -> Iterator[Tee]:
        """A Tee whose leavings are removed at the end."""
        tee = Tee(self, source, descriptor)
        try:
            yield tee
        finally:
            tee.drop()

    def sink_for(self, source: Path, descriptor: int | None) -> _Sink | None:
        """A sink, or None when objects are cloned, or there is no room for one more copy."""
        if self.keeping != "copy":
            return None
        try:
            size = (os.lstat(source) if descriptor is None else os.fstat(descriptor)).st_size
        except OSError:
            return None
        if not self._within_limit(size, source):
            return None
        if not self._has_room(size):
            self.problem = f"the disk is too full to keep old bytes of {source.name}; its hash is recorded"
            return None
        return _Sink(self)

    def _within_limit(self, size: int, source: Path) -> bool:
        if self.limit is None or self._taken + size <= self.limit:
            return True
        self.problem = (
            f"old bytes take all of the {self.limit / (1 << 30):g} GiB they may: of {source.name} only the hash is"
            " recorded; `mdjourney cache` removes versions nobody needs"
        )
        return False

    def _has_room(self, size: int) -> bool:
        """Whether a copy leaves the reserve free; the disk is asked once per few files, not for each."""
        self._room -= size
        if self._room < 0:
            free = os.statvfs(self._folder)
            left = free.f_bavail * free.f_frsize - RESERVE_BYTES - size
            self._room = min(left, _ASK_EVERY_BYTES)
            return left >= 0
        return True

    def keep_copy(self, sink: _Sink, reading: SomeReading) -> None:
        """Move a written object to the name its content gives it; one that is there already stays."""
        if sink.path is None and self._there(reading):
            return
        sink.flush()
        sink.close()
        if sink.failure is not None or sink.path is None:
            reason = sink.failure.strerror if sink.failure is not None else "no file"
            self.problem = f"old bytes could not be kept: {reason}"
            return
        try:
            if self._settle(sink.path, reading):
                sink.path = None
        except OSError as exc:
            self.problem = f"old bytes could not be kept: {exc.strerror}"

    def keep_clone(self, source: Path, descriptor: int | None, reading: SomeReading) -> None:
        """Share the file's blocks with a cache object, if it is still the file that was read."""
        if not self._within_limit(reading.size, source):
            return
        try:
            origin = (
                os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
                if descriptor is None
                else os.dup(descriptor)
            )
        except OSError:
            return
        part = None
        try:
            part, out = self.new_part()
            try:
                clone(origin, out)
            finally:
                os.close(out)
            status = os.fstat(origin)
            if (status.st_size, status.st_mtime_ns) == (reading.size, reading.mtime_ns) and self._settle(
                part, reading
            ):
                part = None
        except OSError as exc:
            self.problem = f"old bytes could not be kept: {exc.strerror}"
        finally:
            os.close(origin)
            if part is not None:
                Path(part).unlink(missing_ok=True)

    def flush(self) -> None:
        """Put everything that was kept since the last flush on the disk: one call for the file system, because one for
        each of thousands of objects takes minutes."""
        if not self._unflushed:
            return
        self._unflushed = 0
        folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            _sync_file_system(folder)
        except OSError as exc:
            self._unflushed = 1
            self.problem = f"old bytes may not last through a power failure: {exc.strerror}"
        finally:
            os.close(folder)

    def object_path(self, md5: str) -> Path:
        """Where DVC looks for an object."""
        return self._folder / md5[:2] / md5[2:]

    def size(self) -> CacheSize:
        """How many objects there are, and their bytes; looks at each."""
        sizes = [size for _, size, _ in objects(self._folder)]
        return CacheSize(len(sizes), sum(sizes))

    def collect(self, needed: frozenset[str], *, dry_run: bool = False) -> Collected:
        """Remove the objects that are not in `needed`, but for those that were kept or met again within the last hour.

        Args:
            dry_run: only tell what would go.
        """
        number = total = gone = gone_bytes = 0
        for name, size, path in objects(self._folder):
            number += 1
            total += size
            if name not in needed and self._remove(path, dry_run=dry_run):
                gone += 1
                gone_bytes += size
        if gone and not dry_run:
            self._taken -= gone_bytes
            self.problem = None
        return Collected(number, total, gone, gone_bytes)

    def _remove(self, path: Path, *, dry_run: bool) -> bool:
        with self._meeting:
            try:
                fresh = time.time() - path.lstat().st_mtime < GRACE_SECONDS
                if not fresh and not dry_run:
                    path.unlink()
            except FileNotFoundError:  # somebody else's `dvc gc` was faster
                return False
            return not fresh

    def new_part(self) -> tuple[str, int]:
        """A new file for an object on its way: its path, and a descriptor the caller closes."""
        path = f"{self._temporary}/mdj-{os.getpid()}-{next(self._counter)}"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _MODE)
        if self._narrowed is None:
            self._narrowed = stat.S_IMODE(os.fstat(descriptor).st_mode) != _MODE
        if self._narrowed:
            os.fchmod(descriptor, _MODE)
        return path, descriptor

    def _there(self, reading: SomeReading) -> bool:
        """Whether the object is there, which then counts as new; one of another size was cut short by a power failure
        and counts as missing."""
        path = self._path(reading.md5)
        with self._meeting:
            try:
                found = os.lstat(path)
                if time.time() - found.st_mtime > GRACE_SECONDS / 2:
                    os.utime(path)
            except OSError:
                return False
            return found.st_size == reading.size

    def _settle(self, part: str, reading: SomeReading) -> bool:
        """Give an object its name; False when it had been there already."""
        md5 = reading.md5
        if md5[:2] not in self._prefixes:
            (self._folder / md5[:2]).mkdir(exist_ok=True)
            self._prefixes.add(md5[:2])
        if self._there(reading):
            return False
        os.rename(part, self._path(md5))  # noqa: PTH104 - once per file: a Path costs more than the call
        self._unflushed += 1
        self._taken += reading.size
        self.problem = None
        return True

    def _path(self, md5: str) -> str:
        return f"{self._folder}/{md5[:2]}/{md5[2:]}"


def _sync_file_system(descriptor: int) -> None:
    """`syncfs` of the file system an open file lies on; `sync` where the C library lacks it."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if call is None:
        os.sync()
    elif call(descriptor) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def decide(place: DvcPlace, wanted: str) -> Keeping:
    """`auto` and `reflink` become what the file system can do."""
    if wanted in {"none", "copy"} or place.cache is None:
        return "copy" if wanted == "copy" and place.cache is not None else "none"
    return "reflink" if can_clone(place.temporary) else ("copy" if wanted == "auto" else "none")
