"""The part of a dataset that something happened in: the folders to compare instead of all of it."""

import errno
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mdjourney_backend.held import FOLDER
from mdjourney_backend.journal import Brief, FileIndex
from mdjourney_backend.layout import Layout
from mdjourney_backend.pipeline.scanning import Row, Vanished, base_of, is_tree, listed, walk

_NO_FOLDER: Final = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
#: With more folders than these, all of the dataset is compared.
MOST_FOLDERS: Final = 32


@dataclass(frozen=True, slots=True)
class Region:
    """Folders of one dataset, by path inside it (empty for the dataset itself): `flat` without what lies below them,
    `deep` with it. A path that is no folder, or gone, is no mistake: what the index has below it is gone then."""

    flat: frozenset[str]
    deep: frozenset[str]

    @property
    def folders(self) -> int:
        """How many."""
        return len(self.flat) + len(self.deep)


def region_of(paths: Iterable[str]) -> Region:
    """Where these paths lie: each may be a file, or a folder that came, changed or went. A path that ends in `/` is a
    folder whose own listing changed."""
    flat: set[str] = set()
    deep: set[str] = set()
    for path in paths:
        if path.endswith("/"):
            flat.add(path[:-1])
        else:
            flat.add(path.rpartition("/")[0])
            deep.add(path)
    return Region(frozenset(flat), frozenset(deep))


def known_in(files: FileIndex, dataset_id: str, region: Region) -> dict[str, Brief]:
    """What the index has in a region."""
    found: dict[str, Brief] = {}
    for folder in region.flat:
        found |= files.brief_in(dataset_id, folder, deep=False)
    for folder in region.deep:
        found |= files.brief_in(dataset_id, folder, deep=True)
    return found


def seen_in(root: Path | int, dataset_path: str, layout: Layout, region: Region) -> Iterator[Row]:
    """Every data file and link in a region, each once; `root` may be an open folder.

    Raises:
        Vanished: the dataset, or a folder that is there, could not be listed.
    """
    base = base_of(root, dataset_path)
    told: set[str] = set()
    try:
        for folder, deep in _in_order(region):
            descriptor = _opened(base, folder)
            if descriptor is None:
                continue
            inside = f"{folder}/" if folder else ""
            for row in walk(descriptor, inside, layout) if deep else listed(descriptor, inside, layout):
                if row[0] not in told:
                    told.add(row[0])
                    yield row
    finally:
        os.close(base)


def _in_order(region: Region) -> Iterator[tuple[str, bool]]:
    yield from ((folder, False) for folder in sorted(region.flat))
    yield from ((folder, True) for folder in sorted(region.deep))


def _opened(base: int, folder: str) -> int | None:
    """A descriptor of a folder inside a dataset; None where there is none, or where another tree begins."""
    descriptor = os.dup(base)
    for part in folder.split("/") if folder else ():
        try:
            inner = os.open(part, FOLDER, dir_fd=descriptor)
        except OSError as exc:
            if exc.errno in _NO_FOLDER:
                return None
            raise Vanished(exc.errno, exc.strerror, folder) from exc
        finally:
            os.close(descriptor)
        descriptor = inner
        if is_tree(descriptor):
            os.close(descriptor)
            return None
    return descriptor
