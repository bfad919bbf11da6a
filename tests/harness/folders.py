"""Folders whose paths are short enough for the sockets that lie in them."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.waiting import until


@contextmanager
def short_folder(mode: int = 0o700) -> Iterator[Path]:
    """A new folder, removed at the end, even when children of a process that was killed still write into it."""
    made = tempfile.TemporaryDirectory(dir="/tmp", prefix="m", ignore_cleanup_errors=True)
    folder = Path(made.name).resolve()
    folder.chmod(mode)

    def removed() -> bool:
        made.cleanup()
        return not folder.exists()

    try:
        yield folder
    finally:
        until(removed, why=f"{folder} removed")
