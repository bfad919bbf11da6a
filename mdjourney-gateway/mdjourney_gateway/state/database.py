"""Hands out transactions on the gateway's state: a SQLite file of its own, or PostgreSQL that several gateways share."""

import os
import secrets
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, Table, create_engine, event, select
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from mdjourney_contract.problems import Invalid, Unavailable
from mdjourney_gateway.state.tables import key, metadata

FILE: Final = "gateway.sqlite"
#: Raised when a table changes; a newer state is refused, an older one is brought up.
VERSION: Final = 2
#: What brings a state of the version before to this one.
CHANGES: Final = {
    2: (
        "ALTER TABLE config ADD COLUMN gateway VARCHAR(36)",
        "ALTER TABLE session ADD COLUMN gateway VARCHAR(36)",
    )
}
_ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(7264913120711)"
_ID_FILE: Final = "gateway.id"


class State:
    """The gateway's database; safe to use from several threads and processes.

    Attributes:
        gateway: the name of this gateway among those that share the state; None where nobody does.
    """

    def __init__(self, engine: Engine, gateway: str | None = None) -> None:
        self._engine = engine
        self.gateway = gateway

    @classmethod
    def open(cls, home: Path, url: str | None = None) -> "State":
        """Open or create the state: `<home>/gateway.sqlite`, mode 0600 in a folder of mode 0700, or what `url` names.

        Raises:
            Unavailable: it was written by a newer program, or PostgreSQL does not answer.
            Invalid: `url` is none of PostgreSQL.
        """
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if url is None:
            return cls(_sqlite(home / FILE))
        from mdjourney_gateway.state.postgres import open_engine

        with told():
            return cls(open_engine(url), _name_of(home))

    @property
    def shared(self) -> bool:
        """Whether other gateways may change it."""
        return self.gateway is not None

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    @contextmanager
    def transaction(self, *, alone: bool = False) -> Iterator[Connection]:
        """A transaction, committed at the end unless an error leaves it.

        Args:
            alone: no other such transaction runs meanwhile: what it decides by reading still holds when it writes.

        Raises:
            Unavailable: the database does not answer.
            Invalid: a value that no column takes.
        """
        with told(), self._engine.begin() as connection:
            if alone:
                connection.exec_driver_sql(_ONE_AT_A_TIME if self.shared else "BEGIN IMMEDIATE")
            yield connection

    def insert(self, table: Table) -> SqliteInsert:
        """An insert that knows `on_conflict_...`, which both databases write alike."""
        if not self.shared:
            return SqliteInsert(table)
        from sqlalchemy.dialects.postgresql import Insert

        return Insert(table)  # type: ignore[return-value] # the same methods, no common class

    def secret(self, name: str) -> str:
        """A random key of 256 bits that stays the same for this state."""
        with self.transaction() as connection:
            found = connection.scalar(select(key.c.value).where(key.c.name == name))
            if found is not None:
                return str(found)
            made = self.insert(key).values(name=name, value=secrets.token_urlsafe(32))
            connection.execute(made.on_conflict_do_nothing())
            return str(connection.scalar(select(key.c.value).where(key.c.name == name)))


def _sqlite(path: Path) -> Engine:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 15})
    event.listen(engine, "connect", _configure)
    with engine.begin() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        found = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        bring_up(connection, found, str(path))
        connection.exec_driver_sql(f"PRAGMA user_version = {VERSION}")
    return engine


def bring_up(connection: Connection, found: int, where: str) -> None:
    """Make the tables (`found` 0), or change those of an older program.

    Raises:
        Unavailable: a newer program made them.
    """
    if found > VERSION:
        raise Unavailable(f"{where} has version {found}, this program knows {VERSION}: upgrade mdjourney")
    if found == 0:
        metadata.create_all(connection)
        return
    for version in range(found + 1, VERSION + 1):
        for statement in CHANGES[version]:
            connection.exec_driver_sql(statement)


def _configure(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 15000"):
        connection.execute(f"PRAGMA {pragma}")


def _name_of(home: Path) -> str:
    """What this home is called among the gateways of one state; made up once."""
    path = home / _ID_FILE
    try:
        with path.open("x") as file:
            file.write(str(uuid.uuid4()))
    except FileExistsError:
        pass
    return path.read_text().strip()


@contextmanager
def told() -> Iterator[None]:
    """Translate what a driver says of an absent server or an impossible value.

    Raises:
        Unavailable, Invalid: see `State.transaction`.
    """
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as exc:
        said = str(getattr(exc, "orig", None) or exc).partition("\n")[0]
        raise Unavailable(f"the gateway's state does not answer: {said}", retry_after=2) from exc
    except DataError as exc:
        raise Invalid("a value is too long, or holds a character that cannot be kept") from exc
