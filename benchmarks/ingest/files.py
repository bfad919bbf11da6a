"""The files that both sides ingest: the same bytes every time, in folders of a hundred."""

import random
import shutil
from pathlib import Path

DATASET = "p_Bench/d_Files"
#: What ingest leaves in a tree; without it the tree is as it was before.
_OURS = (".git", ".dvc", ".gitignore", ".dvcignore", ".mdjourney")


def many(folder: Path, count: int, size: int = 4096) -> None:
    """`count` files of `size` bytes that no compression or deduplication can shorten."""
    noise = random.Random(20261122)
    for number in range(count):
        inside = folder / f"part{number // 100:04d}"
        if number % 100 == 0:
            inside.mkdir(parents=True)
        (inside / f"file{number:06d}.bin").write_bytes(noise.randbytes(size))


def few(folder: Path, count: int, mebibytes: int) -> None:
    """`count` large files."""
    noise = random.Random(20261122)
    folder.mkdir(parents=True)
    for number in range(count):
        with (folder / f"large{number}.bin").open("wb") as out:
            for _ in range(mebibytes):
                out.write(noise.randbytes(1 << 20))


def take_away(folder: Path, count: int) -> dict[Path, bytes]:
    """Remove the first data files of a folder; what they held."""
    taken = {}
    for path in sorted(folder.rglob("*.bin"))[:count]:
        taken[path] = path.read_bytes()
        path.unlink()
    return taken


def forget(root: Path) -> None:
    """The tree as it was before ingest: nothing of ours is left, data files stay."""
    for name in _OURS:
        path = root / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for pattern in ("*/.metadata", "*/*/.metadata"):
        for path in root.glob(pattern):
            shutil.rmtree(path)
    for pointer in root.rglob("*.dvc"):
        pointer.unlink()


def link(source: Path, target: Path) -> None:
    """The same files under another folder, as hard links: no second set of bytes to write."""
    for folder in (source, *(p for p in source.rglob("*") if p.is_dir())):
        (target / folder.relative_to(source)).mkdir(parents=True)
    for file in source.rglob("*"):
        if file.is_file():
            (target / file.relative_to(source)).hardlink_to(file)
