"""Searches people keep, each under a name of their own."""

from typing import Any
from uuid import UUID

from mdjourney_contract.problems import Invalid, NotFound
from mdjourney_store.connection import Store
from mdjourney_store.search.run import check
from mdjourney_store.viewer import Viewer

_MINE = "user_id = %s AND domain = %s"


def saved_searches(store: Store, viewer: Viewer) -> dict[str, Any]:
    """The viewer's own, by name: `saved_search_id`, `name`, `query`, times."""
    with store.transaction() as connection:
        rows = connection.execute(
            "SELECT saved_search_id, name, query, created_at, updated_at FROM saved_search"  # noqa: S608 - own fragment
            f" WHERE {_MINE} ORDER BY name",
            (viewer.user_id, viewer.domain),
        ).fetchall()
    return {"items": rows, "next_cursor": None}


def save_search(store: Store, viewer: Viewer, name: str, query: str) -> dict[str, Any]:
    """Keep a query under a name; the same name again replaces it.

    Raises:
        QueryError: the query cannot be read, or a value does not fit its field.
        Invalid: no usable name.
    """
    check(query)
    if not name.strip() or len(name) > 255 or "\0" in name:
        raise Invalid(
            "A name has 1 to 255 characters", errors=[{"pointer": "/name", "message": "not usable"}]
        )
    with store.transaction() as connection:
        row = connection.execute(
            "INSERT INTO saved_search (user_id, domain, name, query) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (user_id, domain, name) DO UPDATE SET query = excluded.query, updated_at = now()"
            " RETURNING saved_search_id, name, query, created_at, updated_at",
            (viewer.user_id, viewer.domain, name, query),
        ).fetchone()
    assert row is not None
    return row


def delete_search(store: Store, viewer: Viewer, saved_search_id: UUID) -> None:
    """Forget one.

    Raises:
        NotFound: the viewer has no such search.
    """
    with store.transaction() as connection:
        gone = connection.execute(
            f"DELETE FROM saved_search WHERE saved_search_id = %s AND {_MINE}",  # noqa: S608 - own fragment
            (saved_search_id, viewer.user_id, viewer.domain),
        ).rowcount
    if not gone:
        raise NotFound("No such saved search")
