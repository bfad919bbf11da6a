"""Keeps the bytes of data files in DVC's cache while they are read; originals are only ever read."""

import ctypes
import errno
import hashlib
import itertools
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from mdjourney_backend.history.dvc_place import DvcPlace
from mdjourney_backend.history.interface import SomeReading
from mdjourney_backend.history.words import CacheSize

_FICLONE = 0x40049409
#: What is left free on the disk for documents, journal and everybody else.
RESERVE_BYTES = 512 << 20
_NO_CLONE = {
    errno.EOPNOTSUPP,
    errno.EXDEV,
    errno.EINVAL,
    errno.ENOTTY,
    errno.ENOSYS,
    errno.EPERM,
    errno.EACCES,
}
#: Larger files go to disk while they are read.
_HELD_BYTES = 1 << 20
#: How often the free space is asked for.
_ASK_EVERY_BYTES = 64 << 20
_MODE = 0o444
_MD5 = re.compile(rb"md5: ([0-9a-f]{32})(\.dir)?\b")
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
    """

    def __init__(self, place: DvcPlace, keeping: Keeping) -> None:
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
        self.keeping = keeping
        self.problem: str | None = None
        self._folder.mkdir(parents=True, exist_ok=True)
        self._temporary.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def tee(self, source: Path, descriptor: int | None = None) -> Iterator[Tee]:
        """A Tee whose leavings are removed at the end."""
        tee = Tee(self, source, descriptor)
        try:
            yield tee
        finally:
            tee.drop()

    def sink_for(self, source: Path, descriptor: int | None) -> _Sink | None:
        """A sink, or None when objects are cloned, or the disk has no room for one more copy."""
        if self.keeping != "copy":
            return None
        try:
            size = (os.lstat(source) if descriptor is None else os.fstat(descriptor)).st_size
        except OSError:
            return None
        if not self._has_room(size):
            self.problem = f"the disk is too full to keep old bytes of {source.name}; its hash is recorded"
            return None
        return _Sink(self)

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
        import fcntl

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
                fcntl.ioctl(out, _FICLONE, origin)
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

    def size(self, used: frozenset[str]) -> CacheSize:
        """Objects and bytes, and how many of them are not in `used`."""
        objects = total = unused = unused_bytes = 0
        for name, size, _ in self._objects():
            objects += 1
            total += size
            if name not in used:
                unused += 1
                unused_bytes += size
        return CacheSize(objects, total, unused, unused_bytes)

    def collect(self, used: frozenset[str]) -> CacheSize:
        """Remove the objects not in `used`; the answer's `unused_*` say what went."""
        before = self.size(used)
        for name, _, path in self._objects():
            if name not in used:
                path.unlink(missing_ok=True)
        return before

    def _objects(self) -> Iterator[tuple[str, int, Path]]:
        return objects(self._folder)

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
        """Whether the object is there; one of another size was cut short by a power failure and counts as missing."""
        try:
            return os.lstat(self._path(reading.md5)).st_size == reading.size
        except OSError:
            return False

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
        self.problem = None
        return True

    def _path(self, md5: str) -> str:
        return f"{self._folder}/{md5[:2]}/{md5[2:]}"


def objects(folder: Path) -> Iterator[tuple[str, int, Path]]:
    """Name, size and path of every object below a `files/md5` folder."""
    for prefix in sorted(folder.iterdir()):
        if len(prefix.name) == 2 and prefix.is_dir():
            for entry in os.scandir(prefix):
                if entry.is_file(follow_symlinks=False):
                    size = entry.stat(follow_symlinks=False).st_size
                    yield prefix.name + entry.name, size, Path(entry.path)


def wrong_objects(folder: Path) -> Iterator[tuple[str, Path]]:
    """Name and path of objects whose bytes are not what their name says; reads them all."""
    for name, _, path in objects(folder):
        with path.open("rb") as file:
            if hashlib.file_digest(file, _md5).hexdigest() != name.removesuffix(".dir"):
                yield name, path


def _sync_file_system(descriptor: int) -> None:
    """`syncfs` of the file system an open file lies on; `sync` where the C library lacks it."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if call is None:
        os.sync()
    elif call(descriptor) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _md5() -> "hashlib._Hash":
    return hashlib.md5(usedforsecurity=False)  # the name of an object, not a protection


def decide(place: DvcPlace, wanted: str) -> Keeping:
    """`auto` and `reflink` become what the file system can do."""
    if wanted in {"none", "copy"} or place.cache is None:
        return "copy" if wanted == "copy" and place.cache is not None else "none"
    return "reflink" if _can_clone(place.temporary) else ("copy" if wanted == "auto" else "none")


def clear_leavings(temporary: Path) -> None:
    """Remove half-written objects of processes that are gone."""
    if not temporary.is_dir():
        return
    for entry in os.scandir(temporary):
        match = re.fullmatch(r"mdj-(\d+)-\d+", entry.name)
        if (
            match
            and stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode)
            and not Path(f"/proc/{match[1]}").exists()
        ):
            Path(entry.path).unlink(missing_ok=True)


def referenced(pointer: bytes) -> set[str]:
    """The objects a pointer or lock file names, as the cache names them."""
    return {name.decode() + (suffix or b"").decode() for name, suffix in _MD5.findall(pointer)}


def _can_clone(folder: Path) -> bool:
    import fcntl

    folder.mkdir(parents=True, exist_ok=True)
    source, copy = (folder / f"mdj-{os.getpid()}-{number}" for number in (0, 1))
    try:
        source.write_bytes(b"x" * 4096)
        with source.open("rb") as origin, copy.open("wb") as out:
            fcntl.ioctl(out.fileno(), _FICLONE, origin.fileno())
    except OSError as exc:
        if exc.errno in _NO_CLONE:
            return False
        raise
    else:
        return True
    finally:
        source.unlink(missing_ok=True)
        copy.unlink(missing_ok=True)
