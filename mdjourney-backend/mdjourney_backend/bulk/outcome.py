"""What edits of many documents change, field by field, before they are saved (a dry run) or after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from mdjourney_backend.bulk.recording import subject_of_many
from mdjourney_backend.changes import Ref
from mdjourney_backend.documents import Documents, NotTogether, Proposed, Wanted, schema_name
from mdjourney_backend.documents.audit import AUDIT
from mdjourney_backend.history import field_diff
from mdjourney_backend.schemas import SchemaManager
from mdjourney_contract.people import Identity
from mdjourney_contract.problems import TooLarge

#: Documents that may be saved as one: all their folders are locked, and open, at the same time.
MOST: Final = 500
#: How often documents that changed between look and save are looked at.
_LOOKS: Final = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One field that changes, or (`error`) that cannot. `row` is the line of a table it came from."""

    document: str
    pointer: str
    title: str
    before: Any = None
    after: Any = None
    error: str | None = None
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """All rows; `documents` that change (or would), `saved` whether they are on disk now."""

    rows: Sequence[Row]
    documents: int
    saved: bool
    notes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def errors(self) -> int:
        """How many rows cannot be carried out."""
        return sum(1 for r in self.rows if r.error is not None)


def carry_out(
    documents: Documents,
    schemas: SchemaManager,
    wanted: Sequence[Wanted],
    *,
    what: str,
    actor: Identity,
    dry_run: bool,
    refused: Sequence[Row] = (),
) -> Outcome:
    """Propose edits and, unless it is a dry run or something stands in the way, save them as one.

    `what` is the line history shows, after the number of documents (or the one place). `refused` are rows that were found impossible before there was an edit.

    Raises:
        TooLarge: more than 500 documents would change.
        NotTogether: a document moved between looking and saving, or changed and is to be as the person saw it (or
            changed at every look); `errors` name each. None was saved.
    """
    for look in range(1, _LOOKS + 1):
        found = [documents.proposed(w, actor=actor) for w in wanted]
        rows = [*refused, *(row for p in found for row in rows_of(p, schemas))]
        changed = [(w, p) for w, p in zip(wanted, found, strict=True) if p.after is not p.before]
        if len(changed) > MOST:
            raise TooLarge(f"{len(changed)} documents would change at once; at most {MOST} may: choose fewer")
        if dry_run or not changed or any(r.error is not None for r in rows):
            break
        try:
            saved = documents.all_or_none(_as_seen(changed, what), actor=actor)
        except NotTogether as exc:
            if look == _LOOKS or not _may_look_again(exc, wanted):
                raise
            # what changed is tried again where it lay, not on what lies there by then
            wanted = [replace(w, folder=p.folder) for w, p in zip(wanted, found, strict=True)]
            continue
        return Outcome([row for p in saved for row in rows_of(p, schemas)], len(saved), saved=True)
    return Outcome(rows, len(changed), saved=False)


def _as_seen(changed: Sequence[tuple[Wanted, Proposed]], what: str) -> list[Wanted]:
    """The edits, of the very documents they were tried on, in the very folders."""
    subject = _subject([w.edit.ref for w, _ in changed], what)
    return [Wanted(replace(w.edit, subject=subject), p.before.etag, p.folder) for w, p in changed]


def _may_look_again(refused: NotTogether, wanted: Sequence[Wanted]) -> bool:
    """Whether all that stood in the way were changes of documents that the person need not have seen."""
    unseen = {w.edit.ref.path for w in wanted if w.if_match is None}
    return all(e.get("keyword") == "etag" and e["document"] in unseen for e in refused.errors)


def _subject(refs: Sequence[Ref], what: str) -> str:
    if len(refs) > 1:
        return subject_of_many(len(refs), what)
    return f"{refs[0].path.split('/.metadata/')[0]}: {what}"


def rows_of(proposed: Proposed, schemas: SchemaManager) -> list[Row]:
    """A proposal field by field; its errors instead, where it has any."""
    name = schema_name(proposed.ref.kind, proposed.before.content)
    path = proposed.ref.path
    if proposed.errors:
        return [_refusal(path, e) for e in proposed.errors]
    before, after = (
        {k: v for k, v in d.content.items() if k not in AUDIT} for d in (proposed.before, proposed.after)
    )
    return [
        Row(path, c.pointer, schemas.title_of(name, c.pointer), c.before, c.after)
        for c in field_diff(before, after)
    ]


def _refusal(path: str, error: Mapping[str, Any]) -> Row:
    pointer = str(error.get("pointer", ""))
    return Row(path, pointer, str(error.get("title", "")), error=str(error["message"]))
