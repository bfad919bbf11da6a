"""What a structural document says of files that nobody has looked at: they are looked at."""

from collections.abc import Mapping
from typing import Any

from mdjourney_backend.changes import Content
from mdjourney_backend.journal import FileIndex, FileRow


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


def begin(files: FileIndex, content: Content) -> None:
    """Let the index of a dataset begin with the entries of its document, none of them vouched for: a file that is there
    is read, an entry whose file is not there is noticed."""
    identifier = str(content["dataset_identifier"])
    files.put(_row(identifier, e) for e in content.get("file_descriptions", ()) if _names_a_file(e))


def _names_a_file(entry: Any) -> bool:
    return isinstance(entry, dict) and all(
        isinstance(entry.get(k), str) for k in ("file_path", "file_identifier")
    )


def _row(dataset_id: str, entry: Mapping[str, Any]) -> FileRow:
    size = entry.get("file_size_bytes")
    return FileRow(
        dataset_id,
        entry["file_path"],
        str(entry.get("status", "present")),
        size if isinstance(size, int) else 0,
        mtime_ns=0,
        ctime_ns=0,
        inode=0,
        dev=0,
        sha256=str(entry.get("checksum") or ""),
        md5="",
        file_id=entry["file_identifier"],
        racy=True,
    )
