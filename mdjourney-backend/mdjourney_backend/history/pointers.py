"""The DVC pointers of a tree: one beside each data file, or one for a whole dataset that has many."""

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from mdjourney_backend.held import Held, open_folder
from mdjourney_backend.history import dvc_place, garbage, pointer_files, pointer_yaml
from mdjourney_backend.history.cache import Cache, Tee, decide
from mdjourney_backend.history.dvc_place import DvcPlace
from mdjourney_backend.history.objects import clear_leavings
from mdjourney_backend.history.pointer_files import Met
from mdjourney_backend.history.words import CacheSize, Collected, PointerFile
from mdjourney_contract.problems import Conflict
from mdjourney_contract.session_config import SessionConfig

#: Real DVC is quadratic in pointers: above this, a dataset has one.
MANY = 100
_DATASET_POINTERS = ("dataset.dvc", "dataset-mdjourney.dvc")
#: Where people have files of both names.
_LAST_POINTER = ".mdjourney-dataset.dvc"
_NAME_MAX = 255


@dataclass(slots=True)
class _Found:
    """Pointers met in and above a dataset. Paths of pointers are inside the dataset, those covered from the tree root."""

    ours: dict[str, Met] = field(default_factory=dict)
    theirs: set[str] = field(default_factory=set)
    covered: set[str] = field(default_factory=set)


