"""People: all for those who see all, else those who work in the viewer's projects."""

from mdjourney_store.connection import Store
from mdjourney_store.paging import Page, bounded, decode, page
from mdjourney_store.viewer import Sight, Viewer

_TOGETHER = """
EXISTS (SELECT 1 FROM user_project_role_linking r
         WHERE r.user_id = u.user_id AND r.domain = u.domain AND r.project_id = ANY(%s))
OR EXISTS (SELECT 1 FROM trial_detail t
            WHERE t.user_id = u.user_id AND t.user_domain = u.domain AND t.project_id = ANY(%s))
OR (u.user_id, u.domain) = (%s, %s)
"""


def people(
    store: Store, viewer: Viewer, *, q: str | None = None, limit: int = 100, cursor: str | None = None
) -> Page:
    """`user_id`, `domain`, `name`, `email`, by user id; `q` is part of an id or name."""
    limit, after = bounded(limit), decode(cursor, str, str)
    with store.statements() as connection:
        sight = Sight.of(connection, viewer)
        condition, values = "TRUE", list[object]()
        if sight.projects is not None:
            condition = f"({_TOGETHER})"
            values += [sight.projects, sight.projects, viewer.user_id, viewer.domain]
        if q:
            condition += (
                " AND (strpos(lower(u.user_id), lower(%s)) > 0 OR strpos(lower(u.name), lower(%s)) > 0)"
            )
            values += [q.replace("\0", "")] * 2
        if after:
            condition += " AND (u.user_id, u.domain) > (%s, %s)"
            values += after
        rows = connection.execute(
            "SELECT u.user_id, u.domain, u.name, u.email, u.created_at, u.updated_at FROM user_detail u"  # noqa: S608 - own fragments
            f" WHERE {condition} ORDER BY u.user_id, u.domain LIMIT %s",
            [*values, limit + 1],
        ).fetchall()
    return page(rows, limit, ("user_id", "domain"))
