"""Roles and database of the store in a server that was just created; doing it again changes only passwords."""

from collections.abc import Mapping

import psycopg
from psycopg import sql

from mdjourney_store.database_roles import BACKEND, DATABASE, OWNER


def ensure_roles(admin_url: str, passwords: Mapping[str, str]) -> None:
    """Make sure owner, backend and database are there. `admin_url` leads to any database, `passwords` are by role."""
    with psycopg.connect(admin_url, autocommit=True) as admin:
        for role in (OWNER, BACKEND):
            if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone():
                admin.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(role)))
            admin.execute(
                sql.SQL("ALTER ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
                    sql.Identifier(role), sql.Literal(passwords[role])
                )
            )
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone():
            admin.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
            )
        admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(DATABASE)))
        admin.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                sql.Identifier(DATABASE), sql.Identifier(BACKEND)
            )
        )
