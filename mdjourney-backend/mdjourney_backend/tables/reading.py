"""A table that comes back, XLSX or CSV, as rows of cells; nothing in it is run, fetched or unpacked without bounds."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any, Final

from mdjourney_backend.tables.columns import Scalar
from mdjourney_backend.tables.sheet import DOCUMENT, Given
from mdjourney_backend.tables.writing import DANGEROUS
from mdjourney_contract.problems import BadRequest, TooLarge

MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 2_000
#: Bytes an XLSX file may unpack to.
MOST_UNPACKED: Final = 200_000_000
#: What `write_table` escapes and nothing else: LibreOffice hands back other text of this form as it was.
_ESCAPED: Final = re.compile(r"_x(00[01][0-9A-Fa-f]|005[Ff]|[Dd][89A-Fa-f][0-9A-Fa-f]{2}|[Ff]{3}[EeFf])_")
#: LibreOffice writes truth values as formulas.
_TRUTHS: Final = {"=TRUE()": True, "=FALSE()": False}
_FORMULA: Final = "is a formula; put its value there"


def read_table(raw: bytes) -> list[Given]:
    """The rows of a file that `write_table` made and somebody edited; which format it is shows in its first bytes.

    Raises:
        BadRequest: it is neither XLSX nor CSV, or has no `_document` column.
        TooLarge: more rows, columns or unpacked bytes than a table may have.
    """
    rows = _xlsx(raw) if raw.startswith(b"PK") else _csv(raw)
    return list(_given(rows))


_Cell = tuple[Scalar | None, str | None]


def _given(rows: Iterable[tuple[int, Sequence[_Cell]]]) -> Iterator[Given]:
    headers: list[str] | None = None
    for line, cells in rows:
        if headers is None:
            headers = [str(v or "").strip() for v, _ in cells]
            _check(headers)
            continue
        if all(value is None for value, _ in cells):
            continue
        named = [(h, c) for h, c in zip(headers, cells, strict=False) if h]
        values = {h: value for h, (value, _) in named}
        yield Given(line, values, {h: fault for h, (_, fault) in named if fault is not None})
    if headers is None:
        raise BadRequest("The table is empty")


def _check(headers: Sequence[str]) -> None:
    if len(headers) > MOST_COLUMNS:
        raise TooLarge(f"A table may have {MOST_COLUMNS} columns")
    named = [h for h in headers if h]
    twice = sorted({h for h in named if named.count(h) > 1})
    if twice:
        raise BadRequest(f"The column {twice[0]!r} stands twice")
    if DOCUMENT not in named:
        raise BadRequest(f"The first line must hold the column names, and {DOCUMENT} among them")


def _csv(raw: bytes) -> Iterator[tuple[int, Sequence[_Cell]]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise BadRequest(f"The table is neither XLSX nor UTF-8 text (byte {exc.start})") from None
    if "\0" in text:
        raise BadRequest("The table is neither XLSX nor CSV: it holds NUL bytes")
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, row in enumerate(reader, 1):
            _bounded(number)
            yield number, [(unguarded(v), None) for v in row]
    except csv.Error as exc:
        raise BadRequest(f"line {reader.line_num}: {exc}") from None


def unguarded(text: str) -> str | None:
    """The text of a CSV cell, without the apostrophe that `write_table` put there."""
    if text.startswith("'") and text[1:].startswith(DANGEROUS):
        return text[1:]
    return text or None


def _xlsx(raw: bytes) -> Iterator[tuple[int, Sequence[_Cell]]]:
    import warnings
    from xml.etree.ElementTree import ParseError

    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            unpacked = sum(item.file_size for item in packed.infolist())
        if unpacked > MOST_UNPACKED:
            raise TooLarge(f"The table unpacks to {unpacked} bytes, {MOST_UNPACKED} at most")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of styles and extensions it leaves out
            book = load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
            page = book["MDJourney"] if "MDJourney" in book.sheetnames else book.worksheets[0]
            width = _width(page)
            for number, row in enumerate(page.iter_rows(max_col=width), 1):
                _bounded(number)
                yield number, [_cell(c) for c in row]
            book.close()
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError, ParseError, OSError) as exc:
        raise BadRequest(f"The table cannot be read as XLSX: {exc}") from None


def _width(page: Any) -> int:
    """The last column that has a name."""
    first = next(page.iter_rows(max_row=1, max_col=MOST_COLUMNS + 1), ())
    return max((i for i, c in enumerate(first, 1) if c.value is not None), default=1)


def _cell(cell: Any) -> _Cell:
    value = cell.value
    if value is None or value == "":
        return None, None
    if cell.data_type == "f":
        truth = _TRUTHS.get(str(value))
        return (truth, None) if truth is not None else (None, _FORMULA)
    if cell.data_type == "e":
        return None, f"holds the error {value}"
    if isinstance(value, datetime):
        return (value.date().isoformat() if value.time() == time() else value.isoformat()), None
    if isinstance(value, date | time):
        return value.isoformat(), None
    if isinstance(value, str):
        return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), value), None
    return value, None


def _bounded(number: int) -> None:
    if number > MOST_ROWS + 1:
        raise TooLarge(f"A table may have {MOST_ROWS} rows")
