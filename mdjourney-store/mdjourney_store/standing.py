"""What stands between a tree and the store: documents nothing can be made of, and documents that speak of what is held elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mdjourney_store.connection import Connection
from mdjourney_store.holders import Kind
from mdjourney_store.rows import Origin

_CONFLICTS: Final = """
SELECT c.rel_path, c.entity_id AS identifier, c.holder_origin_id IS NULL AS by_store, o.host, o.root_path,
       CASE WHEN p.project_id IS NOT NULL THEN 'project' WHEN d.dataset_id IS NOT NULL THEN 'dataset' ELSE 'trial' END AS held,
       of.project_id, ARRAY(SELECT r.user_id FROM user_project_role_linking r WHERE r.project_id = of.project_id ORDER BY r.user_id, r.domain) AS users,
       ARRAY(SELECT r.domain FROM user_project_role_linking r WHERE r.project_id = of.project_id ORDER BY r.user_id, r.domain) AS domains
FROM sync_conflict c
JOIN metadata_document m USING (origin_id, rel_path)
LEFT JOIN sync_origin o ON o.origin_id = c.holder_origin_id
LEFT JOIN project_detail p ON p.project_id = c.entity_id
LEFT JOIN dataset_detail d ON d.dataset_id = c.entity_id
LEFT JOIN trial_detail t ON t.trial_id = c.entity_id
CROSS JOIN LATERAL (SELECT COALESCE(p.project_id, d.project_id, t.project_id) AS project_id) of
WHERE c.origin_id = %s AND m.deleted_at IS NULL ORDER BY c.rel_path LIMIT %s
"""
_UNUSABLE: Final = """
SELECT rel_path, problem FROM metadata_document
WHERE origin_id = %s AND problem IS NOT NULL AND deleted_at IS NULL ORDER BY rel_path LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class HeldElsewhere:
    """What a document speaks of and another holds: `by_store`, or the tree in folder `root_path` of `host`.

    `people` are the (user id, domain) of those with a role in `project_id`, the project it is part of: others are not told
    where it lies.
    """

    kind: Kind
    identifier: str
    by_store: bool
    host: str | None
    root_path: str | None
    project_id: str | None
    people: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Standing:
    """A document of the tree that is not in the store as it stands: either `reason` says why, or `held` who is in the way."""

    rel_path: str
    reason: str | None = None
    held: HeldElsewhere | None = None


def standing_of(connection: Connection, origin: Origin, most: int) -> list[Standing]:
    """What stands now: at most `most` that nothing can be made of, then at most `most` conflicts, each by path."""
    unusable = connection.execute(_UNUSABLE, (origin.origin_id, most)).fetchall()
    conflicts = connection.execute(_CONFLICTS, (origin.origin_id, most)).fetchall()
    return [
        *(Standing(row["rel_path"], reason=row["problem"]) for row in unusable),
        *(Standing(row["rel_path"], held=_held(row)) for row in conflicts),
    ]


def _held(row: Mapping[str, Any]) -> HeldElsewhere:
    return HeldElsewhere(
        kind=row["held"],
        identifier=row["identifier"],
        by_store=row["by_store"],
        host=row["host"],
        root_path=row["root_path"],
        project_id=row["project_id"],
        people=frozenset(zip(row["users"], row["domains"], strict=True)),
    )
