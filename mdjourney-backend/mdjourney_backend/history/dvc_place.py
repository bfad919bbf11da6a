"""Where DVC lives for a tree: set up by us as `dvc init` would, or found as the user left it. dvc itself stays out."""

import configparser
import os
from dataclasses import dataclass
from pathlib import Path

from mdjourney_backend.history.exclude import put

_CONFIG = "[core]\n    analytics = false\n"
_NO_SCM = "    no_scm = True\n"
_GITIGNORE = "/config.local\n/tmp\n/cache\n"
_DVCIGNORE = (
    "# what DVC need not look at: metadata is versioned by git\n.mdjourney/\n.metadata/\n.template_schemas/\n"
)
_MARK = "mdjourney"


@dataclass(frozen=True, slots=True)
class DvcPlace:
    """`ours` when we set it up. `cache` is None, and `problem` says why, when objects must not be kept there."""

    top: Path
    ours: bool
    cache: Path | None
    problem: str | None

    @property
    def temporary(self) -> Path:
        """On the cache's file system, which may be a disk of its own mounted there: else an object could not be put in
        its place by a rename. DVC clears the usual one on its own."""
        usual, cache = self.top / ".dvc" / "tmp", self.top / ".dvc" / "cache"
        apart = cache.is_dir() and usual.is_dir() and cache.stat().st_dev != usual.stat().st_dev
        return cache / "tmp" if apart else usual


def find_place(root: Path) -> DvcPlace | None:
    """The DVC repository around `root`, up to the next git repository's top; None when there is none."""
    for folder in (root, *root.parents):
        if (folder / ".dvc" / "config").is_file():  # without it, setting up was cut short
            return _inspect(folder)
        if (folder / ".git").exists():
            return None
    return None


def set_up(root: Path, *, with_git: bool) -> DvcPlace:
    """What `dvc init` leaves, with analytics off. The config comes last: with it, setting up is done."""
    folder = root / ".dvc"
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    put(folder / ".gitignore", _GITIGNORE.encode())
    if not (root / ".dvcignore").exists():
        put(root / ".dvcignore", _DVCIGNORE.encode())
    put(folder / "tmp" / _MARK, b"set up by MDJourney\n")
    put(folder / "config", (_CONFIG + ("" if with_git else _NO_SCM)).encode())
    return _inspect(root)


def set_up_files(place: DvcPlace) -> dict[str, bytes | None]:
    """What of a place of ours is to be committed, by path from its top."""
    if not place.ours:
        return {}
    names = (".dvc/config", ".dvc/.gitignore", ".dvcignore")
    return {name: (place.top / name).read_bytes() for name in names if (place.top / name).is_file()}


def _inspect(top: Path) -> DvcPlace:
    folder = top / ".dvc"
    ours = (folder / "tmp" / _MARK).is_file()
    problem = _reason_against(folder)
    cache = None if problem else folder / "cache" / "files" / "md5"
    return DvcPlace(top, ours, cache, problem)


def _reason_against(folder: Path) -> str | None:
    """Why bytes must not be kept in this place: what a stranger could have planted is never followed."""
    for part in (folder, folder / "cache", folder / "cache" / "files", folder / "cache" / "files" / "md5"):
        if part.is_symlink():
            return f"{part} is a symbolic link: old bytes are not kept, only their hashes"
        if part.exists() and part.stat().st_uid != os.geteuid():
            return f"{part} belongs to another account: old bytes are not kept, only their hashes"
    for name in ("config", "config.local"):
        if _moves_cache(folder / name):
            return f"{folder / name} puts the cache elsewhere: old bytes are not kept, only their hashes"
    return None


def _moves_cache(path: Path) -> bool:
    if not path.is_file():
        return False
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(path.read_text("utf-8", "replace"))
    except configparser.Error:
        return True
    return parser.has_option("cache", "dir")
