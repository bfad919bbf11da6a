"""Writes what files say into the store: idempotent, parents and people first, never over another tree's rows."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from types import MappingProxyType
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from mdjourney_contract.clock import rfc3339
from mdjourney_store import people, projected
from mdjourney_store.connection import LIMITS, Connection, Store
from mdjourney_store.holders import Held, note_conflict
from mdjourney_store.migrate import require_head
from mdjourney_store.projected_trials import point_at_record, put_trials
from mdjourney_store.rows import (
    Changes,
    DatasetRow,
    DocumentRow,
    GoneRow,
    Origin,
    ProjectRow,
    RecordRow,
    Sent,
    TrialRow,
)
from mdjourney_store.standing import Standing, standing_of

#: Parents before children, so that few stubs are needed; any order gives the same rows.
_ORDER = {
    "project_descriptive": 0,
    "dataset_administrative": 1,
    "dataset_structural": 2,
    "experiment_contextual": 3,
}

_DOCUMENT = """
INSERT INTO metadata_document
    (origin_id, rel_path, kind, entity_id, project_id, dataset_id, trial_id, sha256, size_bytes, content, problem)
SELECT %s::uuid, n.* FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[],
    %s::jsonb[], %s::text[]) AS n
ON CONFLICT (origin_id, rel_path) DO UPDATE
    SET kind = excluded.kind, entity_id = excluded.entity_id, project_id = excluded.project_id,
        dataset_id = excluded.dataset_id, trial_id = excluded.trial_id, sha256 = excluded.sha256,
        size_bytes = excluded.size_bytes, content = excluded.content, problem = excluded.problem,
        synced_at = now(), deleted_at = NULL
    WHERE metadata_document.sha256 <> excluded.sha256 OR metadata_document.deleted_at IS NOT NULL
       OR metadata_document.problem IS DISTINCT FROM excluded.problem
       OR metadata_document.entity_id IS DISTINCT FROM excluded.entity_id
       OR metadata_document.rel_path = ANY(%s)
          AND (metadata_document.project_id, metadata_document.dataset_id, metadata_document.trial_id)
              IS DISTINCT FROM (excluded.project_id, excluded.dataset_id, excluded.trial_id)
"""
_CONTESTED = "SELECT rel_path FROM sync_conflict WHERE origin_id = %s AND rel_path = ANY(%s)"

_EVENT = """
INSERT INTO document_event
    (origin_id, at, rel_path, kind, project_id, dataset_id, trial_id, sha256, subject, actor_user_id, actor_domain)
SELECT %s::uuid, COALESCE(n.at, now()), n.rel_path, n.kind, n.project_id, n.dataset_id, n.trial_id, n.sha256, n.subject, n.actor, n.domain
FROM unnest(%s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
    %s::text[]) AS n(at, rel_path, kind, project_id, dataset_id, trial_id, sha256, subject, actor, domain)
"""

#: Everything here is looked up by keys; a new database has no statistics that would tell the planner so.
_BY_KEYS = (
    "SET LOCAL statement_timeout = {}; SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off;"
    " SET LOCAL enable_mergejoin = off"
)

#: What the database says about a value, as opposed to about itself.
_REFUSALS = (
    psycopg.DataError,
    psycopg.IntegrityError,
    psycopg.ProgrammingError,
    *LIMITS,
)

_GONE = """
UPDATE metadata_document SET deleted_at = COALESCE(%s, now()) WHERE origin_id = %s AND rel_path = %s
    AND deleted_at IS NULL
