"""What instruments say of a trial: values nobody could read again are refused, what is said twice is known again."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from mdjourney_contract.clock import now
from mdjourney_contract.problems import Conflict, Invalid, MDJourneyError
from mdjourney_store import catalogue, lifecycle
from mdjourney_store.connection import Store
from mdjourney_store.viewer import Viewer

ADA = Viewer("ada")
BEFORE_TIME = datetime.fromisoformat("0001-01-01T00:00:00+14:00")


def deep(levels: int) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for _ in range(levels):
        content = {"x": content}
    return content


REFUSED = {
    "a moment before the year 1": {"birth_timestamp": BEFORE_TIME},
    "a moment without a zone": {"birth_timestamp": datetime(2026, 1, 1)},
    "metadata nested too deep": {"metadata": deep(101)},
    "metadata nested as deep as nobody walks": {"metadata": {"x": [deep(900)]}},
    "an id with a slash": {"trial_id": "a/b"},
    "an id that is a path": {"trial_id": ".."},
    "an id with a line break": {"trial_id": "a\nb"},
    "an id of nothing": {"trial_id": " "},
    "a long id": {"trial_id": "a" * 256},
    "a project nobody could store": {"project_id": "a\0b"},
    "a lease of less than a second": {"lease_seconds": 0.5},
    "a lease of more than a week": {"lease_seconds": 8 * 24 * 3600},
    "a lease that is no number": {"lease_seconds": float("nan")},
    "a long key": {"idempotency_key": "k" * 256},
    "a key nobody could store": {"idempotency_key": "k\0"},
}


@pytest.mark.parametrize("given", REFUSED.values(), ids=REFUSED.keys())
def test_what_nobody_could_read_again_is_refused_and_leaves_nothing(
    store: Store, rows: Any, given: dict[str, Any]
) -> None:
    with pytest.raises(MDJourneyError) as refused:
        lifecycle.birth(store, Viewer("root", role="admin"), **given)
    assert refused.value.status in (400, 422)
    assert rows("SELECT * FROM trial_detail") == []
    assert catalogue.trials(store, Viewer("root", role="admin"))["items"] == []


def test_metadata_may_be_deep(store: Store) -> None:
    born = lifecycle.birth(store, ADA, metadata=deep(100))
    assert lifecycle.edit(store, ADA, born["trial_id"], deep(100))["metadata"] == deep(100)
    with pytest.raises(Invalid):
        lifecycle.edit(store, ADA, born["trial_id"], deep(101))


def test_a_death_before_time_is_refused(store: Store) -> None:
    trial = lifecycle.birth(store, ADA)["trial_id"]
    with pytest.raises(Invalid, match="year 1"):
        lifecycle.death(store, ADA, trial, clean_exit=True, death_timestamp=BEFORE_TIME)
    assert catalogue.trial(store, ADA, trial)["death_timestamp"] is None


@pytest.mark.parametrize(
    ("off", "said"), [(timedelta(days=-400), "clock_was_behind"), (timedelta(days=400), "clock_was_ahead")]
)
def test_a_death_of_a_wrong_clock_is_moved_told_and_may_be_told_again(
    store: Store, off: timedelta, said: str
) -> None:
    born = lifecycle.birth(store, ADA)
    told = now() + off
    dead = lifecycle.death(store, ADA, born["trial_id"], clean_exit=True, death_timestamp=told)
    assert dead["death_timestamp"] >= born["birth_timestamp"]
    assert dead["death_timestamp"] <= now() + timedelta(minutes=5)
    (event,) = [e for e in catalogue.timeline(store, ADA, born["trial_id"])["items"] if e["event"] == "death"]
    assert event["at"] == dead["death_timestamp"]
    assert datetime.fromisoformat(event["detail"][said]) == told

    again = lifecycle.death(store, ADA, born["trial_id"], clean_exit=True, death_timestamp=told)
    assert again["death_timestamp"] == dead["death_timestamp"]
    with pytest.raises(Conflict):
        lifecycle.death(
            store, ADA, born["trial_id"], clean_exit=True, death_timestamp=told + timedelta(hours=1)
        )


def test_a_birth_with_an_id_of_its_own_told_again_is_the_same_and_with_anything_else_a_conflict(
    store: Store,
) -> None:
    first = lifecycle.birth(store, ADA, trial_id="run-7", metadata={"n": 1})
    assert lifecycle.birth(store, ADA, trial_id="run-7", metadata={"n": 1}) == first
    lifecycle.edit(store, ADA, "run-7", {"n": 5})
    assert lifecycle.birth(store, ADA, trial_id="run-7", metadata={"n": 1})["metadata"] == {"n": 5}
    for other in ({"metadata": {"n": 2}}, {}, {"metadata": {"n": 1}, "lease_seconds": 60}):
        with pytest.raises(Conflict, match="taken"):
            lifecycle.birth(store, ADA, trial_id="run-7", **other)
    with pytest.raises(Conflict, match="taken"):
        lifecycle.birth(store, Viewer("eve"), trial_id="run-7", metadata={"n": 1})
    events = catalogue.timeline(store, ADA, "run-7")["items"]
    assert [(e["event"], e["detail"]) for e in events] == [("birth", None), ("edit", None)]


def test_an_empty_key_is_none(store: Store) -> None:
    first = lifecycle.birth(store, ADA, idempotency_key="")
    assert lifecycle.birth(store, ADA, idempotency_key="")["trial_id"] != first["trial_id"]


def test_metadata_are_cleaned_at_birth_and_at_every_edit(store: Store) -> None:
    given = {
        "note": "a\0b",
        "yield": float("nan"),
        "db_password": "hunter2",
        "at": "postgresql://me:pw@there/x",
    }
    clean = {"note": "a\ufffdb", "yield": "NaN", "db_password": "***", "at": "postgresql://me:***@there/x"}
    born = lifecycle.birth(store, ADA, metadata=given)
    assert born["metadata"] == clean
    assert lifecycle.edit(store, ADA, born["trial_id"], {"again": given})["metadata"] == {"again": clean}


def test_only_trials_of_the_interface_are_presumed_dead(store: Store, rows: Any) -> None:
    trial = lifecycle.birth(store, ADA, lease_seconds=1)["trial_id"]
    other = lifecycle.birth(store, ADA, lease_seconds=1)["trial_id"]
    rows("UPDATE trial_liveness SET last_seen = last_seen - interval '1 hour'")
    rows(f"UPDATE trial_detail SET recorded_by = 'document' WHERE trial_id = '{other}'")
    assert lifecycle.sweep(store) == [trial]
    assert rows(f"SELECT death_timestamp FROM trial_detail WHERE trial_id = '{other}'") == [
        {"death_timestamp": None}
    ]
