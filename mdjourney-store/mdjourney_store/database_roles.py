"""Names of the store's database and of the roles that work in it."""

from typing import Final

DATABASE: Final = "mdjourney"
ADMIN: Final = "mdj_admin"
#: Owns tables and runs migrations; the gateway connects as this role.
OWNER: Final = "mdj_owner"
#: Backends connect as this role: it is granted the store's tables and nothing else.
BACKEND: Final = "mdj_backend"
