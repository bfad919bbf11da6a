"""Tags and how often they are used, counted over what the viewer sees."""

from mdjourney_store.connection import Store
from mdjourney_store.paging import Page, bounded, decode, page
from mdjourney_store.viewer import Sight, Viewer


def tags(
    store: Store, viewer: Viewer, *, q: str | None = None, limit: int = 100, cursor: str | None = None
) -> Page:
    """`tag` and `uses`, most used first; `q` is how a tag begins."""
    limit, after = bounded(limit), decode(cursor, int, str)
    with store.transaction() as connection:
        sight = Sight.of(connection, viewer)
        trials, trial_values = sight.condition("t.project_id")
        projects, project_values = sight.condition("p.project_id")
        values: list[object] = [*trial_values, *project_values]
        condition, having = "TRUE", "TRUE"
        if q:
            condition = "starts_with(tag, %s)"
            values.append(q.removeprefix("#").casefold().replace("\0", ""))
        if after:
            having = "(count(*), tag) < (%s, %s)"
            values += after
        rows = connection.execute(
            "SELECT tag, count(*) AS uses FROM ("  # noqa: S608 - own fragments
            " SELECT e.target_entity_id AS tag FROM graph_edges e JOIN trial_detail t ON t.trial_id = e.source_trial_id"
            f" WHERE e.target_entity_type = 'tag' AND t.deleted_at IS NULL AND {trials}"
            " UNION ALL"
            " SELECT e.target_entity_id FROM project_edges e JOIN project_detail p ON p.project_id = e.source_project_id"
            f" WHERE e.target_entity_type = 'tag' AND p.deleted_at IS NULL AND {projects}) used"
            f" WHERE {condition} GROUP BY tag HAVING {having} ORDER BY count(*) DESC, tag DESC LIMIT %s",
            [*values, limit + 1],
        ).fetchall()
    return page(rows, limit, ("uses", "tag"))
