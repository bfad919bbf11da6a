"""Trigger 2: files of a dataset were added, changed, moved or removed; its entries follow, and what people typed
stays."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from mdjourney_backend.changes import Entry, EntryEdit, FilesChanged, Taken
from mdjourney_backend.layout import structural_ref

#: What a person or a later trigger put into an entry; reading the file again never touches it.
KEPT: Final[tuple[str, ...]] = (
    "file_identifier",
    "role",
    "file_description",
    "version_state",
    "complete_metadata",
    "previous_paths",
)
#: What must differ for a file that was read again to count as changed: access time alone does not.
TELLING: Final[tuple[str, ...]] = (
    "checksum",
    "file_size_bytes",
    "file_modified_utc",
    "file_permissions",
    "file_owner",
    "file_type_os",
    "symlink_target",
    "mime_type",
)


def plan(change: FilesChanged) -> list[EntryEdit]:
    """One edit among the entries of the structural document, or none when nothing happened."""
    paths = touched(change)
    if not paths:
        return []

    def apply(present: Mapping[str, Entry]) -> Mapping[str, Entry | None]:
        after = updated(present, change)
        return {path: after.get(path) for path in paths}

    return [EntryEdit(structural_ref(change.dataset_path), paths, apply, subject(change))]


def touched(change: FilesChanged) -> set[str]:
    """The paths whose entries a change may need or alter."""
    left = {t.moved_from for t in change.taken if t.moved_from is not None}
    arrived = {t.path for t in change.taken}
    return left | arrived | {*change.removed, *change.departed, *change.moved, *change.moved.values()}


def updated(present: Mapping[str, Entry], change: FilesChanged) -> dict[str, Entry]:
    """The entries of the touched paths after the change, by path."""
    by_path = dict(present)
    leaving = {t.moved_from for t in change.taken if t.moved_from is not None} | set(change.moved)
    origin = {path: by_path.pop(path) for path in sorted(leaving) if path in by_path}
    for before, after in change.moved.items():
        if before in origin:
            by_path[after] = _renamed(origin[before], after)
    for taken in change.taken:
        by_path[taken.path] = _taken(taken, by_path.get(taken.path), origin)
    for path in change.departed:
        by_path.pop(path, None)
    for path in change.removed:
        if path in by_path:
            by_path[path] = {**by_path[path], "status": "removed"}
    return by_path


def _taken(taken: Taken, here: Entry | None, origin: Mapping[str, Entry]) -> Entry:
    """The entry of a file that was read. An entry that moved in wins over a removed one that lay at its path."""
    moved = origin.get(taken.moved_from) if taken.moved_from is not None else None
    if moved is not None and (here is None or here.get("status") == "removed"):
        return _described(taken, _renamed(moved, taken.path))
    if here is None and taken.carried is not None:
        carried = {k: v for k, v in taken.carried.items() if k != "complete_metadata"}
        carried["version_state"] = "V1"
        return _described(taken, _renamed(carried, taken.path, taken.came_from))
    return _described(taken, here)


def _renamed(entry: Mapping[str, Any], path: str, came_from: str | None = None) -> Entry:
    before = came_from or str(entry["file_path"])
    previous = [p for p in entry.get("previous_paths", []) if p != before]
    name = path.rsplit("/", 1)[-1]
    renamed = {**entry, "file_path": path, "file_name": name, "previous_paths": [*previous, before]}
    renamed["status"] = "present"
    renamed["file_extension"] = PurePosixPath(name).suffix.lstrip(".").lower() or None
    return renamed


def _described(taken: Taken, before: Entry | None) -> Entry:
    status = "growing" if taken.growing else "present"
    fresh: Entry = {**taken.described, "file_path": taken.path, "status": status}
    if before is None:
        return {"file_identifier": taken.file_id, **fresh, "version_state": "V1"}
    same_bytes = before.get("checksum") == fresh.get("checksum")
    if same_bytes and all(before.get(k) == fresh.get(k) for k in TELLING):
        # read again (index lost, or moved): what is told about the file stays as it was
        return before if before.get("status") == status else {**before, "status": status}
    kept: Entry = {k: before[k] for k in KEPT if k in before}
    if not same_bytes:
        kept["version_state"] = "V1"
        kept.pop("complete_metadata", None)
    return {**fresh, **kept}


def subject(change: FilesChanged) -> str:
    """`p_X/d_Y: add 1,000 files, remove 2`; one file is named."""
    moved = [t for t in change.taken if t.moved_from is not None or t.came_from is not None]
    count = {
        "add or change": len(change.taken) - len(moved),
        "move": len(moved) + len(change.moved),
        "remove": len(change.removed) + len(change.departed),
    }
    if sum(count.values()) == 1:
        verb = next(k for k, n in count.items() if n)
        return f"{change.dataset_path}: {verb} {_only(change)!r}"
    said = [f"{verb} {n:,}" for verb, n in count.items() if n]
    return f"{change.dataset_path}: {', '.join(said)} files"


def _only(change: FilesChanged) -> str:
    names = [t.path for t in change.taken] + list(change.moved.values())
    return (names + list(change.removed) + list(change.departed))[0]
