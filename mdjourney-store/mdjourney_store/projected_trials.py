"""Trials that documents tell, written many at a time: their rows, datasets, events of life and newest records."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from psycopg.types.json import Jsonb

from mdjourney_contract.people import Identity
from mdjourney_store import people
from mdjourney_store.connection import Connection
from mdjourney_store.holders import Held, held_elsewhere, may_write
from mdjourney_store.rows import Changes, Origin, TrialRow

_STUBS: Final = (
    "INSERT INTO dataset_detail (dataset_id) SELECT unnest(%s::text[]) ON CONFLICT (dataset_id) DO NOTHING"
)
_TRIALS: Final = """
INSERT INTO trial_detail AS t
    (trial_id, user_id, user_domain, project_id, birth_timestamp, death_timestamp, clean_exit, metadata, origin_id,
     recorded_by)
SELECT n.trial_id, n.user_id, n.user_domain, (SELECT d.project_id FROM dataset_detail d WHERE d.dataset_id = n.dataset_id),
    n.birth, n.death, n.clean_exit, n.metadata, %s::uuid, 'document'
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::boolean[], %s::jsonb[])
    AS n(trial_id, user_id, user_domain, dataset_id, birth, death, clean_exit, metadata)
ON CONFLICT (trial_id) DO UPDATE
    SET user_id = COALESCE(t.user_id, excluded.user_id), user_domain = COALESCE(t.user_domain, excluded.user_domain),
        project_id = CASE WHEN t.origin_id = excluded.origin_id THEN COALESCE(excluded.project_id, t.project_id)
            ELSE excluded.project_id END,
        birth_timestamp = excluded.birth_timestamp, death_timestamp = excluded.death_timestamp,
        clean_exit = excluded.clean_exit, metadata = excluded.metadata, origin_id = excluded.origin_id,
        recorded_by = 'document', deleted_at = NULL
    WHERE {may_write}
RETURNING t.*
"""
_LEFT: Final = """
DELETE FROM trial_dataset t USING unnest(%s::text[], %s::text[]) AS n(trial_id, dataset_id)
WHERE t.trial_id = n.trial_id AND t.dataset_id <> n.dataset_id
"""
_JOINED: Final = """
INSERT INTO trial_dataset (trial_id, dataset_id) SELECT * FROM unnest(%s::text[], %s::text[]) ON CONFLICT DO NOTHING
"""
# a rebuild finds no row and the event all the same
_LIVED: Final = """
INSERT INTO trial_event (trial_id, event, at, project_id, actor_user_id, actor_domain, detail)
SELECT n.* FROM unnest(%s::text[], %s::text[], %s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::jsonb[])
    AS n(trial_id, event, at, project_id, actor_user_id, actor_domain, detail)
WHERE NOT EXISTS (SELECT 1 FROM trial_event e WHERE e.trial_id = n.trial_id AND e.event = n.event AND e.at = n.at)
"""
_EARLIER_RECORDS: Final = """
UPDATE metadata_document m SET project_id = n.project_id, dataset_id = n.dataset_id
FROM unnest(%s::text[], %s::text[], %s::text[]) AS n(trial_id, project_id, dataset_id)
WHERE m.trial_id = n.trial_id AND m.origin_id = %s AND m.kind = 'complete_metadata' AND m.dataset_id IS DISTINCT FROM n.dataset_id
"""
_NEWEST_RECORDS: Final = """
SELECT DISTINCT ON (trial_id) trial_id, rel_path, (content ->> 'revision')::int AS revision FROM metadata_document
WHERE kind = 'complete_metadata' AND trial_id = ANY(%s) AND origin_id = %s AND deleted_at IS NULL
ORDER BY trial_id, (content ->> 'revision')::int DESC NULLS LAST
"""

Row = dict[str, Any]


def put_trials(
    connection: Connection, origin: Origin, told: Iterable[tuple[TrialRow, Identity | None]], changes: Changes
) -> dict[str, Held]:
    """Write trials, each with who told it; returns by identifier what is held elsewhere of those that are not written: the
    trial, or its dataset. Birth and death are noted as events.

    Raises:
        psycopg.errors.CardinalityViolation: one identifier is there twice.
    """
    sent = sorted(told, key=lambda item: item[0].trial_id)
    foreign = held_elsewhere(connection, origin, "dataset", (row.dataset_id for row, _ in sent))
    held: dict[str, Held] = {
        row.trial_id: ("dataset", row.dataset_id) for row, _ in sent if row.dataset_id in foreign
    }
    sent = [(row, actor) for row, actor in sent if row.trial_id not in held]
    rows = [row for row, _ in sent]
    identifiers = [row.trial_id for row in rows]
    connection.execute(_STUBS, (sorted({row.dataset_id for row in rows if row.dataset_id is not None}),))
    before = _by_trial(
        connection.execute(
            "SELECT * FROM trial_detail WHERE trial_id = ANY(%s) ORDER BY trial_id FOR UPDATE", (identifiers,)
        )
    )
    after = _written(connection, origin, rows)
    changes.count("trial_dataset", _join_datasets(connection, [row for row in rows if row.trial_id in after]))
    changes.count("trial_detail", sum(differs(before.get(name), row) for name, row in after.items()))
    _tell_lives(
        connection,
        [(before.get(row.trial_id), after[row.trial_id], actor or row.person) for row, actor in sent
         if row.trial_id in after],
    )  # fmt: skip
    _place_records(connection, origin, before, after, rows)
    return {**held, **{name: ("trial", name) for name in identifiers if name not in after}}


def point_at_record(connection: Connection, origin: Origin, trial_id: str, changes: Changes) -> Held | None:
    """Let a trial's metadata name its newest Complete Metadata File; the trial where it is held elsewhere. Without the
    trial's row there is nothing to do: its own document brings the same."""
    before = connection.execute(
        "SELECT * FROM trial_detail WHERE trial_id = %s FOR UPDATE", (trial_id,)
    ).fetchone()
    if before is None or before["recorded_by"] == "stub":
        return None
    if before["recorded_by"] != "document" or str(before["origin_id"]) != origin.origin_id:
        return "trial", trial_id
    metadata = _with_record(
        before["metadata"] or {}, _newest_records(connection, origin, [trial_id]).get(trial_id)
    )
    if metadata != before["metadata"]:
        connection.execute(
            "UPDATE trial_detail SET metadata = %s WHERE trial_id = %s", (Jsonb(metadata), trial_id)
        )
        changes.count("trial_detail")
    return None


