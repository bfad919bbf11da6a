"""Which files a run read and wrote: named by arguments, or changed in the dataset while it ran; by content."""

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mdjourney_backend.runs.capturing.whereabouts import printable

#: inode, size and mtime of a file that nothing had changed since the run began.
_Untouched = tuple[int, int, int]


def named_files(command: Sequence[str], folder: Path) -> list[Path]:
    """Regular files that the arguments of a command name, plainly or after `=` (`--reads=a.fq`); not the program."""
    found: dict[Path, None] = {}
    for word in command[1:]:
        for text in (word, word.partition("=")[2]):
            path = folder / text if text else None
            if path is not None and _is_file(path):
                found[Path(os.path.normpath(path))] = None
                break
    return list(found)


def files_below(paths: Iterable[Path]) -> list[Path]:
    """These files, and the files in these folders."""
    found: list[Path] = []
    for path in paths:
        found += sorted(Path(e.path) for e in _walk(path, _visible)) if path.is_dir() else [path]
    return found


@dataclass(frozen=True, slots=True)
class Before:
    """The files of a dataset as they were when the run began, seen a moment later.

    A file that changed within that moment is not in it: by its ctime it belongs to the run.
    """

    folder: Path
    since_ns: int
    files: dict[str, _Untouched]

    @classmethod
    def of(cls, folder: Path, since_ns: int) -> "Before":
        """Look now. `since_ns` is the moment the run began, by the clock of the file system."""
        files = {}
        for entry in _walk(folder, _visible):
            seen = _stat(entry)
            if seen is not None and seen.st_ctime_ns < since_ns:
                files[os.path.relpath(entry.path, folder)] = (seen.st_ino, seen.st_size, seen.st_mtime_ns)
        return cls(folder, since_ns, files)

    def changed(self, ignored: Callable[[str], bool]) -> list[Path]:
        """Files that appeared or changed since, by path; one whose permissions alone changed did not."""
        found = []
        for entry in _walk(self.folder, lambda name: not ignored(name)):
            seen = _stat(entry)
            if seen is None or max(seen.st_ctime_ns, seen.st_mtime_ns) < self.since_ns:
                continue
            name = os.path.relpath(entry.path, self.folder)
            if self.files.get(name) != (seen.st_ino, seen.st_size, seen.st_mtime_ns):
                found.append(Path(entry.path))
        return sorted(found)


def by_content(paths: Iterable[Path], dataset: Path) -> list[dict[str, Any]]:
    """`{file_path, checksum}` of each file: its path in the dataset, or absolute outside; no checksum where the file
    changed while it was read or is gone."""
    return [
        {"file_path": path_for_people(path, dataset)} | ({"checksum": found} if found else {})
        for path in paths
        if (found := digest(path)) or path.exists()
    ]


def path_for_people(path: Path, dataset: Path) -> str:
    """Relative to the dataset (POSIX), or absolute for a file outside it. Bytes that are not UTF-8 show as `\\xNN`."""
    real = path.resolve()
    inside = dataset.resolve()
    text = real.relative_to(inside).as_posix() if real.is_relative_to(inside) else str(real)
    return printable(text)


def digest(path: Path, unchanged_since_ns: int | None = None) -> str | None:
    """SHA-256 of a regular file, or None when it cannot be read or changed meanwhile (or since that moment)."""
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            before = os.fstat(file.fileno())
            if not stat.S_ISREG(before.st_mode):
                return None
            found = hashlib.file_digest(file, "sha256").hexdigest()
            after = os.fstat(file.fileno())
    except OSError:
        return None
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        return None
    if unchanged_since_ns is not None and after.st_mtime_ns >= unchanged_since_ns:
        return None
    return found


def _walk(folder: Path | str, wanted: Callable[[str], bool]) -> Iterator["os.DirEntry[str]"]:
    try:
        with os.scandir(folder) as listing:
            entries = [e for e in listing if wanted(e.name)]
    except OSError:  # gone, or not ours to read
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path, wanted)
        elif entry.is_file(follow_symlinks=False):
            yield entry


def _visible(name: str) -> bool:
    return not name.startswith(".")


def _stat(entry: "os.DirEntry[str]") -> os.stat_result | None:
    try:
        return entry.stat(follow_symlinks=False)
    except OSError:  # it went away since it was listed
        return None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # too long, or with a NUL: no path
        return False
