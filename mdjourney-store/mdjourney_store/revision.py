"""The revision of the database schema this program speaks."""

from typing import Final

#: Head of `migrations/versions`; kept here so that a backend need not import Alembic to compare.
HEAD: Final = "0010"
