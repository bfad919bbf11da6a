"""The file entries of a dataset: only those that differ are written."""

from collections.abc import Sequence

from psycopg.types.json import Jsonb

from mdjourney_store.connection import Connection
from mdjourney_store.rows import FileRow

_COLUMNS = (
    "dataset_id", "path", "extension", "mime_type", "size_bytes", "checksum", "modified_at", "status", "state",
    "role", "technical", "entry_sha256",
)  # fmt: skip
_LIST = ", ".join(_COLUMNS)
_SET = ", ".join(f"{column} = excluded.{column}" for column in _COLUMNS[2:])


def put_files(
    connection: Connection, dataset_id: str, files: Sequence[FileRow], *, whole: bool = False
) -> int:
    """Make `file_entry` hold exactly `files` for that dataset; returns rows added, changed and dropped.

    Args:
        whole: compare the rows themselves, not only the hash of what they were made of, and sum them up anew.
    """
    known = _rows(connection, dataset_id) if whole else _hashes(connection, dataset_id)
    wanted = {file.path: file for file in files}
    gone = [path for path in known if path not in wanted]
    changed = [
        file
        for path, file in wanted.items()
        if known.get(path) != (_values(dataset_id, file) if whole else file.entry_sha256)
    ]
    if gone:
        connection.execute(
            "DELETE FROM file_entry WHERE dataset_id = %s AND path = ANY(%s)", (dataset_id, gone)
        )
    _write(connection, dataset_id, changed)
    if gone or changed or whole:
        _sum_up(connection, dataset_id)
    return len(gone) + len(changed)


def _hashes(connection: Connection, dataset_id: str) -> dict[str, object]:
    found = connection.execute(
        "SELECT path, entry_sha256 FROM file_entry WHERE dataset_id = %s", (dataset_id,)
    )
    return {row["path"]: row["entry_sha256"] for row in found}


def _rows(connection: Connection, dataset_id: str) -> dict[str, object]:
    found = connection.execute(f"SELECT {_LIST} FROM file_entry WHERE dataset_id = %s", (dataset_id,))  # noqa: S608 - own names
    return {row["path"]: tuple(row[column] for column in _COLUMNS) for row in found}


def _values(dataset_id: str, file: FileRow) -> tuple[object, ...]:
    return (
        dataset_id, file.path, file.extension, file.mime_type, file.size_bytes, file.checksum, file.modified_at,
        file.status, file.state, file.role, file.technical, file.entry_sha256,
    )  # fmt: skip


def _write(connection: Connection, dataset_id: str, files: Sequence[FileRow]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO file_entry ({_LIST}) VALUES ({', '.join(['%s'] * len(_COLUMNS))})"  # noqa: S608 - own names
            f" ON CONFLICT (dataset_id, path) DO UPDATE SET {_SET}",
            [
                [Jsonb(value) if value is file.technical else value for value in _values(dataset_id, file)]
                for file in files
            ],
        )


def _sum_up(connection: Connection, dataset_id: str) -> None:
    connection.execute(
        "UPDATE dataset_detail SET (files, bytes, state) ="
        " (SELECT count(*), COALESCE(sum(size_bytes), 0), COALESCE(min(state), 0) FROM file_entry"
        "  WHERE dataset_id = %s AND status <> 'removed') WHERE dataset_id = %s",
        (dataset_id, dataset_id),
    )
