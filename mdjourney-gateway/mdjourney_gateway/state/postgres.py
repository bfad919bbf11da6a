"""The gateway's state in PostgreSQL: a schema of its own, every wait for the server ends by the client's clock."""

import time
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError

from mdjourney_contract.problems import Invalid
from mdjourney_gateway.state.database import VERSION, bring_up

SCHEMA: Final = "mdjourney_gateway"
#: How long one transaction may take, and how long a connection may take to come about.
SECONDS: Final = 10.0
_CONNECT_SECONDS: Final = 5
_POOL: Final = {"pool_size": 5, "max_overflow": 15, "pool_timeout": SECONDS}
_VERSION: Final = f"COMMENT ON SCHEMA {SCHEMA} IS 'MDJourney gateway, version {VERSION}'"
_FOUND: Final = text(
    "SELECT COALESCE(substring(obj_description(to_regnamespace(:schema)::oid) FROM 'version (\\d+)'), '0')"
)


def open_engine(url: str) -> Engine:
    """Connect, make or bring up the schema; the caller translates what the driver raises.

    Raises:
        Invalid: the URL is none of PostgreSQL.
        Unavailable: the schema was made by a newer program.
    """
    engine = engine_for(url)
    try:
        with engine.begin() as connection:
            _bring_up(connection)
    except BaseException:  # an interrupt, too: no connection is left behind
        engine.dispose()
        raise
    return engine


def engine_for(url: str) -> Engine:
    """A pool for this address, which connects when it is used; nothing is made there.

    Raises:
        Invalid: the URL is none of PostgreSQL.
    """
    engine = create_engine(_checked(url), creator=lambda: _connect(url), **_POOL)
    event.listen(engine, "checkout", _check)
    return engine.execution_options(schema_translate_map={None: SCHEMA})


def _bring_up(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(7264913120710)"))
    found = int(connection.scalar(_FOUND, {"schema": SCHEMA}) or 0)
    if found == VERSION:
        return
    connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    connection.exec_driver_sql(f"SET LOCAL search_path = {SCHEMA}")
    bring_up(connection, found, f"schema {SCHEMA}")
    connection.exec_driver_sql(_VERSION)


def _checked(url: str) -> str:
    try:
        known = make_url(url)
    except ArgumentError:
        raise Invalid("state_url: must look like postgresql://user@host/database") from None
    if known.get_backend_name() not in ("postgresql", "postgres"):
        raise Invalid("state_url: must be a PostgreSQL URL")
    return "postgresql+psycopg://"


def _connect(url: str) -> Any:
    from mdjourney_store.connection import Bounded

    return Bounded.connect(url, connect_timeout=_CONNECT_SECONDS, application_name="mdjourney gateway state")


def _check(connection: Any, _entry: object, _proxy: object) -> None:
    """A connection that was lost meanwhile is replaced; one that works gets its deadline."""
    import psycopg

    connection.deadline = time.monotonic() + SECONDS
    try:
        connection.execute("SELECT 1")
    except psycopg.Error as exc:
        raise DisconnectionError from exc
