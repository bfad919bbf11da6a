"""Which documents on disk are known to be as `render` writes them, so that their entries can be found without parsing."""

import hashlib
import os
import time
from dataclasses import dataclass
from typing import Final

from mdjourney_backend.changes import Pieces, Ref
from mdjourney_backend.documents.entries import Entries
from mdjourney_backend.documents.folder import Folder

#: A file that changed within this time (ns) may change again without its times telling.
_RACY_NS: Final = 20_000_000

_Stamp = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Plain:
    """The entries of a document that was read, and the SHA-256 (hex) of its bytes."""

    entries: Entries
    sha256: str


class PlainDocuments:
    """Remembers by stat and hash what was verified, or written by this process. Safe to share between threads."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[_Stamp, str]] = {}

    def look(self, folder: Folder, ref: Ref, name: str) -> Plain:
        """A document on disk; only one that is not known yet is read entry by entry.

        Raises:
            NotFound: there is none.
            NotPlain: it is not as `render` would write it.
        """
        raw, found = folder.look(name)
        stamp = _stamp(found)
        known = self._known.get(ref.path)
        if known is not None and known[0] == stamp and found.st_ctime_ns < time.time_ns() - _RACY_NS:
            return Plain(Entries(raw), known[1])
        entries, sha256 = Entries(raw), hashlib.sha256(raw).hexdigest()
        if known is None or known[1] != sha256:
            entries.verify()
        self._known[ref.path] = (stamp, sha256)
        return Plain(entries, sha256)

    def wrote(self, ref: Ref, found: os.stat_result | None, sha256: str) -> None:
        """A document was put together from plain parts; `found` is its stat."""
        if found is None:
            self._known.pop(ref.path, None)
        else:
            self._known[ref.path] = (_stamp(found), sha256)


def sha256_of(pieces: Pieces) -> str:
    """The hash (hex) of the whole."""
    digest = hashlib.sha256()
    for part in pieces.parts:
        digest.update(part)
    return digest.hexdigest()


def _stamp(found: os.stat_result) -> _Stamp:
    return (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
