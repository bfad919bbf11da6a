"""The newest rows of what one person sees, merged from a lane for each project: however many rows of other projects are newer,
they are not passed."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

from mdjourney_store.connection import Connection, Row

Condition = tuple[str, list[object]]
#: Of more projects the rows are walked all together.
MOST_LANES: Final = 256
#: A first look takes so many times the wanted rows from all lanes together, and so many from each at least.
_AT_FIRST: Final = 2
_LEAST: Final = 4


@dataclass(frozen=True, slots=True)
class Lanes:
    """Projects, and the person whose trials outside of projects are seen as well."""

    projects: list[str]
    own: tuple[str, str] | None = None

    @property
    def number(self) -> int:
        """How many there are."""
        return len(self.projects) + (self.own is not None)


@dataclass(frozen=True, slots=True)
class Rows:
    """A table with `project_id` and an index that begins with it and goes on with `key`, newest first; the first of `key`
    is a moment. `own`: which rows belong to a person and to no project (user, domain)."""

    table: str
    key: tuple[str, ...]
    own: str
    alive: str = "TRUE"

    def order(self, alias: str) -> str:
        """`ORDER BY` newest first."""
        return "ORDER BY " + ", ".join(f"{alias}.{column} DESC" for column in self.key)

    def later(self, alias: str, after: Sequence[Any] | None) -> Condition:
        """What comes after a key on a list that begins with the newest."""
        if after is None:
            return "TRUE", []
        columns = ", ".join(f"{alias}.{column}" for column in self.key)
        return f"({columns}) < ({', '.join(['%s'] * len(self.key))})", list(after)


def newest(
    rows: Rows, lanes: Lanes, number: int, after: Sequence[Any] | None, test: Condition, columns: str
) -> Condition:
    """A query for `columns` of the `number` newest rows after a key that pass a test (of `s`, on columns of the index), in order.

    A first look at every lane tells a moment since which there are `number` rows; a second one takes, of each lane, what
    is newer.
    """
    moment = rows.key[0]
    each = min(number, max(_LEAST, even(_AT_FIRST * number / max(1, lanes.number))))
    heads, head_values = _all(rows, lanes, after, test, moment, each)
    newer = f"s.{moment} >= (SELECT since FROM lane_since) AND {test[0]}"  # noqa: S608 - own fragments
    found, values = _all(rows, lanes, after, (newer, test[1]), columns, number)
    since = f"SELECT {moment} FROM lane_head ORDER BY {moment} DESC OFFSET {number - 1:d} LIMIT 1"  # noqa: S608 - own fragments
    sql = (
        f"WITH lane_head AS MATERIALIZED ({heads}),"  # noqa: S608 - own fragments
        f" lane_since AS MATERIALIZED (SELECT COALESCE(({since}), '-infinity') AS since)"
        f" SELECT * FROM ({found}) l {rows.order('l')} LIMIT {number:d}"
    )
    return sql, [*head_values, *values]


def matching_of(
    connection: Connection, rows: Rows, newest: Condition, matching: Condition
) -> tuple[list[Row], int]:
    """What a query on `n`, the newest rows, gives, in order, and how many rows `n` has. The query gives their key."""
    found = connection.execute(
        f"WITH n AS MATERIALIZED ({newest[0]}) SELECT c.seen, s.* FROM (SELECT count(*) AS seen FROM n) c"  # noqa: S608 - own fragments
        f" LEFT JOIN ({matching[0]}) s ON TRUE {rows.order('s')}",
        [*newest[1], *matching[1]],
    ).fetchall()
    seen = found[0]["seen"]
    for row in found:
        del row["seen"]
    return [row for row in found if row[rows.key[-1]] is not None], seen


def _all(
    rows: Rows, lanes: Lanes, after: Sequence[Any] | None, test: Condition, columns: str, number: int
) -> Condition:
    later, after_values = rows.later("s", after)
    begin = f"SELECT {columns} FROM {rows.table} s WHERE"  # noqa: S608 - own fragments
    end = f"{rows.alive} AND {later} AND {test[0]} {rows.order('s')} LIMIT {number:d}"
    # how many projects there are is hidden from the planner: one plan does for all, and is made once
    sql = f"SELECT t.* FROM unnest((SELECT %s::text[])) p(id) CROSS JOIN LATERAL ({begin} s.project_id = p.id AND {end}) t"  # noqa: S608 - own fragments
    values: list[object] = [lanes.projects, *after_values, *test[1]]
    if lanes.own is None:
        return sql, values
    return f"{sql} UNION ALL ({begin} {rows.own} AND {end})", [
        *values,
        *lanes.own,
        *after_values,
        *test[1],
    ]


def even(number: float) -> int:
    """A power of two that is not less: of few different numbers PostgreSQL plans a statement once."""
    return 1 << (ceil(number) - 1).bit_length()
