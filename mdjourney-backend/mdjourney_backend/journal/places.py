"""Where identities live: the folder, inode and device each project and dataset had last."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from mdjourney_backend.journal.database import Database

PlaceKind = Literal["project", "dataset"]
KINDS: Final[tuple[PlaceKind, ...]] = ("project", "dataset")


@dataclass(frozen=True, slots=True)
class Known:
    """An identity and the folder that had it when it was last seen. `gone`: its folder was missing then;
    `mounted`: it lay on another device than the root."""

    identifier: str
    path: str
    inode: int
    dev: int
    gone: bool = False
    mounted: bool = False


class PlaceIndex:
    """Rows of `places`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def known(self, kind: PlaceKind) -> list[Known]:
        """Every identity of a kind that was ever seen."""
        rows = self._database.rows(
            "SELECT identifier, path, inode, dev, gone_at, mounted FROM places WHERE kind = ? ORDER BY identifier",
            (kind,),
        )
        return [
            Known(str(r[0]), str(r[1]), int(str(r[2])), int(str(r[3])), r[4] is not None, bool(r[5]))
            for r in rows
        ]

    def put(self, kind: PlaceKind, rows: Iterable[Known]) -> None:
        """Insert or replace."""
        with self._database.transaction() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO places (identifier, kind, path, inode, dev, gone_at, mounted)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (k.identifier, kind, k.path, k.inode, k.dev, time.time() if k.gone else None, k.mounted)
                    for k in rows
                ],
            )
