"""S2, S23: links swapped in while we look, and files that are no files, or are made to hang and to burst."""

import contextlib
import gzip
import hashlib
import os
import resource
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks.faults.frame import Control, Fault, Trial
from mdjourney_backend.held import held
from mdjourney_backend.layout import Layout
from mdjourney_backend.pipeline import scanning
from mdjourney_backend.pipeline.beneath import Beneath
from mdjourney_backend.pipeline.reading import Read, Reader
from mdjourney_backend.pipeline.scanning import Seen, Vanished, scan

_READS = 4000
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


def _s2(trial: Trial) -> None:
    """Files are read and the dataset is listed while a folder of it turns into a link; one failure per escape."""
    wanted = hashlib.sha256(_SECRET).hexdigest()
    files = [(Seen(f"inside/f{n}.csv", 600, 0, 0, 0, 0, 0, False), True) for n in range(4)]
    with Flipping(trial.base) as root:
        reader = Reader(root, None, None, lambda: 0, threads=1)
        try:
            for _ in range(_READS // 4):
                with held(root, "p_A/d") as dataset:
                    found = [r for r in reader.read(dataset, files) if isinstance(r, Read)]
                for read in found:
                    trial.expect(read.sha256 != wanted, "read a file outside")
                try:
                    names = [row[0] for row in scan(root, "p_A/d", Layout())]
                except Vanished:
                    continue
                trial.expect(not any(n.endswith("secret.csv") for n in names), "listed a folder outside")
        finally:
            reader.close()


@contextlib.contextmanager
def _paths() -> Iterator[None]:
    """Folders are opened by their paths."""

    def folder_of(self: Any, path: str) -> tuple[int, str]:
        inside, _, name = path.rpartition("/")
        folder = os.open(inside or ".", os.O_RDONLY | os.O_DIRECTORY, dir_fd=self._base)
        self._let_go()
        self._folder, self._inside = folder, inside
        return folder, name

    with (
        patch.object(Beneath, "folder_of", folder_of),
        patch.object(scanning, "FOLDER", os.O_RDONLY | os.O_DIRECTORY),
    ):
        yield


S2 = Fault(
    code="S2",
    what="a folder turns into a link to the outside, thousands of times a second, while its files are read and listed",
    protection="folders are opened one in the other from the root, without following links",
    trial=_s2,
    trials=15,
    few=1,
    chances=_READS,
    controls={"opening step by step": Control(_paths, 3, 1)},
)

# -- S23 --------------------------------------------------------------------------------------------------------------


def _fifo(folder: Path) -> None:
    os.mkfifo(folder / "fifo.csv")


def _socket(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening, contextlib.chdir(folder):
        listening.bind("socket.csv")


def _swapped(folder: Path) -> None:
    """A file that becomes a FIFO between the listing and the reading."""
    (folder / "swapped.csv").write_text("x")
    real = Reader._some
    done: list[bool] = []

    def some(self: Any, dataset_path: str, files: Any) -> Any:
        if not done:
            done.append(True)
            (folder / "swapped.csv").unlink()
            os.mkfifo(folder / "swapped.csv")
        return real(self, dataset_path, files)

    patch.object(Reader, "_some", some).start()


def _loops(folder: Path) -> None:
    (folder / "a").symlink_to("b")
    (folder / "b").symlink_to("a")
    (folder / "self").symlink_to(".")
    (folder / "up").symlink_to("../..")
    (folder / "passwd").symlink_to("/etc/passwd")


def _device(folder: Path) -> None:
    with contextlib.suppress(PermissionError):
        os.mknod(folder / "zero.bin", 0o020644, os.makedev(1, 5))


def _gzip_bomb(folder: Path, *, small: bool = False) -> None:
    with gzip.open(folder / "bomb.fastq.gz", "wb", compresslevel=1) as out:
        out.write(b"@r\n")
        for _ in range(150 if small else 1500):
            out.write(b"\n" * (1 << 20))


def _json_bomb(folder: Path, *, small: bool = False) -> None:
    (folder / "bomb.json").write_bytes(b"[" + b"[]," * ((2 if small else 20) << 20) + b"[]]")


def _huge_png(folder: Path) -> None:
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = (100_000).to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    (folder / "huge.png").write_bytes(b"\x89PNG\r\n\x1a\n" + parts)


def _deep(folder: Path) -> None:
    (folder / "deep.json").write_bytes(b"[" * 500_000)
    inner = folder
    for _ in range(60):
        inner = inner / ("d" * 30)
        inner.mkdir()
    (inner / "x.csv").write_text("x")


def _sparse(folder: Path, *, small: bool = False) -> None:
    with (folder / "sparse.h5").open("wb") as out:
        out.write(b"\x89HDF\r\n\x1a\n")
        out.truncate(1 << (26 if small else 30))


_BOMBS = (_fifo, _socket, _swapped, _loops, _device, _gzip_bomb, _json_bomb, _huge_png, _deep, _sparse)
_SECONDS, _HANGS = 60.0, 10.0
_MIB = 700


def _s23(trial: Trial) -> None:
    """A thing planted in a dataset: the scan ends in time and within its memory, and the next file is described."""
    plant = _BOMBS[trial.number % len(_BOMBS)]
    if trial.off == _NON_BLOCKING:
        plant = _swapped
    elif trial.off == _LIMITS:
        plant = _json_bomb
    place = trial.place(history={"git": False, "dvc": False})
    place.write("p_A/d/good.csv", "id,name\n1,a\n")
    if trial.small and trial.off is None and plant in (_gzip_bomb, _json_bomb, _sparse):
        plant(place.root / "p_A/d", small=True)
    else:
        plant(place.root / "p_A/d")
    began = time.monotonic()
    if trial.off == _NON_BLOCKING:
        status, _ = trial.fork(lambda: place.scan() and None, seconds=_HANGS)
        trial.expect(status == 0, f"the scan hung for {_HANGS:.0f} s")
        return
    place.scan(timeout=_SECONDS - 10)
    took = time.monotonic() - began
    trial.expect(took < _SECONDS, f"{took:.0f} s")
    ours = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    theirs = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    trial.expect(max(ours, theirs) < _MIB, f"{max(ours, theirs)} MiB")
    listed = place.entries("p_A/d")
    trial.expect(listed.get("good.csv", {}).get("number_of_records") == 1, "the good file is not described")
    for path, entry in listed.items():
        link = (place.root / "p_A/d" / path).is_symlink()
        trial.expect((entry["file_type_os"] == "symlink") == link, f"{path}: {entry['file_type_os']}")
    for name in ("fifo.csv", "socket.csv", "zero.bin"):
        trial.expect(name not in listed, f"{name} counts as data")
        if (place.root / "p_A/d" / name).exists():
            trial.expect(any(name in told for told in place.told()), f"{name} is not told of")
    place.note()


_NON_BLOCKING, _LIMITS = "asking what it is", "limits of the extracting process"


@contextlib.contextmanager
def _opened_plainly() -> Iterator[None]:
    """Whatever lies there is opened and read."""

    def open_it(self: Any, path: str) -> int:
        folder, name = self.folder_of(path)
        return os.open(name, os.O_RDONLY, dir_fd=folder)

    with patch.object(Beneath, "open", open_it):
        yield


@contextlib.contextmanager
def _unlimited() -> Iterator[None]:
    """Extracting happens with as much memory as there is."""
    from mdjourney_backend.pipeline import moment
    from mdjourney_backend.technical import Extractors

    with patch.object(moment, "Extractors", lambda: Extractors(deadline_seconds=600, memory_mb=1 << 20)):
        yield


S23 = Fault(
    code="S23",
    what="FIFOs, sockets, devices, links in circles and outwards, files that become FIFOs, gzip and JSON bombs, pictures that claim to be huge, deep nesting, sparse files",
    protection="only regular files, opened without waiting; extracting in a process of its own with limits and a deadline",
    trial=_s23,
    trials=60,
    few=10,
    seconds=75,
    controls={_NON_BLOCKING: Control(_opened_plainly, 10, 1), _LIMITS: Control(_unlimited, 5, 0)},
)
