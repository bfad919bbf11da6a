"""Large contents that wait for history: files beside the journal, each named by what it holds."""

import hashlib
import os
from collections.abc import Container
from pathlib import Path
from typing import Final

from mdjourney_backend.changes import Pieces

FOLDER: Final = "contents"
#: Up to this size (bytes) a content stands in the journal itself.
INLINE: Final = 256 << 10
_BUFFER: Final = 1 << 18


class Contents:
    """Files of a folder only we use. What calls it holds the journal's lock."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        #: what this process wrote: no power failure can have shortened it
        self._fresh: set[str] = set()

    def keep(self, content: bytes | Pieces, sha256: str) -> str:
        """Keep a content until `drop_all_but` is not told of it; its SHA-256 (hex), by which it is found again.

        It survives a killed process, and a power failure no better than the journal does.
        """
        name = sha256 or hashlib.sha256(bytes(content)).hexdigest()
        path = self._folder / name
        if not path.exists():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            temporary = path.with_name(f".{name}")
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            with open(descriptor, "wb", buffering=_BUFFER) as file:
                for part in content.parts if isinstance(content, Pieces) else (content,):
                    file.write(part)
            temporary.replace(path)
            self._fresh.add(name)
        return name

    def is_fresh(self, sha256: str) -> bool:
        """Whether this process wrote it, so that it need not be read to be believed."""
        return sha256 in self._fresh

    def path(self, sha256: str) -> Path:
        """Where the content with this SHA-256 lies, if it was kept."""
        return self._folder / sha256

    def drop_all_but(self, needed: Container[str]) -> None:
        """Remove what nobody waits for any more, and what a killed process left half written."""
        try:
            with os.scandir(self._folder) as entries:
                names = [entry.name for entry in entries if entry.name not in needed]
        except FileNotFoundError:
            return
        self._fresh.difference_update(names)
        for name in names:
            (self._folder / name).unlink(missing_ok=True)
