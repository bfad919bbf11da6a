"""A query as one viewer asks it: what must hold, what they see, and which rows are wanted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from mdjourney_store.connection import Connection
from mdjourney_store.labels import label
from mdjourney_store.lanes import MOST_LANES, Lanes, Rows
from mdjourney_store.search.compiling import Part, fields_in, parts_of, simple_part
from mdjourney_store.search.lexed import Condition, either, labelled
from mdjourney_store.search.terms import Term
from mdjourney_store.viewer import Sight

#: A short name may stand for so many full ones.
_MOST_NAMES: Final = 50
_OWN: Final = "(s.kind = 'trial' AND s.project_id IS NULL AND s.user_id = %s AND s.user_domain = %s)"
#: Rows of `search_document`, newest first.
ROWS: Final = Rows("search_document", ("at", "kind", "entity_id"), _OWN)
NEWEST: Final = "ORDER BY {0}.at DESC, {0}.kind DESC, {0}.entity_id DESC"
# by its key, row by row: `OFFSET 0` keeps PostgreSQL from reading the whole table to join a few rows
ROW_OF: Final = "LATERAL (SELECT * FROM search_document own WHERE own.kind = {0}.kind AND own.entity_id = {0}.entity_id OFFSET 0) s"


@dataclass(frozen=True, slots=True)
class Wanted:
    """`columns` of up to `limit` rows of `search_document s` after a key `(at, kind, entity_id)`, newest first."""

    columns: str
    limit: int
    after: list[Any] | None = None

    def later(self, table: str) -> Condition:
        """Rows of this table that come after the key."""
        return ROWS.later(table, self.after)


@dataclass(frozen=True, slots=True)
class Asked:
    """The parts of a query, and the one that limits it to what the viewer sees (None: all)."""

    parts: list[Part]
    sight: Part | None = None
    #: The same as lanes, of which there are not too many.
    lanes: Lanes | None = None

    @property
    def all(self) -> list[Part]:
        """Everything that must hold."""
        return self.parts if self.sight is None else [*self.parts, self.sight]

    @property
    def projects(self) -> list[str] | None:
        """The viewer's projects, where every visible row belongs to one."""
        return None if self.lanes is None or self.lanes.own else self.lanes.projects


def compiled(connection: Connection, sight: Sight, term: Term) -> Asked:
    """What must hold for this viewer.

    Raises:
        QueryError: a value does not fit its field.
    """
    parts = parts_of(term, full_names(connection, fields_in(term)))
    if sight.projects is None:
        return Asked(parts)
    viewer = sight.viewer
    own = (viewer.user_id, viewer.domain) if _has_own(connection, sight) else None
    lanes = Lanes(sight.projects, own)
    return Asked(parts, _visible(lanes), lanes if lanes.number <= MOST_LANES else None)


def joined(tests: Sequence[Condition]) -> Condition:
    """All of these."""
    sql = " AND ".join(test[0] for test in tests) or "TRUE"
    return sql, [value for test in tests for value in test[1]]


def full_names(connection: Connection, fields: set[str]) -> dict[str, list[str]]:
    """What these names stand for: fields of that name, and fields whose path ends with it; 50 each at most."""
    if not fields:
        return {}
    found: dict[str, list[str]] = {field: [] for field in fields}
    rows = connection.execute(
        "SELECT w.name, f.field FROM unnest(%s::text[], %s::text[]) AS w(name, leaf) JOIN field_name f ON f.leaf = w.leaf"
        " WHERE f.field = w.name OR right(f.field, length(w.name) + 1) = '.' || w.name ORDER BY length(f.field), f.field",
        (list(fields), [field.rpartition(".")[2] for field in fields]),
    )
    for row in rows:
        if len(found[row["name"]]) < _MOST_NAMES:
            found[row["name"]].append(row["field"])
    return found


def _has_own(connection: Connection, sight: Sight) -> bool:
    """Whether the viewer has trials that belong to no project."""
    viewer = sight.viewer
    found = connection.execute(
        "SELECT 1 FROM search_document WHERE project_id IS NULL AND user_id = %s AND user_domain = %s LIMIT 1",
        (viewer.user_id, viewer.domain),
    ).fetchone()
    return found is not None


def _visible(lanes: Lanes) -> Part:
    known = labelled([label("project", project) for project in lanes.projects])
    if lanes.own is None:
        return simple_part(("s.project_id = ANY(%s)", [lanes.projects]), rank=6, lexed=known)
    test = f"(s.project_id = ANY(%s) OR {_OWN})"
    own = labelled([label("user", lanes.own[0])])
    both_known = [one for one in (known, own) if one is not None]
    complete = known is not None or not lanes.projects
    return simple_part(
        (test, [lanes.projects, *lanes.own]), rank=6, lexed=either(both_known) if complete else None
    )
