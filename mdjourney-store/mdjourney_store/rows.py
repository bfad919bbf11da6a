"""The rows a document becomes, before they are in a database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mdjourney_contract.people import Identity

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Origin:
    """The tree that rows come from: `origin_id` is its UUID, `owner` becomes admin of projects that appear in it,
    `members` become operators."""

    origin_id: str
    host: str
    root_path: str
    owner: Identity | None = None
    members: tuple[Identity, ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """`details` is the whole document."""

    project_id: str
    name: str | None
    details: Json
    created_at: datetime | None = None
    created_by: Identity | None = None


@dataclass(frozen=True, slots=True)
class FileRow:
    """One entry of `file_descriptions`. `state` is 0, 1 or 2 for V0, V1, V2."""

    path: str
    extension: str | None
    mime_type: str | None
    size_bytes: int | None
    checksum: str | None
    modified_at: datetime | None
    status: str
    state: int
    role: str | None
    technical: Json
    entry_sha256: str


@dataclass(frozen=True, slots=True)
class DatasetRow:
    """One of a dataset's two documents: the members that come from the other one are None."""

    dataset_id: str
    project_id: str | None
    rel_path: str
    title: str | None = None
    administrative: Json | None = None
    structural: Json | None = None
    created_at: datetime | None = None
    files: Sequence[FileRow] | None = None


@dataclass(frozen=True, slots=True)
class TrialRow:
    """A run as its contextual document tells it."""

    trial_id: str
    dataset_id: str | None
    birth_timestamp: datetime
    death_timestamp: datetime | None
    clean_exit: bool
    metadata: Json
    person: Identity | None = None


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A Complete Metadata File: `metadata` of its trial points at the newest."""

    trial_id: str
    revision: int


Entity = ProjectRow | DatasetRow | TrialRow | RecordRow


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document as it is on disk now. `entity` is None for kinds without a table of their own (instruments) and
    for content nothing can be made of: then `problem` says why."""

    rel_path: str
    kind: str
    sha256: str
    size_bytes: int
    entity: Entity | None = None
    entity_id: str | None = None
    content: Json | None = None
    problem: str | None = None
    actor: Identity | None = None
    at: datetime | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class GoneRow:
    """A document that is no longer at `rel_path`."""

    rel_path: str
    at: datetime | None = None
    actor: Identity | None = None
    subject: str | None = None


Sent = DocumentRow | GoneRow


@dataclass(slots=True)
class Changes:
    """How many rows a projection changed, by table, and which documents it could not use."""

    rows: dict[str, int] = field(default_factory=dict)
    conflicts: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)

    def count(self, table: str, number: int = 1) -> None:
        """Note `number` changed rows."""
        if number:
            self.rows[table] = self.rows.get(table, 0) + number

    @property
    def total(self) -> int:
        """Changed rows of all tables."""
        return sum(self.rows.values())
