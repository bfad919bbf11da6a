"""What the file index claims and a structural document does not bear out is looked at again."""

from typing import Any

from mdjourney_backend.changes import Content
from mdjourney_backend.journal import FileIndex


def doubt(files: FileIndex, content: Content) -> int:
    """Have files read again whose entry is missing, said to be gone or of other bytes in a document that somebody put in
    the place of ours (by hand, from history, from a branch). They keep their identifiers. Answers how many."""
    identifier, entries = content.get("dataset_identifier"), content.get("file_descriptions")
    if not isinstance(identifier, str) or not isinstance(entries, list):
        return 0
    told: dict[Any, Any] = {
        e.get("file_path"): e.get("checksum")
        for e in entries
        if isinstance(e, dict) and e.get("status") != "removed"
    }
    rows = files.of(identifier).values()
    doubted = [r.path for r in rows if r.status != "removed" and told.get(r.path) != r.sha256]
    files.doubt(identifier, doubted)
    return len(doubted)
