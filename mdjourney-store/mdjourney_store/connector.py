"""The connector: turns queued changes into edges and search documents, beside any number of others like it."""

import logging
import threading
from collections import defaultdict
from typing import Any, Final

import psycopg

from mdjourney_contract.problems import Unavailable
from mdjourney_store.connection import LIMITS, Connection, Store
from mdjourney_store.indexing import index
from mdjourney_store.migrate import require_head
from mdjourney_store.viewer import Sight, Viewer

_log = logging.getLogger(__name__)

_BATCH: Final = 100
#: Seconds between looks at the queue. Also after work, unless a whole batch was due: what is born, edited and ended within a
#: moment is derived once, and requests have the processor meanwhile (decision 0029).
_LOOK: Final = 0.5
_LONGEST_PAUSE: Final = 30.0
#: A row that fails this often is parked until its entity changes again.
_MOST_ATTEMPTS: Final = 5

#: What the database says about a value, as opposed to about itself.
_VALUES: Final = (psycopg.DataError, psycopg.IntegrityError, psycopg.ProgrammingError, *LIMITS)

_TAKE = """
SELECT queue_id, entity_type, entity_id FROM connector_queue
WHERE NOT parked AND not_before <= now() ORDER BY queue_id LIMIT %s FOR UPDATE SKIP LOCKED
"""
_PARKED: Final = """
SELECT q.entity_type, q.entity_id, q.last_error FROM connector_queue q
LEFT JOIN trial_detail t ON q.entity_type = 'trial' AND t.trial_id = q.entity_id
LEFT JOIN dataset_detail d ON q.entity_type = 'dataset' AND d.dataset_id = q.entity_id
WHERE q.parked
"""
_PROJECT: Final = (
    "CASE q.entity_type WHEN 'trial' THEN t.project_id WHEN 'dataset' THEN d.project_id ELSE q.entity_id END"
)
#: Two rows of one entity may be in two hands: whoever holds the entity's lock reads it after the other has written.
_ENTITY_LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0)) AS mine"


class Connector:
    """Works through `connector_queue`. Any number may run against one store."""

    def __init__(self, store: Store, *, batch: int = _BATCH) -> None:
        self._store = store
        self._batch = batch

    def run(self, ending: threading.Event) -> None:
        """Work until `ending` is set, with growing pauses while the store is away."""
        pause = _LOOK
        while not ending.is_set():
            try:
                worked = self.step()
            except Unavailable as error:
                _log.warning("connector waits: %s", error.detail)
                ending.wait(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            except Exception:  # noqa: BLE001 - see below
                # whatever it is: nothing would be derived any more without this thread
                _log.exception("the connector could not work")
                ending.wait(_LONGEST_PAUSE)
            else:
                pause = _LOOK
                if worked < self._batch:
                    ending.wait(_LOOK)

    def drain(self) -> int:
        """Work until nothing is due; returns how many rows were taken."""
        total = 0
        while taken := self.step():
            total += taken
        return total

    def step(self) -> int:
        """Take one batch; returns how many rows were dealt with.

        Raises:
            StoreAway, WrongRevision: the queue keeps everything.
        """
        try:
            return self._take(self._batch)
        except Exception as error:
            # what our own walk over metadata raises is as much about a value as what the database says
            if not _is_poison(error):
                raise
            # one of them is poison: find it by taking them one by one
            return sum(self._take_one() for _ in range(self._batch))

    def _take(self, limit: int) -> int:
        with self._store.transaction(30) as connection:
            require_head(connection)
            rows = connection.execute(_TAKE, (limit,)).fetchall()
            mine = _with_lock(connection, rows)
            entities: dict[str, set[str]] = defaultdict(set)
            for row in mine:
                entities[row["entity_type"]].add(row["entity_id"])
            index(connection, {kind: sorted(identifiers) for kind, identifiers in entities.items()})
            for kind, identifiers in entities.items():
                connection.execute(
                    "DELETE FROM connector_queue WHERE parked AND entity_type = %s AND entity_id = ANY(%s)",
                    (kind, list(identifiers)),
                )
            connection.execute(
                "DELETE FROM connector_queue WHERE queue_id = ANY(%s)", ([row["queue_id"] for row in mine],)
            )
        return len(mine)

    def _take_one(self) -> int:
        with self._store.transaction(30) as connection:
            rows = _with_lock(connection, connection.execute(_TAKE, (1,)).fetchall())
            if not rows:
                return 0
            row = rows[0]
            try:
                with connection.transaction():
                    index(connection, {row["entity_type"]: [row["entity_id"]]})
            except Exception as error:
                # a value may break our own walk over metadata as well as a statement
                if not _is_poison(error):
                    raise
                _log.warning("%s %s cannot be indexed: %s", row["entity_type"], row["entity_id"], error)
                _put_back(connection, row["queue_id"], str(error) or type(error).__name__)
            else:
                connection.execute("DELETE FROM connector_queue WHERE queue_id = %s", (row["queue_id"],))
        return 1


def queue_state(store: Store) -> dict[str, Any]:
    """`{"waiting": n, "oldest_seconds": s | None, "parked": [{entity_type, entity_id, last_error}, ...]}`, for the
    operator of the store."""
    return queue_of(store, Viewer("", role="admin"))


def queue_of(store: Store, viewer: Viewer) -> dict[str, Any]:
    """As `queue_state`; of what is parked only that which the viewer may see."""
    with store.transaction() as connection:
        condition, values = Sight.of(connection, viewer).condition(_PROJECT)
        waiting = connection.execute(
            "SELECT count(*) AS waiting, extract(epoch FROM now() - min(enqueued_at))::float AS oldest_seconds"
            " FROM connector_queue WHERE NOT parked"
        ).fetchone()
        parked = connection.execute(
            f"{_PARKED} AND {condition} ORDER BY q.queue_id LIMIT 100", values
        ).fetchall()
    assert waiting is not None
    return {**waiting, "parked": parked}


def _is_poison(error: Exception) -> bool:
    """Whether it is about what is derived, be it that the database refuses it or that we cannot walk through it."""
    return isinstance(error, _VALUES) or not isinstance(error, psycopg.Error | Unavailable)


def _with_lock(connection: Connection, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    held: dict[str, bool] = {}
    for name in sorted({f"{row['entity_type']}:{row['entity_id']}" for row in rows}):
        answer = connection.execute(_ENTITY_LOCK, (name,)).fetchone()
        held[name] = answer is not None and answer["mine"]
    return [row for row in rows if held[f"{row['entity_type']}:{row['entity_id']}"]]


def _put_back(connection: Connection, queue_id: int, error: str) -> None:
    connection.execute(
        "UPDATE connector_queue SET attempts = attempts + 1, last_error = left(%s, 500), parked = attempts + 1 >= %s,"
        " not_before = now() + interval '1 second' * power(2, attempts) WHERE queue_id = %s",
        (error, _MOST_ATTEMPTS, queue_id),
    )
