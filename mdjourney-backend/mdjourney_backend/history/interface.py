"""What the pipeline, the API and the CLI may ask of history (the classes in this package fulfil it)."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Protocol, runtime_checkable

from mdjourney_backend.held import Held
from mdjourney_backend.history.words import Batch, Mode, Page, PointerFile


class Recorder(Protocol):
    """Commits documents and tells what was. One writer thread; reading is safe from any thread."""

    @property
    def mode(self) -> Mode: ...
    def commit(self, batch: Batch) -> str | None:
        """The new commit, or None when nothing differs from what is recorded. Raises HistoryBusy, HistoryUnavailable."""
        ...

    def give_back(self) -> None:
        """Give back what could not be given back while the disk was away. Raises HistoryUnavailable."""
        ...

    def log(self, path: str, *, limit: int = 50, cursor: str | None = None) -> Page: ...
    def content(self, commit: str, path: str) -> bytes:
        """Raises NotFound."""
        ...

    def before(self, commit: str, path: str) -> bytes | None:
        """The document as it was before that commit; None when the commit created it."""
        ...

    def latest(self, path: str) -> bytes | None:
        """The newest recorded content, also of a path whose removal was recorded last; None when never recorded."""
        ...

    def differs(self, paths: Iterable[str]) -> list[str]:
        """Those of `paths` whose bytes on disk are not what is recorded."""
        ...

    def recorded(self) -> Iterable[str]:
        """Every path the newest commit holds."""
        ...

    def problem(self) -> str | None: ...


@runtime_checkable
class Headed(Protocol):
    """A recorder that can name its newest commit: then a restart need not compare every document with history."""

    def head(self) -> str | None:
        """The newest commit of our branch."""
        ...


class SomeReading(Protocol):
    """What `Tee.keep` needs of `technical.Reading`."""

    @property
    def md5(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def mtime_ns(self) -> int: ...
    @property
    def steady(self) -> bool: ...


class SomeSink(Protocol):
    """Takes bytes."""

    def write(self, data: bytes, /) -> object: ...


class SomeTee(Protocol):
    """One file on its way into the cache: `read_file(path, tee.sink)`, then `tee.keep(reading)`."""

    @property
    def sink(self) -> SomeSink | None: ...
    def keep(self, reading: SomeReading) -> None: ...


class PointerKeeper(Protocol):
    """Writes DVC pointers and cache objects. One writer thread."""

    def tee(self, relative: str, descriptor: int | None = None) -> AbstractContextManager[SomeTee]:
        """`relative` is the data file's path from the tree root, `descriptor` the open file if the caller has it: then
        no path is looked up again. What was not kept is dropped at the end."""
        ...

    def update(
        self, folder: Held, present: Mapping[str, PointerFile], *, again: bool = False
    ) -> Mapping[str, bytes | None]:
        """Bring the pointers of one dataset in line with ALL its regular files (path inside the dataset -> file).

        Writes pointers into the open folder and answers what to commit: path from the tree root -> bytes, None for one
        that went. With `again` also those that were there already.
        """
        ...

    def prepare(self) -> Mapping[str, bytes | None]:
        """Set DVC up in the tree; answers the files to commit (`.dvc/config`, `.dvc/.gitignore`, `.dvcignore`)."""
        ...

    def flush(self) -> None:
        """Make what was kept last through a power failure; may take seconds. From any thread."""
        ...

    def problem(self) -> str | None: ...
