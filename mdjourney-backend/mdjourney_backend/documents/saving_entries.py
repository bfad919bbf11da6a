"""A change among the file entries of a document, saved without parsing or checking those that stay."""

from collections.abc import Mapping
from dataclasses import dataclass

from mdjourney_backend.changes import Entry, EntryEdit, Ref, Write
from mdjourney_backend.documents.audit import stamped
from mdjourney_backend.documents.entries import MEMBER
from mdjourney_backend.documents.entries import same as same_entry
from mdjourney_backend.documents.folder import Folder
from mdjourney_backend.documents.plain import Plain, PlainDocuments, sha256_of
from mdjourney_backend.documents.saving import Saving, name_of
from mdjourney_backend.documents.shape import in_schema_order
from mdjourney_contract.people import Identity


@dataclass(frozen=True, slots=True)
class SavedEntries:
    """A document after a change among its entries: the SHA-256 (hex) of its bytes, and the entries that were wanted."""

    sha256: str
    entries: Mapping[str, Entry]


class SavingEntries:
    """Of one tree. It knows which documents on disk are as we write them."""

    def __init__(self, saving: Saving) -> None:
        self._saving = saving
        self._plain = PlainDocuments()

    def look(self, folder: Folder, ref: Ref) -> Plain:
        """The entries of a document on disk.

        Raises:
            NotFound: there is none.
            NotPlain: somebody else wrote it.
        """
        return self._plain.look(folder, ref, name_of(ref))

    def save(self, folder: Folder, edit: EntryEdit, actor: Identity) -> SavedEntries:
        """Save a change in an open, locked folder; a change of nothing writes nothing.

        Raises:
            NotFound: there is no document.
            NotPlain: it, or what stands around its entries, was written by somebody else.
            Invalid, DiskFull, Unavailable: the old version is intact.
        """
        before = self.look(folder, edit.ref)
        ref, at, entries = edit.ref, self._saving.clock(), before.entries
        present = entries.some(edit.paths)
        wanted = edit.apply(present)
        changed = {p: e for p, e in wanted.items() if not same_entry(present.get(p), e)}
        now = {p: e for p, e in wanted.items() if e is not None}
        if not changed:
            return SavedEntries(before.sha256, now)
        checker = self._saving.checker
        around = entries.around()
        content = stamped(around, around, actor, at)
        checker.require_entries(ref, content, around, changed, entries.pointer)
        content = in_schema_order(content, checker.schema(ref, content).body, leave=MEMBER)
        pieces = entries.put(content, changed)
        sha256 = sha256_of(pieces)
        self._plain.wrote(ref, folder.replace(name_of(ref), pieces), sha256)
        self._saving.sink.written(Write(ref, pieces, sha256, before.sha256, actor, at, edit.subject))
        return SavedEntries(sha256, now)
