"""Answers searches: pages by keyset, totals up to a bound, facets of a result."""

from collections.abc import Iterable
from datetime import datetime
from heapq import nsmallest
from typing import Any, Final

from psycopg.rows import tuple_row

from mdjourney_store.connection import Connection, Row, Store
from mdjourney_store.labels import SEPARATOR, label, uses_seen
from mdjourney_store.paging import Page, bounded, decode, page
from mdjourney_store.search.asked import Wanted, compiled
from mdjourney_store.search.compiling import conjuncts, fields_in, parts_of
from mdjourney_store.search.drawing import draw, sample
from mdjourney_store.search.files import check_files, count_files, search_files
from mdjourney_store.search.language import parse
from mdjourney_store.search.shape import KEPT_SECONDS, Shape, shape_of
from mdjourney_store.search.terms import EVERYTHING, All, Compare, Term
from mdjourney_store.viewer import Sight, Viewer

_MOST_VALUES: Final = 20
#: Facets are counted over so many matches.
_SAMPLE: Final = 500
_KIND: Final = label("kind", "")
_ORDER: Final = ("at", "kind", "entity_id")
_COLUMNS: Final = (
    "s.kind, s.entity_id, s.project_id, s.user_id, s.user_domain, s.title, s.status, s.at, s.tags"
)


