"""Dump and restore of what lives only in the store: roles, trials recorded through the API, events, audit."""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby, islice
from pathlib import Path
from typing import Any, Final, TextIO

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from mdjourney_contract.clock import now, rfc3339
from mdjourney_contract.problems import BadRequest
from mdjourney_store.connection import LIMITS, Connection, Store
from mdjourney_store.migrate import require_head, revision_of, upgrade
from mdjourney_store.revision import HEAD

_FORMAT: Final = "mdjourney-store-dump"
_DUMP_SECONDS: Final = 600
_AT_ONCE: Final = 500
#: What the driver and PostgreSQL say of a value that is none for its column, or points nowhere.
_UNFIT: Final = (
    *LIMITS,
    psycopg.DataError,
    psycopg.IntegrityError,
    psycopg.ProgrammingError,
    UnicodeEncodeError,
)

#: In the order they can be put back. People and the projects that roles name come along as stubs, with the tree that holds them.
_TABLES: Final[dict[str, str]] = {
    "user_detail": "SELECT * FROM user_detail",
    "project_detail": "SELECT project_id, name, created_at, rel_path, origin_id FROM project_detail p WHERE EXISTS"
    " (SELECT 1 FROM user_project_role_linking r WHERE r.project_id = p.project_id)"
    " OR EXISTS (SELECT 1 FROM trial_detail t WHERE t.project_id = p.project_id AND t.recorded_by = 'api')",
    "user_project_role_linking": "SELECT * FROM user_project_role_linking",
    "automatic_grant": "SELECT * FROM automatic_grant",
    "trial_detail": "SELECT * FROM trial_detail WHERE recorded_by = 'api'",
    "trial_liveness": "SELECT l.* FROM trial_liveness l JOIN trial_detail t USING (trial_id) WHERE t.recorded_by = 'api'",
    # numbers of transactions mean nothing in another server
    "trial_event": "SELECT to_jsonb(e) - 'txid' AS row FROM trial_event e ORDER BY event_id",
    "document_event": "SELECT to_jsonb(e) - 'txid' AS row FROM document_event e ORDER BY event_id",
    "audit_event": "SELECT * FROM audit_event ORDER BY event_id",
    "idempotency_key": "SELECT * FROM idempotency_key",
    "saved_search": "SELECT * FROM saved_search",
}
_NUMBERED: Final = ("trial_event", "document_event", "audit_event")

#: What changes whenever a primary row does: every change of a trial or a role appends an event as well.
_STATE: Final = """
SELECT (SELECT max(event_id) FROM trial_event) AS trial_events, (SELECT max(event_id) FROM document_event) AS documents,
    (SELECT max(event_id) FROM audit_event) AS audit, (SELECT count(*) FROM automatic_grant) AS grants,
    (SELECT count(*) FROM user_project_role_linking) AS roles,
    (SELECT max(updated_at) FROM user_project_role_linking) AS roles_at, (SELECT count(*) FROM user_detail) AS people,
    (SELECT max(updated_at) FROM user_detail) AS people_at, (SELECT count(*) FROM saved_search) AS searches,
    (SELECT max(updated_at) FROM saved_search) AS searches_at
"""


@dataclass(frozen=True, slots=True)
class DumpHeader:
    """First line of a dump: `state` is equal in dumps of the same primary rows; `at` is RFC 3339."""

    revision: str
    at: str
    state: str = ""


def dump(store: Store, path: Path) -> int:
    """Write the primary rows to a new file of JSON lines (0600); returns how many.

    Raises:
        FileExistsError: something is at `path` already.
    """
    with path.open("x", encoding="utf-8") as file:
        path.chmod(0o600)
        try:
            return _write(store, file, None, _DUMP_SECONDS) or 0
        except BaseException:
            path.unlink()  # half a dump is none, and would be in the way of the next
            raise


def dump_over(store: Store, path: Path, *, seconds: float = _DUMP_SECONDS) -> int | None:
    """Replace `path` (0600) by a dump of now, in one step; None where it holds the same rows already.

    Raises:
        StoreAway: the store does not answer, or not in `seconds`; what was at `path` stays.
        WrongRevision: the database was not migrated yet.
    """
    before = None
    if path.exists():
        header = read_header(path)
        before = header.state if header.revision == HEAD else None
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            rows = _write(store, file, before, seconds)
            file.flush()
            os.fsync(file.fileno())
        if rows is not None:
            Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
    return rows


def restore(store: Store, path: Path) -> int:
    """Put the rows of a dump back, in one transaction; what is there already stays. Returns how many were added.

    The database must be at the dump's revision: `upgrade(url, to=read_header(path).revision)` makes an empty one so.

    Raises:
        BadRequest: the file is no dump of the database's revision, or a row cannot be in it; names the line. Nothing was
            added.
    """
    header = read_header(path)
    added = 0
    with store.transaction(_DUMP_SECONDS) as connection:
        connection.execute("SET LOCAL statement_timeout = 0")
        found = revision_of(connection)
        if header.revision != found:
            raise BadRequest(f"{path} has revision {header.revision}, the database {found}")
        columns = {table: _columns(connection, table) for table in _TABLES}
        # neighbours with the same columns go in one round trip
        for (table, names), rows in groupby(_rows(path, columns), key=lambda it: (it[1], tuple(it[2]))):
            while some := [(line, row) for line, _, row in islice(rows, _AT_ONCE)]:
                added += _put_or_name(connection, path, table, names, some, columns[table])
        for table in _NUMBERED:
            connection.execute(
                sql.SQL(
                    "SELECT setval(pg_get_serial_sequence(%s, 'event_id'), GREATEST(1, (SELECT max(event_id) FROM {})))"
                ).format(sql.Identifier(table)),
                (table,),
            )
        try:
            # else the end of the transaction would say it
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg.IntegrityError as error:
            raise BadRequest(f"{path}: {_first_lines(error)}") from error
    return added


