"""What a person's PUT, PATCH or restore makes of a document: their fields change, the system's stay."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from mdjourney_backend.changes import Content
from mdjourney_backend.documents.audit import AUDIT
from mdjourney_backend.documents.shape import EDITABLE_APART
from mdjourney_contract.problems import Invalid

#: Carried over whatever is sent: who wrote what when, and which schema the document was made with.
_CARRIED = ("$schema", "schema_version", *AUDIT)
#: Identifiers and what the system decides: leaving them out keeps them, another value is refused.
_FIXED: Mapping[str, tuple[str, ...]] = {
    "project_descriptive": ("project_identifier",),
    "dataset_administrative": ("dataset_identifier", "associated_project_identifier"),
    "dataset_structural": ("dataset_identifier", "associated_project_identifier", "date_created"),
    "instrument_technical": ("instrument_unique_identifier",),
    "experiment_contextual": (
        "experiment_identifier_run_id",
        "experiment_template_type",
        "dataset_identifier_link",
        "run_status",
        "birth_timestamp",
        "death_timestamp",
        "clean_exit",
    ),
}


def put(kind: str, sent: Content) -> Callable[[Content | None], Content]:
    """An `apply` that puts `sent` in the place of what people edit.

    Raises (when applied):
        Invalid: `sent` changes an identifier or another field that only the system sets.
    """

    def apply(before: Content | None) -> Content:
        return _with_system_fields(kind, before or {}, sent)

    return apply


def patch(kind: str, changes: Content) -> Callable[[Content | None], Content]:
    """An `apply` that merges a JSON merge patch (RFC 7396) into what people edit."""

    def apply(before: Content | None) -> Content:
        merged = merge_patch(before or {}, changes)
        return _with_system_fields(kind, before or {}, merged)

    return apply


def restore(kind: str, old: Content, pointer: str | None) -> Callable[[Content | None], Content]:
    """An `apply` that brings back an old version, or one field of it; identifiers and state stay as they are now."""
    parts = _parts(pointer or "")

    def apply(before: Content | None) -> Content:
        now = before or {}
        if not parts:
            fixed = _FIXED.get(kind, ())
            return _with_system_fields(kind, now, {k: v for k, v in old.items() if not now or k not in fixed})
        return _with_system_fields(kind, now, _with_field(now, old, parts, pointer or ""))

    return apply


#: Stands for a field that is not there.
ABSENT: Final = object()


def set_fields(kind: str, values: Mapping[str, Any]) -> Callable[[Content | None], Content]:
    """An `apply` that puts values at JSON pointers; `ABSENT` and None remove, an index one past the end appends.

    Raises (when applied):
        Invalid: a pointer leads nowhere, or to what only the system sets.
    """

    def apply(before: Content | None) -> Content:
        content: Content = dict(before or {})
        # from the back, so that removing an item moves none that is still to be found
        for pointer in sorted(
            values, key=_by_place, reverse=any(values[p] in (ABSENT, None) for p in values)
        ):
            value = ABSENT if values[pointer] is None else values[pointer]
            content = _set(content, pointer, value)
        return _with_system_fields(kind, before or {}, content)

    return apply


def fixed_fields(kind: str) -> tuple[str, ...]:
    """The members of a kind of document that only the system sets."""
    return _FIXED.get(kind, ())


def field(content: Content, pointer: str) -> Any:
    """The value at a JSON pointer, or `ABSENT`."""
    value: Any = content
    for part in _parts(pointer):
        value = _step(value, part)
    return value


def _set(content: Content, pointer: str, value: Any) -> Content:
    parts = _parts(pointer)
    if not parts or not pointer.startswith("/"):
        raise Invalid(
            f"{pointer!r} names no field", errors=[{"pointer": pointer, "message": "names no field"}]
        )
    if parts[0] in _CARRIED or parts[0] == "file_descriptions":
        message = "is set by the system and cannot be changed"
        raise Invalid(f"{pointer}: {message}", errors=[{"pointer": pointer, "message": message}])
    changed = _replaced(content, parts, value, pointer)
    assert isinstance(changed, dict)
    return changed


def _parts(pointer: str) -> list[str]:
    return [p.replace("~1", "/").replace("~0", "~") for p in pointer.split("/")[1:]]


def _by_place(pointer: str) -> list[tuple[int, str]]:
    """Sorts items of lists by number."""
    return [(int(p), "") if _is_index(p) else (-1, p) for p in _parts(pointer)]


def merge_patch(target: Any, changes: Any) -> Any:
    """RFC 7396: members of `changes` replace those of `target`, null removes."""
    if not isinstance(changes, dict):
        return changes
    out = dict(target) if isinstance(target, dict) else {}
    for key, value in changes.items():
        if value is None:
            out.pop(key, None)
        else:
            out[key] = merge_patch(out.get(key), value)
    return out


def _with_system_fields(kind: str, before: Content, wanted: Content) -> Content:
    kept = [*_CARRIED, *_FIXED.get(kind, ())]
    apart = EDITABLE_APART.get(kind)
    if apart is not None:
        kept.append(apart)
    changed = [k for k in _FIXED.get(kind, ()) if k in before and k in wanted and wanted[k] != before[k]]
    if changed:
        errors = [
            {
                "pointer": f"/{k}",
                "title": k,
                "message": "is set by the system and cannot be changed",
                "keyword": "const",
            }
            for k in changed
        ]
        raise Invalid(f"{', '.join(changed)}: set by the system and cannot be changed", errors=errors)
    mine = {k: v for k, v in wanted.items() if not (before and k in kept)}
    return {**{k: before[k] for k in kept if k in before}, **mine}


def _with_field(now: Content, old: Content, parts: list[str], pointer: str) -> Content:
    """`now` with the member at `parts` as it was in `old` (or without it, where `old` has none)."""
    source: Any = old
    for part in parts:
        source = _step(source, part)
    copy = _replaced(now, parts, source, pointer)
    assert isinstance(copy, dict)
    return copy


def _is_index(part: str) -> bool:
    """Whether a part of a pointer can be the number of an item; `²`, and more digits than any list needs, cannot."""
    return part.isdecimal() and part.isascii() and len(part) < 10


def _step(value: Any, part: str) -> Any:
    if isinstance(value, dict):
        return value.get(part, ABSENT)
    if isinstance(value, list) and _is_index(part) and int(part) < len(value):
        return value[int(part)]
    return ABSENT


def _replaced(node: Any, parts: list[str], value: Any, pointer: str) -> Any:
    key, rest = parts[0], parts[1:]
    if isinstance(node, list):
        items = list(node)
        if _is_index(key) and int(key) == len(items) and value is not ABSENT:
            items.append({} if rest else None)
        if not _is_index(key) or int(key) >= len(items):
            message = "is not there (any more); change the whole list instead"
            raise Invalid(f"{pointer} {message}", errors=[{"pointer": pointer, "message": message}])
        if rest:
            items[int(key)] = _replaced(items[int(key)], rest, value, pointer)
        elif value is ABSENT:
            del items[int(key)]
        else:
            items[int(key)] = value
        return items
    if not isinstance(node, dict):
        message = "leads into a value that holds no fields"
        raise Invalid(f"{pointer} {message}", errors=[{"pointer": pointer, "message": message}])
    members = dict(node)
    if rest and (key in members or value is not ABSENT):
        fresh: Any = [] if _is_index(rest[0]) else {}
        members[key] = _replaced(members.get(key, fresh), rest, value, pointer)
    elif value is ABSENT:
        members.pop(key, None)
    else:
        members[key] = value
    return members
