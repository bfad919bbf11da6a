"""Whether a document may be saved: assessed by its schema, file entries only where they changed."""

from collections.abc import Callable, Mapping
from typing import Any

from mdjourney_backend.changes import Content, Ref
from mdjourney_backend.documents.shape import EDITABLE_APART, schema_name
from mdjourney_backend.schemas import Assessment, Fault, Schema, SchemaManager
from mdjourney_contract.problems import Invalid, NotFound


class Checker:
    """Asks the schema manager, and turns faults into one refusal."""

    def __init__(self, schemas: SchemaManager) -> None:
        self._schemas = schemas

    def schema(self, ref: Ref, content: Content) -> Schema:
        """The schema in force for a document; the base of a template that is no longer there."""
        name = schema_name(ref.kind, content)
        try:
            return self._schemas.resolve(name)
        except NotFound:
            return self._schemas.assess(name, content).schema

    def assess(self, ref: Ref, content: Content) -> Assessment:
        """What the schema says; the file entries of a big document were checked when they were written."""
        return self._schemas.assess(schema_name(ref.kind, content), _without_entries(ref, content))

    def errors(self, ref: Ref, content: Content) -> list[Fault]:
        """The errors alone: what a save asks."""
        return self._schemas.errors(schema_name(ref.kind, content), _without_entries(ref, content))

    def require(self, ref: Ref, content: Content, before: Content | None, *, tolerant: bool) -> None:
        """Refuse content that breaks its schema; `tolerant` lets faults pass that were in `before`.

        Raises:
            Invalid: `errors` has every fault.
        """
        errors = self.errors(ref, content) + self._entry_faults(ref, content, before)
        if errors and tolerant and before is not None:
            errors = self._fresh(errors, ref, before)
        _refuse(ref, errors)

    def require_entries(
        self,
        ref: Ref,
        around: Content,
        before: Content,
        changed: Mapping[str, Content | None],
        pointer: Callable[[str], str],
    ) -> None:
        """Refuse changed entries that break their schema, and what stands around them where it did not before.

        Args:
            around, before: the document without its entries, after and before the change.
            changed: entries by path, None for those taken out.
            pointer: where the entry of a path stands.

        Raises:
            Invalid: `errors` has every fault.
        """
        paths = [path for path, entry in changed.items() if entry is not None]
        found = self._schemas.assess_entries([entry for entry in changed.values() if entry is not None])
        errors = self.errors(ref, around)
        if errors:
            errors = self._fresh(errors, ref, before)
        entry_errors = [_at(f, pointer(paths[i])) for i, faults in sorted(found.items()) for f in faults]
        _refuse(ref, errors + entry_errors)

    def _fresh(self, errors: list[Fault], ref: Ref, before: Content) -> list[Fault]:
        """Without the faults that were there before."""
        old = {(f["pointer"], f["message"]) for f in self.errors(ref, before)}
        return [f for f in errors if (f["pointer"], f["message"]) not in old]

    def _entry_faults(self, ref: Ref, content: Content, before: Content | None) -> list[Fault]:
        apart = EDITABLE_APART.get(ref.kind)
        entries = content.get(apart) if apart else None
        if not isinstance(entries, list):
            return []
        known = _by_path(before.get(apart) if before and apart else None)
        changed = [
            i for i, e in enumerate(entries) if not isinstance(e, dict) or known.get(e.get("file_path")) != e
        ]
        if not changed:
            return []
        found = self._schemas.assess_entries([entries[i] for i in changed])
        return [_at(f, f"/{apart}/{changed[i]}") for i, faults in sorted(found.items()) for f in faults]


def _refuse(ref: Ref, errors: list[Fault]) -> None:
    """Raise Invalid if there are errors."""
    if errors:
        detail = "; ".join(f"{f['pointer'] or '/'}: {f['message']}" for f in errors[:5])
        more = f" (and {len(errors) - 5} more)" if len(errors) > 5 else ""
        raise Invalid(f"{ref.path} was not saved: {detail}{more}", errors=errors)


def _without_entries(ref: Ref, content: Content) -> Content:
    apart = EDITABLE_APART.get(ref.kind)
    return {**content, apart: []} if apart in content else content


def _by_path(entries: Any) -> dict[Any, Any]:
    return (
        {e.get("file_path"): e for e in entries if isinstance(e, dict)} if isinstance(entries, list) else {}
    )


def _at(fault: Fault, place: str) -> Fault:
    """The fault of an entry at the entry's place in the document."""
    moved: Fault = {**fault, "pointer": place + fault["pointer"]}
    return moved
