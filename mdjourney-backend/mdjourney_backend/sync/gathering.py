"""From a path in the tree to what is sent: reads the document and, for runs, whose dataset it lies in."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import orjson

from mdjourney_backend.changes import Ref, file_owner
from mdjourney_backend.layout import administrative_ref
from mdjourney_backend.sync.reading import read_document
from mdjourney_backend.sync.rows import document_row
from mdjourney_contract.people import Identity
from mdjourney_store.rows import GoneRow, Sent

_OF_RUNS = frozenset({"experiment_contextual", "complete_metadata"})


def gather(
    root: Path,
    ref: Ref,
    *,
    people: Sequence[Identity] = (),
    actor: Identity | None = None,
    at: datetime | None = None,
    subject: str | None = None,
) -> Sent:
    """What the store is to be told of one document, as it is on disk now.

    Raises:
        OSError: the document is there and cannot be read.
    """
    raw = read_document(root, ref.path)
    if raw is None:
        return GoneRow(ref.path, at, actor, subject)
    known = [*([actor] if actor else []), *people, file_owner(raw.uid)]
    home = _home_dataset(root, ref) if ref.kind in _OF_RUNS else None
    return document_row(
        ref, raw.content, home_dataset=home, people=known, actor=actor, at=at, subject=subject
    )  # fmt: skip


def _home_dataset(root: Path, ref: Ref) -> str | None:
    raw = read_document(root, administrative_ref(ref.path.split("/.metadata/")[0]).path)
    try:
        content = None if raw is None else orjson.loads(raw.content)
    except orjson.JSONDecodeError:
        return None
    identifier = content.get("dataset_identifier") if isinstance(content, dict) else None
    return identifier if isinstance(identifier, str) else None
