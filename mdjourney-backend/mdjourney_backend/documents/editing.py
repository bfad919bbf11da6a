"""What a person's PUT, PATCH or restore makes of a document: their fields change, the system's stay."""

from collections.abc import Callable, Mapping
from typing import Any

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
    parts = [p.replace("~1", "/").replace("~0", "~") for p in (pointer or "").split("/")[1:]]

    def apply(before: Content | None) -> Content:
        now = before or {}
        if not parts:
            fixed = _FIXED.get(kind, ())
            return _with_system_fields(kind, now, {k: v for k, v in old.items() if not now or k not in fixed})
        return _with_system_fields(kind, now, _with_field(now, old, parts, pointer or ""))

    return apply


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


_ABSENT = object()


def _step(value: Any, part: str) -> Any:
    if isinstance(value, dict):
        return value.get(part, _ABSENT)
    if isinstance(value, list) and part.isdigit() and int(part) < len(value):
        return value[int(part)]
    return _ABSENT


def _replaced(node: Any, parts: list[str], value: Any, pointer: str) -> Any:
    key, rest = parts[0], parts[1:]
    if isinstance(node, list):
        if not key.isdigit() or int(key) >= len(node):
            raise Invalid(f"{pointer} is not there any more; restore the whole list instead")
        items = list(node)
        if rest:
            items[int(key)] = _replaced(items[int(key)], rest, value, pointer)
        elif value is _ABSENT:
            del items[int(key)]
        else:
            items[int(key)] = value
        return items
    members = dict(node) if isinstance(node, dict) else {}
    if rest:
        members[key] = _replaced(members.get(key, {}), rest, value, pointer)
    elif value is _ABSENT:
        members.pop(key, None)
    else:
        members[key] = value
    return members
