"""Brings back an old version of a document, or one field of it, as one more change."""

import os
from pathlib import Path

from mdjourney_backend.changes import Edit, Ref, file_owner
from mdjourney_backend.documents import Document, editing, parse
from mdjourney_backend.history.recorder import History
from mdjourney_backend.layout import Layout, Meaning
from mdjourney_backend.pipeline.moment import writing
from mdjourney_backend.schemas import SchemaManager
from mdjourney_contract.problems import Conflict, NotFound
from mdjourney_contract.session_config import SessionConfig


def restoring(ref: Ref, old: bytes, commit: str, pointer: str | None) -> Edit:
    """The edit that brings back what a commit held.

    Args:
        pointer: of one field; None: the whole document.

    Raises:
        Conflict: the document is never changed.
    """
    if ref.kind == "complete_metadata":
        raise Conflict("A Complete Metadata File is never changed")
    content = parse(old)
    what = f"{pointer} of {ref.kind}" if pointer else ref.kind
    subject = f"{ref.path.split('/.metadata/')[0]}: restore {what} from {commit[:8]}"
    return Edit(
        ref, editing.restore(ref.kind, content if isinstance(content, dict) else {}, pointer), subject
    )


def restore(
    root: Path, config: SessionConfig, home: Path, path: str, commit: str, pointer: str | None
) -> Document:
    """Bring a document back from the command line; the account that runs it is who did it.

    Raises:
        NotFound: no document of the tree, or the commit does not hold it.
        Conflict: it is never changed, or the tree keeps no history.
        Invalid: it would not be valid under the schema in force.
    """
    place = Layout.of(config).meaning(path)
    if place.meaning is not Meaning.DOCUMENT or place.ref is None:
        raise NotFound(f"{path[:300]!r} is no document of this tree")
    history = History.open(root, config, home / "journals")
    if history.mode == "off":
        raise Conflict(history.problem() or "This tree keeps no history")
    edit = restoring(place.ref, history.content(commit, path), commit, pointer)
    with writing(root, config, home, SchemaManager(root)) as (documents, committed):
        etag = documents.read(place.ref).etag if documents.exists(place.ref) else None
        done = documents.apply(edit, actor=file_owner(os.getuid()), if_match=etag)
        committed()
    return done
