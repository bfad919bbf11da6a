"""Runs searches: pages by keyset, totals up to a bound, facets of a result."""

from datetime import datetime
from typing import Any, Final

from mdjourney_store.connection import Connection, Store
from mdjourney_store.paging import Page, bounded, decode, page
from mdjourney_store.search.compiling import Condition, condition
from mdjourney_store.search.language import parse
from mdjourney_store.search.terms import EVERYTHING, All, Compare, Term
from mdjourney_store.viewer import Sight, Viewer

#: Up to this many matches are counted and sorted at once; more are found by walking from the newest.
_FEW: Final = 2000
#: Facets are counted over at most this many matches.
_COUNTED: Final = 5000
#: Facets beside kind, status, project, user and tag.
_FACET_FIELDS: Final = (
    "experiment_template_type",
    "qc_assessment",
    "run_status",
    "instrument_used_link",
    "license",
)
_ORDER = ("at", "kind", "entity_id")
_COLUMNS = "s.kind, s.entity_id, s.project_id, s.user_id, s.user_domain, s.title, s.status, s.at, s.tags"


def search(
    store: Store,
    viewer: Viewer,
    query: str | Term,
    *,
    kind: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page:
    """Trials, projects and datasets that match, newest first, with `total` (None: more than 2,000).

    Each item has `kind`, `entity_id`, the id under its table's name (`trial_id`, ...), `project_id`, `title`, `status`,
    `at`, `tags`.

    Raises:
        QueryError: the query cannot be read.
    """
    limit, after = bounded(limit), decode(cursor, datetime, str, str)
    term = _with_kind(query, kind)
    with store.transaction() as connection:
        where = _both(_visible(Sight.of(connection, viewer)), condition(term))
        rows, total = (None, None) if term == EVERYTHING else _few(connection, where, after, limit)
        if rows is None:
            rows = _walk(connection, where, after, limit)
    answer = page(rows, limit, _ORDER)
    for item in answer["items"]:
        item[f"{item['kind']}_id"] = item["entity_id"]
    return {**answer, "total": total}


def facets(store: Store, viewer: Viewer, query: str | Term, *, kind: str | None = None) -> dict[str, Any]:
    """`{"facets": {name: [{"value", "count"}, ...]}, "truncated": bool}`, the 20 most frequent values of each; counted
    over the first 5,000 matches when there are more (`truncated`).

    Raises:
        QueryError: the query cannot be read.
    """
    term = _with_kind(query, kind)
    with store.transaction() as connection:
        sql, values = _both(_visible(Sight.of(connection, viewer)), condition(term))
        rows = connection.execute(
            f"WITH m AS MATERIALIZED (SELECT {_COLUMNS} FROM search_document s WHERE {sql} LIMIT %s),"  # noqa: S608 - own fragments
            " counted AS ("
            "  SELECT 'kind' AS facet, kind::text AS value FROM m"
            "  UNION ALL SELECT 'status', status FROM m UNION ALL SELECT 'project', project_id FROM m"
            "  UNION ALL SELECT 'user', user_id FROM m UNION ALL SELECT 'tag', unnest(tags) FROM m"
            "  UNION ALL SELECT f.field, f.text_value FROM m JOIN entity_field f USING (kind, entity_id)"
            "   WHERE f.field = ANY(%s)),"
            " sums AS (SELECT facet, value, count(*) AS count,"
            "  row_number() OVER (PARTITION BY facet ORDER BY count(*) DESC, value) AS place"
            "  FROM counted WHERE value IS NOT NULL GROUP BY facet, value)"
            " SELECT facet, value, count, (SELECT count(*) FROM m) AS matches FROM sums WHERE place <= 20"
            " ORDER BY facet, count DESC, value",
            [*values, _COUNTED + 1, list(_FACET_FIELDS)],
        ).fetchall()
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["facet"], []).append({"value": row["value"], "count": row["count"]})
    return {"facets": found, "truncated": bool(rows) and rows[0]["matches"] > _COUNTED}


def _with_kind(query: str | Term, kind: str | None) -> Term:
    term = parse(query) if isinstance(query, str) else query
    return term if kind is None else All((Compare("kind", "=", kind), term))


def _visible(sight: Sight) -> Condition:
    if sight.projects is None:
        return "TRUE", []
    viewer = sight.viewer
    return (
        "(s.project_id = ANY(%s) OR (s.kind = 'trial' AND s.project_id IS NULL AND s.user_id = %s AND s.user_domain = %s))",
        [sight.projects, viewer.user_id, viewer.domain],
    )


def _both(first: Condition, second: Condition) -> Condition:
    return f"{first[0]} AND {second[0]}", [*first[1], *second[1]]


def _after(after: list[Any] | None, table: str) -> Condition:
    if after is None:
        return "TRUE", []
    return f"({table}.at, {table}.kind, {table}.entity_id) < (%s, %s, %s)", after


def _few(
    connection: Connection, where: Condition, after: list[Any] | None, limit: int
) -> tuple[list[dict[str, Any]] | None, int | None]:
    """The page and the total when there are few matches; (None, None) when there are many.

    Asked without an order the planner takes the index of the filter; asked for the newest it walks the dates.
    """
    later, values = _after(after, "m")
    rows = connection.execute(
        f"WITH m AS MATERIALIZED (SELECT {_COLUMNS} FROM search_document s WHERE {where[0]} LIMIT %s)"  # noqa: S608 - own fragments
        f" SELECT m.*, n.total FROM (SELECT count(*) AS total FROM m) n LEFT JOIN LATERAL (SELECT * FROM m WHERE {later}"
        " ORDER BY at DESC, kind DESC, entity_id DESC LIMIT %s) m ON TRUE",
        [*where[1], _FEW + 1, *values, limit + 1],
    ).fetchall()
    total = rows[0]["total"]
    if total > _FEW:
        return None, None
    return [{k: v for k, v in row.items() if k != "total"} for row in rows if row["kind"] is not None], total


def _walk(
    connection: Connection, where: Condition, after: list[Any] | None, limit: int
) -> list[dict[str, Any]]:
    later, values = _after(after, "s")
    return connection.execute(
        f"SELECT {_COLUMNS} FROM search_document s WHERE {later} AND {where[0]}"  # noqa: S608 - own fragments
        " ORDER BY s.at DESC, s.kind DESC, s.entity_id DESC LIMIT %s",
        [*values, *where[1], limit + 1],
    ).fetchall()
