"""The audit trail of roles: who gave whom which role in a project, and who took it away."""

from mdjourney_contract.problems import NotAllowed, NotFound
from mdjourney_store.connection import Connection, Store
from mdjourney_store.paging import Page, bounded, decode, page
from mdjourney_store.viewer import Sight, Viewer


def trail(
    store: Store,
    viewer: Viewer,
    *,
    project_id: str | None = None,
    limit: int = 100,
    cursor: str | None = None,
) -> Page:
    """What was done, newest first; platform admins see all, others what was done in projects they administer.

    Raises:
        NotFound: no such project, or not for this viewer.
        NotAllowed: the viewer is no admin of that project.
    """
    limit, after = bounded(limit), decode(cursor, int)
    with store.statements() as connection:
        condition, values = _condition(connection, viewer, project_id)
        if after:
            condition += " AND a.event_id < %s"
            values += after
        rows = connection.execute(
            "SELECT a.event_id, a.at, a.actor_user_id, a.actor_domain, a.action, a.object_type, a.object_id, a.project_id,"  # noqa: S608 - own fragments
            f" p.name AS project_name, a.detail FROM audit_event a LEFT JOIN project_detail p USING (project_id) WHERE {condition}"
            " ORDER BY a.event_id DESC LIMIT %s",
            [*values, limit + 1],
        ).fetchall()
    return page(rows, limit, ("event_id",))


def _condition(connection: Connection, viewer: Viewer, project_id: str | None) -> tuple[str, list[object]]:
    """Which events, and the values of the condition."""
    if viewer.role == "admin":
        return ("TRUE", []) if project_id is None else ("a.project_id = %s", [project_id])
    rows = connection.execute(
        "SELECT project_id FROM user_project_role_linking WHERE user_id = %s AND domain = %s AND role = 'admin'",
        (viewer.user_id, viewer.domain),
    )
    administered = [row["project_id"] for row in rows]
    if project_id is None:
        return "a.project_id = ANY(%s)", [administered]
    if project_id in administered:
        return "a.project_id = %s", [project_id]
    if not Sight.of(connection, viewer).includes(project_id):
        raise NotFound(f"No project {project_id!r}")
    raise NotAllowed("Only admins of the project see who changed its roles")
