"""Who asks, and what they may see."""

from dataclasses import dataclass

from mdjourney_contract.people import Identity, PlatformRole
from mdjourney_store.connection import Connection


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in person. Platform admins and readers see all, others the projects they have a role in."""

    user_id: str
    domain: str = "local"
    role: PlatformRole = "researcher"

    @classmethod
    def of(cls, person: Identity) -> "Viewer":
        """The viewer that an identity is."""
        return cls(person.user_id, person.domain, person.role)

    @property
    def sees_all(self) -> bool:
        """Whether no row is hidden."""
        return self.role in {"admin", "reader"}

    def identity(self) -> Identity:
        """As the one who acts."""
        return Identity(user_id=self.user_id, domain=self.domain, role=self.role)


@dataclass(frozen=True, slots=True)
class Sight:
    """What one viewer sees, asked once for each unit of work. `projects` None: everything."""

    viewer: Viewer
    projects: list[str] | None

    @classmethod
    def of(cls, connection: Connection, viewer: Viewer) -> "Sight":
        """Look up the viewer's projects."""
        if viewer.sees_all:
            return cls(viewer, None)
        rows = connection.execute(
            "SELECT project_id FROM user_project_role_linking WHERE user_id = %s AND domain = %s",
            (viewer.user_id, viewer.domain),
        )
        return cls(viewer, [row["project_id"] for row in rows])

    def includes(self, project_id: str | None, person: tuple[str | None, str | None] = (None, None)) -> bool:
        """Whether rows of that project are visible; of none, those that are the viewer's own (`person`: user id, domain)."""
        if self.projects is None or project_id in self.projects:
            return True
        return project_id is None and person == (self.viewer.user_id, self.viewer.domain)

    def condition(self, column: str = "project_id") -> tuple[str, list[object]]:
        """A condition on a trusted column name, and its values. An explicit list lets the planner use indexes."""
        return ("TRUE", []) if self.projects is None else (f"{column} = ANY(%s)", [self.projects])
