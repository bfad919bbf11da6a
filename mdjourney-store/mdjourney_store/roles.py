"""Roles of people in projects: read by gateway and backend, changed by project admins, audited."""

from collections.abc import Iterable
from typing import Any, Literal

from psycopg.types.json import Jsonb

from mdjourney_contract.people import Identity
from mdjourney_contract.problems import Conflict, NotAllowed, NotFound
from mdjourney_store import people
from mdjourney_store.connection import Connection, Store
from mdjourney_store.viewer import Sight, Viewer

ProjectRole = Literal["admin", "operator"]


def role_of(store: Store, viewer: Viewer, project_id: str) -> ProjectRole | None:
    """The viewer's role in a project; platform admins are admin everywhere, None: none."""
    if viewer.role == "admin":
        return "admin"
    with store.transaction() as connection:
        return _role(connection, viewer.user_id, viewer.domain, project_id)


def roles_of(store: Store, viewer: Viewer) -> dict[str, ProjectRole]:
    """Every project the viewer has a role in."""
    with store.transaction() as connection:
        rows = connection.execute(
            "SELECT project_id, role::text AS role FROM user_project_role_linking WHERE user_id = %s AND domain = %s",
            (viewer.user_id, viewer.domain),
        ).fetchall()
    return {row["project_id"]: row["role"] for row in rows}


def of_projects(store: Store, project_ids: Iterable[str]) -> dict[str, dict[tuple[str, str], ProjectRole]]:
    """`{project_id: {(user_id, domain): role}}` of the projects that the store knows; for one who sees all.

    A project without roles is there with `{}`, one the store has not heard of or that is gone is absent.
    """
    with store.transaction() as connection:
        rows = connection.execute(
            "SELECT p.project_id, r.user_id, r.domain, r.role::text AS role FROM project_detail p"
            " LEFT JOIN user_project_role_linking r USING (project_id)"
            " WHERE p.project_id = ANY(%s) AND p.deleted_at IS NULL",
            (list(project_ids),),
        ).fetchall()
    found: dict[str, dict[tuple[str, str], ProjectRole]] = {row["project_id"]: {} for row in rows}
    for row in rows:
        if row["user_id"] is not None:
            found[row["project_id"]][row["user_id"], row["domain"]] = row["role"]
    return found


def set_role(
    store: Store, viewer: Viewer, project_id: str, person: Identity, role: ProjectRole | None
) -> None:
    """Give a person a role in a project, or take it away (`role` None).

    Raises:
        NotFound: no such project, or not for this viewer.
        NotAllowed: the viewer is no admin of the project.
        Conflict: it would leave the project without an admin.
    """
    with store.transaction() as connection:
        _must_administrate(connection, viewer, project_id)
        people.ensure_people(connection, [person])
        before = _role(connection, person.user_id, person.domain, project_id)
        if before == role:
            return
        if before == "admin" and _admins(connection, project_id) == 1:
            raise Conflict("The last admin of a project cannot be removed: make somebody else admin first")
        _write(connection, project_id, person, role)
        audit(
            connection, viewer, "role", "project", project_id, project_id,
            {"user_id": person.user_id, "domain": person.domain, "before": before, "after": role},
        )  # fmt: skip


def audit(
    connection: Connection,
    viewer: Viewer,
    action: str,
    object_type: str,
    object_id: str,
    project_id: str | None,
    detail: dict[str, Any],
) -> None:
    """Append to the audit trail."""
    connection.execute(
        "INSERT INTO audit_event (actor_user_id, actor_domain, action, object_type, object_id, project_id, detail)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (viewer.user_id, viewer.domain, action, object_type, object_id, project_id, Jsonb(detail)),
    )


def _must_administrate(connection: Connection, viewer: Viewer, project_id: str) -> None:
    # the row lock makes two removals wait for each other: both would see two admins otherwise
    found = connection.execute(
        "SELECT 1 FROM project_detail WHERE project_id = %s FOR UPDATE", (project_id,)
    ).fetchone()
    if found is None or not Sight.of(connection, viewer).includes(project_id):
        raise NotFound(f"No project {project_id!r}")
    if viewer.role != "admin" and _role(connection, viewer.user_id, viewer.domain, project_id) != "admin":
        raise NotAllowed("Only admins of the project change its roles")


def _role(connection: Connection, user_id: str, domain: str, project_id: str) -> ProjectRole | None:
    row = connection.execute(
        "SELECT role::text AS role FROM user_project_role_linking"
        " WHERE user_id = %s AND domain = %s AND project_id = %s",
        (user_id, domain, project_id),
    ).fetchone()
    return None if row is None else row["role"]


def _admins(connection: Connection, project_id: str) -> int:
    row = connection.execute(
        "SELECT count(*) AS n FROM user_project_role_linking WHERE project_id = %s AND role = 'admin'",
        (project_id,),
    ).fetchone()
    return 0 if row is None else int(row["n"])


def _write(connection: Connection, project_id: str, person: Identity, role: ProjectRole | None) -> None:
    if role is None:
        connection.execute(
            "DELETE FROM user_project_role_linking WHERE user_id = %s AND domain = %s AND project_id = %s",
            (person.user_id, person.domain, project_id),
        )
        return
    connection.execute(
        "INSERT INTO user_project_role_linking (user_id, domain, project_id, role) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (user_id, domain, project_id) DO UPDATE SET role = excluded.role",
        (person.user_id, person.domain, project_id, role),
    )
