"""The life of trials that instruments and scripts record themselves: birth, heartbeat, edit, death, presumed death."""

import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from psycopg.types.json import Jsonb

from mdjourney_contract.clock import now
from mdjourney_contract.problems import BadRequest, Conflict, Invalid, NotAllowed
from mdjourney_store import people
from mdjourney_store.catalogue.trials import must_see
from mdjourney_store.clean import clean
from mdjourney_store.connection import Connection, Store
from mdjourney_store.viewer import Sight, Viewer

#: A clock may be ahead by this much before a moment is taken as now.
_TOLERANCE: Final = timedelta(minutes=5)
_LONGEST_LEASE: Final = 7 * 24 * 3600


def birth(
    store: Store,
    viewer: Viewer,
    *,
    trial_id: str | None = None,
    project_id: str | None = None,
    birth_timestamp: datetime | None = None,
    metadata: Mapping[str, Any] | None = None,
    lease_seconds: float | None = None,
    idempotency_key: str | None = None,
) -> dict[str, Any]:
    """Record that a trial began. The same birth delivered again answers with the trial it made.

    Args:
        project_id: a project the viewer has a role in (any, for platform admins).
        birth_timestamp: with zone; one in the future (a wrong clock) is taken as now and said so in the event.
        lease_seconds: without a heartbeat for so long the trial is presumed dead; None: it may stay open for ever.

    Raises:
        Conflict: another trial has that id, or the key was used for another request.
        NotAllowed: no role in the project.
        Invalid: a value that cannot be stored.
    """
    request = _digest([trial_id, project_id, birth_timestamp, metadata, lease_seconds])
    with store.transaction() as connection:
        people.ensure_people(connection, [viewer.identity()])
        earlier = _delivered_before(connection, viewer, idempotency_key, request)
        if earlier is not None:
            return must_see(connection, viewer, earlier)
        _may_write(connection, viewer, project_id)
        identifier = _checked_id(trial_id)
        born, said = _sane(birth_timestamp)
        inserted = connection.execute(
            "INSERT INTO trial_detail (trial_id, user_id, user_domain, project_id, birth_timestamp, metadata, recorded_by)"
            " VALUES (%s, %s, %s, %s, %s, %s, 'api') ON CONFLICT (trial_id) DO NOTHING",
            (identifier, viewer.user_id, viewer.domain, project_id, born, _json(metadata)),
        ).rowcount
        if not inserted:
            return _same_birth(connection, viewer, identifier, project_id, birth_timestamp)
        _tell(connection, viewer, identifier, "birth", born, said)
        if lease_seconds is not None:
            hold(connection, identifier, f"{viewer.user_id}@{viewer.domain}", lease_seconds)
        _remember(connection, viewer, idempotency_key, request, identifier)
        return must_see(connection, viewer, identifier)


def heartbeat(
    store: Store, viewer: Viewer, trial_id: str, *, lease_seconds: float | None = None
) -> dict[str, Any]:
    """The trial is alive. One that was presumed dead lives again.

    Raises:
        NotFound: no such trial, or not for this viewer.
        Conflict: it was ended by somebody who knew, or it is told by a document.
    """
    with store.transaction() as connection:
        row = _writable(connection, viewer, trial_id)
        if row["death_timestamp"] is not None:
            if not _presumed(connection, trial_id):
                raise Conflict(f"Trial {trial_id} has ended")
            connection.execute(
                "UPDATE trial_detail SET death_timestamp = NULL, clean_exit = FALSE WHERE trial_id = %s",
                (trial_id,),
            )
            _tell(connection, viewer, trial_id, "revived", now())
        hold(connection, trial_id, f"{viewer.user_id}@{viewer.domain}", lease_seconds)
        return must_see(connection, viewer, trial_id)


