"""People of the store: `user_detail`, keyed by user id and domain, stubs before anything that names them."""

from collections.abc import Iterable

from mdjourney_contract.people import Identity
from mdjourney_store.clean import clean_text
from mdjourney_store.connection import Connection

_UPSERT = """
INSERT INTO user_detail (user_id, domain, email, name) VALUES (%s, %s, %s, %s)
ON CONFLICT (user_id, domain) DO UPDATE
    SET email = COALESCE(excluded.email, user_detail.email), name = COALESCE(excluded.name, user_detail.name)
    WHERE (user_detail.email, user_detail.name) IS DISTINCT FROM
          (COALESCE(excluded.email, user_detail.email), COALESCE(excluded.name, user_detail.name))
"""


def key(person: Identity | None) -> tuple[str | None, str | None]:
    """Both halves of a person's key, or neither."""
    return (None, None) if person is None else (_short(person.user_id), _short(person.domain))


def ensure_people(connection: Connection, people: Iterable[Identity | None]) -> int:
    """Make sure a row exists for each person; a name or address that is known now is kept. Returns changed rows.

    Rows are locked in key order, so that several senders cannot wait for each other in a circle.
    """
    known = {key(p): p for p in people if p is not None}
    changed = 0
    for (user_id, domain), person in sorted(
        known.items(), key=lambda item: (str(item[0][0]), str(item[0][1]))
    ):
        values = (user_id, domain, _short(person.email), _short(person.name))
        changed += connection.execute(_UPSERT, values).rowcount
    return changed


def _short(text: str | None) -> str | None:
    return None if text is None else clean_text(text)[:255]
