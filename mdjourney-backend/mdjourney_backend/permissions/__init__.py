"""Who may see and change what in one tree: roles of people in projects, from the store or, while it is away, as last told."""

from mdjourney_backend.permissions.book import RoleBook
from mdjourney_backend.permissions.rights import ProjectRole, Rights, TreeRole

__all__ = ["ProjectRole", "Rights", "RoleBook", "TreeRole"]
