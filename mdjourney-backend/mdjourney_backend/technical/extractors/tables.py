"""CSV and TSV: columns with their types and the number of rows."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from mdjourney_backend.technical.encoding import EncodingDetector
from mdjourney_backend.technical.extractors.protocol import Found

mime_types = ("text/csv", "text/tab-separated-values")

MAX_COLUMNS = 2000
_SAMPLE_BYTES = 1 << 16
_TYPED_ROWS = 1000
_INTEGER = re.compile(r"[-+]?\d{1,18}\Z")
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?\Z")
_DATE = re.compile(r"\d{4}-\d\d-\d\d\Z")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[-+]\d\d:?\d\d)?\Z")
_UNKNOWN = frozenset({"", "NA", "N/A", "NaN", "nan", "null", "NULL", "None"})
_TRUTH = frozenset({"true", "false", "TRUE", "FALSE", "True", "False"})


def extract(stream: BinaryIO, name: str, mime_type: str) -> Found:
    sample = stream.read(_SAMPLE_BYTES)
    stream.seek(0)
    encoding = _encoding(sample)
    delimiter = "\t" if mime_type == "text/tab-separated-values" else _delimiter(sample, encoding)
    with io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="") as text:
        rows = csv.reader(_without_comments(text), delimiter=delimiter)
        return _describe(rows)


def _describe(rows: Iterator[list[str]]) -> Found:
    first = next((row for row in rows if row), None)
    if first is None:
        return {}
    has_header = not any(_kind(cell) in {"integer", "number", "date", "date-time"} for cell in first if cell)
    names = first if has_header else [f"column_{number + 1}" for number in range(len(first))]
    kinds: list[set[str]] = [set() for _ in names]
    count = 0
    if not has_header:
        count = 1
        _note(kinds, first)
    for row in rows:
        if not row:
            continue
        count += 1
        if count <= _TYPED_ROWS:
            _note(kinds, row)
    columns = [{"name": name.strip(), "type": _joint(kind)} for name, kind in zip(names, kinds, strict=True)]
    return {"number_of_records": count, "columns": columns[:MAX_COLUMNS], "dimensions": [count, len(columns)]}


def _encoding(sample: bytes) -> str:
    detector = EncodingDetector()
    cut = sample.rfind(b"\n") + 1 if len(sample) == _SAMPLE_BYTES else len(sample)
    detector.feed(sample[: cut or len(sample)])
    found = detector.encoding()
    return "utf-8-sig" if found in (None, "us-ascii", "utf-8") else str(found)


def _delimiter(sample: bytes, encoding: str) -> str:
    lines = [
        line for line in sample.decode(encoding, "replace").splitlines() if line and not line.startswith("#")
    ]
    first = lines[0] if lines else ""
    return max(",;\t|", key=lambda mark: (first.count(mark), mark == ","))


def _without_comments(lines: Iterable[str]) -> Iterator[str]:
    """Comment lines before the header belong to no row."""
    started = False
    for line in lines:
        if not started and (line.startswith("#") or not line.strip()):
            continue
        started = True
        yield line


def _note(kinds: list[set[str]], row: list[str]) -> None:
    for number, cell in enumerate(row[: len(kinds)]):
        value = cell.strip()
        if value not in _UNKNOWN:
            kinds[number].add(_kind(value))


def _kind(cell: str) -> str:
    value = cell.strip()
    if value in _TRUTH:
        return "boolean"
    if _INTEGER.match(value):
        return "integer"
    if _NUMBER.match(value):
        return "number"
    if _DATE.match(value):
        return "date"
    return "date-time" if _MOMENT.match(value) else "string"


def _joint(kinds: set[str]) -> str:
    if len(kinds) == 1:
        return next(iter(kinds))
    if kinds == {"integer", "number"}:
        return "number"
    return "date-time" if kinds == {"date", "date-time"} else "string"
