"""A search's whole result as CSV, in pieces, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from mdjourney_contract.clock import rfc3339
from mdjourney_contract.problems import BadRequest
from mdjourney_store.connection import Store
from mdjourney_store.search.asked import full_names
from mdjourney_store.search.run import search
from mdjourney_store.search.terms import Term
from mdjourney_store.viewer import Viewer

MOST_ROWS: Final = 100_000
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
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def csv_pieces(
    store: Store, viewer: Viewer, query: str | Term, *, kind: str | None = None, fields: Sequence[str] = ()
) -> Iterator[str]:
    """Lines of the result, 500 rows at a time, up to 100,000 rows; the first piece begins with the columns' names.

    Args:
        fields: fields of the documents to add as columns, by full or short name; several values stand beside each other
            with `; ` between them.

    Raises:
        QueryError: the query cannot be read.
        BadRequest: more than 40 fields.
    """
    if len(fields) > _MOST_FIELDS:
        raise BadRequest(f"at most {_MOST_FIELDS} fields are exported at once")
    cursor, rows, columns = None, 0, tuple[str, ...]()
    while True:
        answer = search(store, viewer, query, kind=kind, limit=_PAGE, cursor=cursor)
        items = answer["items"]
        first, columns = not columns, columns or _columns_of(items)
        values = _fields_of(store, items, fields)
        lines = [
            [item.get(name) for name in columns] + more for item, more in zip(items, values, strict=True)
        ]
        yield _text([[*columns, *fields], *lines] if first else lines)
        rows, cursor = rows + len(items), answer["next_cursor"]
        if cursor is None or rows >= MOST_ROWS:
            return


def _columns_of(items: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    return _FILE_COLUMNS if items and items[0]["kind"] == "file" else _COLUMNS


def _fields_of(store: Store, items: Sequence[dict[str, Any]], fields: Sequence[str]) -> list[list[str]]:
    if not fields or not items:
        return [[] for _ in items]
    with store.transaction() as connection:
        names = full_names(connection, set(fields))
        rows = connection.execute(
            "SELECT f.kind, f.entity_id, f.field, COALESCE(f.text_value, f.num_value::text) AS value"
            " FROM unnest(%s::text[], %s::text[]) AS i(kind, entity_id) JOIN entity_field f USING (kind, entity_id)"
            " WHERE f.field = ANY(%s)",
            (
                [item["kind"] for item in items],
                [item["entity_id"] for item in items],
                [full for found in names.values() for full in found],
            ),
        ).fetchall()
    known: dict[tuple[str, str, str], list[str]] = {}
    for row in rows:
        known.setdefault((row["kind"], row["entity_id"], row["field"]), []).append(row["value"] or "")
    return [
        [
            "; ".join(
                v for full in names[field] for v in known.get((item["kind"], item["entity_id"], full), [])
            )
            for field in fields
        ]
        for item in items
    ]


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
    return "'" + text if text.startswith(_FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
