"""Reading and saving documents: lock, read, apply, audit, validate, replace, tell the sink."""

import contextlib
import copy
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mdjourney_backend.changes import Content, Edit, Entry, EntryEdit, Ref, Write, WriteSink
from mdjourney_backend.documents import folder as folders
from mdjourney_backend.documents.audit import as_before, stamped
from mdjourney_backend.documents.checking import Checker
from mdjourney_backend.documents.document import Document
from mdjourney_backend.documents.entries import MEMBER, NotPlain, same, whole
from mdjourney_backend.documents.etags import matches
from mdjourney_backend.documents.inheritance import inherited
from mdjourney_backend.documents.many import NotTogether, Proposed, Wanted, tell_all
from mdjourney_backend.documents.plain import Plain, PlainDocuments, sha256_of
from mdjourney_backend.documents.quarantine import Quarantine
from mdjourney_backend.documents.shape import in_schema_order, schema_name
from mdjourney_backend.documents.streaming import stream
from mdjourney_backend.held import Held
from mdjourney_backend.schemas import Assessment, SchemaManager
from mdjourney_backend.strict_json import Unreadable, parse, render
from mdjourney_contract.clock import now
from mdjourney_contract.people import SYSTEM, Identity
from mdjourney_contract.problems import Conflict, MDJourneyError, NotFound, Stale

#: Documents that are written once and never changed.
_IMMUTABLE = frozenset({"complete_metadata"})
_STALE = {"pointer": "", "message": "was changed by somebody else meanwhile", "keyword": "etag"}
_FINISHED = {"pointer": "", "message": "is finished and never changed"}