def edit(store: Store, viewer: Viewer, trial_id: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Replace a trial's metadata.

    Raises:
        NotFound, Conflict: as for `heartbeat`.
    """
    with store.transaction() as connection:
        _writable(connection, viewer, trial_id)
        connection.execute(
            "UPDATE trial_detail SET metadata = %s WHERE trial_id = %s", (_json(metadata), trial_id)
        )
        _tell(connection, viewer, trial_id, "edit", now())
        return must_see(connection, viewer, trial_id)


def death(
    store: Store, viewer: Viewer, trial_id: str, *, clean_exit: bool, death_timestamp: datetime | None = None
) -> dict[str, Any]:
    """Record that a trial ended; `clean_exit` says whether it ended as intended. Told again it answers the same.

    A moment before the birth (a clock that went back) is taken as the birth.

    Raises:
        NotFound, Conflict: as for `heartbeat`; also when it ended otherwise before.
    """
    with store.transaction() as connection:
        row = _writable(connection, viewer, trial_id)
        ended = row["death_timestamp"]
        if ended is not None and not _presumed(connection, trial_id):
            if row["clean_exit"] != clean_exit or (death_timestamp is not None and death_timestamp != ended):
                raise Conflict(f"Trial {trial_id} has ended already, at {ended.isoformat()}")
            return row
        moment, said = _sane(death_timestamp)
        connection.execute(
            "UPDATE trial_detail SET death_timestamp = greatest(%s, birth_timestamp), clean_exit = %s WHERE trial_id = %s",
            (moment, clean_exit, trial_id),
        )
        connection.execute("DELETE FROM trial_liveness WHERE trial_id = %s", (trial_id,))
        _tell(connection, viewer, trial_id, "death", moment, {**said, "clean_exit": clean_exit})
        return must_see(connection, viewer, trial_id)


def sweep(store: Store) -> list[str]:
    """Presume dead every trial recorded through the API whose lease lapsed; returns their ids. Any number may sweep."""
    with store.transaction() as connection:
        rows = connection.execute(
            "WITH lapsed AS (DELETE FROM trial_liveness l USING trial_detail t WHERE t.trial_id = l.trial_id"
            " AND t.recorded_by = 'api' AND l.last_seen + l.lease < now() RETURNING l.trial_id, l.last_seen)"
            " UPDATE trial_detail t SET death_timestamp = greatest(lapsed.last_seen, t.birth_timestamp), clean_exit = FALSE"
            " FROM lapsed WHERE t.trial_id = lapsed.trial_id AND t.death_timestamp IS NULL"
            " RETURNING t.trial_id, t.death_timestamp"
        ).fetchall()
        for row in rows:
            _tell(connection, None, row["trial_id"], "presumed_dead", row["death_timestamp"])
    return [row["trial_id"] for row in rows]


def hold(connection: Connection, trial_id: str, holder: str, lease_seconds: float | None) -> None:
    """Renew a trial's lease; the length of the first one is kept when none is given."""
    if lease_seconds is not None and not 1 <= lease_seconds <= _LONGEST_LEASE:
        raise BadRequest(f"lease_seconds must lie between 1 and {_LONGEST_LEASE}")
    connection.execute(
        "INSERT INTO trial_liveness (trial_id, holder, lease) VALUES (%s, %s, COALESCE(%s, interval '2 minutes'))"
        " ON CONFLICT (trial_id) DO UPDATE SET last_seen = now(), holder = excluded.holder,"
        " lease = COALESCE(%s, trial_liveness.lease)",
        (trial_id, holder[:500], *[None if lease_seconds is None else timedelta(seconds=lease_seconds)] * 2),
    )


def _may_write(connection: Connection, viewer: Viewer, project_id: str | None) -> None:
    if viewer.role == "admin" or (project_id is None and viewer.role != "reader"):
        if project_id is not None and not _exists(connection, project_id):
            raise Invalid(
                f"There is no project {project_id!r}",
                errors=[{"pointer": "/project_id", "message": "unknown"}],
            )
        return
    # a reader sees every project and writes in none without a role
    sight = Sight.of(connection, Viewer(viewer.user_id, viewer.domain))
    if project_id is None or not sight.includes(project_id):
        raise NotAllowed(f"No role in project {project_id!r}")


def _exists(connection: Connection, project_id: str) -> bool:
    found = connection.execute("SELECT 1 FROM project_detail WHERE project_id = %s", (project_id,)).fetchone()
    return found is not None


def _writable(connection: Connection, viewer: Viewer, trial_id: str) -> dict[str, Any]:
    connection.execute("SELECT 1 FROM trial_detail WHERE trial_id = %s FOR UPDATE", (trial_id,))
    row = must_see(connection, viewer, trial_id)
    if row["recorded_by"] != "api":
        raise Conflict(f"Trial {trial_id} is told by a document of its tree: change it there")
    if (row["user_id"], row["user_domain"]) != (viewer.user_id, viewer.domain):
        _may_write(connection, viewer, row["project_id"])
    return row


def _same_birth(
    connection: Connection, viewer: Viewer, trial_id: str, project_id: str | None, born: datetime | None
) -> dict[str, Any]:
    row = connection.execute("SELECT * FROM trial_detail WHERE trial_id = %s", (trial_id,)).fetchone()
    same = row is not None and (row["user_id"], row["user_domain"], row["project_id"]) == (
        viewer.user_id, viewer.domain, project_id,
    )  # fmt: skip
    if row is None or not same or (born is not None and row["birth_timestamp"] != born):
        raise Conflict(f"The id {trial_id!r} is taken")
    return must_see(connection, viewer, trial_id)


def _delivered_before(connection: Connection, viewer: Viewer, key: str | None, request: str) -> str | None:
    if key is None:
        return None
    # the same key arriving twice at once: the second waits here for the first
    connection.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))",
        (json.dumps([viewer.user_id, viewer.domain, key]),),
    )
    row = connection.execute(
        "SELECT request, response FROM idempotency_key WHERE user_id = %s AND domain = %s AND key = %s",
        (viewer.user_id, viewer.domain, key[:255]),
    ).fetchone()
    if row is None:
        return None
    if row["request"] != request:
        raise Conflict("The idempotency key was used for another request")
    return str(row["response"]["trial_id"])


