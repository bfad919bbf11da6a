"""One document in a folder that is open and locked: what is there, what comes next, and putting it in place."""

from collections.abc import Callable
from datetime import datetime

from mdjourney_backend.changes import Content, Edit, Ref, Write, WriteSink
from mdjourney_backend.documents.audit import as_before, stamped
from mdjourney_backend.documents.checking import Checker
from mdjourney_backend.documents.document import Document
from mdjourney_backend.documents.folder import Folder
from mdjourney_backend.documents.inheritance import inherited
from mdjourney_backend.documents.quarantine import Quarantine
from mdjourney_backend.documents.shape import in_schema_order
from mdjourney_backend.strict_json import Unreadable, parse, render
from mdjourney_contract.people import SYSTEM, Identity
from mdjourney_contract.problems import Conflict, NotFound

#: Documents that are written once and never changed.
IMMUTABLE = frozenset({"complete_metadata"})
#: The member that may hold a hundred thousand file entries; whoever writes them keeps them in order.
_ENTRIES = {"dataset_structural": "file_descriptions", "complete_metadata": "data_objects"}


class Saving:
    """How documents of one tree are checked, put in place and told of."""

    def __init__(
        self, checker: Checker, sink: WriteSink, clock: Callable[[], datetime], quarantine: Quarantine
    ) -> None:
        self.checker = checker
        self.sink = sink
        self.clock = clock
        self._quarantine = quarantine

    def before(self, folder: Folder, ref: Ref) -> Document | None:
        """The document as it is now; None where there is none.

        Raises:
            Conflict: it cannot be read and history has no copy, or such a version was moved aside earlier.
        """
        try:
            return self.read(folder, ref)
        except NotFound:
            self._quarantine.refuse_if_moved_aside(folder, name_of(ref))
            return None

    def read(self, folder: Folder, ref: Ref) -> Document:
        """As `before`; an unreadable one is moved aside and comes back from history.

        Raises:
            NotFound: there is none.
            Conflict: it cannot be read and history has no copy.
        """
        name = name_of(ref)
        try:
            return document_of(ref, folder.read(name))
        except Unreadable as exc:
            good = self._quarantine.settle(folder, name, exc)
        document = document_of(ref, good)
        if good != folder.read(name):
            folder.replace(name, good)
            self._tell(document, None, SYSTEM, f"restore {ref.path} from history", self.clock())
        return document

    def first(self, read: Callable[[Ref], Document], ref: Ref, content: Content) -> Content:
        """The first content of a document: with its project's defaults, unless they would make it invalid."""
        whole = inherited(read, ref, content)
        if whole is content:
            return content
        plain = {f["pointer"] for f in self.checker.errors(ref, content)}
        faults = {f["pointer"] for f in self.checker.errors(ref, whole)}
        return whole if faults <= plain else content

    def save(
        self,
        folder: Folder,
        edit: Edit,
        before: Document | None,
        content: Content,
        actor: Identity,
        *,
        tolerant: bool,
        at: datetime | None = None,
    ) -> Document:
        """Put `content` in the place of `before`; the same content writes nothing.

        Raises:
            Invalid, DiskFull, Unavailable: the old version is intact.
        """
        ref = edit.ref
        at = at or self.clock()
        if before is not None and same(before.content, content):
            return before
        document = self.next(ref, before, content, actor, at, tolerant=tolerant)
        folder.replace(name_of(ref), document.raw)
        self._tell(document, before, actor, edit.subject, at)
        return document

    def next(
        self,
        ref: Ref,
        before: Document | None,
        content: Content,
        actor: Identity,
        at: datetime,
        *,
        tolerant: bool,
    ) -> Document:
        """The next version of a document, audited, checked and in order; nothing is written. `tolerant` lets faults pass
        that were there before.

        Raises:
            Invalid: it breaks its schema.
        """
        schema = self.checker.schema(ref, content)
        if before is None:
            content = {"$schema": schema.id, "schema_version": schema.version, **content}
        whole = stamped(before.content if before else None, content, actor, at)
        self.checker.require(ref, whole, before.content if before else None, tolerant=tolerant)
        whole = in_schema_order(whole, schema.body, leave=_ENTRIES.get(ref.kind))
        return Document.of(ref, whole, render(whole))

    def _tell(
        self, document: Document, before: Document | None, actor: Identity, subject: str, at: datetime
    ) -> None:
        previous = before.sha256 if before else None
        self.sink.written(Write(document.ref, document.raw, document.sha256, previous, actor, at, subject))


def folder_of(ref: Ref) -> str:
    """The path of the folder a document lies in."""
    return ref.path.rpartition("/")[0]


def name_of(ref: Ref) -> str:
    """Its name in it."""
    return ref.path.rpartition("/")[2]


def document_of(ref: Ref, raw: bytes) -> Document:
    """The document these bytes are.

    Raises:
        Unreadable: they are none.
    """
    content = parse(raw)
    if not isinstance(content, dict):
        raise Unreadable(f"{ref.path} holds no JSON object")
    return Document.of(ref, content, raw)


def same(before: Content, content: Content) -> bool:
    """Equal as JSON: `1`, `1.0` and `true` differ, which Python's `==` would not see."""
    return content is before or render(_sorted(before)) == render(_sorted(as_before(before, content)))


def _sorted(content: Content) -> Content:
    return {k: content[k] for k in sorted(content)}


def refuse_finished(ref: Ref, before: Document | None) -> None:
    """Raise Conflict for a document that is written once and is there."""
    if before is not None and ref.kind in IMMUTABLE:
        raise Conflict(f"{ref.path} is finished and never changed; completing again makes a new one")