def restore_into(url: str, path: Path) -> int:
    """Put the rows of a dump of this or an older program into the database at `url`, which is at HEAD afterwards.

    An older program's dump needs an empty database: it is filled as that program knew it, then migrated.

    Raises:
        BadRequest: the file is no dump, one of a newer program, or older than a database that is not empty; or one of its
            rows cannot be in the store. Nothing was added, and an empty database stays as that program knew it.
        StoreAway: nothing was added.
    """
    header = read_header(path)
    if header.revision > HEAD:
        raise BadRequest(
            f"{path} has revision {header.revision}, this program knows {HEAD}: install the newer program"
        )
    upgrade(url, to=header.revision)
    store = Store(url)
    try:
        added = restore(store, path)
    finally:
        store.close()
    upgrade(url)
    return added


def read_header(path: Path) -> DumpHeader:
    """What the first line of a dump says.

    Raises:
        BadRequest: the file is no dump.
    """
    with path.open(encoding="utf-8", errors="replace") as file:
        try:
            header = json.loads(file.readline())
            if header["format"] != _FORMAT:
                raise BadRequest(f"{path} is no dump of a metadata store")
            return DumpHeader(str(header["revision"]), str(header["at"]), str(header.get("state", "")))
        except (ValueError, TypeError, KeyError) as error:
            raise BadRequest(f"{path} is no dump of a metadata store") from error


def _write(store: Store, file: TextIO, before: str | None, seconds: float) -> int | None:
    number = 0
    with store.transaction(seconds) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        connection.execute(f"SET LOCAL statement_timeout = {round(seconds * 1000)}")
        require_head(connection)
        state = hashlib.sha256(
            json.dumps(connection.execute(_STATE).fetchone(), default=_plain).encode()
        ).hexdigest()
        if state == before:
            return None
        header = DumpHeader(HEAD, rfc3339(now()), state)
        file.write(json.dumps({"format": _FORMAT, **asdict(header)}) + "\n")
        for table, query in _TABLES.items():
            # on the server's side: tables may be larger than our memory
            columns = _columns(connection, table)
            with connection.cursor(name="dump") as cursor:
                for row in cursor.execute(query):
                    kept = {k: v for k, v in row.get("row", row).items() if k in columns}
                    line = json.dumps([table, kept], default=_plain, ensure_ascii=False)
                    file.write(line + "\n")
                    number += 1
    return number


def _lines(path: Path) -> Iterator[tuple[int, str, dict[str, Any]]]:
    # what is no UTF-8 becomes half characters, which the database refuses by line
    with path.open(encoding="utf-8", errors="surrogateescape") as file:
        file.readline()
        for number, text in enumerate(file, 2):
            try:
                table, row = json.loads(text)
                yield number, str(table), dict(row)
            except (ValueError, TypeError, RecursionError) as error:
                raise BadRequest(f"{path}, line {number}: not a line of a dump") from error


def _rows(path: Path, columns: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[int, str, dict[str, Any]]]:
    for line, table, row in _lines(path):
        if table not in _TABLES or not set(row) <= set(columns[table]):
            raise BadRequest(f"{path}, line {line}: not a row of the store")
        # the driver would write an array's text into a text
        bent = [n for n, v in row.items() if isinstance(v, list | dict) and columns[table][n] != "jsonb"]
        if bent:
            raise BadRequest(f"{path}, line {line}: {', '.join(bent)} is no single value")
        yield line, table, row


def _put_or_name(
    connection: Connection,
    path: Path,
    table: str,
    names: Sequence[str],
    rows: Sequence[tuple[int, Mapping[str, Any]]],
    types: Mapping[str, str],
) -> int:
    try:
        with connection.transaction():
            return _put(connection, table, names, [row for _, row in rows], types)
    except _UNFIT:
        for line, row in rows:
            try:
                _put(connection, table, names, [row], types)
            except _UNFIT as error:
                raise BadRequest(f"{path}, line {line}: {_first_lines(error)}") from error
        raise


def _put(
    connection: Connection,
    table: str,
    names: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    types: Mapping[str, str],
) -> int:
    query = sql.SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE VALUES ({}) ON CONFLICT DO NOTHING").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.SQL(", ").join([sql.Placeholder()] * len(names)),
    )
    values = [
        [Jsonb(row[n]) if types[n] == "jsonb" and row[n] is not None else row[n] for n in names]
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(query, values)
        return cursor.rowcount


def _columns(connection: Connection, table: str) -> dict[str, str]:
    """Type of each column that a row brings; the others the server makes of these."""
    rows = connection.execute(
        "SELECT attname, format_type(atttypid, NULL) AS type FROM pg_attribute"
        " WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
        (table,),
    )
    return {row["attname"]: row["type"] for row in rows}


def _first_lines(error: BaseException) -> str:
    return ", ".join(str(error).strip().split("\n")[:2])


def _plain(value: Any) -> str:
    return rfc3339(value) if isinstance(value, datetime) else str(value)
