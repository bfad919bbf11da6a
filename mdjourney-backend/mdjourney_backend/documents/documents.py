"""Reading and saving documents: lock, read, apply, audit, validate, replace, tell the sink."""

import copy
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from mdjourney_backend.changes import Content, Edit, Entry, EntryEdit, Ref, WriteSink
from mdjourney_backend.documents import folder as folders
from mdjourney_backend.documents import many
from mdjourney_backend.documents.audit import stamped
from mdjourney_backend.documents.checking import Checker
from mdjourney_backend.documents.document import Document
from mdjourney_backend.documents.entries import MEMBER, NotPlain, whole
from mdjourney_backend.documents.etags import matches
from mdjourney_backend.documents.many import Proposed, Wanted
from mdjourney_backend.documents.quarantine import Quarantine
from mdjourney_backend.documents.saving import (
    Saving,
    document_of,
    folder_of,
    name_of,
    refuse_finished,
    same,
)
from mdjourney_backend.documents.saving_entries import SavedEntries, SavingEntries
from mdjourney_backend.documents.shape import in_schema_order, schema_name
from mdjourney_backend.documents.streaming import stream
from mdjourney_backend.held import Held
from mdjourney_backend.schemas import Assessment, SchemaManager
from mdjourney_backend.strict_json import Unreadable, parse, render
from mdjourney_contract.clock import now
from mdjourney_contract.people import Identity
from mdjourney_contract.problems import NotFound, Stale


