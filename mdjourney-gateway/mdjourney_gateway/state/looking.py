"""Says where the state of a home is and whether it answers, without making one."""

from pathlib import Path

from sqlalchemy import func, select

from mdjourney_gateway.state.database import FILE, State, told
from mdjourney_gateway.state.tables import account


def look(home: Path, url: str | None) -> str:
    """Where it is and how many accounts it has; one that is not there yet is no fault.

    Raises:
        Unavailable: it does not answer, or a newer program wrote it.
        Invalid: `url` is none of PostgreSQL.
    """
    place = str(home / FILE) if url is None else "PostgreSQL"
    accounts = _in_file(home) if url is None else _in_postgres(url)
    return f"{place}{', made at the first start' if accounts is None else f', accounts: {accounts}'}"


def _in_file(home: Path) -> int | None:
    if not (home / FILE).exists():
        return None
    state = State.open(home)
    try:
        with state.transaction() as connection:
            return connection.scalar(select(func.count()).select_from(account))
    finally:
        state.close()


def _in_postgres(url: str) -> int | None:
    from mdjourney_gateway.state.postgres import SCHEMA, engine_for

    with told():
        engine = engine_for(url)
        try:
            with engine.connect() as connection:
                there = connection.scalar(select(func.to_regclass(f"{SCHEMA}.account")))
                return None if there is None else connection.scalar(select(func.count()).select_from(account))
        finally:
            engine.dispose()