def _remember(connection: Connection, viewer: Viewer, key: str | None, request: str, trial_id: str) -> None:
    if key is not None:
        connection.execute(
            "INSERT INTO idempotency_key (user_id, domain, key, request, response) VALUES (%s, %s, %s, %s, %s)",
            (viewer.user_id, viewer.domain, key[:255], request, Jsonb({"trial_id": trial_id})),
        )


def _presumed(connection: Connection, trial_id: str) -> bool:
    row = connection.execute(
        "SELECT event FROM trial_event WHERE trial_id = %s AND event IN ('death', 'presumed_dead', 'revived')"
        " ORDER BY event_id DESC LIMIT 1",
        (trial_id,),
    ).fetchone()
    return row is not None and row["event"] == "presumed_dead"


def _tell(
    connection: Connection, viewer: Viewer | None, trial_id: str, event: str, at: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    actor = (None, None) if viewer is None else (viewer.user_id, viewer.domain)
    connection.execute(
        "INSERT INTO trial_event (trial_id, project_id, at, event, actor_user_id, actor_domain, detail)"
        " VALUES (%s, (SELECT project_id FROM trial_detail WHERE trial_id = %s), %s, %s, %s, %s, %s)",
        (trial_id, trial_id, at, event, *actor, Jsonb(dict(detail)) if detail else None),
    )


def _sane(moment: datetime | None) -> tuple[datetime, dict[str, Any]]:
    present = now()
    if moment is None:
        return present, {}
    if moment.tzinfo is None:
        raise Invalid("A moment needs a time zone", errors=[{"message": "no time zone"}])
    if moment > present + _TOLERANCE:
        return present, {"clock_was_ahead": moment.isoformat()}
    return moment, {}


def _checked_id(trial_id: str | None) -> str:
    if trial_id is None:
        return str(uuid.uuid4())
    if not trial_id.strip() or len(trial_id) > 255 or "\0" in trial_id:
        raise Invalid(
            "A trial id has 1 to 255 characters", errors=[{"pointer": "/trial_id", "message": "not usable"}]
        )
    return trial_id


def _json(metadata: Mapping[str, Any] | None) -> Jsonb | None:
    return None if metadata is None else Jsonb(clean(dict(metadata)))


def _digest(values: list[Any]) -> str:
    return hashlib.sha256(json.dumps(values, default=str, sort_keys=True).encode()).hexdigest()
