"""One metadata document as it was read or just written, and the ETag people edit against."""

import hashlib
from dataclasses import dataclass
from typing import Any

import orjson

from mdjourney_backend.changes import Content, Ref
from mdjourney_backend.documents.shape import EDITABLE_APART

_MOVED_BY_INGEST = ("last_modified_by", "last_modified_date")


@dataclass(frozen=True, slots=True)
class Document:
    """A document on disk. `content` is shared and must not be changed; edits return new content.

    `etag` is a quoted strong ETag; for `dataset_structural` it covers everything but `file_descriptions` (and who
    changed it last), so that ingest never makes a form stale.
    """

    ref: Ref
    content: Content
    raw: bytes
    sha256: str
    etag: str

    @staticmethod
    def of(ref: Ref, content: Content, raw: bytes) -> "Document":
        """The document these bytes are."""
        sha256 = hashlib.sha256(raw).hexdigest()
        return Document(ref, content, raw, sha256, _etag(ref.kind, content, sha256))

    def without_entries(self) -> dict[str, Any]:
        """The content people edit in a form: for `dataset_structural` all but its file entries."""
        apart = EDITABLE_APART.get(self.ref.kind)
        return {k: v for k, v in self.content.items() if k != apart}


def _etag(kind: str, content: Content, sha256: str) -> str:
    apart = EDITABLE_APART.get(kind)
    if apart is None:
        return f'"{sha256[:32]}"'
    typed = {k: v for k, v in content.items() if k != apart and k not in _MOVED_BY_INGEST}
    digest = hashlib.sha256(orjson.dumps(typed, option=orjson.OPT_SORT_KEYS)).hexdigest()
    return f'"{digest[:32]}"'
