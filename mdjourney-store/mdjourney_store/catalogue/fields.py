"""Names of fields that searches can compare, and how often they are used, counted over what the viewer sees."""

from mdjourney_store.connection import Store
from mdjourney_store.paging import Page, begins_with, bounded, decode, page
from mdjourney_store.viewer import Sight, Viewer


def fields(
    store: Store, viewer: Viewer, *, q: str | None = None, limit: int = 50, cursor: str | None = None
) -> Page:
    """`field` (its full path), `type` (`text`, `number`, or `mixed` for both) and `uses` (by trials, projects and datasets),
    most used first; `q` is how the path, or any part of it after a dot, begins. Trials outside of projects count for those
    who see everything."""
    limit, after = bounded(limit), decode(cursor, int, str)
    with store.statements() as connection:
        # sums of all projects are kept under ''
        sight = Sight.of(connection, viewer)
        values: list[object] = [[""] if sight.projects is None else sight.projects]
        named = "TRUE"
        if q:
            named = "'.' || lower(field) LIKE %s"
            values.append("%." + begins_with(q.lower()))
        later = "TRUE"
        if after:
            later = "(uses, field) < (%s, %s)"
            values += after
        rows = connection.execute(
            "SELECT field, type, uses FROM (SELECT field,"  # noqa: S608 - own fragments
            " CASE WHEN NOT bool_or(holds = 'number') THEN 'text' WHEN bool_or(holds = 'text') THEN 'mixed' ELSE 'number' END"
            " AS type, COALESCE(sum(uses) FILTER (WHERE holds = 'any'), 0)::bigint AS uses"
            f" FROM field_use WHERE project_id = ANY(%s) AND {named} GROUP BY field) f"
            f" WHERE {later} ORDER BY uses DESC, field DESC LIMIT %s",
            [*values, limit + 1],
        ).fetchall()
    return page(rows, limit, ("uses", "field"))
