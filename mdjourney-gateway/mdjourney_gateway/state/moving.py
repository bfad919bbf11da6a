"""Moves the state of one home from its SQLite file into PostgreSQL, once."""

from pathlib import Path
from typing import Final

from sqlalchemy import func, select

from mdjourney_contract.problems import Conflict, NotFound
from mdjourney_gateway.state.database import FILE, State
from mdjourney_gateway.state.tables import account, metadata

MOVED: Final = FILE + ".moved"


def move(home: Path, url: str) -> dict[str, int]:
    """Copy every row into the empty state at `url`, in one transaction; the file is kept under the name `MOVED`.

    The caller sees to it that no gateway serves the home. Returns how many rows each table had.

    Raises:
        NotFound: the home has no state of its own.
        Conflict: there are accounts already, or an earlier state was moved away.
        Unavailable: PostgreSQL does not answer; nothing was changed.
    """
    if not (home / FILE).exists():
        raise NotFound(f"{home / FILE} is not there: nothing to move")
    if (home / MOVED).exists():
        raise Conflict(f"{home / MOVED} is there: the state was moved before")
    source, target = State.open(home), State.open(home, url)
    try:
        with source.transaction() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        counts = _copy(source, target)
    finally:
        target.close()
        source.close()
    (home / FILE).rename(home / MOVED)
    return counts


def _copy(source: State, target: State) -> dict[str, int]:
    counts: dict[str, int] = {}
    with source.transaction(alone=True) as reading, target.transaction(alone=True) as writing:
        if writing.scalar(select(func.count()).select_from(account)):
            raise Conflict("there are accounts at state_url already: only an empty state can be moved to")
        for table in metadata.sorted_tables:
            rows = [dict(row) for row in reading.execute(select(table)).mappings()]
            for row in rows:
                if "gateway" in row:
                    row["gateway"] = target.gateway
            if rows:
                # What a gateway that looked at the empty state made there (keys) gives way to what signs cookies now.
                writing.execute(table.delete())
                writing.execute(table.insert(), rows)
            counts[str(table.name)] = len(rows)
    return counts
