"""What the catalogue answers, and to whom."""

import contextlib
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest

from mdjourney_backend.layout import Layout
from mdjourney_backend.sync import rebuild
from mdjourney_backend.tree import Tree
from mdjourney_contract.people import Identity
from mdjourney_contract.problems import BadRequest, Conflict, Invalid, NotAllowed, NotFound
from mdjourney_store import catalogue, lifecycle, roles
from mdjourney_store.connection import Store
from mdjourney_store.connector import Connector
from mdjourney_store.embedded import Urls
from mdjourney_store.viewer import Viewer

ADMIN = Viewer("root", role="admin")
READER = Viewer("pi", role="reader")
ALICE = Viewer("alice")
BOB = Viewer("bob")
STRANGER = Viewer("eve")


@pytest.fixture
def filled(lab: Any, store: Store, urls: Urls) -> dict[str, str]:
    """One project of Alice's tree with a dataset and a run, indexed."""
    project = lab.project(project_description="About #cells, after project:p-other")
    dataset = lab.dataset(project, files=5)
    run = lab.run(dataset, experiment_name="First try", note="#calibration of trial:earlier")
    rebuild(Tree(lab.root, Layout()), urls.backend_url, lab.origin)
    Connector(store).drain()
    return {"project": project, "dataset": dataset, "run": run}


QUESTIONS: dict[str, Callable[[Store, Viewer, dict[str, str]], Any]] = {
    "projects": lambda s, v, f: catalogue.projects(s, v),
    "project": lambda s, v, f: catalogue.project(s, v, f["project"]),
    "project_history": lambda s, v, f: catalogue.project_history(s, v, f["project"]),
    "trials": lambda s, v, f: catalogue.trials(s, v),
    "trial": lambda s, v, f: catalogue.trial(s, v, f["run"]),
    "timeline": lambda s, v, f: catalogue.timeline(s, v, f["run"]),
    "datasets": lambda s, v, f: catalogue.datasets(s, v),
    "dataset": lambda s, v, f: catalogue.dataset(s, v, f["dataset"]),
    "files": lambda s, v, f: catalogue.files(s, v, f["dataset"]),
    "changes": lambda s, v, f: catalogue.changes(s, v),
    "tags": lambda s, v, f: catalogue.tags(s, v),
    "fields": lambda s, v, f: catalogue.fields(s, v),
    "graph of a trial": lambda s, v, f: catalogue.neighbourhood(s, v, "trial", f["run"]),
    "graph of a project": lambda s, v, f: catalogue.neighbourhood(s, v, "project", f["project"]),
    "graph of a tag": lambda s, v, f: catalogue.neighbourhood(s, v, "tag", "calibration"),
}


def test_every_question_is_asked() -> None:
    assert {name.split()[0] for name in QUESTIONS} | {"people", "trail"} >= set(catalogue.__all__) - {
        "neighbourhood"
    }


@pytest.mark.parametrize("question", list(QUESTIONS))
@pytest.mark.parametrize("viewer", [ADMIN, READER, ALICE, BOB], ids=["admin", "reader", "owner", "member"])
def test_who_may_see_gets_an_answer(
    store: Store, filled: dict[str, str], question: str, viewer: Viewer
) -> None:
    answer = QUESTIONS[question](store, viewer, filled)
    assert answer.get("items", True)
    assert "nodes" not in answer or len(answer["nodes"]) > 1


@pytest.mark.parametrize("question", list(QUESTIONS))
def test_a_stranger_gets_nothing(store: Store, filled: dict[str, str], question: str) -> None:
    try:
        said: Any = QUESTIONS[question](store, STRANGER, filled)
    except NotFound as error:
        said = error.detail
    assert str(said).startswith("No ") or said["items"] == []
    assert "A study" not in str(said)
    assert "First try" not in str(said)


def test_the_same_user_id_in_another_domain_is_somebody_else(store: Store, filled: dict[str, str]) -> None:
    assert catalogue.projects(store, Viewer("alice", "github"))["items"] == []


