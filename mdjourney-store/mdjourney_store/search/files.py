"""Searches file entries by words of their path and by what was measured of them."""

from collections.abc import Sequence
from typing import Final

from mdjourney_store.connection import Store
from mdjourney_store.paging import Page, bounded, decode, page
from mdjourney_store.search.language import QueryError
from mdjourney_store.search.lexed import Condition
from mdjourney_store.search.terms import All, Compare, Not, OneOf, Term, Text
from mdjourney_store.viewer import Sight, Viewer
from mdjourney_store.words import words_query

_FEW: Final = 2000
#: Up to this many matches are sorted.
_MOST: Final = 20_000
#: The expression of the index `file_words`, word for word.
_WORDS: Final = "to_tsvector('simple'::regconfig, translate(f.path, '/\\_.-+,;:()[]{}@#=&~!''', '                      '))"
_TEXTS: Final = {
    "extension": "f.extension",
    "ext": "f.extension",
    "mime": "f.mime_type",
    "mime_type": "f.mime_type",
    "checksum": "f.checksum",
    "role": "f.role",
    "status": "f.status",
    "dataset": "f.dataset_id",
}
_SIZES: Final = frozenset({"size", "size_bytes", "file_size_bytes"})
_COLUMNS: Final = (
    "f.file_id, f.dataset_id, d.project_id, d.rel_path AS dataset_path, f.path, f.path AS title, f.extension, f.mime_type,"
    " f.size_bytes, f.checksum, f.modified_at AS at, f.status, f.state, f.role"
)


def search_files(
    store: Store, viewer: Viewer, terms: Sequence[Term], *, limit: int = 50, cursor: str | None = None
) -> Page:
    """Files that match every term, recorded last first: `kind` "file", `file_id`, `dataset_id`, `project_id`,
    `dataset_path`, `path`, `size_bytes`, ... and `total` (None: more than 2,000).

    Words match words of the path; `path`, `extension`, `mime`, `size`, `checksum`, `role`, `status`, `dataset`, `project` are
    compared.

    Raises:
        QueryError: a field that files do not have, or a size that is no number.
    """
    limit, after = bounded(limit), decode(cursor, int)
    tests, values = _all(terms)
    later: Condition = ("f.file_id < %s", after) if after else ("TRUE", [])
    with store.transaction() as connection:
        seen = _seen(Sight.of(connection, viewer))
        rows = connection.execute(
            "WITH m AS MATERIALIZED (SELECT f.file_id FROM file_entry f"  # noqa: S608 - own fragments
            f"  WHERE {seen[0]} AND {tests} LIMIT %s)"
            f" SELECT n.total, {_COLUMNS} FROM (SELECT count(*) AS total FROM m) n"
            f" LEFT JOIN (SELECT f.file_id FROM m f WHERE {later[0]} ORDER BY f.file_id DESC LIMIT %s) p ON TRUE"
            " LEFT JOIN file_entry f ON f.file_id = p.file_id LEFT JOIN dataset_detail d USING (dataset_id)"
            " ORDER BY f.file_id DESC",
            [*seen[1], *values, _MOST + 1, *later[1], limit + 1],
            prepare=False,
        ).fetchall()
        total = rows[0]["total"]
        if total > _MOST:
            # so frequent that the newest are near: walked, not sorted
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM file_entry f JOIN dataset_detail d USING (dataset_id)"  # noqa: S608 - own fragments
                f" WHERE {seen[0]} AND {tests} AND {later[0]} ORDER BY f.file_id DESC LIMIT %s",
                [*seen[1], *values, *later[1], limit + 1],
                prepare=False,
            ).fetchall()
    rows = [{k: v for k, v in row.items() if k != "total"} for row in rows if row["file_id"] is not None]
    answer = page(rows, limit, ("file_id",))
    items = [{"kind": "file", "entity_id": str(row["file_id"]), **row, "tags": []} for row in answer["items"]]
    return {**answer, "items": items, "total": total if total <= _FEW else None}


def _seen(sight: Sight) -> Condition:
    # asked once for each search, as a list: a join would look up the dataset of every file
    if sight.projects is None:
        gone = "SELECT dataset_id FROM dataset_detail WHERE deleted_at IS NOT NULL"
        return f"f.dataset_id <> ALL(ARRAY({gone}))", []
    own = "SELECT dataset_id FROM dataset_detail WHERE deleted_at IS NULL AND project_id = ANY(%s)"
    return f"f.dataset_id = ANY(ARRAY({own}))", [sight.projects]


def _all(terms: Sequence[Term]) -> Condition:
    parts = [_test(term) for term in terms]
    return " AND ".join(sql for sql, _ in parts) or "TRUE", [v for _, values in parts for v in values]


def _test(term: Term) -> Condition:
    match term:
        case Text():
            query = words_query(term.text, prefix=term.prefix)
            if query is None:
                return ("TRUE" if term.prefix and not term.text else "FALSE"), []
            return f"{_WORDS} @@ to_tsquery('simple', %s)", [query]
        case Not(inner):
            sql, values = _test(inner)
            return f"NOT COALESCE({sql}, FALSE)", values
        case All(terms):
            sql, values = _all(terms)
            return f"({sql})", values
        case OneOf(terms):
            parts = [_test(inner) for inner in terms]
            return f"({' OR '.join(sql for sql, _ in parts)})", [v for _, values in parts for v in values]
        case Compare():
            return _compare(term)


def _compare(term: Compare) -> Condition:
    if term.field in _SIZES:
        operator = "=" if term.operator == ":" else term.operator.replace("!=", "<>")
        return f"f.size_bytes {operator} %s", [_bytes(term)]
    if term.operator not in {":", "=", "!="}:
        raise _wrong(term, "has no order")
    if term.field == "path":
        sql, values = "strpos(lower(f.path), lower(%s)) > 0", list[object]([term.value])
        if term.operator == ":":
            query = words_query(term.value, prefix=True)
            return (
                (sql, values)
                if query is None
                else (f"({_WORDS} @@ to_tsquery('simple', %s) AND {sql})", [query, *values])
            )
        return f"f.path {'=' if term.operator == '=' else '<>'} %s", [term.value]
    if term.field == "project":
        of = "f.dataset_id IN (SELECT dataset_id FROM dataset_detail WHERE project_id = %s)"
        return ("NOT " if term.operator == "!=" else "") + of, [term.value]
    column = _TEXTS.get(term.field)
    if column is None:
        raise _wrong(term, "is nothing that files are searched by")
    value = term.value
    if column == "f.extension":
        value = value.removeprefix(".").lower()
        return f"ltrim(lower(f.extension), '.') {'<>' if term.operator == '!=' else '='} %s", [value]
    return f"{column} {'<>' if term.operator == '!=' else '='} %s", [value]


def _bytes(term: Compare) -> int:
    try:
        number = int(float(term.value))
    except (ValueError, OverflowError) as error:
        raise _wrong(term, "is compared with a number of bytes") from error
    return max(-(2**62), min(2**62, number))


def _wrong(term: Compare, message: str) -> QueryError:
    return QueryError(
        f"{term.field} {message}", errors=[{"key": term.field, "value": term.value, "message": message}]
    )