class Pointers:
    """`tee` may be used by many threads, the rest by one. `prepare` comes first.

    Args:
        root: the tree.
        config: `history.dvc` off makes every call do nothing.
    """

    def __init__(self, root: Path, config: SessionConfig) -> None:
        self._root = root
        self._config = config
        self._place: DvcPlace | None = None
        self._cache: Cache | None = None
        self._coverage: dict[str, tuple[tuple[int, int, int], frozenset[str]]] = {}

    @classmethod
    def open(cls, root: Path, config: SessionConfig, state_dir: Path) -> "Pointers":
        """As `History.open`; nothing is kept in `state_dir`: what is on disk says how far the last update came."""
        return cls(root, config)

    def prepare(self) -> Mapping[str, bytes | None]:
        """Set DVC up unless it is there; answers what to commit (path from the tree root -> bytes)."""
        if not self._config.history.dvc:
            return {}
        place = dvc_place.find_place(self._root)
        if place is None:
            place = dvc_place.set_up(self._root, with_git=_in_git(self._root))
        self._place = place
        clear_leavings(place.temporary)
        keeping = decide(place, self._config.history.dvc_cache)
        gib = self._config.history.dvc_cache_gib
        limit = None if gib is None else int(gib * (1 << 30))
        self._cache = Cache(place, keeping, limit) if keeping != "none" else None
        return dvc_place.set_up_files(place) if place.top == self._root else {}

    @property
    def keeping(self) -> str:
        """How old bytes are kept: `copy`, `reflink` or `none`."""
        return self._cache.keeping if self._cache else "none"

    @property
    def limit(self) -> int | None:
        """Bytes old versions may take; None: as many as the disk has room for."""
        return self._cache.limit if self._cache else None

    def tee(self, relative: str, descriptor: int | None = None) -> AbstractContextManager[Tee]:
        """For a data file at `relative` (from the tree root): `read_file(path, tee.sink)`, then `tee.keep(reading)`.

        With `descriptor`, the open file itself, no path is looked up again. What was not kept is removed at the end.
        `tee.sink` is None where no bytes are kept.
        """
        source = self._root / relative
        if self._cache is None:
            return nullcontext(Tee(None, source, None))
        return self._cache.tee(source, descriptor)

    def update(
        self, folder: Held, present: Mapping[str, PointerFile], *, again: bool = False
    ) -> Mapping[str, bytes | None]:
        """Bring the pointers of one dataset in line with ALL its regular, settled files.

        Files that a pointer or `dvc.yaml` of the user's covers are left to it; names that are not UTF-8 get none.

        Args:
            folder: the dataset; its path is the one to be recorded.
            present: path inside the dataset -> hash and size. Symbolic links are not in it.
            again: answer all pointers, also those that are as they shall be.

        Returns:
            What changed on disk, to be committed: path from the tree root -> bytes, None for one that went.

        Raises:
            OSError: a pointer could not be written; what was written stays and the next call goes on from there.
        """
        if not self._config.history.dvc:
            return {}
        found = self._look(folder, torn=2 * pointer_yaml.at_most(present))
        plain = not found.covered and folder.path.isascii()
        files = {
            path: file
            for path, file in present.items()
            if (plain and path.isascii()) or self._wanted(f"{folder.path}/{path}", found)
        }
        single = self._single_pointer(files, found)
        if single is None:
            wanted = {
                f"{path}.dvc": pointer_yaml.pointer("file", {path.rpartition("/")[2]: file})
                for path, file in files.items()
                if f"{path}.dvc" not in found.theirs
            }
        else:
            wanted = {single: pointer_yaml.pointer("dataset", files)} if files else {}
        changed = self._write(folder, found, wanted)
        return {
            f"{folder.path}/{p}": text for p, text in ({**wanted, **changed} if again else changed).items()
        }

    def problem(self) -> str | None:
        """Why old bytes are not being kept although they should be; None when all is well."""
        if self._place is not None and self._place.problem and self._config.history.dvc_cache != "none":
            return self._place.problem
        if self._place is not None and self._config.history.dvc_cache == "reflink" and self._cache is None:
            return "this file system cannot clone files: old bytes are not kept, only their hashes"
        return self._cache.problem if self._cache else None

    def flush(self) -> None:
        """Make cache objects kept since the last time, and the pointers beside them, last through a power failure."""
        if self._cache is not None:
            self._cache.flush()

    def cache_size(self) -> CacheSize:
        """What the cache holds; looks at every object."""
        return self._cache.size() if self._cache else CacheSize(0, 0)

    def collect_garbage(self, keep_days: float, *, dry_run: bool = False) -> Collected:
        """Remove the bytes of versions that were replaced more than `keep_days` ago; from any thread.

        What a pointer in the tree, any branch or the index names is kept, as is what history held within that time.

        Args:
            dry_run: only tell what would go.

        Raises:
            Conflict: the cache was not set up by MDJourney: `dvc gc` knows what its owners need.
            HistoryUnavailable, HistoryRefused: history cannot be read, so nobody can say what is needed.
        """
        if self._cache is None or self._place is None:
            return Collected()
        if not self._place.ours:
            raise Conflict(f"{self._place.top / '.dvc'} was set up by somebody else: `dvc gc` collects there")
        needed = garbage.needed(self._place.top, self._root, keep_days, self._cache.object_path)
        return self._cache.collect(needed, dry_run=dry_run)

    def _wanted(self, path: str, found: _Found) -> bool:
        if any(0xD800 <= ord(letter) <= 0xDFFF for letter in path) if not path.isascii() else False:
            return False
        if not found.covered:
            return True
        parts = path.split("/")
        return not any("/".join(parts[: end + 1]) in found.covered for end in range(len(parts)))

    def _single_pointer(self, files: Mapping[str, PointerFile], found: _Found) -> str | None:
        """The name of the one pointer for the dataset, or None while each file has its own."""
        for name in _DATASET_POINTERS:
            if name in found.ours and found.ours[name].of_dataset:
                return name
        if len(files) <= MANY and all(_fits(path) for path in files):
            return None
        return next((name for name in _DATASET_POINTERS if name not in found.theirs), _LAST_POINTER)

    def _write(self, folder: Held, found: _Found, wanted: Mapping[str, bytes]) -> dict[str, bytes | None]:
        """Old pointers go first: while two name one file, DVC refuses to work at all."""
        changed: dict[str, bytes | None] = {}
        for path in sorted(found.ours.keys() - wanted.keys()):
            pointer_files.remove(folder.fd, path)
            changed[path] = None
        for path, text in wanted.items():
            if path not in found.ours or not found.ours[path].holds(text):
                pointer_files.put(folder.fd, path, text)
                changed[path] = text
        return changed

    def _look(self, folder: Held, torn: int) -> _Found:
        """`torn`: what begins with zeros and has more bytes is nothing a power failure left of a pointer."""
        found = _Found()
        above = folder.path.split("/")[:-1]
        for depth in range(len(above) + 1):
            self._look_above("/".join(above[:depth]), found)
        for pointer in pointer_files.met(folder.fd, deep=True, torn=torn):
            if pointer.ours and pointer.path.endswith(".dvc"):
                found.ours[pointer.path] = pointer
            elif not _is_left_over(pointer, torn):
                self._meet(pointer, folder.path, found)
                found.theirs.add(pointer.path)
        return found

    def _look_above(self, path: str, found: _Found) -> None:
        """What people put into a folder above a dataset may cover its files."""
        descriptor = open_folder(self._root, path)
        try:
            for pointer in pointer_files.met(descriptor, deep=False):
                if not pointer.ours:
                    self._meet(pointer, path, found)
        finally:
            os.close(descriptor)

    def _meet(self, pointer: Met, base: str, found: _Found) -> None:
        """Note what a pointer of others covers; one too large to be one covers nothing."""
        if pointer.raw is None:
            return
        path = f"{base}/{pointer.path}".lstrip("/")
        cached = self._coverage.get(path)
        if cached is None or cached[0] != pointer.stamp:
            inside, _, name = path.rpartition("/")
            cached = (pointer.stamp, pointer_yaml.covered(pointer.raw, name, inside))
            self._coverage[path] = cached
        found.covered |= cached[1]


def _is_left_over(pointer: Met, torn: int) -> bool:
    """Whether it is what a power failure leaves of a new pointer of ours: nobody's, and may be written over. Zeros that
    are more than we would have written there are somebody's data."""
    if not pointer.blank or not pointer.path.endswith(".dvc"):
        return False
    of_dataset = pointer.path in (*_DATASET_POINTERS, _LAST_POINTER)
    return pointer.size <= (torn if of_dataset else pointer_yaml.at_most([pointer.path]))


def _fits(path: str) -> bool:
    return len(path.rpartition("/")[2].encode("utf-8", "surrogateescape")) + len(".dvc") <= _NAME_MAX


def _in_git(root: Path) -> bool:
    return any((folder / ".git").exists() for folder in (root, *root.parents))
