"""S2: a folder that turns into a link while it is read does not make us read, list or keep what lies outside."""

import hashlib
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from mdjourney_backend.layout import Layout
from mdjourney_backend.pipeline import scanning
from mdjourney_backend.pipeline.beneath import Beneath
from mdjourney_backend.pipeline.reading import Read, Reader
from mdjourney_backend.pipeline.scanning import Seen, Vanished, scan

_TRIALS = 4000
_SECRET = b"secret" * 100


class Flipping:
    """`p_A/d/inside` is by turns a folder of the dataset and a link to a folder outside, as fast as can be."""

    def __init__(self, base: Path) -> None:
        self.root, outside = base / "tree", base / "outside"
        inside = self.root / "p_A/d/inside"
        inside.mkdir(parents=True)
        outside.mkdir()
        for n in range(4):
            (inside / f"f{n}.csv").write_bytes(b"harmless" * 75)
            (outside / f"f{n}.csv").write_bytes(_SECRET)
        (outside / "secret.csv").write_bytes(_SECRET)
        self._inside, self._parked, self._link = inside, base / "parked", base / "link"
        self._link.symlink_to(outside)
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._flip)

    def _flip(self) -> None:
        inside, parked, link = map(os.fspath, (self._inside, self._parked, self._link))
        while not self._ending.is_set():
            os.rename(inside, parked)
            os.rename(link, inside)
            os.rename(inside, link)
            os.rename(parked, inside)

    def __enter__(self) -> Path:
        self._thread.start()
        return self.root

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join()


def _escapes(root: Path) -> int:
    """How often reading a file, or listing the dataset, came out with something from outside."""
    reader = Reader(root, None, None, lambda: 0, threads=1)
    files = [(Seen(f"inside/f{n}.csv", 600, 0, 0, 0, 0, 0, False), True) for n in range(4)]
    found = 0
    wanted = hashlib.sha256(_SECRET).hexdigest()
    try:
        for _ in range(_TRIALS // 4):
            read = [r for r in reader.read("p_A/d", files) if isinstance(r, Read)]
            found += sum(r.sha256 == wanted for r in read)
            try:
                found += any(row[0].endswith("secret.csv") for row in scan(root, "p_A/d", Layout()))
            except Vanished:
                continue
    finally:
        reader.close()
    return found


def test_nothing_outside_is_read_through_a_link_swapped_in(tmp_path: Path) -> None:
    with Flipping(tmp_path) as root:
        assert _escapes(root) == 0


def test_by_path_it_would_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same trials with folders opened by their paths."""

    def by_path(self: Any, path: str) -> tuple[int, str]:
        inside, _, name = path.rpartition("/")
        folder = os.open(inside or ".", os.O_RDONLY | os.O_DIRECTORY, dir_fd=self._base)
        self._let_go()
        self._folder, self._inside = folder, inside
        return folder, name

    monkeypatch.setattr(Beneath, "folder_of", by_path)
    monkeypatch.setattr(scanning, "_FOLDER", os.O_RDONLY | os.O_DIRECTORY)
    with Flipping(tmp_path) as root:
        assert _escapes(root) > 0