class Documents:
    """The documents of one tree. Safe to share between threads and processes: every save holds the folder's lock.

    Args:
        root: the tree.
        schemas: resolves and assesses.
        sink: told of each save, under the lock, right after the file is in place.
        clock: the present moment.
        recover: the last good bytes of a path (POSIX, relative to the root) from history, or None.
        patience: seconds an unreadable file must have been still before it is moved aside (somebody's editor
            may be half-way through writing it).
    """

    def __init__(
        self,
        root: Path,
        schemas: SchemaManager,
        sink: WriteSink,
        clock: Callable[[], datetime] = now,
        *,
        recover: Callable[[str], bytes | None] | None = None,
        patience: float = 1.0,
    ) -> None:
        self._root: Path | Held = root
        self._quarantine = Quarantine(clock, recover or (lambda _path: None), patience)
        self._saving = Saving(Checker(schemas), sink, clock, self._quarantine)
        self._entries = SavingEntries(self._saving)

    def within(self, folder: Held) -> "Documents":
        """The same, but documents of a held folder are those in it, wherever it is moved while it is held."""
        bound = copy.copy(self)
        bound._root = folder  # noqa: SLF001  of the same class
        return bound

    def read(self, ref: Ref) -> Document:
        """The document on disk now.

        Raises:
            NotFound: there is none.
            Conflict: it cannot be read and history has no copy; it was moved aside as `<name>.corrupt-<time>`.
        """
        with folders.opened(self._root, folder_of(ref)) as folder:
            raw = folder.read(name_of(ref))
        try:
            return document_of(ref, raw)
        except Unreadable:
            with folders.locked(self._root, folder_of(ref)) as folder:
                return self._saving.read(folder, ref)

    def exists(self, ref: Ref) -> bool:
        """Whether a file lies there, readable or not."""
        try:
            with folders.opened(self._root, folder_of(ref)) as folder:
                return name_of(ref) in folder.names()
        except NotFound:
            return False

    def schema_name(self, ref: Ref, content: Content) -> str:
        """`experiment_contextual` of a template is `contextual/<template>`; else the kind."""
        return schema_name(ref.kind, content)

    def assess(self, document: Document) -> Assessment:
        """Whether a document is valid and complete, and what is wrong or missing."""
        return self._saving.checker.assess(document.ref, document.content)

    def apply(self, edit: Edit, *, actor: Identity, if_match: str | None = None) -> Document:
        """Save one edit; a change of nothing writes nothing.

        With `if_match` (a person's form) the whole result must be valid; without it (triggers) faults that were in the
        document before do not stop the edit.

        Raises:
            Stale: `if_match` is not the ETag on disk.
            Invalid: the result breaks its schema; `errors` has every fault with its pointer; nothing is written.
            DiskFull, Unavailable: the old version is intact.
            Conflict: the document is immutable, unreadable, or behind a link.
        """
        ref = edit.ref
        with folders.locked(self._root, folder_of(ref), make=if_match is None) as folder:
            before = self._saving.before(folder, ref)
            if if_match is not None and (before is None or not matches(if_match, before.etag)):
                raise Stale(f"{ref.path} was changed meanwhile; load it again, your input is still yours")
            refuse_finished(ref, before)
            if before is None:
                content = self._saving.first(self.read, ref, edit.apply(None))
            else:
                content = edit.apply(parse(before.raw))
            return self._saving.save(folder, edit, before, content, actor, tolerant=if_match is None)

    def apply_entries(self, edit: EntryEdit, *, actor: Identity) -> SavedEntries:
        """Save a change among the file entries of a document; a change of nothing writes nothing.

        The entries that stay are neither parsed nor checked again. Otherwise as `apply` without `if_match`.

        Raises:
            Invalid, DiskFull, Unavailable, Conflict: as for `apply`.
        """
        with folders.locked(self._root, folder_of(edit.ref), make=True) as folder:
            try:
                return self._entries.save(folder, edit, actor)
            except (NotFound, NotPlain):
                pass  # there is none yet, or somebody else wrote it: the long way
        document = self.apply(whole(edit), actor=actor)
        paths = frozenset(edit.paths)
        entries = {e["file_path"]: e for e in document.content[MEMBER] if e.get("file_path") in paths}
        return SavedEntries(document.sha256, entries)

    def entries(self, ref: Ref, paths: Collection[str]) -> dict[str, Entry]:
        """The file entries of these paths, as far as there are any.

        Raises:
            NotFound, Conflict: as for `read`.
        """
        with folders.opened(self._root, folder_of(ref)) as folder:
            try:
                return self._entries.look(folder, ref).entries.some(paths)
            except NotPlain:
                pass
        wanted = frozenset(paths)
        return {
            e["file_path"]: e
            for e in self.read(ref).content.get(MEMBER, ())
            if isinstance(e, dict) and e.get("file_path") in wanted
        }

    def each_entry(self, ref: Ref) -> Iterator[Entry]:
        """The file entries in their order; a document as we write it is read a few at a time, never whole.

        Raises:
            NotFound, Conflict: as for `read`.
            NotPlain: half-way, it is seen that somebody else wrote it; what came before is void, `read` tells.
        """
        with folders.opened(self._root, folder_of(ref)) as folder, folder.file(name_of(ref)) as file:
            for run in stream(file):
                yield from run

    def create(self, ref: Ref, content: Content, *, actor: Identity, subject: str) -> Document:
        """Save a first version; an existing document is returned untouched.

        Raises:
            Conflict: an unreadable older version lies beside it; a new one would forget its identifiers.
            Invalid, DiskFull, Unavailable: as for `apply`.
        """
        with folders.locked(self._root, folder_of(ref), make=True) as folder:
            before = self._saving.before(folder, ref)
            if before is not None:
                return before
            first = self._saving.first(self.read, ref, content)
            edit = Edit(ref, lambda _none: first, subject)
            return self._saving.save(folder, edit, None, first, actor, tolerant=False)

    def prepared(
        self, ref: Ref, before: Document, content: Content, *, actor: Identity, at: datetime
    ) -> Document:
        """The document that saving this content at that moment would give; nothing is checked or written."""
        if same(before.content, content):
            return before
        schema = self._saving.checker.schema(ref, content)
        whole = in_schema_order(stamped(before.content, content, actor, at), schema.body)
        return Document.of(ref, whole, render(whole))

    def together(
        self, edits: Sequence[Edit], *, actor: Identity, at: datetime, expect: Mapping[Ref, str]
    ) -> list[Document]:
        """Save edits of one folder in their order under one lock, all stamped with the same moment.

        `expect` says which SHA-256 a document must still have.

        Raises:
            Stale: one of them has another; nothing is written.
            Invalid, DiskFull, Unavailable, Conflict: as for `apply`; edits before the refused one are saved.
        """
        with folders.locked(self._root, folder_of(edits[0].ref), make=True) as folder:
            present = {e.ref: self._saving.before(folder, e.ref) for e in edits}
            for ref, sha256 in expect.items():
                found = present[ref]
                if found is None or found.sha256 != sha256:
                    raise Stale(f"{ref.path} was changed meanwhile; look at it and try again")
            return [self._one_of(folder, e, present[e.ref], actor, at) for e in edits]

    def _one_of(
        self, folder: folders.Folder, edit: Edit, before: Document | None, actor: Identity, at: datetime
    ) -> Document:
        refuse_finished(edit.ref, before)
        content = edit.apply(None if before is None else parse(before.raw))
        return self._saving.save(folder, edit, before, content, actor, tolerant=False, at=at)

    def proposed(self, wanted: Wanted, *, actor: Identity) -> Proposed:
        """What an edit would give now; nothing is locked or written. What stands in its way is in `errors`."""
        with folders.opened(self._root, folder_of(wanted.edit.ref)) as folder:
            return many.propose(self._saving, folder, wanted, actor, self._saving.clock())

    def all_or_none(self, wanted: Sequence[Wanted], *, actor: Identity) -> list[Proposed]:
        """Save edits of many documents at one moment, or none of them; answers those that changed something.

        All folders are locked in the order of their names, all results checked, then all written. A full disk on the
        way puts back what was there. The sink is told of all at once.

        Raises:
            NotTogether: one of them is stale, moved or would not be valid; `errors` name document, pointer and message.
            DiskFull, Unavailable: the old versions are intact.
        """
        return many.all_or_none(self._saving, self._root, wanted, actor)

    def corrupt(self) -> list[str]:
        """Paths moved aside since the start and still there."""
        root = self._root.root if isinstance(self._root, Held) else self._root
        return [p for p in self._quarantine.moved if (root / p).exists()]

    def tidy(self, paths: Iterable[str]) -> None:
        """Remove what killed saves left in these document folders, and note files moved aside earlier."""
        for path in paths:
            try:
                with folders.locked(self._root, path) as folder:
                    self._quarantine.tidy(folder)
            except (NotFound, folders.LinkInTheWay):
                continue
