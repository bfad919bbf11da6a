"""A search's whole result as CSV, in pieces, safe to open in a spreadsheet."""

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from psycopg.rows import tuple_row

from mdjourney_contract.clock import rfc3339
from mdjourney_contract.problems import BadRequest
from mdjourney_store.connection import Store
from mdjourney_store.search.run import is_about_files, search
from mdjourney_store.search.terms import Term
from mdjourney_store.viewer import Viewer

MOST_ROWS: Final = 100_000
_LEFT_OUT: Final = "(more rows match: this table ends after {:,} of them)"
_MOST_FIELDS: Final = 40
_PAGE: Final = 500
_COLUMNS: Final = (
    "kind",
    "entity_id",
    "project_id",
    "title",
    "status",
    "at",
    "user_id",
    "user_domain",
    "tags",
)
_FILE_COLUMNS: Final = (
    "kind", "file_id", "project_id", "dataset_id", "dataset_path", "path", "extension", "mime_type", "size_bytes", "checksum",
    "at", "status", "role",
)  # fmt: skip
#: A spreadsheet takes what begins so for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
#: As text: a number is told with all its digits.
_DOCUMENTS: Final = {
    "trial": "SELECT trial_id, metadata::text FROM trial_detail WHERE trial_id = ANY(%s)",
    "project": "SELECT project_id, details::text FROM project_detail WHERE project_id = ANY(%s)",
    "dataset": "SELECT dataset_id, (COALESCE(structural, '{}') || COALESCE(administrative, '{}'))::text FROM dataset_detail"
    " WHERE dataset_id = ANY(%s)",
}


def csv_pieces(
    store: Store, viewer: Viewer, query: str | Term, *, kind: str | None = None, fields: Sequence[str] = ()
) -> Iterator[str]:
    """Lines of the result, 500 rows at a time, up to 100,000 rows; the first piece begins with the columns' names, and where
    more rows match the last line says that they are left out.

    Args:
        fields: fields of the documents to add as columns, by full or short name, as the documents have them; several values
            stand beside each other with `; ` between them.

    Raises:
        QueryError: the query cannot be read.
        BadRequest: more than 40 fields, or fields of files, which have no document of their own.
    """
    of_files = is_about_files(query, kind)
    if len(fields) > _MOST_FIELDS or (fields and of_files):
        message = "are those of documents, files have none" if of_files else f"are {_MOST_FIELDS} at most"
        raise BadRequest(f"the fields of a table {message}", errors=[{"key": "fields", "message": message}])
    columns = _FILE_COLUMNS if of_files else _COLUMNS
    cursor, rows, heading = None, 0, [[*columns, *fields]]
    while True:
        answer = search(store, viewer, query, kind=kind, limit=_PAGE, cursor=cursor)
        items = answer["items"]
        values = _fields_of(store, items, fields)
        lines = [
            [item.get(name) for name in columns] + more for item, more in zip(items, values, strict=True)
        ]
        rows, cursor = rows + len(items), answer["next_cursor"]
        over = cursor is not None and rows >= MOST_ROWS
        yield _text([*heading, *lines, *([[_LEFT_OUT.format(rows)]] if over else [])])
        heading = []
        if cursor is None or over:
            return


def _fields_of(store: Store, items: Sequence[dict[str, Any]], fields: Sequence[str]) -> list[list[str]]:
    if not fields:
        return [[] for _ in items]
    known: dict[tuple[str, str], list[str]] = {}
    places = _Places(fields)
    for kind, query in _DOCUMENTS.items():
        identifiers = [item["entity_id"] for item in items if item["kind"] == kind]
        if identifiers:
            with store.statements() as connection, connection.cursor(row_factory=tuple_row) as cursor:
                # one after the other: of 500 documents each may be large
                for identifier, document in cursor.stream(query, (identifiers,)):
                    known[kind, identifier] = places.values(document)
    nothing = [""] * len(fields)
    return [known.get((item["kind"], item["entity_id"]), nothing) for item in items]


class _Places:
    """Where the fields of a table are found in documents."""

    def __init__(self, fields: Sequence[str]) -> None:
        self._fields = fields
        self._known: dict[str, list[int]] = {}

    def values(self, document: str | None) -> list[str]:
        """What a document says in each field."""
        found: list[list[str]] = [[] for _ in self._fields]
        for path, value in _scalars(json.loads(document or "{}", parse_float=str, parse_int=str), ""):
            for place in self._of(path):
                found[place].append(value)
        return ["; ".join(values) for values in found]

    def _of(self, path: str) -> list[int]:
        if path not in self._known:
            self._known[path] = [
                place
                for place, field in enumerate(self._fields)
                if path == field or path.endswith("." + field)
            ]
        return self._known[path]


def _scalars(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Dotted path, without list positions, and text of everything in a document."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _scalars(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for item in value:
            yield from _scalars(item, path)
    elif value is not None:
        yield path, str(value).lower() if isinstance(value, bool) else value


def _text(lines: Sequence[Sequence[Any]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([[_cell(value) for value in line] for line in lines])
    return out.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return rfc3339(value)
    text = "; ".join(value) if isinstance(value, list) else str(value)
    return "'" + text if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text
