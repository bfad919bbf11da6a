"""Keeps the bytes of data files in DVC's cache while they are read; originals are only ever read."""

import errno
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
_MD5 = re.compile(rb"md5: ([0-9a-f]{32})(\.dir)?\b")
Keeping = Literal["copy", "reflink", "none"]


class _Sink:
    """A cache object being written. A full disk ends the keeping, not the reading."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.failure: OSError | None = None
        self._descriptor = -1
        try:
            self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o444)
        except OSError as exc:
            self.failure = exc

    def write(self, data: bytes, /) -> None:
        view = memoryview(data)
        try:
            while view and self.failure is None:
                view = view[os.write(self._descriptor, view) :]
        except OSError as exc:
            self.failure = exc

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class Tee:
    """One file on its way into the cache: `read_file(path, tee.sink)`, then `tee.keep(reading)`."""

    def __init__(self, cache: "Cache | None", source: Path) -> None:
        self._cache = cache
        self._source = source
        self._sink = cache.sink_for(source) if cache is not None else None

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
            self._cache.keep_clone(self._source, reading)

    def drop(self) -> None:
        """Remove what was not kept."""
        if self._sink is not None:
            self._sink.close()
            self._sink.path.unlink(missing_ok=True)


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
        self._counter = itertools.count()
        self.keeping = keeping
        self.problem: str | None = None
        self._folder.mkdir(parents=True, exist_ok=True)
        self._temporary.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def tee(self, source: Path) -> Iterator[Tee]:
        """A Tee whose leavings are removed at the end."""
        tee = Tee(self, source)
        try:
            yield tee
        finally:
            tee.drop()

    def sink_for(self, source: Path) -> _Sink | None:
        """A sink, or None when objects are cloned, or the disk has no room for one more copy."""
        if self.keeping != "copy":
            return None
        free = os.statvfs(self._folder)
        try:
            size = os.lstat(source).st_size
        except OSError:
            return None
        if size + RESERVE_BYTES > free.f_bavail * free.f_frsize:
            self.problem = f"the disk is too full to keep old bytes of {source.name}; its hash is recorded"
            return None
        return _Sink(self._part())

    def keep_copy(self, sink: _Sink, reading: SomeReading) -> None:
        """Move a written object to the name its content gives it."""
        sink.close()
        if sink.failure is not None:
            self.problem = f"old bytes could not be kept: {sink.failure.strerror}"
            return
        self._settle(sink.path, reading.md5)

    def keep_clone(self, source: Path, reading: SomeReading) -> None:
        """Share the file's blocks with a cache object, if it is still the file that was read."""
        import fcntl

        part = self._part()
        try:
            origin = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            return
        try:
            with open(part, "xb", opener=lambda name, flags: os.open(name, flags, 0o444)) as out:
                fcntl.ioctl(out.fileno(), _FICLONE, origin)
            status = os.fstat(origin)
            if (status.st_size, status.st_mtime_ns) == (reading.size, reading.mtime_ns):
                self._settle(part, reading.md5)
        except OSError as exc:
            self.problem = f"old bytes could not be kept: {exc.strerror}"
        finally:
            os.close(origin)
            part.unlink(missing_ok=True)

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
        for prefix in sorted(self._folder.iterdir()):
            if len(prefix.name) == 2 and prefix.is_dir():
                for entry in os.scandir(prefix):
                    if entry.is_file(follow_symlinks=False):
                        yield (
                            prefix.name + entry.name,
                            entry.stat(follow_symlinks=False).st_size,
                            Path(entry.path),
                        )

    def _part(self) -> Path:
        return self._temporary / f"mdj-{os.getpid()}-{next(self._counter)}"

    def _settle(self, part: Path, md5: str) -> None:
        target = self._folder / md5[:2] / md5[2:]
        if md5[:2] not in self._prefixes:
            target.parent.mkdir(exist_ok=True)
            self._prefixes.add(md5[:2])
        if not target.exists():
            part.chmod(0o444)
            part.rename(target)


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
