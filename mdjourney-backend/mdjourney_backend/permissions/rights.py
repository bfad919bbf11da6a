"""What one person may do in the projects of a tree."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from mdjourney_contract.people import SYSTEM, Identity

#: What the store records in `user_project_role_linking`.
ProjectRole = Literal["admin", "operator"]
#: What a person is to a project or to the whole tree; a platform reader sees all and changes nothing.
TreeRole = Literal["admin", "operator", "reader"]

_EDITING: frozenset[TreeRole | None] = frozenset({"admin", "operator"})


@dataclass(frozen=True, slots=True)
class Rights:
    """The rights of one person.

    Args:
        standing: what the session config makes of them: its owner is admin, its members are operators.
        known: projects whose roles the store has told; only for others does the config's word count.
        roles: the person's roles in known projects.
    """

    actor: Identity
    standing: ProjectRole | None = None
    known: frozenset[str] = frozenset()
    roles: Mapping[str, ProjectRole] = field(default_factory=dict)

    @property
    def in_tree(self) -> TreeRole | None:
        """What the person is to the tree as a whole (instruments, schemas, rescans); None: a stranger."""
        platform = self._platform()
        if platform is not None:
            return platform
        return self.standing or ("operator" if self.roles else None)

    @property
    def everywhere(self) -> bool:
        """Whether the person sees every project of every tree: lab admins, readers, other backends."""
        return self._platform() is not None

    def role(self, project_id: str) -> TreeRole | None:
        """What the person is to a project; None: it is not theirs to see."""
        platform = self._platform()
        if platform is not None:
            return platform
        return self.roles.get(project_id) if project_id in self.known else self.standing

    def sees(self, project_id: str | None) -> bool:
        """Whether a project, or what belongs to none (None), may be seen."""
        return (self.in_tree if project_id is None else self.role(project_id)) is not None

    def edits(self, project_id: str | None) -> bool:
        """Whether a project, or what belongs to none (None), may be changed."""
        return (self.in_tree if project_id is None else self.role(project_id)) in _EDITING

    def _platform(self) -> TreeRole | None:
        if (
            self.actor.domain == SYSTEM.domain
        ):  # another backend of this tree, which checked the person itself
            return "admin"
        if self.actor.role == "reader":
            return "reader"
        return "admin" if self.actor.role == "admin" else None
