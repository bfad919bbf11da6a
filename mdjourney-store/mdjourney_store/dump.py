"""Dump and restore of what lives only in the store: roles, trials recorded through the API, events, audit."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from psycopg import sql
from psycopg.types.json import Jsonb

from mdjourney_contract.clock import now, rfc3339
from mdjourney_contract.problems import BadRequest
from mdjourney_store.connection import Connection, Store
from mdjourney_store.migrate import require_head
from mdjourney_store.revision import HEAD

_FORMAT: Final = "mdjourney-store-dump"

#: In the order they can be put back. People and the projects that roles name come along as stubs.
_TABLES: Final[dict[str, str]] = {
    "user_detail": "SELECT * FROM user_detail",
    "project_detail": "SELECT project_id, name, created_at FROM project_detail p WHERE EXISTS"
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


def dump(store: Store, path: Path) -> int:
    """Write the primary rows to a new file of JSON lines (0600); returns how many.

    Raises:
        FileExistsError: something is at `path` already.
    """
    number = 0
    with path.open("x", encoding="utf-8") as file, store.transaction(600) as connection:
        path.chmod(0o600)
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        require_head(connection)
        file.write(json.dumps({"format": _FORMAT, "revision": HEAD, "at": rfc3339(now())}) + "\n")
        for table, query in _TABLES.items():
            for row in connection.execute(query):
                file.write(
                    json.dumps([table, row.get("row", row)], default=_plain, ensure_ascii=False) + "\n"
                )
                number += 1
    return number


def restore(store: Store, path: Path) -> int:
    """Put the rows of a dump back, in one transaction; what is there already stays. Returns how many were added.

    Raises:
        BadRequest: the file is no dump of this revision; names the line.
    """
    added = 0
    with store.transaction(600) as connection:
        require_head(connection)
        columns = {table: _columns(connection, table) for table in _TABLES}
        for line, table, row in _lines(path):
            if table not in _TABLES or not set(row) <= set(columns[table]):
                raise BadRequest(f"{path}, line {line}: not a row of the store")
            added += _put(connection, table, row, columns[table])
        for table in _NUMBERED:
            connection.execute(
                sql.SQL(
                    "SELECT setval(pg_get_serial_sequence(%s, 'event_id'), GREATEST(1, (SELECT max(event_id) FROM {})))"
                ).format(sql.Identifier(table)),
                (table,),
            )
    return added


def _lines(path: Path) -> Iterator[tuple[int, str, dict[str, Any]]]:
    with path.open(encoding="utf-8") as file:
        for number, text in enumerate(file, 1):
            try:
                value = json.loads(text)
                if number == 1:
                    _check_header(path, value)
                    continue
                table, row = value
            except (ValueError, TypeError) as error:
                raise BadRequest(f"{path}, line {number}: not a line of a dump") from error
            yield number, str(table), dict(row)
    if path.stat().st_size == 0:
        raise BadRequest(f"{path} is empty and no dump of a metadata store")


def _check_header(path: Path, header: Any) -> None:
    if not isinstance(header, dict) or header.get("format") != _FORMAT:
        raise BadRequest(f"{path} is no dump of a metadata store")
    if header.get("revision") != HEAD:
        raise BadRequest(f"{path} has revision {header.get('revision')}, this program needs {HEAD}")


def _put(connection: Connection, table: str, row: dict[str, Any], types: dict[str, str]) -> int:
    values = [Jsonb(v) if types[k] == "jsonb" and v is not None else v for k, v in row.items()]
    return connection.execute(
        sql.SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE VALUES ({}) ON CONFLICT DO NOTHING").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join([sql.Placeholder()] * len(row)),
        ),
        values,
    ).rowcount


def _columns(connection: Connection, table: str) -> dict[str, str]:
    rows = connection.execute(
        "SELECT attname, format_type(atttypid, NULL) AS type FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
        (table,),
    )
    return {row["attname"]: row["type"] for row in rows}


def _plain(value: Any) -> str:
    return rfc3339(value) if isinstance(value, datetime) else str(value)
