"""Bring a database to this program's revision: under a lock, in one transaction, never backwards."""

from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import tuple_row

from mdjourney_contract.data import migrations
from mdjourney_store.connection import foreign_errors
from mdjourney_store.database_roles import BACKEND
from mdjourney_store.problems import NewerDatabase, WrongRevision
from mdjourney_store.revision import HEAD

#: Any number of our own; every starter of every program takes the same one.
_LOCK = 0x6D646A6F75726E65

#: What a backend may do, table by table. Whatever is not listed (gateway accounts, saved searches) it cannot see.
_GRANTS = {
    "SELECT, INSERT, UPDATE, DELETE": (
        "user_detail", "project_detail", "trial_detail", "graph_edges", "sync_origin", "dataset_detail",
        "trial_dataset", "file_entry", "metadata_document", "sync_conflict", "project_edges", "search_document",
        "entity_field", "connector_queue", "trial_liveness", "label_use", "field_name", "field_use",
    ),
    "SELECT, INSERT": ("user_project_role_linking", "trial_event", "document_event", "automatic_grant"),
    "INSERT": ("audit_event",),
    "SELECT": ("alembic_version", "entity_edges"),
}  # fmt: skip


def upgrade(url: str, to: str = HEAD) -> str:
    """Migrate the database at `url` (psycopg URL of the owner) and return its revision.

    Any number of callers may start at once: one works, the others wait and find it done.

    Args:
        to: stop at this revision, for a dump that an older program wrote; what is further already stays.

    Raises:
        NewerDatabase: it holds a revision this program does not know.
        StoreAway: it cannot be reached.
    """
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine, pool

    config = Config()
    config.set_main_option("script_location", str(migrations()).replace("%", "%%"))

    def connect() -> psycopg.Connection[Any]:
        return psycopg.connect(url, connect_timeout=10, options="-c client_min_messages=warning")

    with foreign_errors():
        engine = create_engine("postgresql+psycopg://", creator=connect, poolclass=pool.NullPool)
        with engine.begin() as connection:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            raw = connection.connection.driver_connection
            assert isinstance(raw, psycopg.Connection)
            found = revision_of(raw)
            if found is not None and found > HEAD:
                raise NewerDatabase(
                    f"the database has revision {found}, this program knows {HEAD}: install the newer program",
                    found=found, wanted=HEAD,
                )  # fmt: skip
            if found is None or found < to:
                config.attributes["connection"] = connection
                command.upgrade(config, to)
                found = to
            if found == HEAD:
                _grant(raw)
    return found


def revision(url: str) -> str | None:
    """Revision of the database at `url`, None when it was never migrated.

    Raises:
        StoreAway: it cannot be reached.
    """
    with foreign_errors(), psycopg.connect(url, connect_timeout=5) as connection:
        return revision_of(connection)


def require_head(connection: psycopg.Connection[Any]) -> None:
    """Refuse to work on a database of another revision.

    Raises:
        WrongRevision: older or newer than `HEAD`.
    """
    found = revision_of(connection)
    if found != HEAD:
        newer = found is not None and found > HEAD
        mend = "install the newer program" if newer else "run `mdjourney db upgrade`"
        raise WrongRevision(
            f"the metadata store has revision {found}, this program needs {HEAD}: {mend}",
            found=found, wanted=HEAD,
        )  # fmt: skip


def revision_of(connection: psycopg.Connection[Any]) -> str | None:
    """Revision of the database that `connection` is in, None when it was never migrated."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        if cursor.execute("SELECT to_regclass('alembic_version')").fetchone() == (None,):
            return None
        row = cursor.execute("SELECT version_num FROM alembic_version").fetchone()
    return None if row is None else str(row[0])


def _grant(connection: psycopg.Connection[Any]) -> None:
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (BACKEND,)).fetchone():
        return
    role = sql.Identifier(BACKEND)
    connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role))
    for rights, tables in _GRANTS.items():
        connection.execute(
            sql.SQL("GRANT {} ON {} TO {}").format(
                sql.SQL(rights), sql.SQL(", ").join(map(sql.Identifier, tables)), role
            )
        )
