"""Undoing a commit: the fields it changed go back to what they were, unless somebody changed them since."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from mdjourney_backend.changes import Content, Ref
from mdjourney_backend.documents import editing, parse
from mdjourney_backend.documents.audit import AUDIT
from mdjourney_backend.documents.shape import EDITABLE_APART
from mdjourney_backend.history import FieldChange, Recorder, field_diff
from mdjourney_backend.history import log as recorded
from mdjourney_backend.history.repository import open_repository
from mdjourney_contract.problems import Invalid, NotFound


def changed_in(root: Path, commit: str) -> list[str]:
    """The paths (relative to the tree) that a commit added, changed or removed.

    Raises:
        NotFound: there is no such commit.
    """
    repository = open_repository(root)
    before = recorded.parent(repository, commit)
    then = recorded.listing(repository, commit)
    earlier = recorded.listing(repository, before) if before else {}
    return sorted(p for p in {*then, *earlier} if then.get(p) != earlier.get(p))


def undoing(history: Recorder, commit: str, ref: Ref) -> Callable[[Content | None], Content] | None:
    """An `apply` that takes back what a commit changed in a document; None when it created or removed it.

    Raises (when applied):
        Invalid: a field it changed was changed again since; `errors` name each.
    """
    earlier = history.before(commit, ref.path)
    if earlier is None or _removed_in(history, commit, ref.path):
        return None
    older, newer = _edited(ref, parse(earlier)), _edited(ref, parse(history.content(commit, ref.path)))
    changes = field_diff(older, newer)

    def apply(content: Content | None) -> Content:
        now = content or {}
        if _edited(ref, now) == newer:
            kept = {k: v for k, v in now.items() if k not in newer}
            return editing.put(ref.kind, {**kept, **older})(now)
        faults = [_fault(c) for c in changes if not _as_left(now, c)]
        if faults:
            raise Invalid(f"{ref.path} was changed since", errors=faults)
        tops = {f"/{c.pointer.split('/')[1]}" for c in changes}
        values = {top: _older(older, newer, now, top, changes) for top in tops}
        return editing.set_fields(ref.kind, values)(now)

    return apply


def _removed_in(history: Recorder, commit: str, path: str) -> bool:
    """Whether the commit removed the document."""
    try:
        history.content(commit, path)
    except NotFound:
        return True
    return False


def _edited(ref: Ref, content: Any) -> Content:
    """The part of a document that people edit."""
    out = {*AUDIT, EDITABLE_APART.get(ref.kind)}
    return {k: v for k, v in content.items() if k not in out} if isinstance(content, dict) else {}


def _as_left(now: Content, change: FieldChange) -> bool:
    """Whether a field is still as the commit left it."""
    left = editing.ABSENT if change.op == "remove" else change.after
    found = editing.field(now, change.pointer)
    return found is left if left is editing.ABSENT else bool(found == left)


def _older(older: Content, newer: Content, now: Content, top: str, changes: Iterable[FieldChange]) -> Any:
    """A top-level member as it was before: whole, where the commit left it whole; else field by field."""
    if editing.field(now, top) == editing.field(newer, top):
        return editing.field(older, top)
    mine = {c.pointer: editing.field(older, c.pointer) for c in changes if c.pointer.split("/")[1] == top[1:]}
    return editing.field(editing.set_fields("", mine)(now), top)


def _fault(change: FieldChange) -> dict[str, Any]:
    return {"pointer": change.pointer, "message": "was changed again since; it stays as it is now"}
