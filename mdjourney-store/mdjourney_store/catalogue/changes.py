"""What changed since: one feed of saved documents and of what trials told, in the order in which they became known."""

from datetime import datetime
from typing import Any, Final

from mdjourney_contract.problems import BadRequest
from mdjourney_store.connection import Connection, Store
from mdjourney_store.paging import Page, bounded, decode, encode
from mdjourney_store.viewer import Sight, Viewer

_SAVED: Final = (
    "SELECT e.txid, 1 AS source, e.event_id, e.synced_at AS known_at, e.at, e.kind AS event, e.project_id, e.dataset_id,"
    " e.trial_id, e.rel_path, e.subject, e.actor_user_id, e.actor_domain FROM document_event e"
)
_TOLD: Final = (
    "SELECT e.txid, 2, e.event_id, e.told_at, e.at, e.event, e.project_id, NULL, e.trial_id, NULL, NULL, e.actor_user_id,"
    " e.actor_domain FROM trial_event e"
)

_OWN: Final = (
    "SELECT trial_id FROM trial_detail WHERE user_id = %s AND user_domain = %s AND project_id IS NULL"
)
#: Of more own trials outside of projects their events are walked among those of other people's.
_FEW_OWN: Final = 1000
#: A query for events with `query`, `test` and `order` to be filled in, and the values it begins with.
_Of = tuple[str, list[object]]


def changes(
    store: Store,
    viewer: Viewer,
    *,
    since: datetime | None = None,
    project_id: str | None = None,
    limit: int = 100,
    cursor: str | None = None,
) -> Page:
    """Events in the order in which the store learned of them: `known_at`, `at` (when it happened), `event` (the kind of
    document, or what a trial told), ids, `subject`, actor.

    `next_cursor` is always there: asked with it again, the answer is what came since. Nothing is left out by
    transactions that end in another order than they began: an event is told once none before it is under way.

    Args:
        since: begin with what became known then; without it and without a cursor, with the oldest.

    Raises:
        BadRequest: a moment without a zone, or a cursor of another list.
    """
    limit, after = bounded(limit), decode(cursor, int, int, int)
    if since is not None and since.tzinfo is None:
        raise BadRequest("since needs a time zone", errors=[{"key": "since", "message": "no time zone"}])
    with store.statements() as connection:
        sight = Sight.of(connection, viewer)
        start = after or _start(connection, since)
        of = _of(connection, sight) if project_id is None else _of_project(sight, project_id)
        rows = _events(connection, of, start, None if after else since, limit)
    items = rows[:limit]
    last = items[-1] if items else None
    reached = start if last is None else [last["txid"], last["source"], last["event_id"]]
    for item in items:
        del item["txid"], item["source"]
    return {"items": items, "next_cursor": encode(reached), "more": len(rows) > limit}


def _start(connection: Connection, since: datetime | None) -> list[int]:
    if since is None:
        return [0, 0, 0]
    # transactions begin in about the order of their numbers: the lowest of the first hundred is early enough
    row = connection.execute(
        "SELECT min(txid::text::bigint) AS txid FROM ("
        " (SELECT txid FROM document_event WHERE synced_at >= %s ORDER BY synced_at LIMIT 100)"
        " UNION ALL (SELECT txid FROM trial_event WHERE told_at >= %s ORDER BY told_at LIMIT 100)) e",
        (since, since),
    ).fetchone()
    if row is None or row["txid"] is None:
        newest = connection.execute(
            "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS txid"
        ).fetchone()
        assert newest is not None
        return [int(newest["txid"]) - 1, 9, 0]
    return [int(row["txid"]) - 1, 9, 0]


def _of_project(sight: Sight, project_id: str) -> list[_Of]:
    return [_along("project_id", [project_id])] if sight.includes(project_id) else []


def _of(connection: Connection, sight: Sight) -> list[_Of]:
    """Whose events the viewer is told: of their projects, and of their own trials that belong to none."""
    if sight.projects is None:
        return [("{query} WHERE {test} {order}", [])]
    mine = (sight.viewer.user_id, sight.viewer.domain)
    rows = connection.execute(f"{_OWN} LIMIT %s", (*mine, _FEW_OWN + 1)).fetchall()
    own = [row["trial_id"] for row in rows]
    if len(own) <= _FEW_OWN:
        return [_along("project_id", sight.projects), _along("trial_id", own, " AND e.project_id IS NULL")]
    walked = f"{{query}} WHERE e.project_id IS NULL AND e.trial_id IN ({_OWN}) AND {{test}} {{order}}"
    return [_along("project_id", sight.projects), (walked, list(mine))]


def _along(column: str, values: list[str], test: str = "") -> _Of:
    """One by one, each along its index: one range over many would be sorted as a whole."""
    each = (
        "SELECT x.* FROM unnest(%s::text[]) p(id) CROSS JOIN LATERAL"  # noqa: S608 - own fragments
        f" ({{query}} WHERE e.{column} = p.id{test} AND {{test}} {{order}}) x"
    )
    return each, [values]


def _events(
    connection: Connection, of: list[_Of], start: list[int], since: datetime | None, limit: int
) -> list[dict[str, Any]]:
    branches, values = [], list[object]()
    for source, (query, known) in enumerate(((_SAVED, "e.synced_at"), (_TOLD, "e.told_at")), 1):
        test = (
            "e.txid < pg_snapshot_xmin(pg_current_snapshot()) AND (e.txid, e.event_id) >= (%s::text::xid8, %s)"
            f" AND (e.txid > %s::text::xid8 OR ({source}, e.event_id) > (%s, %s))"
        )
        given: list[object] = [str(start[0]), 0, str(start[0]), start[1], start[2]]
        if since is not None:
            test += f" AND {known} >= %s"
            given.append(since)
        order = "ORDER BY e.txid, e.event_id LIMIT %s"
        for branch, whose in of:
            branches.append(f"({branch.format(query=query, test=test, order=order)})")
            values += [*whose, *given, limit + 1]
    if not branches:
        return []
    rows = connection.execute(
        f"SELECT * FROM ({' UNION ALL '.join(branches)}) e ORDER BY txid, source, event_id LIMIT %s",  # noqa: S608 - own fragments
        [*values, limit + 1],
    ).fetchall()
    return [{**row, "txid": int(row["txid"])} for row in rows]
