"""Which objects of a DVC cache are needed: those that pointers in the tree name, or pointers that history held of late."""

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from pathlib import Path

from mdjourney_backend.history.git import Git
from mdjourney_backend.history.objects import referenced, referenced_in
from mdjourney_backend.history.repository import open_repository
from mdjourney_backend.history.words import HistoryUnavailable
from mdjourney_contract.clock import now

_POINTERS = (":(glob)**/*.dvc", ":(glob)**/dvc.lock")
_NOT_DATA = frozenset({".metadata", ".mdjourney", ".git", ".dvc", ".template_schemas"})
#: Pointers of large datasets have megabytes, and many versions.
_READ_BYTES = 64 << 20


def needed(top: Path, root: Path, keep_days: float, place_of: Callable[[str], Path]) -> frozenset[str]:
    """The names of all objects that must stay.

    Args:
        top: where `.dvc` lies.
        root: the tree.
        keep_days: a version that was in force at any time within these days is needed.
        place_of: where the cache has the object of a name.

    Raises:
        HistoryUnavailable, HistoryRefused: history cannot be read.
    """
    git = open_repository(root).git
    found = _in_folder(top) | _named(git, _pointers_in_force(git) | _pointers_of_late(git, keep_days))
    for name in [name for name in found if name.endswith(".dir")]:
        listing = place_of(name)
        if listing.is_file():
            found |= referenced(listing.read_bytes().replace(b'"', b""))
    return frozenset(found)


def _in_folder(top: Path) -> set[str]:
    found: set[str] = set()
    for folder, folders, names in os.walk(top):
        folders[:] = [name for name in folders if name not in _NOT_DATA]
        for name in names:
            if name.endswith(".dvc") or name == "dvc.lock":
                with contextlib.suppress(FileNotFoundError):  # on its way elsewhere: history still holds it
                    found |= referenced_in(Path(folder, name))
    return found


def _pointers_in_force(git: Git) -> set[str]:
    """The blobs of pointers in the newest commit of every branch, tag and stash, and in the index."""
    refs = git.run("for-each-ref", "--format=%(objectname) %(*objectname)").decode().split()
    blobs: set[str] = set()
    for ref in set(refs):
        code, out = git.answer(
            "ls-tree", "-r", "-z", "--full-tree", ref, ok=(0, 128)
        )  # 128: no tree behind it
        if code == 0:
            blobs |= {line.split()[2] for name, line in _listed(out) if _is_pointer(name)}
    staged = git.run("ls-files", "-s", "-z")
    return blobs | {line.split()[1] for name, line in _listed(staged) if _is_pointer(name)}


def _pointers_of_late(git: Git, keep_days: float) -> set[str]:
    """The blobs of pointers that came or went within the time: what went had been in force till then."""
    since = (now() - timedelta(days=keep_days)).isoformat()
    listing = ("log", "--all", "-m", "--raw", "--no-abbrev", "--no-renames", "--format=", f"--since={since}")
    code, out = git.answer("--no-literal-pathspecs", *listing, "--", *_POINTERS, ok=(0, 128))
    if code != 0 and git.run("for-each-ref"):
        raise HistoryUnavailable("git could not list the changes of DVC pointers")
    blobs: set[str] = set()
    for line in out.splitlines():
        if line.startswith(b":"):
            blobs |= {name.decode() for name in line.split()[2:4] if name.strip(b"0")}
    return blobs


def _listed(out: bytes) -> Iterator[tuple[bytes, str]]:
    for line in filter(None, out.split(b"\0")):
        words, _, name = line.partition(b"\t")
        yield name, words.decode()


def _is_pointer(name: bytes) -> bool:
    return name.endswith(b".dvc") or name.rpartition(b"/")[2] == b"dvc.lock"


def _named(git: Git, blobs: Iterable[str]) -> set[str]:
    """The objects that pointers name, given as git blobs.

    Raises:
        HistoryUnavailable: a blob is missing (a partial clone): what it names is not known.
    """
    asked = "".join(f"{blob}\n" for blob in sorted(blobs)).encode()
    if not asked:
        return set()
    told = git.run("cat-file", "--batch-check=%(objectname) %(objecttype) %(objectsize)", stdin=asked)
    found: set[str] = set()
    waiting, size = [], 0
    for line in told.decode().splitlines():
        name, kind, *rest = line.split()
        if not rest:
            raise HistoryUnavailable(f"git has not got {name}: what it names is not known")
        if kind == "blob":
            waiting.append(name)
            size += int(rest[0])
        if size > _READ_BYTES:
            found |= _read(git, waiting)
            waiting, size = [], 0
    return found | _read(git, waiting)


def _read(git: Git, blobs: list[str]) -> set[str]:
    if not blobs:
        return set()
    return referenced(git.run("cat-file", "--batch", stdin="".join(f"{blob}\n" for blob in blobs).encode()))
