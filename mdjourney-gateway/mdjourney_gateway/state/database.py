"""Opens `gateway.sqlite`, private to its owner, and hands out transactions."""

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, select
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.pool import ConnectionPoolEntry

from mdjourney_contract.problems import Unavailable
from mdjourney_gateway.state.tables import key, metadata

#: Raised when a table changes; a newer file is refused, an older one is brought up.
VERSION = 1


class State:
    """The gateway's database; safe to use from several threads and, through SQLite's locks, processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, home: Path) -> "State":
        """Open or create `<home>/gateway.sqlite`, mode 0600 in a folder of mode 0700.

        Raises:
            Unavailable: the file was written by a newer program.
        """
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = home / "gateway.sqlite"
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 15})
        event.listen(engine, "connect", _configure)
        with engine.begin() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            found = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            if found > VERSION:
                engine.dispose()
                raise Unavailable(
                    f"{path} has version {found}, this program knows {VERSION}: upgrade mdjourney"
                )
            metadata.create_all(connection)
            connection.exec_driver_sql(f"PRAGMA user_version = {VERSION}")
        return cls(engine)

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction, committed at the end unless an error leaves it."""
        with self._engine.begin() as connection:
            yield connection

    def secret(self, name: str) -> str:
        """A random key of 256 bits that stays the same for this home."""
        with self.transaction() as connection:
            found = connection.scalar(select(key.c.value).where(key.c.name == name))
            if found is not None:
                return str(found)
            made = sqlite_insert(key).values(name=name, value=secrets.token_urlsafe(32))
            connection.execute(made.on_conflict_do_nothing())
            return str(connection.scalar(select(key.c.value).where(key.c.name == name)))


def _configure(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 15000"):
        connection.execute(f"PRAGMA {pragma}")
