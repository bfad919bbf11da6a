"""Roles of people in projects: read by gateway and backend, changed by project admins, audited."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final, Literal

from psycopg.types.json import Jsonb

from mdjourney_contract.people import Identity
from mdjourney_contract.problems import Conflict, Invalid, NotAllowed, NotFound
from mdjourney_store import people
from mdjourney_store.connection import Connection, Store
from mdjourney_store.viewer import Sight, Viewer

ProjectRole = Literal["admin", "operator"]
#: What becomes of somebody's roles: they act on them, only read (a reader of the platform), are shut out, or have no account.
Standing = Literal["acts", "reads", "disabled", "unknown"]
#: Whoever keeps the accounts says it, of a user id and a domain.
Standings = Callable[[str, str], Standing]

#: Held by whatever may take a project's last admin away: two at once would each count on the admin the other removes.
_ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(7264913120713)"


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
    store: Store,
    viewer: Viewer,
    project_id: str,
    person: Identity,
    role: ProjectRole | None,
    standing: Standings | None = None,
) -> None:
    """Give a person a role in a project, or take it away (`role` None).

    Args:
        standing: who keeps the accounts; without, everybody is taken for somebody who acts.

    Raises:
        NotFound: no such project, or not for this viewer.
        NotAllowed: the viewer is no admin of the project.
        Invalid: nobody is called so, or their account is disabled.
        Conflict: it would leave the project without an admin who can act.
    """
    with store.transaction() as connection:
        connection.execute(_ONE_AT_A_TIME)
        _must_administrate(connection, viewer, project_id)
        before = _role(connection, person.user_id, person.domain, project_id)
        if before == role:
            return
        if role is not None and standing is not None:
            _must_be_somebody(connection, person, standing)
        if before == "admin":
            _must_leave_an_admin(connection, project_id, person, standing)
        people.ensure_people(connection, [person])
        _write(connection, project_id, person, role)
        audit(
            connection, viewer, "role", "project", project_id, project_id,
            {"user_id": person.user_id, "domain": person.domain, "before": before, "after": role},
        )  # fmt: skip


@contextmanager
def held_alone(
    store: Store, user_id: str, domain: str, standing: Standings, seconds: float
) -> Iterator[list[dict[str, Any]]]:
    """`project_id` and `name` of projects that nobody but this person can administer, with every role standing still while
    the context lasts; for whoever is about to shut the person out.

    Raises:
        StoreAway: the store does not answer within `seconds`, which is for the whole context.
    """
    with store.transaction(seconds) as connection:
        connection.execute(_ONE_AT_A_TIME)
        rows = connection.execute(_OTHER_ADMINS, (user_id, domain)).fetchall()
        names = {row["project_id"]: row["name"] for row in rows}
        kept = {
            row["project_id"]
            for row in rows
            if row["user_id"] is not None and standing(row["user_id"], row["domain"]) == "acts"
        }
        yield [{"project_id": each, "name": name} for each, name in names.items() if each not in kept]


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


_OTHER_ADMINS: Final = """
SELECT p.project_id, p.name, o.user_id, o.domain
  FROM user_project_role_linking r
  JOIN project_detail p ON p.project_id = r.project_id AND p.deleted_at IS NULL
  LEFT JOIN user_project_role_linking o
    ON o.project_id = r.project_id AND o.role = 'admin' AND (o.user_id, o.domain) <> (r.user_id, r.domain)
 WHERE r.user_id = %s AND r.domain = %s AND r.role = 'admin'
 ORDER BY p.project_id
"""


def _must_be_somebody(connection: Connection, person: Identity, standing: Standings) -> None:
    """Raises `Invalid` for a disabled account, and for a name that neither an account nor any document knows."""
    found = standing(person.user_id, person.domain)
    known = connection.execute(
        "SELECT 1 FROM user_detail WHERE user_id = %s AND domain = %s", (person.user_id, person.domain)
    ).fetchone()
    if found == "disabled":
        said = f"the account {person.user_id!r} is disabled"
    elif found == "unknown" and known is None:
        said = f"nobody is called {person.user_id!r} in {person.domain!r}"
    else:
        return
    fault = {"pointer": "/path/user_id", "key": "user_id", "value": person.user_id, "message": said}
    raise Invalid(said, errors=[fault])


def _must_leave_an_admin(
    connection: Connection, project_id: str, person: Identity, standing: Standings | None
) -> None:
    rows = connection.execute(
        "SELECT user_id, domain FROM user_project_role_linking WHERE project_id = %s AND role = 'admin'",
        (project_id,),
    ).fetchall()
    admins = {(row["user_id"], row["domain"]) for row in rows}
    others = admins - {(person.user_id, person.domain)}

    def acts(somebody: tuple[str, str]) -> bool:
        return standing is None or standing(*somebody) == "acts"

    # one who cannot act may go where another who cannot stays: the project is no worse off
    if any(map(acts, others)) or (others and not acts((person.user_id, person.domain))):
        return
    raise Conflict("The last admin of a project cannot be removed: make somebody else admin first")


def _must_administrate(connection: Connection, viewer: Viewer, project_id: str) -> None:
    found = connection.execute("SELECT 1 FROM project_detail WHERE project_id = %s", (project_id,)).fetchone()
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