def differs(before: Row | None, after: Row | None) -> bool:
    """Whether a row says something else than before, but for the moment it was written."""
    ignored = {"updated_at"}
    return before is None or {k: v for k, v in before.items() if k not in ignored} != {
        k: v for k, v in (after or {}).items() if k not in ignored
    }


def _written(connection: Connection, origin: Origin, rows: Sequence[TrialRow]) -> dict[str, Row]:
    """The rows as they are now; those of other trees are left out."""
    records = _newest_records(connection, origin, [row.trial_id for row in rows])
    condition, values = may_write("trial", "t", origin)
    keys = [people.key(row.person) for row in rows]
    return _by_trial(
        connection.execute(
            _TRIALS.format(may_write=condition),
            [
                origin.origin_id,
                [row.trial_id for row in rows],
                [user_id for user_id, _ in keys],
                [domain for _, domain in keys],
                [row.dataset_id for row in rows],
                [row.birth_timestamp for row in rows],
                [row.death_timestamp for row in rows],
                [row.clean_exit for row in rows],
                [Jsonb(_with_record(row.metadata, records.get(row.trial_id))) for row in rows],
                *values,
            ],
        )
    )


def _by_trial(found: Iterable[Row]) -> dict[str, Row]:
    return {row["trial_id"]: row for row in found}


def _join_datasets(connection: Connection, rows: Sequence[TrialRow]) -> int:
    placed = [row for row in rows if row.dataset_id is not None]
    if not placed:
        return 0
    pairs = [row.trial_id for row in placed], [row.dataset_id for row in placed]
    return connection.execute(_LEFT, pairs).rowcount + connection.execute(_JOINED, pairs).rowcount


def _place_records(
    connection: Connection,
    origin: Origin,
    before: Mapping[str, Row],
    after: Mapping[str, Row],
    rows: Sequence[TrialRow],
) -> None:
    """Records of trials that were not known may have come before them."""
    new = [row for row in rows if row.trial_id in after and _is_new(before.get(row.trial_id))]
    if new:
        names = [row.trial_id for row in new]
        projects = [after[name]["project_id"] for name in names]
        connection.execute(
            _EARLIER_RECORDS, (names, projects, [row.dataset_id for row in new], origin.origin_id)
        )


def _is_new(before: Row | None) -> bool:
    return before is None or before["recorded_by"] == "stub"


def _newest_records(connection: Connection, origin: Origin, identifiers: Sequence[str]) -> dict[str, Row]:
    found = connection.execute(_NEWEST_RECORDS, (list(identifiers), origin.origin_id))
    return {row.pop("trial_id"): row for row in found}


def _with_record(metadata: Mapping[str, Any], newest: Row | None) -> dict[str, Any]:
    without = {key: value for key, value in metadata.items() if key != "complete_metadata"}
    return without if newest is None else {**without, "complete_metadata": newest}


def _tell_lives(connection: Connection, lives: Iterable[tuple[Row | None, Row, Identity | None]]) -> None:
    told = [
        (after["trial_id"], event, at, after["project_id"], *people.key(actor), Jsonb({"clean_exit": after["clean_exit"]}))
        for before, after, actor in lives
        for event, at in _life(before, after)
    ]  # fmt: skip
    if told:
        connection.execute(_LIVED, [list(column) for column in zip(*told, strict=True)])


def _life(before: Row | None, after: Row) -> Iterable[tuple[str, datetime]]:
    if _is_new(before):
        yield "birth", after["birth_timestamp"]
    if after["death_timestamp"] and not (before and before["death_timestamp"]):
        yield "death", after["death_timestamp"]
    if before and before["death_timestamp"] and not after["death_timestamp"]:
        yield "revival", after["updated_at"]
