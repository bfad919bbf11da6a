"""What history holds of one document, newest first: each commit with the content before and after it, within a budget."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import orjson

from mdjourney_backend.changes import Content
from mdjourney_backend.history.recorder import History
from mdjourney_backend.history.words import Revision

#: Addresses made for accounts and for the system itself; people have another.
ACCOUNT: Final = re.compile(r"@(os\..*|system)\.mdjourney\.invalid\Z")
_NUMBER = r"(add or change|move|remove) [0-9][0-9,]*"
_FILES: Final = re.compile(
    rf".*: (?:(?:add or change|move|remove) (?:'.*'|\".*\")|{_NUMBER}(?:, {_NUMBER})* files)\Z", re.DOTALL
)
_FIRST_CHUNK, _CHUNK = 12, 100
#: Below this a document is parsed whole; above it the list that is left out is cut from the bytes first.
_LARGE: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a document. `before` is None where it began; `commit` None while it waits for history.

    `older` is the revision that held `before`; `path` is where the document lay; `made_from` the identifier of another
    document that it was made from, at its beginning.
    """

    commit: str | None
    at: datetime
    name: str
    email: str
    subject: str
    path: str
    before: Content | None
    after: Content
    older: Revision | None = None
    made_from: str | None = None


class Past:
    """Iterate for the steps of a document.

    After the iteration ended `next_cursor` says where to go on when the budget was used up; None: it was all there is.
    git takes a document for another one that resembles it; the identifier inside tells where the one ends.

    Args:
        identifier: the member that says what a document is of; None: nothing tells.
        leave_out: a top-level list that is not looked at (`file_descriptions`), read as empty.
        pass_over_files: commits that only brought, moved or removed files are not read: they change nothing else but who
            changed the document last, and when.
        most_bytes: how much recorded content may be read, and `most` how many revisions.
    """

    def __init__(
        self,
        history: History,
        path: str,
        *,
        identifier: str | None = None,
        cursor: str | None = None,
        leave_out: str | None = None,
        pass_over_files: bool = False,
        most_bytes: int = 32 << 20,
        most: int = 3000,
    ) -> None:
        self._history = history
        self._path = path
        self._identifier = identifier
        self._cursor = cursor
        self._leave_out = leave_out
        self._pass_over = pass_over_files
        self._most_bytes = most_bytes
        self._most = most
        self.next_cursor: str | None = None

    def __iter__(self) -> Iterator[Step]:
        held: tuple[Revision, Content] | None = None
        for revision, content in self._contents():
            if held is not None:
                other = self._another(held[1], content)
                if other is not None:
                    self.next_cursor = None
                    yield replace(_step(*held, None, None), made_from=other)
                    return
                yield _step(*held, content, revision)
            held = (revision, content)
        if held is None:
            return
        if self.next_cursor is not None:
            self.next_cursor = self._history.cursor(held[0])
        else:
            yield _step(*held, None, None)

    def _another(self, content: Content, before: Content) -> str | None:
        """The identifier of an earlier content that is of something else."""
        if self._identifier is None:
            return None
        mine, other = content.get(self._identifier), before.get(self._identifier)
        return str(other) if mine != other and mine is not None and other is not None else None

    def _contents(self) -> Iterator[tuple[Revision, Content]]:
        """Revisions that hold the document; what was removed and came back is as if it had been there all along."""
        cursor, size, bytes_left, left = self._cursor, _FIRST_CHUNK, self._most_bytes, self._most
        while True:
            page = self._history.log(self._path, limit=min(size, left), cursor=cursor)
            asked = [r for r in page.items if not (self._pass_over and _only_files(r))]
            raws = self._history.contents(asked, most_bytes=bytes_left)
            for revision, raw in zip(asked, raws, strict=False):
                if raw is not None:
                    yield revision, read(raw, self._leave_out)
            bytes_left -= sum(len(raw) for raw in raws if raw is not None)
            left -= len(page.items)
            whole = len(raws) == len(asked)
            cursor = page.next_cursor if whole else self._history.cursor(asked[len(raws)])
            if cursor is None:
                return
            if bytes_left <= 0 or left <= 0 or not whole:
                self.next_cursor = cursor
                return
            size = _CHUNK


def _only_files(revision: Revision) -> bool:
    """Whether a commit is one batch of files and nothing else: what trigger 2 calls it, made by an account."""
    return bool(ACCOUNT.search(revision.author_email) and _FILES.match(revision.subject))


def read(raw: bytes, leave_out: str | None) -> Content:
    """A recorded document; `{}` for what cannot be read."""
    if leave_out is not None and len(raw) > _LARGE:
        raw = _without(raw, leave_out)
    try:
        found: Any = orjson.loads(raw)
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {k: v for k, v in found.items() if k != leave_out}


def _without(raw: bytes, member: str) -> bytes:
    """The same document with a top-level list emptied, as far as it is laid out the way we write it."""
    start = raw.find(b'\n  "%s": [\n' % member.encode())
    end = raw.find(b"\n  ]", start)
    if start < 0 or end < 0:
        return raw
    return raw[:start] + b'\n  "%s": [' % member.encode() + raw[end:]


def _step(revision: Revision, after: Content, before: Content | None, older: Revision | None) -> Step:
    return Step(
        commit=revision.commit,
        at=revision.at,
        name=revision.author_name,
        email=revision.author_email,
        subject=revision.subject,
        path=revision.path,
        before=before,
        after=after,
        older=older,
    )
