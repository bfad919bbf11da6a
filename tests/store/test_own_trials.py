"""Trials that belong to no project are their person's, in every list, count and neighbourhood; a trial's events by pages."""

import sys
from typing import Any

import pytest

from mdjourney_contract.problems import NotFound
from mdjourney_store import catalogue, labels, lifecycle
from mdjourney_store.connection import Store
from mdjourney_store.connector import Connector
from mdjourney_store.search import facets, search
from mdjourney_store.viewer import Viewer

ALICE = Viewer("alice")
NAMESAKE = Viewer("alice", "github")
BOB = Viewer("bob")
ADMIN = Viewer("root", role="admin")


@pytest.fixture
def told(store: Store) -> Store:
    """Two trials of Alice's and one of Bob's in no project."""
    lifecycle.birth(store, ALICE, trial_id="a1", metadata={"note": "#mine after trial:a2"})
    lifecycle.birth(store, ALICE, trial_id="a2", metadata={"note": "#mine"})
    lifecycle.birth(store, BOB, trial_id="b1", metadata={"note": "#his after trial:a1"})
    Connector(store).drain()
    return store


def test_whoever_finds_a_trial_finds_it_in_the_graph(told: Store) -> None:
    for kind, identifier in (("trial", "a1"), ("trial", "a2"), ("tag", "mine")):
        answer = catalogue.neighbourhood(told, ALICE, kind, identifier, depth=2)  # type: ignore[arg-type]
        assert {node["id"] for node in answer["nodes"]} == {"a1", "a2", "mine"}
        assert all(node["known"] for node in answer["nodes"])
        assert "b1" not in str(answer)
        for other in (BOB, NAMESAKE):
            with pytest.raises(NotFound):
                catalogue.neighbourhood(told, other, kind, identifier)  # type: ignore[arg-type]
    his = catalogue.neighbourhood(told, BOB, "trial", "b1", depth=3)
    (linked,) = [node for node in his["nodes"] if node["id"] == "a1"]
    assert linked["known"] is False
    assert "a2" not in str(his)


def test_what_is_found_is_counted(told: Store, rows: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rows("INSERT INTO project_detail (project_id) VALUES ('p')")
    rows(
        "INSERT INTO user_project_role_linking (user_id, domain, project_id, role) VALUES ('alice', 'local', 'p', 'admin')"
    )
    rows(
        "INSERT INTO trial_detail (trial_id, project_id, birth_timestamp, metadata) VALUES ('p1', 'p', now(), '{\"n\": \"#mine #all\"}')"
    )
    Connector(told).drain()
    answer = facets(told, ALICE, "")
    counts = {
        name: {one["value"]: one["count"] for one in values} for name, values in answer["facets"].items()
    }
    assert answer["truncated"] is False
    assert counts["kind"] == {"trial": 3, "project": 1}
    assert len(search(told, ALICE, "")["items"]) == 4
    assert (
        counts["tag"]
        == {"mine": 3, "all": 1}
        == {tag["tag"]: tag["uses"] for tag in catalogue.tags(told, ALICE)["items"]}
    )
    first = catalogue.tags(told, ALICE, limit=1)
    (second,) = catalogue.tags(told, ALICE, limit=1, cursor=first["next_cursor"])["items"]
    assert (first["items"][0]["tag"], second["tag"]) == ("mine", "all")
    assert [tag["tag"] for tag in catalogue.tags(told, ALICE, q="#mi")["items"]] == ["mine"]
    assert facets(told, NAMESAKE, "")["facets"] == {}
    assert [tag["tag"] for tag in catalogue.tags(told, BOB)["items"]] == ["his"]
    monkeypatch.setattr(labels, "_MOST_OWN", 1)
    assert facets(told, ALICE, "")["truncated"] is True


@pytest.mark.parametrize("few", [1000, 1], ids=["of each", "among all"])
def test_what_changed_tells_of_ones_own_trials(
    told: Store, rows: Any, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(sys.modules["mdjourney_store.catalogue.changes"], "_FEW_OWN", few)
    rows("INSERT INTO project_detail (project_id) VALUES ('p')")
    rows(
        "INSERT INTO user_project_role_linking (user_id, domain, project_id, role) VALUES ('alice', 'local', 'p', 'admin')"
    )
    for number in range(3):
        lifecycle.birth(told, ADMIN, trial_id=f"p{number}", project_id="p")
        lifecycle.edit(told, ALICE, "a1", {"n": number})
        lifecycle.edit(told, BOB, "b1", {"n": number})
    seen, cursor = [], None
    for _ in range(6):
        answer = catalogue.changes(told, ALICE, limit=2, cursor=cursor)
        seen += [(item["trial_id"], item["event"]) for item in answer["items"]]
        cursor = answer["next_cursor"]
    lives = [one for number in range(3) for one in ((f"p{number}", "birth"), ("a1", "edit"))]
    assert seen == [("a1", "birth"), ("a2", "birth"), *lives]
    assert [item["trial_id"] for item in catalogue.changes(told, ALICE, project_id="p")["items"]] == [
        "p0",
        "p1",
        "p2",
    ]
    assert {item["trial_id"] for item in catalogue.changes(told, BOB)["items"]} == {"b1"}
    assert catalogue.changes(told, NAMESAKE)["items"] == []


def test_a_timeline_is_paged_to_its_end(told: Store, rows: Any) -> None:
    for number in range(12):
        rows(
            "INSERT INTO trial_event (trial_id, event, at) VALUES ('a1', 'edit', now() + %s * interval '1 minute')",
            number // 3,
        )
    origin = "00000000-0000-0000-0000-000000000001"
    rows(
        "INSERT INTO document_event (origin_id, rel_path, kind, trial_id, at) SELECT %s, 'x', 'experiment_contextual', 'a1',"
        " now() + n * interval '1 minute' FROM generate_series(0, 3) n", origin,
    )  # fmt: skip
    lifecycle.death(told, ALICE, "a1", clean_exit=True)
    whole = catalogue.timeline(told, ALICE, "a1")
    assert (len(whole["items"]), whole["next_cursor"]) == (18, None)
    assert [item["at"] for item in whole["items"]] == sorted(item["at"] for item in whole["items"])
    for limit in (1, 4):
        seen: list[Any] = []
        cursor = None
        for _ in range(20):
            answer = catalogue.timeline(told, ALICE, "a1", limit=limit, cursor=cursor)
            seen += answer["items"]
            cursor = answer["next_cursor"]
            if cursor is None:
                break
        assert cursor is None
        assert seen == whole["items"]
