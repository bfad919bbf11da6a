"""A sheet as XLSX or CSV. No cell is ever taken for a formula: text that looks like one is marked as text."""

import csv
import io
import re
from collections.abc import Mapping
from typing import Final, Literal

from mdjourney_backend.tables.columns import Scalar
from mdjourney_backend.tables.sheet import Sheet

Format = Literal["xlsx", "csv"]
FORMATS: Final[Mapping[Format, str]] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
#: How a text begins that a spreadsheet may take for a formula; an apostrophe is doubled, so that it comes back.
DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "＋", "－", "＠")
#: Whole numbers beyond this lose digits in a spreadsheet.
_EXACT: Final = 10**15
#: Characters XML cannot hold, written `_x0001_` as spreadsheets do; a text that has that form itself is escaped, too.
_UNWRITABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def write_table(sheet: Sheet, form: Format) -> bytes:
    """The file."""
    return _xlsx(sheet) if form == "xlsx" else _csv(sheet)


def _csv(sheet: Sheet) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(sheet.headers)
    for row in sheet.rows:
        writer.writerow([guarded(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def guarded(cell: Scalar | None) -> str:
    """A cell of a CSV file; an apostrophe before what could be taken for a formula."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    text = str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(DANGEROUS) else text


def _xlsx(sheet: Sheet) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill

    book = Workbook(write_only=True)
    page = book.create_sheet("MDJourney")
    page.freeze_panes = "C2"
    bold, grey = Font(bold=True), PatternFill("solid", fgColor="EEEEEE")
    top = Alignment(vertical="top")
    letters = [_letters(i) for i in range(len(sheet.headers))]
    for letter, header in zip(letters, sheet.headers, strict=True):
        page.column_dimensions[letter].width = min(40, max(12, len(header) + 2))

    def cell(value: Scalar | None, header: str | None) -> object:
        made = WriteOnlyCell(page)
        if isinstance(value, str) or (isinstance(value, int) and abs(value) >= _EXACT):
            made._value, made.data_type = escaped(str(value)), "s"  # noqa: SLF001 - `value` would make `=1` a formula
            made.number_format = "@"
            made.quotePrefix = str(value).startswith(DANGEROUS)
        else:
            made.value = value
        if header is None:
            made.font = bold
        elif header in sheet.fixed:
            made.fill = grey
        made.alignment = top
        return made

    page.append([cell(h, None) for h in sheet.headers])
    for row in sheet.rows:
        page.append([cell(v, h) for v, h in zip(row, sheet.headers, strict=True)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def escaped(text: str) -> str:
    """Text without characters XML cannot hold."""
    return _UNWRITABLE.sub(lambda m: f"_x{ord(m[0]):04X}_", text)


def _letters(index: int) -> str:
    out = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        out = chr(65 + rest) + out
    return out
