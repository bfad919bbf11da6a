"""Tags and how often they are used, counted over what the viewer sees."""

from mdjourney_store.connection import Store
from mdjourney_store.labels import uses_seen
from mdjourney_store.paging import Page, begins_with, bounded, decode, page
from mdjourney_store.viewer import Sight, Viewer


def tags(
    store: Store, viewer: Viewer, *, q: str | None = None, limit: int = 100, cursor: str | None = None
) -> Page:
    """`tag` and `uses` (by trials, projects and datasets), most used first; `q` is how a tag begins."""
    limit, after = bounded(limit), decode(cursor, int, str)
    begins, values = "TRUE", list[object]()
    if q:
        begins = "value LIKE %s"
        values.append(begins_with(q.removeprefix("#").casefold()))
    with store.statements() as connection:
        sight = Sight.of(connection, viewer)
        if sight.projects is None:
            # sums of all projects are kept under ''
            source = f"SELECT value AS tag, uses FROM label_use WHERE project_id = '' AND facet = 'tag' AND {begins}"  # noqa: S608 - own fragments
            later = "(uses, value) < (%s, %s)"
        else:
            uses, given, _ = uses_seen(connection, sight.projects, (viewer.user_id, viewer.domain))
            source = (
                f"SELECT value AS tag, sum(uses)::bigint AS uses FROM ({uses}) u"  # noqa: S608 - own fragments
                f" WHERE facet = 'tag' AND {begins} GROUP BY value"
            )
            later = "(sum(uses), value) < (%s, %s)"
            values[:0] = given
        if after:
            source += f" {'AND' if sight.projects is None else 'HAVING'} {later}"
            values += after
        rows = connection.execute(
            f"{source} ORDER BY uses DESC, value DESC LIMIT %s", [*values, limit + 1]
        ).fetchall()
    return page(rows, limit, ("uses", "tag"))