def test_rows_carry_the_tables_names(store: Store, filled: dict[str, str]) -> None:
    (row,) = catalogue.trials(store, ALICE)["items"]
    assert row["trial_id"] == filled["run"]
    assert row["project_id"] == filled["project"]
    assert row["dataset_id"] == filled["dataset"]
    assert row["birth_timestamp"] == datetime(2026, 2, 1, 10, tzinfo=UTC)
    assert (row["death_timestamp"], row["status"], row["experiment_name"]) == (None, "alive", "First try")
    (row,) = catalogue.projects(store, ALICE)["items"]
    assert (row["name"], row["datasets"], row["trials"], row["alive"]) == ("A study", 1, 1, 1)
    assert {r["user_id"] for r in catalogue.project(store, BOB, filled["project"])["roles"]} == {
        "alice",
        "bob",
    }
    assert {t["tag"] for t in catalogue.tags(store, ALICE)["items"]} == {"calibration", "cells"}
    assert {p["user_id"] for p in catalogue.people(store, ALICE)["items"]} == {"alice", "bob"}
    assert catalogue.people(store, STRANGER)["items"] == []


def test_a_list_is_paged_to_its_end_without_gaps(store: Store, rows: Any) -> None:
    rows("INSERT INTO trial_detail (trial_id, birth_timestamp) SELECT 't' || n, '2026-01-01Z'::timestamptz"
         " + (n / 3) * interval '1 s' FROM generate_series(1, 25) n")  # fmt: skip
    found, cursor = [], None
    while True:
        answer = catalogue.trials(store, ADMIN, limit=4, cursor=cursor)
        found += [row["trial_id"] for row in answer["items"]]
        cursor = answer["next_cursor"]
        if cursor is None:
            break
    assert sorted(found) == sorted(f"t{n}" for n in range(1, 26))


@pytest.mark.parametrize(
    "cursor", ["", "x", "e30", "W10", "WzEsMl0", "WyIyMDI2LTAxLTAxIiwidCJd", "\0", "ÿ", "=" * 9]
)
def test_a_wrong_cursor_is_a_bad_request(store: Store, cursor: str) -> None:
    with pytest.raises(BadRequest):
        catalogue.trials(store, ADMIN, cursor=cursor)


def test_the_graph_hides_what_the_viewer_may_not_see(store: Store, filled: dict[str, str], rows: Any) -> None:
    rows("INSERT INTO project_detail (project_id, name) VALUES ('p-other', 'Secret')")
    rows("INSERT INTO trial_detail (trial_id, birth_timestamp, project_id, metadata) VALUES"
         " ('hidden', now(), 'p-other', '{\"n\": \"#calibration\"}'), ('earlier', now(), 'p-other', '{}')")  # fmt: skip
    Connector(store).drain()
    full = catalogue.neighbourhood(store, ADMIN, "tag", "calibration", depth=2)
    assert {n["id"] for n in full["nodes"]} >= {"hidden", filled["run"], "earlier"}
    seen = catalogue.neighbourhood(store, ALICE, "tag", "calibration", depth=2)
    assert "hidden" not in str(seen)
    (earlier,) = [n for n in seen["nodes"] if n["id"] == "earlier"]
    assert (earlier["known"], earlier["label"]) == (False, "earlier")
    assert "Secret" not in str(catalogue.neighbourhood(store, ALICE, "project", filled["project"]))


def test_a_hub_is_capped_and_says_so(store: Store, rows: Any) -> None:
    rows(
        "INSERT INTO trial_detail (trial_id, birth_timestamp) SELECT 'h' || n, now() FROM generate_series(1, 3000) n"
    )
    rows("INSERT INTO graph_edges (source_trial_id, target_entity_type, target_entity_id)"
         " SELECT 'h' || n, 'tag', 'hub' FROM generate_series(1, 3000) n")  # fmt: skip
    answer = catalogue.neighbourhood(store, ADMIN, "tag", "#HUB", depth=4)
    assert answer["truncated"] is True
    assert len(answer["nodes"]) == 51
    assert [n["more"] for n in answer["nodes"] if n["id"] == "hub"] == [True]


def test_a_wide_neighbourhood_is_capped_and_says_so(store: Store, rows: Any) -> None:
    rows(
        "INSERT INTO trial_detail (trial_id, birth_timestamp) SELECT 'w' || n, now() FROM generate_series(0, 40) n"
    )
    rows("INSERT INTO graph_edges (source_trial_id, target_entity_type, target_entity_id)"
         " SELECT 'w0', 'trial', 'w' || n FROM generate_series(1, 40) n"
         " UNION ALL SELECT 'w' || n, 'tag', 'x' || n || 'y' || m FROM generate_series(1, 40) n, generate_series(1, 4) m")  # fmt: skip
    answer = catalogue.neighbourhood(store, ADMIN, "trial", "w0", depth=2)
    assert (len(answer["nodes"]), answer["truncated"]) == (150, True)


# -- the life of trials


