"""The words history is spoken of with: batches, revisions, field changes, pointer files."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Literal, NamedTuple

from mdjourney_contract.people import Identity
from mdjourney_contract.problems import Conflict, Unavailable

Content = dict[str, Any]
Mode = Literal["own", "branch", "off"]
#: The content of a file to record: its bytes, or a file that holds them.
Recorded = bytes | Path


class HistoryUnavailable(Unavailable):
    """git could not record or tell something; trying again later may work."""

    title = "History is not available right now"


class HistoryBusy(HistoryUnavailable):
    """Somebody else holds a git lock or is in the middle of a rebase of our branch; try again."""

    title: ClassVar[str] = "Somebody else is working in the repository"


class HistoryRefused(Conflict):
    """The repository is one we must not write to (another account owns it)."""

    title = "The repository belongs to somebody else"


@dataclass(frozen=True, slots=True)
class Batch:
    """What one person changed at one moment; becomes one commit.

    `files` maps POSIX paths relative to the tree root to the bytes to record, to a file elsewhere that holds them (where
    they are many: it is read as a stream), or to None for a path that is gone. They are recorded as given, whatever lies
    on disk by then.
    """

    files: Mapping[str, Recorded | None]
    author: Identity
    at: datetime
    subject: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class Revision:
    """One commit that touched a document. `path` is where the document lay then; `at` is the author's time."""

    commit: str
    at: datetime
    author_name: str
    author_email: str
    subject: str
    path: str


@dataclass(frozen=True, slots=True)
class Page:
    """Revisions, newest first; `next_cursor` is None on the last page."""

    items: list[Revision]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs. `before` is absent (None) for `add`, `after` for `remove`."""

    pointer: str
    op: Literal["add", "remove", "replace"]
    before: Any = None
    after: Any = None


class PointerFile(NamedTuple):
    """What a DVC pointer says about one data file: lower-case hex MD5 and bytes."""

    md5: str
    size: int


@dataclass(frozen=True, slots=True)
class CacheSize:
    """Objects and bytes in the DVC cache."""

    objects: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Collected:
    """What the DVC cache held, and what of it was removed, or would be."""

    objects: int = 0
    bytes: int = 0
    removed_objects: int = 0
    removed_bytes: int = 0
