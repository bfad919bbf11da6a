"""The file entries of datasets as lists that can be filtered, counted and paged, made once per version of the document."""

import json
import os
import tempfile
import threading
import weakref
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import le
from pathlib import Path
from typing import Any, Final

import orjson

from mdjourney_backend.changes import Content, Ref
from mdjourney_backend.documents import Documents, NotPlain
from mdjourney_backend.layout import structural_ref
from mdjourney_backend.ticks import is_quiet

FACETS: Final = ("status", "role", "mime_type", "extension", "described")
#: The members a table of files shows.
BRIEF: Final = frozenset(
    {
        "file_path",
        "file_name",
        "file_size_bytes",
        "mime_type",
        "role",
        "status",
        "version_state",
        "file_modified_utc",
        "file_type_os",
    }
)
#: Entries kept ready over all datasets; the list used last always stays.
_MOST_ENTRIES: Final = 300_000
_MOST_ANSWERS: Final = 8
_WRITTEN_AT_ONCE: Final = 1 << 20

Stamp = tuple[int, int, int, int]
#: One combination of the values of `FACETS`; "" stands for none.
Combination = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which files are meant. `q` is part of a path, whatever its case; each of the others is a choice of values (""
    stands for none) or empty for all."""

    q: str = ""
    status: frozenset[str] = frozenset()
    role: frozenset[str] = frozenset()
    mime_type: frozenset[str] = frozenset()
    extension: frozenset[str] = frozenset()
    described: frozenset[str] = frozenset()

    @property
    def choices(self) -> tuple[frozenset[str], ...]:
        """In the order of `FACETS`."""
        return (self.status, self.role, self.mime_type, self.extension, self.described)

    def allows(self, combination: Combination, but: int = -1) -> bool:
        """Whether the values fit, those of the facet number `but` not asked."""
        return all(
            not chosen or value in chosen or number == but
            for number, (value, chosen) in enumerate(zip(combination, self.choices, strict=True))
        )

    def matches(self, entry: Content) -> bool:
        """Whether one entry is meant."""
        return self.q.casefold() in entry["file_path"].casefold() and self.allows(combination_of(entry))


def combination_of(entry: Content) -> Combination:
    """The values of an entry that can be chosen among."""
    return (
        str(entry.get("status") or ""),
        str(entry.get("role") or ""),
        str(entry.get("mime_type") or ""),
        str(entry.get("file_extension") or "").lower(),
        "true" if entry.get("file_description") else "false",
    )


class FileList:
    """The entries of one version of one dataset, by path.

    What is searched is in memory; the entries themselves lie in a file without a name, in the folder `scratch`.
    """

    def __init__(self, entries: Iterable[Content], scratch: Path | None = None) -> None:
        self.paths: list[str] = []
        self._sizes = array("Q")
        self._numbers = array("I")
        #: where the body of each entry lies
        self._starts, self._ends = array("Q"), array("Q")
        self._fd = _unnamed_file(scratch)
        weakref.finalize(self, os.close, self._fd)
        numbers: dict[Combination, int] = {}
        self._take(entries, numbers)
        self._combinations = list(numbers)
        self._order()
        self._folded = [_folded(path) for path in self.paths]
        self._lock = threading.Lock()
        self._answers: dict[Filter, array[int]] = {}

    def __len__(self) -> int:
        return len(self.paths)

    def find(self, path: str) -> Content | None:
        """The entry of one path."""
        at = bisect_left(self.paths, path)
        if at == len(self.paths) or self.paths[at] != path:
            return None
        found: Content = orjson.loads(self._body(at))
        return found

    def matching(self, wanted: Filter) -> "array[int]":
        """The numbers of the entries that fit, in order."""
        with self._lock:
            known = self._answers.pop(wanted, None)
        found = self._search(wanted) if known is None else known
        with self._lock:
            self._answers[wanted] = found
            while len(self._answers) > _MOST_ANSWERS:
                del self._answers[next(iter(self._answers))]
        return found

    def after(self, matching: "array[int]", path: str) -> int:
        """Where the page begins that follows a path."""
        return bisect_right(matching, path, key=self.paths.__getitem__)

    def bodies(self, numbers: Sequence[int], *, brief: bool) -> bytes:
        """These entries as the inside of a JSON list."""
        whole = [self._body(number) for number in numbers]
        if brief:
            whole = [orjson.dumps(_brief(orjson.loads(body))) for body in whole]
        return b",".join(whole)

    def facets(self, wanted: Filter) -> dict[str, Any]:
        """`total` and `bytes` of what fits, and for each facet how many files each value would give under the other
        choices: `{"total", "bytes", "facets": {name: [{"value", "count"}]}}`, the most frequent first."""
        found = self.matching(wanted)
        counted = self._counted(wanted.q)
        return {
            "total": len(found),
            "bytes": sum(self._sizes[i] for i in found),
            "facets": {name: self._facet(number, wanted, counted) for number, name in enumerate(FACETS)},
        }

    def _facet(self, number: int, wanted: Filter, counted: Mapping[int, int]) -> list[dict[str, Any]]:
        counts: Counter[str] = Counter()
        for at, count in counted.items():
            if wanted.allows(self._combinations[at], but=number):
                counts[self._combinations[at][number]] += count
        for chosen in wanted.choices[number]:
            counts.setdefault(chosen, 0)
        ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return [{"value": value, "count": count} for value, count in ordered]

    def _counted(self, q: str) -> Mapping[int, int]:
        if not q:
            return Counter(self._numbers)
        return Counter(self._numbers[i] for i in self.matching(Filter(q=q)))

    def _search(self, wanted: Filter) -> "array[int]":
        fits = [wanted.allows(combination) for combination in self._combinations]
        text = wanted.q.casefold()
        if all(fits):
            if not text:
                return array("I", range(len(self.paths)))
            return array("I", [i for i, path in enumerate(self._folded) if text in path])
        chosen = [i for i, number in enumerate(self._numbers) if fits[number]]
        return array("I", [i for i in chosen if text in self._folded[i]] if text else chosen)

    def _take(self, entries: Iterable[Content], numbers: dict[Combination, int]) -> None:
        bodies, waiting, end = [], 0, 0
        for entry in entries:
            self.paths.append(entry["file_path"])
            self._sizes.append(max(int(entry.get("file_size_bytes") or 0), 0))
            self._numbers.append(numbers.setdefault(combination_of(entry), len(numbers)))
            body = orjson.dumps(entry)
            bodies.append(body)
            self._starts.append(end)
            end += len(body)
            self._ends.append(end)
            waiting += len(body)
            if waiting > _WRITTEN_AT_ONCE:
                _write_all(self._fd, b"".join(bodies))
                bodies, waiting = [], 0
        _write_all(self._fd, b"".join(bodies))

    def _order(self) -> None:
        """By path; documents of ours are so already."""
        if all(map(le, self.paths, islice(self.paths, 1, None))):
            return
        order = sorted(range(len(self.paths)), key=self.paths.__getitem__)
        self.paths = [self.paths[i] for i in order]
        self._sizes = array("Q", (self._sizes[i] for i in order))
        self._numbers = array("I", (self._numbers[i] for i in order))
        self._starts = array("Q", (self._starts[i] for i in order))
        self._ends = array("Q", (self._ends[i] for i in order))

    def _body(self, number: int) -> bytes:
        start = self._starts[number]
        return os.pread(self._fd, self._ends[number] - start, start)


class FileLists:
    """The lists of the datasets of one tree. Thread-safe; a dataset is read again when its document changed.

    Args:
        root: the tree.
        documents: reads the structural documents.
        scratch: where unnamed files may lie; the system's place for them when left out.
    """

    def __init__(self, root: Path, documents: Documents, scratch: Path | None = None) -> None:
        self._root = root
        self._documents = documents
        self._scratch = scratch
        self._lock = threading.Lock()
        self._making: dict[str, threading.Lock] = {}
        self._lists: dict[str, tuple[Stamp, FileList]] = {}

    def of(self, dataset_path: str) -> FileList:
        """The list of a dataset as it is on disk now.

        Raises:
            NotFound: it has no structural document.
            Conflict: the document cannot be read.
        """
        with self._lock:
            making = self._making.setdefault(dataset_path, threading.Lock())
        with making:
            stamp = self._stamp(dataset_path)
            quiet = stamp is not None and is_quiet(stamp[3])
            known = self._lists.get(dataset_path)
            if known is not None and known[0] == stamp:
                return known[1]
            made = self._read(structural_ref(dataset_path))
            if stamp is not None and quiet:
                self._remember(dataset_path, stamp, made)
            return made

    def _read(self, ref: Ref) -> FileList:
        try:
            return FileList(_with_path(self._documents.each_entry(ref)), self._scratch)
        except NotPlain:  # somebody else wrote it
            content = self._documents.read(ref).content
            return FileList(_with_path(content.get("file_descriptions", ())), self._scratch)

    def _remember(self, dataset_path: str, stamp: Stamp, made: FileList) -> None:
        with self._lock:
            self._lists.pop(dataset_path, None)
            self._lists[dataset_path] = (stamp, made)
            while len(self._lists) > 1 and sum(len(kept) for _, kept in self._lists.values()) > _MOST_ENTRIES:
                del self._lists[next(iter(self._lists))]

    def _stamp(self, dataset_path: str) -> Stamp | None:
        try:
            seen = os.lstat(self._root / structural_ref(dataset_path).path)
        except OSError:
            return None
        return seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns


def page_of(
    listed: FileList, numbers: Sequence[int], *, brief: bool, next_cursor: str | None, total: int
) -> bytes:
    """The JSON of one page: `{"items", "next_cursor", "total"}`."""
    items = listed.bodies(numbers, brief=brief)
    return b'{"items":[%b],"next_cursor":%b,"total":%d}' % (items, json.dumps(next_cursor).encode(), total)


def _with_path(entries: Iterable[Content]) -> Iterator[Content]:
    return (entry for entry in entries if isinstance(entry.get("file_path"), str))


def _brief(entry: Content) -> Content:
    shown = {key: value for key, value in entry.items() if key in BRIEF}
    description = entry.get("file_description")
    return shown if not description else {**shown, "file_description": str(description)[:200]}


def _folded(path: str) -> str:
    """For comparing whatever the case; the very same text where that changes nothing."""
    folded = path.casefold()
    return path if folded == path else folded


def _unnamed_file(folder: Path | None) -> int:
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=".mdjourney-list-")
    os.unlink(name)  # noqa: PTH108 - it has no name from here on
    return descriptor


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
