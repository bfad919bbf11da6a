"""Who holds an identifier: the tree that sent it first, until that tree says it is gone; or the store itself, for what was
recorded through the API.

A tree that is not told so could take another's rows, or rights in its project, by writing down its identifier.
"""

from collections.abc import Iterable
from typing import Final, Literal

from mdjourney_store import people
from mdjourney_store.connection import Connection
from mdjourney_store.rows import Origin

Kind = Literal["project", "dataset", "trial"]
#: What is held elsewhere: its kind and identifier.
Held = tuple[Kind, str]

TABLES: Final[dict[Kind, tuple[str, str]]] = {
    "project": ("project_detail", "project_id"),
    "dataset": ("dataset_detail", "dataset_id"),
    "trial": ("trial_detail", "trial_id"),
}
# what nobody holds any more may be taken where nobody gains by it: the project has neither roles nor trials of the API, the
# tree's owner is its admin already, or the tree is sent by hand and has no owner
_NOTHING_GAINED: Final = """
(NOT EXISTS (SELECT FROM user_project_role_linking r WHERE r.project_id = {0}.project_id)
    AND NOT EXISTS (SELECT FROM trial_detail a WHERE a.project_id = {0}.project_id AND a.recorded_by = 'api')
 OR %s::text IS NULL
 OR EXISTS (SELECT FROM user_project_role_linking r WHERE r.project_id = {0}.project_id AND r.role = 'admin'
    AND r.user_id = %s AND r.domain = %s))
"""
_MAY_WRITE: Final[dict[Kind, str]] = {
    "project": "({0}.origin_id = %s::uuid OR (({0}.origin_id IS NULL OR {0}.deleted_at IS NOT NULL) AND " + _NOTHING_GAINED + "))",
    "dataset": "({0}.origin_id = %s::uuid OR {0}.origin_id IS NULL OR ({0}.deleted_at IS NOT NULL AND " + _NOTHING_GAINED + "))",
    "trial": "({0}.recorded_by = 'stub' OR ({0}.recorded_by = 'document' AND ({0}.origin_id = %s::uuid OR {0}.origin_id IS NULL"
    " OR ({0}.deleted_at IS NOT NULL AND " + _NOTHING_GAINED + "))))",
}  # fmt: skip


def may_write(kind: Kind, alias: str, origin: Origin) -> tuple[str, list[object]]:
    """A condition on a row of the kind's table: this tree may write it."""
    user_id, domain = people.key(origin.owner)
    return _MAY_WRITE[kind].format(alias), [origin.origin_id, user_id, user_id, domain]


def held_elsewhere(
    connection: Connection, origin: Origin, kind: Kind, identifiers: Iterable[str | None]
) -> set[str]:
    """Those of these identifiers whose row this tree may not write."""
    wanted = sorted({name for name in identifiers if name is not None})
    if not wanted:
        return set()
    table, column = TABLES[kind]
    condition, values = may_write(kind, "t", origin)
    found = connection.execute(
        f"SELECT {column} AS name FROM {table} t WHERE {column} = ANY(%s) AND {condition} IS NOT TRUE",  # noqa: S608 - own fragments
        [wanted, *values],
    )
    return {row["name"] for row in found}


def note_conflict(connection: Connection, origin: Origin, rel_path: str, document: str, held: Held) -> None:
    """Write down that what this document speaks of is held elsewhere (`holder_origin_id` NULL: by the store itself)."""
    table, column = TABLES[held[0]]
    connection.execute(
        "INSERT INTO sync_conflict (origin_id, rel_path, kind, entity_id, holder_origin_id)"  # noqa: S608 - own fragments
        f" SELECT %s, %s, %s, {column}, origin_id FROM {table} WHERE {column} = %s"
        " ON CONFLICT (origin_id, rel_path) DO UPDATE SET entity_id = excluded.entity_id, holder_origin_id = excluded.holder_origin_id",
        (origin.origin_id, rel_path, document, held[1]),
    )
