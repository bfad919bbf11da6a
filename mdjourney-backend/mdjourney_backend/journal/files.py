"""The file index: what was known of each data file when it was last read."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, cast

import orjson

from mdjourney_backend.journal.database import Database


@dataclass(frozen=True, slots=True)
class FileRow:
    """One data file. `path` is relative to its dataset; `status` present, growing or removed; sizes in bytes; times in
    ns; `racy`: it changed so shortly before it was read that its times alone cannot vouch for it."""

    dataset_id: str
    path: str
    status: str
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    dev: int
    sha256: str
    md5: str
    file_id: str
    racy: bool = False


_COLUMNS: Final = "dataset_id, path, status, size, mtime_ns, ctime_ns, inode, dev, sha256, md5, file_id, racy"


#: What a scan needs of a row: path, size, mtime_ns, ctime_ns, inode, status, racy. Plain tuples: there are many.
Brief = tuple[str, int, int, int, int, str, int]


class FileIndex:
    """Rows of `files`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, dataset_id: str) -> dict[str, FileRow]:
        """All rows of a dataset by path, removed ones too."""
        sql = f"SELECT {_COLUMNS} FROM files WHERE dataset_id = ?"  # noqa: S608  constant column list
        return {str(r[1]): _row(r) for r in self._database.rows(sql, (dataset_id,))}

    def brief(self, dataset_id: str) -> dict[str, Brief]:
        """All rows of a dataset by path, as much of them as a comparison needs."""
        sql = "SELECT path, size, mtime_ns, ctime_ns, inode, status, racy FROM files WHERE dataset_id = ?"
        rows = cast(list[Brief], self._database.rows(sql, (dataset_id,)))
        return {row[0]: row for row in rows}

    def brief_in(self, dataset_id: str, folder: str, *, deep: bool) -> dict[str, Brief]:
        """As `brief`, of the files in one folder of the dataset, or (`deep`) of all below it."""
        sql = "SELECT path, size, mtime_ns, ctime_ns, inode, status, racy FROM files WHERE dataset_id = ?"
        values: tuple[object, ...] = (dataset_id,)
        if folder:
            sql += " AND path > ? AND path < ?"  # "0" comes after "/"
            values += (f"{folder}/", f"{folder}0")
        if not deep:
            sql += " AND instr(substr(path, ?), '/') = 0"
            values += (len(folder) + 2 if folder else 1,)
        rows = cast(list[Brief], self._database.rows(sql, values))
        return {row[0]: row for row in rows}

    def racy(self, dataset_id: str) -> list[str]:
        """Paths of files that have to be looked at again: they changed just before they were read."""
        sql = "SELECT path FROM files WHERE dataset_id = ? AND racy AND status != 'removed'"
        return [str(row[0]) for row in self._database.rows(sql, (dataset_id,))]

    def doubt(self, dataset_id: str, paths: Sequence[str]) -> None:
        """Have these files looked at again, whatever their times say."""
        with self._database.transaction() as connection:
            connection.executemany(
                "UPDATE files SET racy = 1 WHERE dataset_id = ? AND path = ?",
                [(dataset_id, p) for p in paths],
            )

    def some(self, dataset_id: str, paths: Collection[str]) -> dict[str, FileRow]:
        """The rows of these paths, as far as there are any."""
        return {row.path: row for row in self._among("path", list(paths), dataset_id)}

    def hashed(self, dataset_id: str) -> list[tuple[str, str, int]]:
        """Path, MD5 and size of every present regular file of a dataset."""
        sql = "SELECT path, md5, size FROM files WHERE dataset_id = ? AND status = 'present' AND md5 != ''"
        return cast(list[tuple[str, str, int]], self._database.rows(sql, (dataset_id,)))

    def left_behind(self) -> dict[str, list[str]]:
        """Paths by dataset whose file has arrived in another dataset, identifier and all: a move that was cut short."""
        sql = (
            "SELECT a.dataset_id, a.path FROM files a JOIN files b ON b.sha256 = a.sha256 AND b.file_id = a.file_id"
            " WHERE a.status = 'removed' AND b.status = 'present' AND b.dataset_id != a.dataset_id"
        )
        found: dict[str, list[str]] = {}
        for dataset_id, path in self._database.rows(sql):
            found.setdefault(str(dataset_id), []).append(str(path))
        return found

    def by_inodes(self, inodes: Iterable[int]) -> list[FileRow]:
        """Rows of any dataset with one of these inodes."""
        return self._among("inode", list(inodes))

    def by_sha256s(self, hashes: Iterable[str]) -> list[FileRow]:
        """Rows of any dataset with one of these contents."""
        return self._among("sha256", list(hashes))

    def _among(
        self, column: Literal["inode", "sha256", "path"], values: Sequence[int | str], dataset_id: str = ""
    ) -> list[FileRow]:
        """Rows whose column has one of these values, of one dataset or of all; one query however many there are."""
        if not values:
            return []
        here = "dataset_id = ? AND" if dataset_id else ""
        sql = f"SELECT {_COLUMNS} FROM files WHERE {here} {column} IN (SELECT value FROM json_each(?))"  # noqa: S608  constants
        given = (dataset_id,) if dataset_id else ()
        return [_row(r) for r in self._database.rows(sql, (*given, orjson.dumps(values).decode()))]

    def pointers_due(self) -> list[str]:
        """Datasets whose files changed since their DVC pointers were last brought in line."""
        return [str(r[0]) for r in self._database.rows("SELECT dataset_id FROM pointers_due")]

    def set_pointers_due(self, dataset_id: str, due: bool) -> None:
        """Note that pointers have to follow, or that they did."""
        sql = (
            "INSERT OR IGNORE INTO pointers_due (dataset_id) VALUES (?)"
            if due
            else "DELETE FROM pointers_due WHERE dataset_id = ?"
        )
        with self._database.transaction() as connection:
            connection.execute(sql, (dataset_id,))

    def put(self, rows: Iterable[FileRow]) -> None:
        """Insert or replace."""
        marks = ", ".join("?" * 12)
        with self._database.transaction() as connection:
            connection.executemany(
                f"INSERT OR REPLACE INTO files ({_COLUMNS}) VALUES ({marks})",  # noqa: S608  constant
                [_values(row) for row in rows],
            )

    def drop(self, dataset_id: str, paths: Sequence[str]) -> None:
        """Forget rows."""
        with self._database.transaction() as connection:
            connection.executemany(
                "DELETE FROM files WHERE dataset_id = ? AND path = ?", [(dataset_id, p) for p in paths]
            )

    def forget(self, dataset_id: str) -> None:
        """Forget a whole dataset; its next scan reads every file again."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM files WHERE dataset_id = ?", (dataset_id,))

    def count(self) -> int:
        """How many rows there are."""
        return int(str(self._database.rows("SELECT count(*) FROM files")[0][0]))


def _values(row: FileRow) -> tuple[object, ...]:
    return (
        row.dataset_id, row.path, row.status, row.size, row.mtime_ns, row.ctime_ns, row.inode, row.dev, row.sha256,
        row.md5, row.file_id, row.racy,
    )  # fmt: skip


def _row(r: tuple[object, ...]) -> FileRow:
    """SQLite hands out what `put` gave it: columns have one type each."""
    return FileRow(
        *cast(tuple[str, str, str, int, int, int, int, int, str, str, str], r[:11]), racy=bool(r[11])
    )
