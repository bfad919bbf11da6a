"""Opens the files of a held folder step by step, so that no link swapped in on the way leads outside."""

import os
from types import TracebackType
from typing import Self

from mdjourney_backend.held import open_folder

_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY


class Beneath:
    """Files below an open folder by path. Keeps the folder last used open: files come folder by folder. For one thread."""

    def __init__(self, root: str | os.PathLike[str] | int, path: str = "") -> None:
        self._base = open_folder(root, path)
        self._inside = ""
        self._folder = self._base

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._let_go()
        os.close(self._base)

    def folder_of(self, path: str) -> tuple[int, str]:
        """A descriptor of the folder a file lies in (ours to close), and its basename.

        Raises:
            OSError: the folder is gone, or a link stands in its place.
        """
        inside, _, name = path.rpartition("/")
        if inside != self._inside:
            self._let_go()
            self._folder = open_folder(self._base, inside)
            self._inside = inside
        return self._folder, name

    def open(self, path: str) -> int:
        """A descriptor for reading; the caller closes it.

        Raises:
            OSError: it is gone, or a link.
        """
        folder, name = self.folder_of(path)
        return os.open(name, _FILE, dir_fd=folder)

    def look(self, path: str) -> os.stat_result:
        """The file at a path now, links not followed. Raises OSError."""
        folder, name = self.folder_of(path)
        return os.stat(name, dir_fd=folder, follow_symlinks=False)

    def _let_go(self) -> None:
        if self._folder != self._base:
            os.close(self._folder)
        self._folder, self._inside = self._base, ""