@dataclass(frozen=True, slots=True)
class SavedEntries:
    """A document after a change among its entries: the SHA-256 (hex) of its bytes, and the entries that were wanted."""

    sha256: str
    entries: Mapping[str, Entry]


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
        self._sink = sink
        self._clock = clock
        self._checker = Checker(schemas)
        self._plain = PlainDocuments()
        self._quarantine = Quarantine(clock, recover or (lambda _path: None), patience)

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
        inside, name = _split(ref)
        with folders.opened(self._root, inside) as folder:
            raw = folder.read(name)
        try:
            return _document(ref, raw)
        except Unreadable:
            with folders.locked(self._root, inside) as folder:
                return self._read_locked(folder, ref, name)

    def exists(self, ref: Ref) -> bool:
        """Whether a file lies there, readable or not."""
        inside, name = _split(ref)
        try:
            with folders.opened(self._root, inside) as folder:
                return name in folder.names()
        except NotFound:
            return False

    def schema_name(self, ref: Ref, content: Content) -> str:
        """`experiment_contextual` of a template is `contextual/<template>`; else the kind."""
        return schema_name(ref.kind, content)

    def assess(self, document: Document) -> Assessment:
        """Whether a document is valid and complete, and what is wrong or missing."""
        return self._checker.assess(document.ref, document.content)

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
        inside, name = _split(edit.ref)
        with folders.locked(self._root, inside, make=if_match is None) as folder:
            before = self._before(folder, edit.ref, name)
            if if_match is not None and (before is None or not matches(if_match, before.etag)):
                raise Stale(
                    f"{edit.ref.path} was changed meanwhile; load it again, your input is still yours"
                )
            if before is not None and edit.ref.kind in _IMMUTABLE:
                raise Conflict(
                    f"{edit.ref.path} is finished and never changed; completing again makes a new one"
                )
            if before is None:
                content = self._first(edit.ref, edit.apply(None))
            else:
                content = edit.apply(parse(before.raw))
            return self._save(folder, edit, before, content, actor, tolerant=if_match is None)

    def apply_entries(self, edit: EntryEdit, *, actor: Identity) -> SavedEntries:
        """Save a change among the file entries of a document; a change of nothing writes nothing.

        The entries that stay are neither parsed nor checked again. Otherwise as `apply` without `if_match`.

        Raises:
            Invalid, DiskFull, Unavailable, Conflict: as for `apply`.
        """
        inside, name = _split(edit.ref)
        with folders.locked(self._root, inside, make=True) as folder:
            try:
                return self._spliced(folder, edit, self._plain.look(folder, edit.ref, name), actor)
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
        inside, name = _split(ref)
        with folders.opened(self._root, inside) as folder:
            try:
                return self._plain.look(folder, ref, name).entries.some(paths)
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
        inside, name = _split(ref)
        with folders.opened(self._root, inside) as folder, folder.file(name) as file:
            for run in stream(file):
                yield from run

    def _spliced(
        self, folder: folders.Folder, edit: EntryEdit, before: Plain, actor: Identity
    ) -> SavedEntries:
        """Raises NotPlain when what stands around the entries was written by somebody else."""
        ref, at, entries = edit.ref, self._clock(), before.entries
        present = entries.some(edit.paths)
        wanted = edit.apply(present)
        changed = {p: e for p, e in wanted.items() if not same(present.get(p), e)}
        now = {p: e for p, e in wanted.items() if e is not None}
        if not changed:
            return SavedEntries(before.sha256, now)
        around = entries.around()
        content = stamped(around, around, actor, at)
        self._checker.require_entries(ref, content, around, changed, entries.pointer)
        content = in_schema_order(content, self._checker.schema(ref, content).body, leave=MEMBER)
        pieces = entries.put(content, changed)
        sha256 = sha256_of(pieces)
        self._plain.wrote(ref, folder.replace(_split(ref)[1], pieces), sha256)
        self._sink.written(Write(ref, pieces, sha256, before.sha256, actor, at, edit.subject))
        return SavedEntries(sha256, now)

    def create(self, ref: Ref, content: Content, *, actor: Identity, subject: str) -> Document:
        """Save a first version; an existing document is returned untouched.

        Raises:
            Conflict: an unreadable older version lies beside it; a new one would forget its identifiers.
            Invalid, DiskFull, Unavailable: as for `apply`.
        """
        inside, name = _split(ref)
        with folders.locked(self._root, inside, make=True) as folder:
            before = self._before(folder, ref, name)
            if before is not None:
                return before
            first = self._first(ref, content)
            edit = Edit(ref, lambda _none: first, subject)
            return self._save(folder, edit, None, first, actor, tolerant=False)

    def _first(self, ref: Ref, content: Content) -> Content:
        """The first content of a document: with its project's defaults, unless they would make it invalid."""
        whole = inherited(self.read, ref, content)
        if whole is content:
            return content
        plain = {f["pointer"] for f in self._checker.errors(ref, content)}
        faults = {f["pointer"] for f in self._checker.errors(ref, whole)}
        return whole if faults <= plain else content

    def prepared(
        self, ref: Ref, before: Document, content: Content, *, actor: Identity, at: datetime
    ) -> Document:
        """The document that saving this content at that moment would give; nothing is checked or written."""
        if _same(before.content, content):
            return before
        schema = self._checker.schema(ref, content)
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
        inside = _split(edits[0].ref)[0]
        with folders.locked(self._root, inside, make=True) as folder:
            present = {e.ref: self._before(folder, e.ref, _split(e.ref)[1]) for e in edits}
            for ref, sha256 in expect.items():
                found = present[ref]
                if found is None or found.sha256 != sha256:
                    raise Stale(f"{ref.path} was changed meanwhile; look at it and try again")
            return [self._one_of(folder, e, present[e.ref], actor, at) for e in edits]

    def proposed(self, wanted: Wanted, *, actor: Identity) -> Proposed:
        """What an edit would give now; nothing is locked or written. What stands in its way is in `errors`."""
        inside, name = _split(wanted.edit.ref)
        with folders.opened(self._root, inside) as folder:
            return self._proposed(folder, name, wanted, actor, self._clock())

    def all_or_none(self, wanted: Sequence[Wanted], *, actor: Identity) -> list[Proposed]:
        """Save edits of many documents at one moment, or none of them; answers those that changed something.

        All folders are locked in the order of their names, all results checked, then all written. A full disk on the
        way puts back what was there. The sink is told of all at once.

        Raises:
            NotTogether: one of them is stale or would not be valid; `errors` name document, pointer and message.
            DiskFull, Unavailable: the old versions are intact.
        """
        at = self._clock()
        with contextlib.ExitStack() as held:
            names = sorted({_split(w.edit.ref)[0] for w in wanted})
            open_ = {name: held.enter_context(folders.locked(self._root, name)) for name in names}
            found = [
                self._proposed(open_[_split(w.edit.ref)[0]], _split(w.edit.ref)[1], w, actor, at)
                for w in wanted
            ]
            if refused := [p for p in found if p.errors]:
                raise NotTogether.because(refused)
            changed = [p for p in found if p.after is not p.before]
            self._put_all([(open_[_split(p.ref)[0]], p) for p in changed])
            writes = [
                Write(p.ref, p.after.raw, p.after.sha256, p.before.sha256, actor, at, p.subject)
                for p in changed
            ]
            tell_all(self._sink, writes)
            return changed

    def _proposed(
        self, folder: folders.Folder, name: str, wanted: Wanted, actor: Identity, at: datetime
    ) -> Proposed:
        ref = wanted.edit.ref
        before = _document(ref, folder.read(name))
        if wanted.if_match is not None and not matches(wanted.if_match, before.etag):
            return Proposed(ref, wanted.edit.subject, before, before, (_STALE,))
        if ref.kind in _IMMUTABLE:
            return Proposed(ref, wanted.edit.subject, before, before, (_FINISHED,))
        try:
            content = wanted.edit.apply(parse(before.raw))
            if _same(before.content, content):
                return Proposed(ref, wanted.edit.subject, before, before)
            after = self._next(ref, before, content, actor, at, tolerant=True)
        except MDJourneyError as exc:
            faults = tuple(exc.errors) or ({"pointer": "", "message": exc.detail},)
            return Proposed(ref, wanted.edit.subject, before, before, faults)
        return Proposed(ref, wanted.edit.subject, before, after)

    @staticmethod
    def _put_all(changed: Sequence[tuple[folders.Folder, Proposed]]) -> None:
        done: list[tuple[folders.Folder, Proposed]] = []
        try:
            for folder, one in changed:
                folder.replace(_split(one.ref)[1], one.after.raw)
                done.append((folder, one))
        except MDJourneyError:
            for folder, one in reversed(done):
                folder.replace(_split(one.ref)[1], one.before.raw)
            raise

    def _one_of(
        self, folder: folders.Folder, edit: Edit, before: Document | None, actor: Identity, at: datetime
    ) -> Document:
        if before is not None and edit.ref.kind in _IMMUTABLE:
            raise Conflict(f"{edit.ref.path} is finished and never changed")
        content = edit.apply(None if before is None else parse(before.raw))
        return self._save(folder, edit, before, content, actor, tolerant=False, at=at)

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

    def _before(self, folder: folders.Folder, ref: Ref, name: str) -> Document | None:
        try:
            return self._read_locked(folder, ref, name)
        except NotFound:
            self._quarantine.refuse_if_moved_aside(folder, name)
            return None

    def _read_locked(self, folder: folders.Folder, ref: Ref, name: str) -> Document:
        try:
            return _document(ref, folder.read(name))
        except Unreadable as exc:
            good = self._quarantine.settle(folder, name, exc)
        document = _document(ref, good)
        if good != folder.read(name):
            folder.replace(name, good)
            self._tell(document, None, SYSTEM, f"restore {ref.path} from history", self._clock())
        return document

    def _save(
        self,
        folder: folders.Folder,
        edit: Edit,
        before: Document | None,
        content: Content,
        actor: Identity,
        *,
        tolerant: bool,
        at: datetime | None = None,
    ) -> Document:
        ref = edit.ref
        at = at or self._clock()
        if before is not None and _same(before.content, content):
            return before
        document = self._next(ref, before, content, actor, at, tolerant=tolerant)
        folder.replace(_split(ref)[1], document.raw)
        self._tell(document, before, actor, edit.subject, at)
        return document

    def _next(
        self,
        ref: Ref,
        before: Document | None,
        content: Content,
        actor: Identity,
        at: datetime,
        *,
        tolerant: bool,
    ) -> Document:
        """The next version of a document, audited, checked and in order; nothing is written."""
        schema = self._checker.schema(ref, content)
        if before is None:
            content = {"$schema": schema.id, "schema_version": schema.version, **content}
        whole = stamped(before.content if before else None, content, actor, at)
        self._checker.require(ref, whole, before.content if before else None, tolerant=tolerant)
        whole = in_schema_order(whole, schema.body, leave=_ENTRIES.get(ref.kind))
        return Document.of(ref, whole, render(whole))

    def _tell(
        self, document: Document, before: Document | None, actor: Identity, subject: str, at: datetime
    ) -> None:
        previous = before.sha256 if before else None
        self._sink.written(Write(document.ref, document.raw, document.sha256, previous, actor, at, subject))


#: The member that may hold a hundred thousand file entries; whoever writes them keeps them in order.
_ENTRIES = {"dataset_structural": "file_descriptions", "complete_metadata": "data_objects"}


def _split(ref: Ref) -> tuple[str, str]:
    inside, _, name = ref.path.rpartition("/")
    return inside, name


def _document(ref: Ref, raw: bytes) -> Document:
    content = parse(raw)
    if not isinstance(content, dict):
        raise Unreadable(f"{ref.path} holds no JSON object")
    return Document.of(ref, content, raw)


def _same(before: Content, content: Content) -> bool:
    """Equal as JSON: `1`, `1.0` and `true` differ, which Python's `==` would not see."""
    return content is before or render(_sorted(before)) == render(_sorted(as_before(before, content)))


def _sorted(content: Content) -> Content:
    return {k: content[k] for k in sorted(content)}
