"""Edits of many documents that are saved as one: what is wanted, what each would give, all or none, and telling the sink."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Protocol, Self, runtime_checkable

from mdjourney_backend.changes import Edit, Ref, Write, WriteSink
from mdjourney_backend.documents.document import Document
from mdjourney_backend.documents.etags import matches
from mdjourney_backend.documents.folder import Folder, locked
from mdjourney_backend.documents.saving import IMMUTABLE, Saving, document_of, folder_of, name_of, same
from mdjourney_backend.held import Held
from mdjourney_backend.strict_json import parse
from mdjourney_contract.people import Identity
from mdjourney_contract.problems import Conflict, MDJourneyError, NotFound

#: What an error says of a document that is another by now; `keyword` tells it from faults of what was typed.
_STALE: Final = {"pointer": "", "message": "was changed by somebody else meanwhile", "keyword": "etag"}
_ELSEWHERE: Final = {
    "pointer": "",
    "message": "was moved or removed meanwhile; nothing was written into what lies there now",
    "keyword": "folder",
}
_FINISHED: Final = {"pointer": "", "message": "is finished and never changed"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One edit of an existing document; `if_match` is the ETag it was made against, None for whatever is there; `folder`
    the inode and device of the folder the document lay in then, None for whatever lies at its path."""

    edit: Edit
    if_match: str | None = None
    folder: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Proposed:
    """What an edit gives: `after` is `before` itself where nothing changes or `errors` say why nothing may. `folder` is
    the inode and device of the folder it lies in."""

    ref: Ref
    subject: str
    before: Document
    after: Document
    folder: tuple[int, int]
    errors: tuple[Mapping[str, Any], ...] = ()


class NotTogether(Conflict):
    """Edits that were to be saved as one cannot all be saved; none was. `errors` name each `document`."""

    title = "Nothing was changed"

    @classmethod
    def because(cls, refused: Mapping[str, Sequence[Mapping[str, Any]]]) -> Self:
        """All reasons, by document."""
        errors = [{"document": path, **e} for path, errors in refused.items() for e in errors]
        first = f"{errors[0]['document']}: {errors[0]['message']}"
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        return cls(f"Nothing was changed: {first}{more}", errors=errors)


@runtime_checkable
class WholeSink(Protocol):
    """A sink that can be told of several writes as one."""

    def written_together(self, writes: Sequence[Write]) -> None:
        """Called once, after all of them are in place, under their locks."""


def tell_all(sink: WriteSink, writes: Sequence[Write]) -> None:
    """Tell a sink of writes that belong together; one by one where it knows no better."""
    if isinstance(sink, WholeSink):
        sink.written_together(writes)
        return
    for write in writes:
        sink.written(write)


def propose(saving: Saving, folder: Folder, wanted: Wanted, actor: Identity, at: datetime) -> Proposed:
    """What an edit of a document in an open folder would give; nothing is written.

    Raises:
        NotFound: it does not lie there.
    """
    ref = wanted.edit.ref
    before = document_of(ref, folder.read(name_of(ref)))

    def given(after: Document, *errors: Mapping[str, Any]) -> Proposed:
        return Proposed(ref, wanted.edit.subject, before, after, folder.key, errors)

    if wanted.folder not in (None, folder.key):
        return given(before, _ELSEWHERE)
    if wanted.if_match is not None and not matches(wanted.if_match, before.etag):
        return given(before, _STALE)
    if ref.kind in IMMUTABLE:
        return given(before, _FINISHED)
    try:
        content = wanted.edit.apply(parse(before.raw))
        if same(before.content, content):
            return given(before)
        return given(saving.next(ref, before, content, actor, at, tolerant=True))
    except MDJourneyError as exc:
        return given(before, *(exc.errors or ({"pointer": "", "message": exc.detail},)))


def all_or_none(
    saving: Saving, root: Path | Held, wanted: Sequence[Wanted], actor: Identity
) -> list[Proposed]:
    """Lock all folders in the order of their names, check all results, write all; see `Documents.all_or_none`."""
    at = saving.clock()
    with contextlib.ExitStack() as held:
        open_: dict[str, Folder] = {}
        for name in sorted({folder_of(w.edit.ref) for w in wanted}):
            with contextlib.suppress(NotFound):
                open_[name] = held.enter_context(locked(root, name))
        found: list[Proposed] = []
        refused: dict[str, Sequence[Mapping[str, Any]]] = {}
        for one in wanted:
            proposal = _in_its_folder(saving, open_, one, actor, at)
            if proposal is None:
                refused[one.edit.ref.path] = (_ELSEWHERE,)
            elif proposal.errors:
                refused[one.edit.ref.path] = proposal.errors
            else:
                found.append(proposal)
        if refused:
            raise NotTogether.because(refused)
        changed = [p for p in found if p.after is not p.before]
        _put_all([(open_[folder_of(p.ref)], p) for p in changed])
        tell_all(saving.sink, [_write(p, actor, at) for p in changed])
        return changed


def _in_its_folder(
    saving: Saving, folders: Mapping[str, Folder], wanted: Wanted, actor: Identity, at: datetime
) -> Proposed | None:
    """What an edit would give; None where no such document lies there any more."""
    folder = folders.get(folder_of(wanted.edit.ref))
    try:
        return None if folder is None else propose(saving, folder, wanted, actor, at)
    except NotFound:
        return None


def _put_all(changed: Sequence[tuple[Folder, Proposed]]) -> None:
    done: list[tuple[Folder, Proposed]] = []
    try:
        for folder, one in changed:
            folder.replace(name_of(one.ref), one.after.raw)
            done.append((folder, one))
    except MDJourneyError:
        for folder, one in reversed(done):
            folder.replace(name_of(one.ref), one.before.raw)
        raise


def _write(one: Proposed, actor: Identity, at: datetime) -> Write:
    return Write(one.ref, one.after.raw, one.after.sha256, one.before.sha256, actor, at, one.subject)
