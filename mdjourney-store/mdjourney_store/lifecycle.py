"""The life of trials that instruments and scripts record themselves: birth, heartbeat, edit, death, presumed death.

A birth, an edit and a death are one statement each, which also checks whether it may (decision 0029): the role is read in
the same snapshot as the trial, so nothing can come between the look and the change, as it could between two statements. Only
one that changed nothing is looked into, to say why.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import psycopg
from psycopg.types.json import Jsonb

from mdjourney_contract.clock import now
from mdjourney_contract.problems import Conflict, NotAllowed
from mdjourney_store import people
from mdjourney_store.catalogue.trials import must_see, whole
from mdjourney_store.connection import Connection, Store
from mdjourney_store.told import digest_of, id_of, key_of, lease_of, metadata_of, moment_of, refused
from mdjourney_store.viewer import Sight, Viewer

_ROLE: Final = (
    "EXISTS (SELECT 1 FROM user_project_role_linking r"
    " WHERE (r.user_id, r.domain, r.project_id) = (%(user)s::text, %(domain)s::text, {project}))"
)
_OWN_ROLE: Final = _ROLE.format(project="%(project)s::text")
_MINE: Final = (
    f"({_ROLE.format(project='t.project_id')}"
    " OR (t.project_id IS NULL AND (t.user_id, t.user_domain) = (%(user)s::text, %(domain)s::text)))"
)
_TOLD: Final = """
told AS (INSERT INTO trial_event (trial_id, project_id, at, event, actor_user_id, actor_domain, detail)
    SELECT trial_id, project_id, %(at)s::timestamptz, %(event)s::text, %(user)s::text, %(domain)s::text, %(said)s::jsonb FROM changed)
"""
#: A death before the birth is moved to it; what the clock said stays in the event.
_TOLD_DEATH: Final = """
told AS (INSERT INTO trial_event (trial_id, project_id, at, event, actor_user_id, actor_domain, detail)
    SELECT trial_id, project_id, death_timestamp, %(event)s::text, %(user)s::text, %(domain)s::text,
        CASE WHEN %(at)s::timestamptz < birth_timestamp THEN jsonb_build_object('clock_was_behind', %(at)s::timestamptz) ELSE '{{}}' END
            || %(said)s::jsonb FROM changed)
"""
_ANSWER: Final = f"SELECT {whole('changed')}"
_BIRTH: Final = f"""
WITH person AS (INSERT INTO user_detail (user_id, domain) SELECT %(user)s::text, %(domain)s::text
    WHERE NOT EXISTS (SELECT 1 FROM user_detail WHERE (user_id, domain) = (%(user)s::text, %(domain)s::text)) ON CONFLICT DO NOTHING),
changed AS (INSERT INTO trial_detail (trial_id, user_id, user_domain, project_id, birth_timestamp, metadata, recorded_by)
    SELECT %(trial)s::text, %(user)s::text, %(domain)s::text, %(project)s::text, %(at)s::timestamptz, %(metadata)s::jsonb, 'api' WHERE {{allowed}}
    ON CONFLICT (trial_id) DO NOTHING RETURNING *),
held AS (INSERT INTO trial_liveness (trial_id, holder, lease)
    SELECT trial_id, %(holder)s, %(lease)s::interval FROM changed WHERE %(lease)s::interval IS NOT NULL),
kept AS (INSERT INTO idempotency_key (user_id, domain, key, request, response)
    SELECT %(user)s::text, %(domain)s::text, %(key)s::text, %(request)s, jsonb_build_object('trial_id', trial_id)
    FROM changed WHERE %(key)s::text IS NOT NULL),
{_TOLD} {_ANSWER}
"""  # noqa: S608 - own fragments
_EDIT: Final = f"""
WITH changed AS (UPDATE trial_detail t SET metadata = %(metadata)s::jsonb
    WHERE t.trial_id = %(trial)s::text AND t.deleted_at IS NULL AND t.recorded_by = 'api' AND {{allowed}} RETURNING t.*),
{_TOLD} {_ANSWER}
"""  # noqa: S608 - own fragments
_DEATH: Final = f"""
WITH changed AS (UPDATE trial_detail t
    SET death_timestamp = greatest(%(at)s::timestamptz, t.birth_timestamp), clean_exit = %(clean)s
    WHERE t.trial_id = %(trial)s::text AND t.deleted_at IS NULL AND t.recorded_by = 'api' AND {{allowed}} RETURNING t.*),