def test_a_trial_is_born_lives_and_dies(store: Store, filled: dict[str, str]) -> None:
    row = lifecycle.birth(store, BOB, project_id=filled["project"], metadata={"x": 1}, lease_seconds=60)
    assert (row["death_timestamp"], row["status"], row["recorded_by"], row["user_id"]) == (
        None,
        "alive",
        "api",
        "bob",
    )
    lifecycle.heartbeat(store, BOB, row["trial_id"])
    lifecycle.edit(store, BOB, row["trial_id"], {"x": 2})
    ended = lifecycle.death(store, BOB, row["trial_id"], clean_exit=True)
    assert (ended["clean_exit"], ended["status"], ended["metadata"]) == (True, "clean", {"x": 2})
    assert (
        lifecycle.death(store, BOB, row["trial_id"], clean_exit=True)["death_timestamp"]
        == ended["death_timestamp"]
    )
    with pytest.raises(Conflict):
        lifecycle.death(store, BOB, row["trial_id"], clean_exit=False)
    with pytest.raises(Conflict):
        lifecycle.heartbeat(store, BOB, row["trial_id"])
    events = catalogue.timeline(store, ALICE, row["trial_id"])["items"]
    assert [e["event"] for e in events] == ["birth", "edit", "death"]


def test_a_birth_delivered_twice_is_one_trial(store: Store, rows: Any) -> None:
    first = lifecycle.birth(store, ALICE, metadata={"a": 1}, idempotency_key="k")
    assert (
        lifecycle.birth(store, ALICE, metadata={"a": 1}, idempotency_key="k")["trial_id"] == first["trial_id"]
    )
    with pytest.raises(Conflict):
        lifecycle.birth(store, ALICE, metadata={"a": 2}, idempotency_key="k")
    named = lifecycle.birth(store, ALICE, trial_id="mine")
    assert lifecycle.birth(store, ALICE, trial_id="mine") == named
    with pytest.raises(Conflict):
        lifecycle.birth(store, BOB, trial_id="mine")
    assert len(rows("SELECT * FROM trial_detail")) == 2


def test_a_trial_without_heartbeats_is_presumed_dead_and_can_come_back(store: Store, rows: Any) -> None:
    held = lifecycle.birth(store, ALICE, trial_id="held", lease_seconds=60)
    lifecycle.birth(store, ALICE, trial_id="open")
    assert lifecycle.sweep(store) == []
    rows("UPDATE trial_liveness SET last_seen = now() - interval '2 minutes'")
    assert lifecycle.sweep(store) == ["held"]
    assert lifecycle.sweep(store) == []
    dead = catalogue.trial(store, ALICE, "held")
    assert (dead["status"], dead["clean_exit"]) == ("unclean", False)
    assert catalogue.trial(store, ALICE, "open")["status"] == "alive"
    assert lifecycle.heartbeat(store, ALICE, "held")["death_timestamp"] is None
    assert held["birth_timestamp"] == catalogue.trial(store, ALICE, "held")["birth_timestamp"]


def test_a_clock_that_is_wrong_is_clamped_and_told(store: Store) -> None:
    future = datetime.now(UTC) + timedelta(days=1)
    row = lifecycle.birth(store, ALICE, birth_timestamp=future)
    assert row["birth_timestamp"] < future
    assert "clock_was_ahead" in catalogue.timeline(store, ALICE, row["trial_id"])["items"][0]["detail"]
    early = lifecycle.death(
        store, ALICE, row["trial_id"], clean_exit=False, death_timestamp=datetime(2000, 1, 1, tzinfo=UTC)
    )
    assert early["death_timestamp"] == row["birth_timestamp"]
    with pytest.raises(Invalid):
        lifecycle.birth(store, ALICE, birth_timestamp=datetime(2026, 1, 1))


def test_who_has_no_role_records_nothing_in_a_project(store: Store, filled: dict[str, str]) -> None:
    for viewer in (STRANGER, READER):
        with pytest.raises(NotAllowed):
            lifecycle.birth(store, viewer, project_id=filled["project"])
    row = lifecycle.birth(store, ALICE, project_id=filled["project"])
    for act in (lifecycle.heartbeat, lambda s, v, t: lifecycle.death(s, v, t, clean_exit=True)):
        with pytest.raises(NotFound):
            act(store, STRANGER, row["trial_id"])
        with pytest.raises(NotAllowed):
            act(store, READER, row["trial_id"])


def test_a_trial_of_a_document_is_changed_in_the_document(store: Store, filled: dict[str, str]) -> None:
    with pytest.raises(Conflict, match="document"):
        lifecycle.death(store, ALICE, filled["run"], clean_exit=True)


# -- roles


