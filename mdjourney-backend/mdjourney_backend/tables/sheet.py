"""A sheet of documents: made from what is on disk now, and compared with one that comes back."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from mdjourney_backend.documents import Document, editing, schema_name
from mdjourney_backend.documents.audit import AUDIT
from mdjourney_backend.documents.shape import EDITABLE_APART
from mdjourney_backend.schemas import SchemaManager
from mdjourney_backend.tables.answers import NotReadable, node_at, read_cell
from mdjourney_backend.tables.columns import (
    Path,
    Scalar,
    cell_of,
    columns_of,
    header_of,
    path_of,
    value_at,
)

#: Columns that say which document a row is, and which version of it.
DOCUMENT: Final = "_document"
ETAG: Final = "_etag"
#: A cell holds at most this many characters (the limit of XLSX); a longer text is edited in its form.
LONGEST: Final = 32_000
_HIDDEN: Final = ("$schema", "schema_version", *AUDIT)

Cells = Mapping[str, Scalar | None]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Headers, and for each document a cell under each of them (None: empty)."""

    headers: Sequence[str]
    rows: Sequence[Sequence[Scalar | None]]
    #: headers nobody can change, for a lighter colour
    fixed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Given:
    """A row that came back: its line in the file (from 1, the header), and its cells by header."""

    line: int
    cells: Cells
    #: headers of cells that could not be read, and why
    faults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowEdit:
    """What one row wants changed: values by JSON pointer (`editing.ABSENT` removes), and cells that make no sense."""

    document: str
    line: int
    etag: str | None
    values: Mapping[str, Any]
    faults: Sequence[tuple[str, str]]


def sheet_of(documents: Sequence[Document], schemas: SchemaManager) -> Sheet:
    """The sheet of these documents."""
    contents = [_shown(d) for d in documents]
    columns = columns_of(contents, _properties(documents, schemas))
    headers = [header_of(c) for c in columns]
    rows = [
        [d.ref.path, d.etag.strip('"'), *(_cell(value_at(c, path)) for path in columns)]
        for d, c in zip(documents, contents, strict=True)
    ]
    fixed = frozenset(h for d in documents for h in headers if h in editing.fixed_fields(d.ref.kind))
    return Sheet([DOCUMENT, ETAG, *headers], rows, fixed | {DOCUMENT, ETAG})


def edits_of(given: Given, document: Document, schemas: SchemaManager) -> RowEdit:
    """What a row wants changed in the document it names: the cells that differ from what they would show now."""
    body = schemas.resolve(schema_name(document.ref.kind, document.content)).body
    content = _shown(document)
    values: dict[str, Any] = {}
    faults = [*given.faults.items()]
    for header, cell in given.cells.items():
        if header in (DOCUMENT, ETAG) or header in given.faults:
            continue
        path = path_of(header)
        known = path is not None and (path[0] in content or path[0] in body.get("properties", {}))
        if path is None or not known:
            if cell is not None:
                faults.append((header, "this column is no field of this document"))
            continue
        before = value_at(content, path)
        if _equal(cell, _cell(before)):
            continue
        try:
            values[_pointer(path)] = (
                editing.ABSENT if cell is None else read_cell(cell, node_at(body, path), before)
            )
        except NotReadable as exc:
            faults.append((header, str(exc)))
    etag = given.cells.get(ETAG)
    return RowEdit(
        document.ref.path, given.line, f'"{etag}"' if etag else None, _emptied(values, content), faults
    )


def _emptied(values: Mapping[str, Any], content: Mapping[str, Any]) -> Mapping[str, Any]:
    """A group or item whose last answer is taken away goes as a whole."""
    removed = {p for p, v in values.items() if v is editing.ABSENT}
    out = dict(values)
    for parent in sorted({p.rpartition("/")[0] for p in removed}, key=len, reverse=True):
        if not parent:
            continue
        node = editing.field(dict(content), parent)
        members = set(node) if isinstance(node, dict) else set()
        mine = {
            p.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
            for p in removed
            if p.rpartition("/")[0] == parent
        }
        if (
            members
            and members <= mine
            and not any(v is not editing.ABSENT for p, v in out.items() if p.startswith(parent + "/"))
        ):
            out = {p: v for p, v in out.items() if not p.startswith(parent + "/")}
            out[parent] = editing.ABSENT
    return out


def _shown(document: Document) -> dict[str, Any]:
    apart = EDITABLE_APART.get(document.ref.kind)
    return {k: v for k, v in document.content.items() if k not in _HIDDEN and k != apart}


def _properties(documents: Sequence[Document], schemas: SchemaManager) -> dict[str, Any]:
    """The plain fields of all schemas the documents follow, in their order."""
    names = dict.fromkeys(schema_name(d.ref.kind, d.content) for d in documents)
    out: dict[str, Any] = {}
    for name in names:
        out |= schemas.assess(name, {}).schema.body.get("properties", {})
    apart = {EDITABLE_APART.get(d.ref.kind) for d in documents}
    return {k: v for k, v in out.items() if k not in _HIDDEN and k not in apart}


def _cell(value: Any) -> Scalar | None:
    cell = cell_of(value)
    if isinstance(cell, str) and len(cell) > LONGEST:
        return f"({len(cell)} characters, too long for a cell: edit it in its form)"
    return cell


def _equal(cell: Scalar | None, shown: Scalar | None) -> bool:
    """Whether a cell still shows what it showed: a spreadsheet may turn 1 into 1.0 and keeps 15 digits."""
    if cell is None or shown is None:
        return (cell is None or cell == "") and (shown is None or shown == "")
    if isinstance(cell, bool) or isinstance(shown, bool):
        return str(cell).strip().casefold() == str(shown).casefold()
    if isinstance(cell, int | float) and isinstance(shown, int | float):
        return cell == shown or math.isclose(cell, shown, rel_tol=1e-14)
    if isinstance(shown, int | float):
        return str(cell).strip() == str(shown)
    return _lines(str(cell)) == _lines(shown)


def _lines(text: str) -> str:
    """Text as a spreadsheet hands it back: one kind of line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _pointer(path: Path) -> str:
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def rows_by_document(given: Sequence[Given]) -> Iterator[tuple[str, Given, str | None]]:
    """Each row with the document it names, and why it cannot be used (None: it can)."""
    seen: dict[str, int] = {}
    for row in given:
        path = str(row.cells.get(DOCUMENT) or "").strip()
        if path in seen and path:
            yield path, row, f"this document stands in line {seen[path]} already"
            continue
        seen[path] = row.line
        yield path, row, None if path else f"the column {DOCUMENT} is empty"