ended AS (DELETE FROM trial_liveness l USING changed c WHERE l.trial_id = c.trial_id),
{_TOLD_DEATH} {_ANSWER}
"""  # noqa: S608 - own fragments


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
    if project_id is not None and "\0" in project_id:
        raise refused("There is no such project", "project_id")
    born, said = moment_of(birth_timestamp, "birth_timestamp")
    own_id, content = id_of(trial_id), metadata_of(metadata)
    request = digest_of([trial_id, project_id, birth_timestamp, metadata, lease_seconds])
    if trial_id is not None:
        said["request"] = request  # told again, it is known by this; timelines leave it out
    values = {
        **_about(viewer, own_id, "birth", born, said),
        "project": project_id,
        "metadata": content,
        "holder": _holder(viewer),
        "lease": lease_of(lease_seconds),
        "key": key_of(idempotency_key),
        "request": request,
    }
    free = viewer.role == "admin" or (project_id is None and viewer.role != "reader")
    try:
        with store.statements() as connection:
            born_now = _changed(connection, _BIRTH, "TRUE" if free else _OWN_ROLE, values)
    except psycopg.errors.ForeignKeyViolation as error:
        raise refused(f"There is no project {project_id!r}", "project_id") from error
    except psycopg.errors.UniqueViolation:
        born_now = (
            None  # the key was used, by a request that has been answered or by one that came at the same time
        )
    return born_now or _not_born(store, viewer, values)


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
            last = _last_turn(connection, trial_id)
            if last is None or last["event"] != "presumed_dead":
                raise Conflict(f"Trial {trial_id} has ended")
            connection.execute(
                "UPDATE trial_detail SET death_timestamp = NULL, clean_exit = FALSE WHERE trial_id = %s",
                (trial_id,),
            )
            _tell(connection, viewer, trial_id, "revived", now())
        hold(connection, trial_id, _holder(viewer), lease_seconds)
        return must_see(connection, viewer, trial_id)


def edit(store: Store, viewer: Viewer, trial_id: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Replace a trial's metadata.

    Raises:
        NotFound, Conflict: as for `heartbeat`.
    """
    values = {**_about(viewer, trial_id, "edit", now()), "metadata": metadata_of(metadata)}
    with store.statements() as connection:
        row = _changed(connection, _EDIT, _allowed(viewer), values)
    if row is not None:
        return row
    with store.transaction() as connection:
        _writable(connection, viewer, trial_id)
        return _changed(connection, _EDIT, "TRUE", values) or must_see(connection, viewer, trial_id)


def death(
    store: Store, viewer: Viewer, trial_id: str, *, clean_exit: bool, death_timestamp: datetime | None = None
) -> dict[str, Any]:
    """Record that a trial ended; `clean_exit` says whether it ended as intended. Told again it answers the same.

    A moment before the birth (a clock that went back) is taken as the birth, one in the future as now; the event says so.

    Raises:
        NotFound, Conflict: as for `heartbeat`; also when it ended otherwise before.
    """
    moment, said = moment_of(death_timestamp, "death_timestamp")
    detail = {**said, "clean_exit": clean_exit}
    values = {**_about(viewer, trial_id, "death", moment, detail), "clean": clean_exit}
    with store.statements() as connection:
        dead = _changed(connection, _DEATH, f"{_allowed(viewer)} AND t.death_timestamp IS NULL", values)
    if dead is not None:
        return dead
    with store.transaction() as connection:
        row = _writable(connection, viewer, trial_id)
        ended = row["death_timestamp"]
        last = None if ended is None else _last_turn(connection, trial_id)
        if ended is not None and (last is None or last["event"] != "presumed_dead"):
            if row["clean_exit"] != clean_exit or not _same_death(death_timestamp, ended, last):
                raise Conflict(f"Trial {trial_id} has ended already, at {ended.isoformat()}")
            return row
        return _changed(connection, _DEATH, "TRUE", values) or row


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
    connection.execute(
        "INSERT INTO trial_liveness (trial_id, holder, lease) VALUES (%s, %s, COALESCE(%s, interval '2 minutes'))"
        " ON CONFLICT (trial_id) DO UPDATE SET last_seen = now(), holder = excluded.holder,"
        " lease = COALESCE(%s, trial_liveness.lease)",
        (trial_id, holder, *[lease_of(lease_seconds)] * 2),
    )