def search(
    store: Store,
    viewer: Viewer,
    query: str | Term,
    *,
    kind: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page:
    """Trials, projects and datasets that match, newest first, with `total` (None: more than 5,000, or not counted on
    this page).

    Each item has `kind`, `entity_id`, the id under its table's name (`trial_id`, ...), `project_id`, `title`, `status`,
    `at`, `tags`. With `kind:file`, or `kind` "file", the items are files: see `search_files`.

    Raises:
        QueryError: the query cannot be read.
    """
    term, of_files = _asked(query, kind)
    if of_files is not None:
        return search_files(store, viewer, of_files, limit=limit, cursor=cursor)
    limit, after = bounded(limit), decode(cursor, datetime, str, str)
    with store.statements() as connection:
        asked = compiled(connection, Sight.of(connection, viewer), term)
        found = draw(connection, _shape(store, connection), asked, Wanted(_COLUMNS, limit + 1, after))
    answer = page(found.rows, limit, _ORDER)
    for item in answer["items"]:
        item[f"{item['kind']}_id"] = item["entity_id"]
    return {**answer, "total": found.total}


def facets(store: Store, viewer: Viewer, query: str | Term, *, kind: str | None = None) -> dict[str, Any]:
    """`{"facets": {name: [{"value", "count"}, ...]}, "truncated": bool}`, the 20 most frequent values of each. Exact for
    everything and for up to 500 matches; of more, some 500 are counted, mostly the newest (`truncated`).

    Raises:
        QueryError: the query cannot be read.
    """
    term, of_files = _asked(query, kind)
    if of_files is not None:
        counts: dict[str, int] = count_files(store, viewer, of_files, _SAMPLE)
    elif term == EVERYTHING:
        return _of_everything(store, viewer)
    else:
        counts = _of_matches(store, viewer, term)
    return {"facets": _most(counts), "truncated": _matches(counts) > _SAMPLE}


def check(query: str) -> None:
    """Whether a query can be asked.

    Raises:
        QueryError: it cannot be read, or a value does not fit its field.
    """
    term, of_files = _asked(query, None)
    if of_files is None:
        parts_of(term, {name: [name] for name in fields_in(term)})
    else:
        check_files(of_files)


def is_about_files(query: str | Term, kind: str | None) -> bool:
    """Whether what is found are files.

    Raises:
        QueryError: the query cannot be read.
    """
    return _asked(query, kind)[1] is not None


def _of_everything(store: Store, viewer: Viewer) -> dict[str, Any]:
    with store.statements() as connection:
        sight = Sight.of(connection, viewer)
        if sight.projects is None:
            # sums of all projects are kept under ''
            rows, whole = connection.execute(_KEPT_OF_ALL, (_MOST_VALUES,)).fetchall(), True
        else:
            person = (viewer.user_id, viewer.domain)
            uses, values, whole = uses_seen(connection, sight.projects, person)
            rows = connection.execute(
                f"WITH summed AS (SELECT facet, value, sum(uses) AS count FROM ({uses}) u GROUP BY facet, value),"  # noqa: S608 - own fragments
                " placed AS (SELECT *, row_number() OVER (PARTITION BY facet ORDER BY count DESC, value) AS place FROM summed)"
                " SELECT facet, value, count::bigint AS count FROM placed WHERE place <= %s ORDER BY facet, count DESC, value",
                [*values, _MOST_VALUES],
            ).fetchall()
    return {"facets": _named(rows), "truncated": not whole}


def _of_matches(store: Store, viewer: Viewer, term: Term) -> dict[str, int]:
    counts = dict[str, int]()
    with store.statements() as connection:
        asked = compiled(connection, Sight.of(connection, viewer), term)
        for sql, values in sample(connection, _shape(store, connection), asked, "s.labels", _SAMPLE):
            counts = _counted(connection, sql, values)
            if _matches(counts) > _SAMPLE:
                break
    return counts


def _counted(connection: Connection, sql: str, values: list[object]) -> dict[str, int]:
    """How many of the rows that a query gives carry each label."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        rows: list[tuple[str, int]] = cursor.execute(
            # compared byte by byte: the order of a language costs half as much again
            f'SELECT label, count(*) FROM (SELECT unnest(labels) COLLATE "C" AS label FROM ({sql}) m) l GROUP BY label',  # noqa: S608 - own fragments
            values,
        ).fetchall()
    return dict(rows)


def _most(counts: dict[str, int]) -> dict[str, list[dict[str, Any]]]:
    """The most frequent values of each facet, of those that are as frequent the first ones by name."""
    found: dict[str, list[tuple[int, str]]] = {}
    for labelled, count in counts.items():
        facet, _, value = labelled.partition(SEPARATOR)
        found.setdefault(facet, []).append((-count, value))
    return {
        facet: [{"value": value, "count": -less} for less, value in nsmallest(_MOST_VALUES, values)]
        for facet, values in sorted(found.items())
    }


def _matches(counts: dict[str, int]) -> int:
    """Rows that were counted: every one has a kind, and one only."""
    return sum(count for labelled, count in counts.items() if labelled.startswith(_KIND))


def _shape(store: Store, connection: Connection) -> Shape:
    return store.remembered("search shape", KEPT_SECONDS, lambda: shape_of(connection))


# facet by facet along the index: the values of each are in order there
_KEPT_OF_ALL: Final = """
WITH RECURSIVE f(facet) AS (
    SELECT min(facet) FROM label_use WHERE project_id = ''
    UNION ALL SELECT (SELECT min(l.facet) FROM label_use l WHERE l.project_id = '' AND l.facet > f.facet) FROM f WHERE f.facet IS NOT NULL
)
SELECT f.facet, u.value, u.uses AS count FROM f CROSS JOIN LATERAL (
    SELECT value, uses FROM label_use l WHERE l.project_id = '' AND l.facet = f.facet ORDER BY uses DESC, value DESC LIMIT %s
) u ORDER BY f.facet, u.uses DESC, u.value
"""


def _named(rows: Iterable[Row]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["facet"], []).append({"value": row["value"], "count": row["count"]})
    return found


def _asked(query: str | Term, kind: str | None) -> tuple[Term, list[Term] | None]:
    """The query; and, where it is about files, what must hold of them."""
    term = parse(query) if isinstance(query, str) else query
    if kind is not None:
        term = All((Compare("kind", "=", kind), term))
    terms = list(conjuncts(term))
    of_files = [inner for inner in terms if not _is_file(inner)]
    return term, of_files if len(of_files) < len(terms) else None


def _is_file(term: Term) -> bool:
    return (
        isinstance(term, Compare)
        and (term.field, term.value.casefold()) == ("kind", "file")
        and term.operator in {":", "="}
    )