RETURNING kind, entity_id, project_id, dataset_id, trial_id
"""


class Projection:
    """Rows of one tree in one store."""

    def __init__(self, store: Store, origin: Origin) -> None:
        self._store = store
        self.origin = origin

    def send(
        self,
        sent: Sequence[Sent],
        *,
        force: bool = False,
        dry_run: bool = False,
        seconds: float = 60,
        told: Mapping[str, str | None] = MappingProxyType({}),
    ) -> Changes:
        """Make the store agree with `sent`, in one transaction.

        A document whose content hash the store has already is passed over unless `force`. What is refused by the
        database (a value it cannot hold) is left out and named in `refused`; the rest is kept.

        Args:
            dry_run: do everything, count it, and take it back.
            told: what the last event of a path said (`last_told`): the same is not told a second time.

        Raises:
            StoreAway: worth trying again; nothing was kept, or all of it (a lost answer to a commit).
            WrongRevision: the database is not at this program's revision; wait until it is.
        """
        with self._store.transaction(seconds) as connection:
            require_head(connection)
            connection.execute(_BY_KEYS.format(round(seconds * 1000)))
            self._introduce(connection, sent)
            changes = self._all(connection, sorted(sent, key=_rank), force, told)
            if dry_run:
                raise psycopg.Rollback
        return changes

    def known(self) -> dict[str, str]:
        """Path and SHA-256 of every document the store has of this tree, but for those that speak of what is held elsewhere:
        it may have been let go of since."""
        with self._store.transaction() as connection:
            require_head(connection)
            rows = connection.execute(
                "SELECT rel_path, CASE WHEN EXISTS (SELECT FROM sync_conflict c WHERE c.origin_id = m.origin_id"
                " AND c.rel_path = m.rel_path) THEN '' ELSE sha256 END AS sha256"
                " FROM metadata_document m WHERE origin_id = %s AND deleted_at IS NULL",
                (self.origin.origin_id,),
            ).fetchall()
        return {row["rel_path"]: row["sha256"] for row in rows}

    def last_told(self) -> dict[str, str | None]:
        """Path and SHA-256 (None: it was gone) of the last event of every document of this tree: events outlive rows."""
        with self._store.transaction(600) as connection:
            connection.execute("SET LOCAL statement_timeout = 0")
            rows = connection.execute(
                "SELECT DISTINCT ON (rel_path) rel_path, sha256 FROM document_event WHERE origin_id = %s"
                " ORDER BY rel_path, event_id DESC",
                (self.origin.origin_id,),
            ).fetchall()
        return {row["rel_path"]: row["sha256"] for row in rows}

    def settle(self, *, dry_run: bool = False) -> Changes:
        """After everything was sent: bury what no document speaks of, and have everything derived anew.

        Raises:
            StoreAway, WrongRevision: nothing was kept.
        """
        changes = Changes()
        with self._store.transaction(600) as connection:
            require_head(connection)
            connection.execute("SET LOCAL statement_timeout = 0")
            projected.bury_unnamed(connection, self.origin, changes)
            projected.derive_anew(connection, self.origin)
            if dry_run:
                raise psycopg.Rollback
        return changes

    def standing(self, most: int = 100) -> list[Standing]:
        """Documents that are not in the store as they stand, and why: at most `most` of each kind that are there now."""
        with self._store.statements() as connection:
            return standing_of(connection, self.origin, most)

    def known_since(self) -> str | None:
        """When this store first heard of this tree (another store did at another moment), None: it has not.

        Raises:
            StoreAway, WrongRevision: it cannot say now.
        """
        with self._store.transaction() as connection:
            require_head(connection)
            found = connection.execute(
                "SELECT first_seen FROM sync_origin WHERE origin_id = %s", (self.origin.origin_id,)
            ).fetchone()
        return None if found is None else rfc3339(found["first_seen"])

    def _introduce(self, connection: Connection, sent: Iterable[Sent]) -> None:
        connection.execute(
            "INSERT INTO sync_origin (origin_id, host, root_path) VALUES (%s, %s, %s)"
            " ON CONFLICT (origin_id) DO UPDATE SET host = excluded.host, root_path = excluded.root_path,"
            " last_seen = now()",
            (self.origin.origin_id, self.origin.host, self.origin.root_path),
        )
        named = [item.actor for item in sent]
        named += [getattr(item.entity, "created_by", None) for item in sent if isinstance(item, DocumentRow)]
        named += [getattr(item.entity, "person", None) for item in sent if isinstance(item, DocumentRow)]
        people.ensure_people(connection, [*named, self.origin.owner, *self.origin.members])

    def _all(
        self, connection: Connection, items: Sequence[Sent], force: bool, told: Mapping[str, str | None]
    ) -> Changes:
        """All at once; one by one, each in a savepoint of its own, where the database refuses something."""
        changes = Changes()
        try:
            with connection.transaction():
                for _, group in groupby(items, _rank):
                    self._put(connection, list(group), changes, force, told)
        except _REFUSALS:
            changes = Changes()
            for item in items:
                self._one(connection, item, changes, force, told)
        return changes

    def _put(
        self,
        connection: Connection,
        items: Sequence[Sent],
        changes: Changes,
        force: bool,
        told: Mapping[str, str | None],
    ) -> None:
        self._documents(
            connection, [item for item in items if isinstance(item, DocumentRow)], changes, force, told
        )
        for item in items:
            if isinstance(item, GoneRow):
                self._gone(connection, item, changes)

    def _one(
        self,
        connection: Connection,
        item: Sent,
        changes: Changes,
        force: bool,
        told: Mapping[str, str | None],
    ) -> None:
        try:
            with connection.transaction():
                self._put(connection, [item], changes, force, told)
        except _REFUSALS as error:
            reason = str(error).strip().split("\n", 1)[0]
            changes.refused[item.rel_path] = reason
            if isinstance(item, DocumentRow):
                refused = replace(
                    item, entity=None, content=None, problem=f"refused by the database: {reason}"
                )
                self._documents(connection, [refused], changes, force=False, told={})

    def _documents(
        self,
        connection: Connection,
        rows: Sequence[DocumentRow],
        changes: Changes,
        force: bool,
        told: Mapping[str, str | None],
    ) -> None:
        """Rows of one rank: none of them is another's parent."""
        if not rows:
            return
        places = projected.places_of(connection, self.origin, rows)
        values = [
            (row.rel_path, row.kind, row.entity_id, *place, row.sha256, row.size_bytes,
             None if row.content is None else jsonb(row.content), row.problem)
            for row, place in zip(rows, places, strict=True)
        ]  # fmt: skip
        # who held what they speak of may have let go
        paths = [row.rel_path for row in rows]
        contested = {
            row["rel_path"] for row in connection.execute(_CONTESTED, (self.origin.origin_id, paths))
        }
        found = connection.execute(
            f"{_DOCUMENT} RETURNING rel_path", (self.origin.origin_id, *_columns(values), list(contested))
        )
        written = {row["rel_path"] for row in found}
        changes.count("metadata_document", len(written))
        self._tell(
            connection,
            [(row, row.kind, place, row.sha256) for row, place in zip(rows, places, strict=True)
             if row.rel_path in written and told.get(row.rel_path) != row.sha256],
        )  # fmt: skip
        meant = [row for row in rows if force or row.rel_path in written | contested]
        self._entities(connection, meant, changes, whole=force)

    def _entities(
        self, connection: Connection, rows: Sequence[DocumentRow], changes: Changes, *, whole: bool
    ) -> None:
        trials = [(row.entity, row.actor) for row in rows if isinstance(row.entity, TrialRow)]
        held = put_trials(connection, self.origin, trials, changes) if trials else {}
        kept = []
        for row in rows:
            entity = row.entity
            elsewhere: Held | None = None
            if isinstance(entity, ProjectRow):
                elsewhere = projected.put_project(connection, self.origin, entity, row.rel_path, changes)
            elif isinstance(entity, DatasetRow):
                elsewhere = projected.put_dataset(connection, self.origin, entity, changes, whole=whole)
            elif isinstance(entity, TrialRow):
                elsewhere = held.get(entity.trial_id)
            elif isinstance(entity, RecordRow):
                elsewhere = point_at_record(connection, self.origin, entity.trial_id, changes)
            if elsewhere is None:
                kept.append(row.rel_path)
            else:
                changes.conflicts.append(row.rel_path)
                note_conflict(connection, self.origin, row.rel_path, row.kind, elsewhere)
        connection.execute(
            "DELETE FROM sync_conflict WHERE origin_id = %s AND rel_path = ANY(%s)",
            (self.origin.origin_id, kept),
        )

    def _gone(self, connection: Connection, row: GoneRow, changes: Changes) -> None:
        found = connection.execute(_GONE, (row.at, self.origin.origin_id, row.rel_path)).fetchone()
        if found is None:
            return
        changes.count("metadata_document")
        place = (found["project_id"], found["dataset_id"], found["trial_id"])
        self._tell(connection, [(row, found["kind"], place, None)])
        projected.bury(connection, self.origin, found["kind"], found["entity_id"], row.at, changes)

    def _tell(
        self, connection: Connection, events: Sequence[tuple[Sent, str, projected.Place, str | None]]
    ) -> None:
        values = [
            (row.at, row.rel_path, kind, *place, sha256, row.subject, *people.key(row.actor))
            for row, kind, place, sha256 in events
        ]
        if values:
            connection.execute(_EVENT, (self.origin.origin_id, *_columns(values)))


def _columns(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def jsonb(value: Any) -> Jsonb:
    """A document for a jsonb column. It has been through `clean`."""
    return Jsonb(value, dumps=_dumps)


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _rank(item: Sent) -> int:
    # what is gone comes last: a renamed folder is first seen at its new path, so its rows stay alive
    return 9 if isinstance(item, GoneRow) else _ORDER.get(item.kind, 5)
