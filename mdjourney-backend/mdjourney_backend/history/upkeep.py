"""Packs what many commits left lying, so that large documents written often are kept as differences."""

import logging

from mdjourney_backend.history.repository import Repository
from mdjourney_backend.history.words import HistoryUnavailable

_log = logging.getLogger(__name__)
_LOOSE, _LOOSE_KIB, _PACKS = 1000, 16 * 1024, 20


class Upkeep:
    """Counts commits and bytes; looks at the repository now and then.

    Args:
        every_commits: after how many commits to look.
        every_bytes: after how many bytes of documents to look.
    """

    def __init__(self, every_commits: int = 100, every_bytes: int = 256 << 20) -> None:
        self._every_commits = every_commits
        self._every_bytes = every_bytes
        self._commits = 0
        self._bytes = 0

    def committed(self, repository: Repository, size: int) -> None:
        """A commit of `size` bytes landed. That packing fails is logged: nothing is lost by it."""
        self._commits += 1
        self._bytes += size
        if self._commits < self._every_commits and self._bytes < self._every_bytes:
            return
        self._commits = self._bytes = 0
        try:
            pack(repository)
        except HistoryUnavailable as exc:
            _log.warning("packing the repository failed: %s", exc.detail)


def pack(repository: Repository) -> bool:
    """Pack if there is much to pack; answers whether. Nothing is pruned, in nobody's repository.

    In somebody else's repository only loose objects are packed; their packs stay as they are.
    """
    counts = dict(
        line.split(": ")
        for line in repository.git.run("count-objects", "-v").decode().splitlines()
        if ": " in line
    )
    loose, kib, packs = (int(counts.get(key, 0)) for key in ("count", "size", "packs"))
    many_packs = repository.mode == "own" and packs > _PACKS
    if loose < _LOOSE and kib < _LOOSE_KIB and not many_packs:
        return False
    everything = ("-A",) if many_packs else ()
    repository.git.run("-c", "pack.threads=1", "repack", "-d", "-l", "-q", "--window-memory=64m", *everything)
    return True
