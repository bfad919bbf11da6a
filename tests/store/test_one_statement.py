"""Births, edits and deaths are one statement each: who may, and what is told of one that changed nothing."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from mdjourney_contract.problems import Conflict, Invalid, MDJourneyError, NotAllowed, NotFound
from mdjourney_store import lifecycle
from mdjourney_store.connection import Store
from mdjourney_store.viewer import Viewer

ADMIN, ALICE, BOB = Viewer("root", role="admin"), Viewer("alice"), Viewer("bob")
READER, READING_OPERATOR = Viewer("pi", role="reader"), Viewer("ria", role="reader")


@pytest.fixture
def project(rows: Any) -> str:
    """`p`, whose operators are Alice and a reader, beside `q`, whose operator is Bob."""
    rows(
        "INSERT INTO user_detail (user_id, domain) VALUES ('alice', 'local'), ('bob', 'local'), ('ria', 'local')"
    )
    rows("INSERT INTO project_detail (project_id) VALUES ('p'), ('q')")
    rows(
        "INSERT INTO user_project_role_linking (user_id, domain, project_id, role)"
        " VALUES ('alice', 'local', 'p', 'operator'), ('ria', 'local', 'p', 'operator'), ('bob', 'local', 'q', 'operator')"
    )
    return "p"


REFUSED: tuple[tuple[Viewer, str | None, type[MDJourneyError]], ...] = (
    (BOB, "p", NotAllowed),
    (READER, "p", NotAllowed),
    (READER, None, NotAllowed),
    (ALICE, "none", NotAllowed),
    (ADMIN, "none", Invalid),
)


@pytest.mark.parametrize(("viewer", "project_id", "error"), REFUSED)
def test_a_birth_that_may_not_be_leaves_nothing(
    store: Store, rows: Any, project: str, viewer: Viewer, project_id: str | None, error: type[MDJourneyError]
) -> None:
    with pytest.raises(error):
        lifecycle.birth(store, viewer, project_id=project_id, idempotency_key="k", lease_seconds=60)
    for table in ("trial_detail", "trial_event", "trial_liveness", "idempotency_key"):
        assert rows(f"SELECT * FROM {table}") == [], table


@pytest.mark.parametrize("viewer", [ADMIN, ALICE, READING_OPERATOR])
def test_whoever_has_a_role_in_the_project_changes_its_trials(
    store: Store, project: str, viewer: Viewer
) -> None:
    trial = lifecycle.birth(store, ALICE, project_id=project)["trial_id"]
    assert lifecycle.edit(store, viewer, trial, {"n": 1})["metadata"] == {"n": 1}
    assert lifecycle.death(store, viewer, trial, clean_exit=True)["status"] == "clean"


CHANGES: tuple[Callable[[Store, Viewer, str], object], ...] = (
    lambda store, viewer, trial: lifecycle.edit(store, viewer, trial, {"n": 2}),
    lambda store, viewer, trial: lifecycle.death(store, viewer, trial, clean_exit=True),
)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(("viewer", "error"), [(BOB, NotFound), (READER, NotAllowed)])
def test_nobody_else_changes_anything(
    store: Store, rows: Any, project: str, change: Any, viewer: Viewer, error: type[MDJourneyError]
) -> None:
    trial = lifecycle.birth(store, ALICE, project_id=project, metadata={"n": 1})["trial_id"]
    with pytest.raises(error):
        change(store, viewer, trial)
    assert rows("SELECT metadata, death_timestamp FROM trial_detail") == [
        {"metadata": {"n": 1}, "death_timestamp": None}
    ]
    assert [row["event"] for row in rows("SELECT event FROM trial_event")] == ["birth"]


@pytest.mark.parametrize("change", CHANGES)
def test_a_role_that_was_taken_away_changes_nothing_any_more(
    store: Store, rows: Any, project: str, change: Any
) -> None:
    trial = lifecycle.birth(store, ALICE, project_id=project, metadata={"n": 1})["trial_id"]
    rows("DELETE FROM user_project_role_linking WHERE user_id = 'alice'")
    with pytest.raises(NotFound):
        change(store, ALICE, trial)
    assert rows("SELECT metadata FROM trial_detail") == [{"metadata": {"n": 1}}]


@pytest.mark.parametrize("change", CHANGES)
def test_a_trial_of_a_document_is_not_changed_here(
    store: Store, rows: Any, project: str, change: Any
) -> None:
    rows(
        "INSERT INTO trial_detail (trial_id, project_id, birth_timestamp, recorded_by) VALUES ('t', 'p', now(), 'document')"
    )
    with pytest.raises(Conflict, match="document"):
        change(store, ALICE, "t")


def test_one_key_arriving_many_times_at_once_is_one_trial(store: Store, rows: Any, project: str) -> None:
    together = threading.Barrier(6)
    made = []

    def deliver() -> None:
        together.wait()
        made.append(lifecycle.birth(store, ALICE, project_id=project, idempotency_key="k")["trial_id"])

    threads = [threading.Thread(target=deliver) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(made) == 6
    assert rows("SELECT trial_id FROM trial_detail") == [{"trial_id": name} for name in set(made)]
    assert len(rows("SELECT * FROM trial_event")) == 1


def test_a_key_used_for_another_request_is_a_conflict(store: Store, rows: Any, project: str) -> None:
    first = lifecycle.birth(store, ALICE, project_id=project, idempotency_key="k")
    assert lifecycle.birth(store, ALICE, project_id=project, idempotency_key="k") == first
    with pytest.raises(Conflict, match="key"):
        lifecycle.birth(store, ALICE, project_id=project, metadata={"n": 1}, idempotency_key="k")
    assert lifecycle.birth(store, BOB, idempotency_key="k")["trial_id"] != first["trial_id"]
    assert len(rows("SELECT * FROM trial_detail")) == 2


def test_one_id_arriving_many_times_at_once_is_born_once(store: Store, rows: Any, project: str) -> None:
    together = threading.Barrier(6)

    def deliver() -> None:
        together.wait()
        lifecycle.birth(store, ALICE, trial_id="same", project_id=project, lease_seconds=60)

    threads = [threading.Thread(target=deliver) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(rows("SELECT * FROM trial_detail")) == len(rows("SELECT * FROM trial_event")) == 1
