"""The words the parts of a backend hand each other: what a document is called, an edit to it, a write that happened,
and what triggers 0 to 2 react to."""

import pwd
import socket
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from mdjourney_contract import tracing
from mdjourney_contract.people import Identity

#: What a metadata document holds.
Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ref:
    """One document: `kind` is its file stem and schema name (`complete_metadata` for Complete Metadata Files), `path`
    its POSIX path relative to the tree root."""

    kind: str
    path: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A change wanted in one document.

    `apply` is pure: it gets a private copy of the present content, or None where no document exists yet, and returns
    the content wanted. `subject` is the line history shows.
    """

    ref: Ref
    apply: Callable[[Content | None], Content]
    subject: str


#: One entry of a document's `file_descriptions`.
Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class EntryEdit:
    """A change wanted among the file entries of a structural document, without touching the others.

    `paths` are the `file_path`s it is about. `apply` is pure: it gets the present entries of these paths, as far as
    there are any, and returns the entries wanted; None means that there shall be none.
    """

    ref: Ref
    paths: Collection[str]
    apply: Callable[[Mapping[str, Entry]], Mapping[str, Entry | None]]
    subject: str


@dataclass(frozen=True, slots=True)
class Pieces:
    """The bytes of a large document as it was put together, most of them parts of the version before.

    `bytes(pieces)` makes one copy of all.
    """

    parts: Sequence[bytes | memoryview]

    @property
    def size(self) -> int:
        """How many bytes."""
        return sum(len(part) for part in self.parts)

    def __bytes__(self) -> bytes:
        return b"".join(self.parts)


@dataclass(frozen=True, slots=True)
class Write:
    """A document that was just put on disk: its bytes, their SHA-256 (hex) and that of the bytes before.

    `bytes(write.content)` is the whole of it. Pieces are good until the sink returns.
    """

    ref: Ref
    content: bytes | Pieces
    sha256: str
    previous_sha256: str | None
    actor: Identity
    at: datetime
    subject: str
    #: the request (or scan) on whose behalf it was made, empty where there is none
    request_id: str = field(default_factory=tracing.request_id.get)


class WriteSink(Protocol):
    """Who is told of each write: the journal in a leader, the inbox in a follower."""

    def written(self, write: Write) -> None:
        """Called under the document's lock, right after the rename. Must return quickly."""


@dataclass(frozen=True, slots=True)
class ProjectAppeared:
    """Trigger 0: a project folder that has no document yet (or lost it: then `identifier` is its old one)."""

    path: str
    identifier: str
    derived_from: str | None = None


@dataclass(frozen=True, slots=True)
class DatasetAppeared:
    """Trigger 1: a dataset folder that lacks one or both of its documents."""

    path: str
    identifier: str
    project_id: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """One file that was read: `described` is its `file_technical` entry without what only the dataset knows.

    `moved_from` is the path in the same dataset it had before; `carried` the whole entry it had in another dataset;
    `came_from` that entry's path relative to the tree root.
    """

    path: str
    file_id: str
    described: Mapping[str, Any]
    growing: bool = False
    moved_from: str | None = None
    carried: Mapping[str, Any] | None = None
    came_from: str | None = None


@dataclass(frozen=True, slots=True)
class FilesChanged:
    """Trigger 2: what changed among the files of one dataset since the last batch.

    `removed` are paths that are gone; `departed` paths whose file now lives in another dataset.
    """

    dataset_path: str
    taken: tuple[Taken, ...] = ()
    removed: tuple[str, ...] = ()
    departed: tuple[str, ...] = ()
    #: path before -> path now, for files that moved without being read again
    moved: Mapping[str, str] = field(default_factory=dict)


Change = ProjectAppeared | DatasetAppeared | FilesChanged


def file_owner(uid: int) -> Identity:
    """The account a file belongs to, in the domain `os:<host>`; the number stands for an account without a name."""
    try:
        account = pwd.getpwuid(uid)
    except KeyError:
        return Identity(user_id=str(uid), domain=f"os:{socket.gethostname()}")
    name = account.pw_gecos.split(",", 1)[0].strip()
    return Identity(user_id=account.pw_name, domain=f"os:{socket.gethostname()}", name=name or None)


def is_account(actor: Identity) -> bool:
    """Whether the actor is an owner of files or the system itself, rather than a person who saved something."""
    return actor.domain == "system" or actor.domain.startswith("os:")