def test_admins_of_a_project_change_roles_and_it_is_audited(
    store: Store, filled: dict[str, str], rows: Any
) -> None:
    eve = Identity(user_id="eve")
    for viewer, error in ((BOB, NotAllowed), (READER, NotAllowed), (STRANGER, NotFound)):
        with pytest.raises(error):
            roles.set_role(store, viewer, filled["project"], eve, "operator")
    roles.set_role(store, ALICE, filled["project"], eve, "operator")
    assert roles.role_of(store, STRANGER, filled["project"]) == "operator"
    assert roles.roles_of(store, STRANGER) == {filled["project"]: "operator"}
    assert catalogue.projects(store, STRANGER)["items"]
    roles.set_role(store, ADMIN, filled["project"], eve, None)
    assert catalogue.projects(store, STRANGER)["items"] == []
    found = rows("SELECT actor_user_id, detail FROM audit_event ORDER BY event_id")
    # the first two came with the tree: its owner and its member
    assert [(r["actor_user_id"], r["detail"]["after"]) for r in found[2:]] == [
        ("alice", "operator"),
        ("root", None),
    ]


def test_only_admins_of_a_project_read_who_changed_its_roles(store: Store, filled: dict[str, str]) -> None:
    project = filled["project"]
    of_the_tree = {t["event_id"] for t in catalogue.trail(store, ADMIN)["items"]}
    for role in ("operator", "admin", None):
        roles.set_role(store, ALICE, project, Identity(user_id="eve"), role)
    first = catalogue.trail(store, ALICE, project_id=project, limit=2)
    rest = catalogue.trail(store, ALICE, limit=2, cursor=first["next_cursor"])
    told = [t for t in [*first["items"], *rest["items"]] if t["event_id"] not in of_the_tree]
    assert [(t["actor_user_id"], t["detail"]["before"], t["detail"]["after"]) for t in told] == [
        ("alice", "admin", None),
        ("alice", "operator", "admin"),
        ("alice", None, "operator"),
    ]
    everything = [t["event_id"] for t in catalogue.trail(store, ADMIN)["items"]]
    assert everything == [*(t["event_id"] for t in told), *sorted(of_the_tree, reverse=True)]
    for viewer in (BOB, READER, STRANGER):
        assert catalogue.trail(store, viewer)["items"] == []
    for viewer, refusal in ((BOB, NotAllowed), (READER, NotAllowed), (STRANGER, NotFound)):
        with pytest.raises(refusal):
            catalogue.trail(store, viewer, project_id=project)


def test_roles_of_many_projects_are_read_at_once(store: Store, filled: dict[str, str], rows: Any) -> None:
    rows("INSERT INTO project_detail (project_id, deleted_at) VALUES ('nobody''s', NULL), ('gone', now())")
    assert roles.of_projects(store, [filled["project"], "nobody's", "gone", "unheard of"]) == {
        filled["project"]: {("alice", "local"): "admin", ("bob", "local"): "operator"},
        "nobody's": {},
    }


def test_the_last_admin_of_a_project_stays(store: Store, filled: dict[str, str]) -> None:
    alice = Identity(user_id="alice")
    for role in (None, "operator"):
        with pytest.raises(Conflict):
            roles.set_role(store, ADMIN, filled["project"], alice, role)
    roles.set_role(store, ALICE, filled["project"], Identity(user_id="bob"), "admin")
    roles.set_role(store, BOB, filled["project"], alice, None)
    assert roles.role_of(store, ALICE, filled["project"]) is None
    assert roles.role_of(store, ALICE, str(uuid.uuid4())) is None


def test_two_admins_who_remove_each_other_at_once_do_not_both_go(
    store: Store, filled: dict[str, str], rows: Any
) -> None:
    roles.set_role(store, ALICE, filled["project"], Identity(user_id="bob"), "admin")
    both_count = threading.Barrier(2)

    def standing(_user_id: str, _domain: str) -> Literal["acts"]:
        with contextlib.suppress(threading.BrokenBarrierError):  # the other is kept waiting, as it should be
            both_count.wait(0.5)
        return "acts"

    def remove(viewer: Viewer, other: str) -> bool:
        try:
            roles.set_role(store, viewer, filled["project"], Identity(user_id=other), None, standing)
        except (Conflict, NotAllowed, NotFound):
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(remove, (ALICE, BOB), ("bob", "alice"))) == [False, True]
    left = rows(
        "SELECT role::text AS role FROM user_project_role_linking WHERE project_id = %s", filled["project"]
    )
    assert left == [{"role": "admin"}]
