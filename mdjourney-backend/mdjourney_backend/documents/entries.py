"""The file entries of a document as bytes: found by path, changed and put back without reading the others.

It rests on how `render` writes: strings hold no line breaks, so a line's indent says how deep it lies.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

import orjson

from mdjourney_backend.changes import Content, Edit, Entry, EntryEdit, Pieces
from mdjourney_backend.strict_json import MAX_DEPTH, Unreadable, parse, render

MEMBER: Final = "file_descriptions"
_OPEN: Final = b'\n  "file_descriptions": ['
_CLOSE: Final = b"\n  ]"
_ENTRY: Final = b"\n    {"
_ENTRY_ENDS: Final = b"\n    }"
_PATH: Final = b'\n      "file_path": '
#: What `render` puts around a list of entries that stands alone.
_BEFORE: Final = b'{\n  "": ['
_AFTER: Final = b"\n  ]\n}\n"
_DEEPEST: Final = b"\n" + b"  " * (MAX_DEPTH + 1)
_CHUNK: Final = 1 << 17
_STEP: Final = 2048


class NotPlain(ValueError):
    """The bytes are not what `render` gives for entries with a path each, ordered by path."""


class Entries:
    """The entries of a document that `render` wrote.

    Raises:
        NotPlain: it has no such list, or what stands around the list was written by somebody else.
    """

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        start = raw.find(_OPEN)
        if start < 0:
            raise NotPlain("there is no list of entries")
        self._first = start + len(_OPEN)
        if raw.startswith(b"]", self._first):
            self._last, self._rest = self._first, self._first + 1
        else:
            last = raw.find(_ENTRY_ENDS + _CLOSE, self._first)
            self._last = last + len(_ENTRY_ENDS)
            self._rest = self._last + len(_CLOSE)
            if last < 0 or not raw.startswith(_ENTRY, self._first):
                raise NotPlain("the list of entries was written by somebody else")
        #: path -> where its entry lies, or (both the same) where it belongs
        self._places: dict[str, tuple[int, int]] = {}

    def around(self) -> Content:
        """The document with no entry in its list.

        Raises:
            NotPlain: what stands around the list was not written by `render`.
        """
        raw = self._raw[: self._first] + b"]" + self._raw[self._rest :]
        try:
            content = parse(raw)
        except Unreadable as exc:
            raise NotPlain(exc.detail) from None
        if not isinstance(content, dict) or content.get(MEMBER) != [] or render(content) != raw:
            raise NotPlain("the document was written by somebody else")
        return content

    def verify(self) -> None:
        """Read every entry once, a few at a time.

        Raises:
            NotPlain: an entry has no path, stands out of order or twice, or was not written by `render`.
        """
        before = ""
        for chunk in self._chunks():
            for path in _paths(chunk):
                if path <= before:
                    raise NotPlain("entries are not in the order of their paths")
                before = path

    def some(self, paths: Collection[str]) -> dict[str, Entry]:
        """The entries of these paths, as far as there are any."""
        found: dict[str, Entry] = {}
        for path, (start, end) in self._located(paths):
            if end > start:
                found[path] = orjson.loads(self._raw[start:end])
        return found

    def pointer(self, path: str) -> str:
        """The JSON pointer of the entry that has (or would get) this path."""
        ((_, (start, _end)),) = self._located((path,))
        return f"/{MEMBER}/{self._raw.count(_ENTRY, self._first, start)}"

    def put(self, around: Content, wanted: Mapping[str, Entry | None]) -> Pieces:
        """The whole document: `around` with these entries in their places, None taken out, all others as they are."""
        frame = render({**around, MEMBER: []})
        cut = frame.index(_OPEN) + len(_OPEN)
        runs = list(_joined(self._runs(wanted)))
        return Pieces((frame[:cut], *runs, _CLOSE[:-1] if runs else b"", frame[cut:]))

    def _runs(self, wanted: Mapping[str, Entry | None]) -> Iterator[bytes | memoryview]:
        """Parts that hold one or more entries each."""
        view, at = memoryview(self._raw), self._first
        fresh: list[Entry] = []
        for path, (start, end) in self._located(wanted):
            if start > at:
                yield from _rendered(fresh)
                fresh = []
                yield view[at : start if start == self._last else start - 1]  # without the comma before it
            entry = wanted[path]
            if entry is not None:
                fresh.append(entry)
            at = self._after(end) if end > start else start
        yield from _rendered(fresh)
        if at < self._last:
            yield view[at : self._last]

    def _located(self, paths: Collection[str]) -> Iterator[tuple[str, tuple[int, int]]]:
        """Each path, in order, with start and end of its entry."""
        near = self._first
        for path in sorted(paths):
            if path not in self._places:
                self._places[path] = self._find(path, near)
            near = self._places[path][0]
            yield path, self._places[path]

    def _find(self, path: str, near: int) -> tuple[int, int]:
        """Where a path is, or belongs; `near` is the start of an entry not behind it. Looks close by first."""
        low, high = near, self._last
        if low < high:
            _, end, here = self._at(low, low)
            if here >= path:
                return (low, end) if here == path else (low, low)
            low = self._after(end)
        step = _STEP
        while low + step < high:
            start, end, here = self._at(low + step, low)
            if here >= path:
                high = start
            else:
                low = self._after(end)
                step *= 2
        while low < high:
            start, end, here = self._at((low + high) // 2, low)
            if here < path:
                low = self._after(end)
            else:
                high = start
        if low < self._last:
            _, end, here = self._at(low, low)
            if here == path:
                return low, end
        return low, low

    def _at(self, offset: int, low: int) -> tuple[int, int, str]:
        """Start, end and path of the entry that lies at an offset; `low` is the start of one not behind it."""
        start = self._raw.rfind(_ENTRY, low, offset + len(_ENTRY))
        line = self._raw.find(_PATH, start, self._last) + len(_PATH)
        ends = self._raw.find(b"\n", line)
        text = self._raw[line : ends - 1] if self._raw.startswith(b",", ends - 1) else self._raw[line:ends]
        end = self._raw.find(_ENTRY_ENDS, ends) + len(_ENTRY_ENDS)
        return start, end, orjson.loads(text)

    def _after(self, end: int) -> int:
        """The start of the entry behind the one that ends here."""
        return end + 1 if end < self._last else self._last

    def _chunks(self) -> Iterator[bytes]:
        at = self._first
        while at < self._last:
            cut = self._raw.find(_ENTRY_ENDS + b"," + _ENTRY, at + _CHUNK, self._last)
            end = self._last if cut < 0 else cut + len(_ENTRY_ENDS)
            yield self._raw[at:end]
            at = self._after(end)


def whole(edit: EntryEdit) -> Edit:
    """The same change as an edit of the whole document; entries come out one per path, ordered by path."""

    def apply(content: Content | None) -> Content:
        before = content or {}
        entries = {str(e.get("file_path")): e for e in before.get(MEMBER, [])}
        for path, entry in edit.apply({p: entries[p] for p in edit.paths if p in entries}).items():
            if entry is None:
                entries.pop(path, None)
            else:
                entries[path] = entry
        return {**before, MEMBER: [entries[path] for path in sorted(entries)]}

    return Edit(edit.ref, apply, edit.subject)


def same(before: Any, after: Any) -> bool:
    """Equal as JSON, members in the same order."""
    return orjson.dumps(before) == orjson.dumps(after)


def _rendered(entries: list[Entry]) -> Iterator[bytes]:
    if entries:
        yield render({"": entries})[len(_BEFORE) : -len(_AFTER)]


def _joined(runs: Iterator[bytes | memoryview]) -> Iterator[bytes | memoryview]:
    for number, run in enumerate(runs):
        if number:
            yield b","
        yield run


def _paths(chunk: bytes) -> Iterator[str]:
    """The paths in a run of entries; raises NotPlain."""
    try:
        entries = orjson.loads(b"[" + chunk + b"]")
    except orjson.JSONDecodeError as exc:
        raise NotPlain(str(exc)) from None
    if _DEEPEST in chunk or render({"": entries}) != _BEFORE + chunk + _AFTER:
        raise NotPlain("the entries were written by somebody else")
    for entry in entries:
        path = entry.get("file_path") if isinstance(entry, dict) else None
        if not isinstance(path, str):
            raise NotPlain("an entry has no path")
        yield path