def _holder(viewer: Viewer) -> str:
    return f"{viewer.user_id}@{viewer.domain}"[:500]


def _about(
    viewer: Viewer, trial_id: str, event: str, at: datetime, detail: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Values every statement takes: who, which trial, what is told of it."""
    user_id, domain = people.key(viewer.identity())
    told = {"event": event, "at": at, "said": Jsonb(dict(detail)) if detail else None}
    return {"user": user_id, "domain": domain, "trial": trial_id, **told}


def _changed(
    connection: Connection, statement: str, allowed: str, values: Mapping[str, Any]
) -> dict[str, Any] | None:
    """The trial as it is now; None where the statement changed nothing."""
    return connection.execute(statement.format(allowed=allowed), values).fetchone()


def _allowed(viewer: Viewer) -> str:
    """A condition on `t`; what is left out here (a reader's own trials) is looked into when nothing was changed."""
    return "TRUE" if viewer.role == "admin" else _MINE


def _not_born(store: Store, viewer: Viewer, values: Mapping[str, Any]) -> dict[str, Any]:
    """What a birth that made no row answers: it was delivered before, may not be, or the id is taken."""
    with store.transaction() as connection:
        earlier = connection.execute(
            "SELECT request, response ->> 'trial_id' AS trial_id FROM idempotency_key"
            " WHERE (user_id, domain, key) = (%(user)s, %(domain)s, %(key)s)",
            values,
        ).fetchone()
        if earlier is not None:
            if earlier["request"] != values["request"]:
                raise Conflict("The idempotency key was used for another request")
            return must_see(connection, viewer, earlier["trial_id"])
        _may_write(connection, viewer, values["project"])
        told = connection.execute(
            "SELECT 1 FROM trial_event WHERE trial_id = %(trial)s AND event = 'birth' AND detail ->> 'request' = %(request)s"
            " AND (actor_user_id, actor_domain) = (%(user)s, %(domain)s)",
            values,
        ).fetchone()
        if told is None:
            raise Conflict(f"The id {values['trial']!r} is taken")
        return must_see(connection, viewer, values["trial"])


def _may_write(connection: Connection, viewer: Viewer, project_id: str | None) -> None:
    if viewer.role == "admin" or (project_id is None and viewer.role != "reader"):
        return
    # a reader sees every project and writes in none without a role
    sight = Sight.of(connection, Viewer(viewer.user_id, viewer.domain))
    if project_id is None or not sight.includes(project_id):
        raise NotAllowed(f"No role in project {project_id!r}")


def _writable(connection: Connection, viewer: Viewer, trial_id: str) -> dict[str, Any]:
    connection.execute("SELECT 1 FROM trial_detail WHERE trial_id = %s FOR UPDATE", (trial_id,))
    row = must_see(connection, viewer, trial_id)
    if row["recorded_by"] != "api":
        raise Conflict(f"Trial {trial_id} is told by a document of its tree: change it there")
    if (row["user_id"], row["user_domain"]) != (viewer.user_id, viewer.domain):
        _may_write(connection, viewer, row["project_id"])
    return row


def _last_turn(connection: Connection, trial_id: str) -> dict[str, Any] | None:
    return connection.execute(
        "SELECT event, detail FROM trial_event WHERE trial_id = %s AND event IN ('death', 'presumed_dead', 'revived')"
        " ORDER BY event_id DESC LIMIT 1",
        (trial_id,),
    ).fetchone()


def _same_death(told: datetime | None, ended: datetime, event: Mapping[str, Any] | None) -> bool:
    """Whether a death is the one that was told before, whose moment may have been moved then."""
    if told is None or told == ended:
        return True
    detail = (event or {}).get("detail") or {}
    moved = detail.get("clock_was_ahead") or detail.get("clock_was_behind")
    return moved is not None and datetime.fromisoformat(moved) == told


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
