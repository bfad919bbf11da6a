"""Searches file entries by words of their path and by what was measured of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mdjourney_store.connection import Connection, Row, Store
from mdjourney_store.labels import label
from mdjourney_store.marks import any_of, number_spans
from mdjourney_store.paging import Page, bounded, decode, page
from mdjourney_store.search.language import wrong
from mdjourney_store.search.lexed import Condition, Lexed, both, worded
from mdjourney_store.search.shape import KEPT_SECONDS, Shape, shape_of_files
from mdjourney_store.search.terms import All, Compare, Not, OneOf, Term, Text
from mdjourney_store.viewer import Sight, Viewer
from mdjourney_store.words import words_query

_FEW: Final = 2000
#: Up to this many matches are sorted.
_MOST: Final = 20_000
#: Rows that one look into the index of words may give.
_MOST_FOUND: Final = 5000
#: So many are looked through for those of a viewer who sees few files: a window that holds enough of theirs costs more.
_LOOKED_THROUGH: Final = 10_000
_GENEROUS: Final = 2.0
_WIDER: Final = 6.0
#: The expression of the index `file_words`, word for word: words of the path, and spans of numbers the file lies in.
_WORDS: Final = (
    "(to_tsvector('simple'::regconfig, translate(f.path, '/\\_.-+,;:()[]{}@#=&~!''', '                      '))"
    " || array_to_tsvector(ARRAY['@8.' || to_hex(f.file_id >> 8), '@c.' || to_hex(f.file_id >> 12),"
    " '@10.' || to_hex(f.file_id >> 16), '@14.' || to_hex(f.file_id >> 20), '@18.' || to_hex(f.file_id >> 24)]))"
)
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
#: Facets, each a field that can be compared -> column of what is found.
_FACETS: Final = {
    "dataset": "dataset_id",
    "extension": "extension",
    "mime_type": "mime_type",
    "project": "project_id",
    "role": "role",
    "status": "status",
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
    rows, total = _found(store, viewer, terms, _Wanted(limit + 1, after[0] if after else None))
    answer = page(rows, limit, ("file_id",))
    items = [{"kind": "file", "entity_id": str(row["file_id"]), **row, "tags": []} for row in answer["items"]]
    return {**answer, "items": items, "total": total if total is not None and total <= _FEW else None}


def count_files(store: Store, viewer: Viewer, terms: Sequence[Term], number: int) -> Counter[str]:
    """How many of the newest matches, up to one more than `number`, carry each label: what they can be narrowed by.

    Raises:
        QueryError: as for `search_files`.
    """
    rows, _ = _found(store, viewer, terms, _Wanted(number + 1, None))
    found = (label(facet, row[column]) for row in rows for facet, column in _FACETS.items() if row[column])
    return Counter([label("kind", "file")] * len(rows)) + Counter(found)


def check_files(terms: Sequence[Term]) -> None:
    """Whether files can be searched so.

    Raises:
        QueryError: as for `search_files`.
    """
    _all(terms)


def _found(
    store: Store, viewer: Viewer, terms: Sequence[Term], wanted: "_Wanted"
) -> tuple[list[Row], int | None]:
    words = both([lexed for term in terms if isinstance(term, Text) and (lexed := _lexed(term))])
    with store.statements() as connection:
        seen, number = _seen(connection, Sight.of(connection, viewer))
        if words is not None:
            shape = store.remembered("shape of files", KEPT_SECONDS, lambda: shape_of_files(connection))
            part = 1.0 if number is None else min(1.0, number / max(shape.rows, 1.0))
            few = max(words.few, min(_LOOKED_THROUGH, words.few / part)) if part else shape.rows
            if words.share(shape) * shape.rows > few:
                left = [term for term in terms if not isinstance(term, Text) or not _lexed(term)]
                found = _by_windows(connection, shape, (words, part), (seen, _all(left)), wanted)
                if found is not None:
                    return found, None
        return _whole(connection, seen, terms, wanted)


@dataclass(frozen=True, slots=True)
class _Wanted:
    limit: int
    after: int | None

    @property
    def later(self) -> Condition:
        return ("TRUE", []) if self.after is None else ("f.file_id < %s", [self.after])


def _lexed(term: Text) -> Lexed | None:
    found = worded(term.text, prefix=term.prefix, paired=False)
    return found if found is not None and found.exact else None


def _by_windows(
    connection: Connection,
    shape: Shape,
    asked: tuple[Lexed, float],
    tests: Sequence[Condition],
    wanted: _Wanted,
) -> list[Row] | None:
    """The newest matches of frequent words, from windows that grow; None where they are further apart than that helps.

    `asked` are the words, and the part of all files that is likely to pass the tests."""
    words, part = asked
    row = connection.execute("SELECT max(file_id) AS newest FROM file_entry").fetchone()
    newest = (row and row["newest"]) or 0
    size = _GENEROUS * wanted.limit / (words.share(shape) * part) * newest / shape.rows
    top = newest if wanted.after is None else wanted.after - 1
    while size < newest / 2:
        spans = number_spans(max(0, int(top - size)), None if wanted.after is None else top, newest)
        if spans is None:
            return None
        given = [value for _, values in tests for value in values]
        found = (
            f"SELECT * FROM file_entry f WHERE {_WORDS} @@ (SELECT {words.query[0]} && %s::tsquery)"  # noqa: S608 - own fragments
            f" LIMIT {_MOST_FOUND + 1:d}"
        )
        rows = connection.execute(
            f"SELECT f.drawn, {_COLUMNS} FROM (SELECT *, count(*) OVER () AS drawn FROM ({found}) f) f"  # noqa: S608 - own fragments
            f" JOIN dataset_detail d USING (dataset_id) WHERE {' AND '.join(sql for sql, _ in tests)} AND {wanted.later[0]}"
            f" ORDER BY f.file_id DESC LIMIT {wanted.limit:d}",
            [*words.query[1], any_of(spans), *given, *wanted.later[1]],
        ).fetchall()
        if any(row.pop("drawn") > _MOST_FOUND for row in rows):
            return None  # not all of the window was looked at
        if len(rows) >= wanted.limit:
            return rows
        size *= _WIDER
    return None


def _whole(
    connection: Connection, seen: Condition, terms: Sequence[Term], wanted: _Wanted
) -> tuple[list[Row], int]:
    """Everything that matches, sorted; or, where that is too much, the newest, walked."""
    (tests, values), (later, after) = _all(terms), wanted.later
    rows = connection.execute(
        "WITH m AS MATERIALIZED (SELECT f.file_id FROM file_entry f"  # noqa: S608 - own fragments
        f"  WHERE {seen[0]} AND {tests} LIMIT %s)"
        f" SELECT n.total, {_COLUMNS} FROM (SELECT count(*) AS total FROM m) n"
        f" LEFT JOIN (SELECT f.file_id FROM m f WHERE {later} ORDER BY f.file_id DESC LIMIT %s) p ON TRUE"
        " LEFT JOIN file_entry f ON f.file_id = p.file_id LEFT JOIN dataset_detail d USING (dataset_id)"
        " ORDER BY f.file_id DESC",
        [*seen[1], *values, _MOST + 1, *after, wanted.limit],
        prepare=False,
    ).fetchall()
    total = rows[0]["total"]
    if total > _MOST:
        # so frequent that the newest are near: walked, not sorted
        rows = connection.execute(
            f"SELECT {_COLUMNS} FROM file_entry f JOIN dataset_detail d USING (dataset_id)"  # noqa: S608 - own fragments
            f" WHERE {seen[0]} AND {tests} AND {later} ORDER BY f.file_id DESC LIMIT %s",
            [*seen[1], *values, *after, wanted.limit],
            prepare=False,
        ).fetchall()
    return [
        {k: v for k, v in row.items() if k != "total"} for row in rows if row["file_id"] is not None
    ], total


def _seen(connection: Connection, sight: Sight) -> tuple[Condition, int | None]:
    """What the viewer sees, and how many files that are (None: all)."""
    if sight.projects is None:
        # asked once for each search, as a list: a join would look up the dataset of every file
        gone = "SELECT dataset_id FROM dataset_detail WHERE deleted_at IS NOT NULL"
        return (f"f.dataset_id <> ALL(ARRAY({gone}))", []), None
    # as values: how many datasets there are decides which way is short, and of a subquery PostgreSQL does not know it
    row = connection.execute(
        "SELECT COALESCE(array_agg(dataset_id::text), '{}') AS own, COALESCE(sum(files), 0)::bigint AS number"
        " FROM dataset_detail WHERE deleted_at IS NULL AND project_id = ANY(%s)",
        (sight.projects,),
    ).fetchone()
    assert row is not None
    return ("f.dataset_id = ANY(%s)", [row["own"]]), row["number"]


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
        operator = {":": "=", "!=": "IS DISTINCT FROM"}.get(term.operator, term.operator)
        return f"f.size_bytes {operator} %s", [_bytes(term)]
    if term.operator not in {":", "=", "!="}:
        raise wrong(term, "has no order")
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
        raise wrong(term, "is nothing that files are searched by")
    operator = "IS DISTINCT FROM" if term.operator == "!=" else "="
    if column == "f.extension":
        return f"ltrim(lower(f.extension), '.') {operator} %s", [term.value.removeprefix(".").lower()]
    return f"{column} {operator} %s", [term.value]


def _bytes(term: Compare) -> int:
    try:
        number = int(float(term.value))
    except (ValueError, OverflowError) as error:
        raise wrong(term, "is compared with a number of bytes") from error
    return max(-(2**62), min(2**62, number))
