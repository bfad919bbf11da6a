"""Identifiers are held by the tree that sent them first, or by the store: writing one down elsewhere takes nothing and shows nothing."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from mdjourney_backend.changes import Ref
from mdjourney_backend.layout import Layout
from mdjourney_backend.sync import Sync, rebuild
from mdjourney_backend.tree import Tree
from mdjourney_contract.people import Identity
from mdjourney_store import catalogue, lifecycle
from mdjourney_store import dump as dump_module
from mdjourney_store.connection import Store
from mdjourney_store.dump import dump, restore_into
from mdjourney_store.embedded import Urls
from mdjourney_store.migrate import upgrade
from mdjourney_store.rows import Changes, Origin
from mdjourney_store.viewer import Viewer

ALICE, MALLORY, ADMIN = Viewer("alice"), Viewer("mallory"), Viewer("root", role="admin")


@dataclass
class Trees:
    """Alice's tree, and Mallory's, whose documents may say what they like."""

    alice: Any
    mallory: Any
    urls: Urls

    def told(self, lab: Any) -> Changes:
        """Everything a tree says now."""
        return rebuild(Tree(lab.root, Layout()), self.urls.backend_url, lab.origin)


@pytest.fixture
def trees(lab: Any, tmp_path: Path, urls: Urls) -> Trees:
    labs = [type(lab)(tmp_path / name) for name in ("a", "m")]
    for lab, name in zip(labs, ("alice", "mallory"), strict=True):
        lab.root.mkdir()
        lab.origin = replace(lab.origin, owner=Identity(user_id=name), members=())
    return Trees(labs[0], labs[1], urls)


Ask = Callable[..., list[dict[str, Any]]]


def conflicts(rows: Ask) -> set[tuple[str, str]]:
    return {(row["kind"], row["entity_id"]) for row in rows("SELECT kind, entity_id FROM sync_conflict")}


def test_a_document_never_takes_a_trial_that_lives_in_the_store(
    trees: Trees, store: Store, rows: Ask
) -> None:
    project = trees.alice.project()
    trees.told(trees.alice)
    born = lifecycle.birth(store, ALICE, project_id=project, metadata={"note": "hers"})
    before = rows("SELECT * FROM trial_detail")
    trees.mallory.run(trees.mallory.dataset(trees.mallory.project()), run_id=born["trial_id"], note="mine")
    found = trees.told(trees.mallory)
    assert rows("SELECT * FROM trial_detail") == before
    assert len(found.conflicts) == 1
    assert conflicts(rows) == {("experiment_contextual", born["trial_id"])}
    assert rows("SELECT holder_origin_id FROM sync_conflict") == [{"holder_origin_id": None}]
    assert [event["event"] for event in catalogue.timeline(store, ALICE, born["trial_id"])["items"]] == [
        "birth"
    ]


def test_a_trial_of_another_tree_is_not_overwritten(trees: Trees, rows: Ask) -> None:
    run = trees.alice.run(trees.alice.dataset(trees.alice.project()))
    trees.told(trees.alice)
    before = rows("SELECT * FROM trial_detail")
    trees.mallory.run(trees.mallory.dataset(trees.mallory.project()), run_id=run, note="mine")
    assert len(trees.told(trees.mallory).conflicts) == 1
    assert rows("SELECT * FROM trial_detail") == before
    assert rows("SELECT DISTINCT origin_id::text AS origin FROM document_event WHERE trial_id = %s", run) == [
        {"origin": trees.alice.origin.origin_id}
    ]


def test_nothing_is_written_into_a_project_that_another_tree_holds(
    trees: Trees, store: Store, rows: Ask
) -> None:
    project = trees.alice.project()
    trees.told(trees.alice)
    trees.mallory.project(project_identifier=project, project_title="Mine")
    run = trees.mallory.run(trees.mallory.dataset(project), created_by="mallory")
    trees.told(trees.mallory)
    assert catalogue.datasets(store, ALICE)["items"] == []
    assert catalogue.trials(store, ALICE)["items"] == []
    assert [event["event"] for event in catalogue.changes(store, ALICE)["items"]] == ["project_descriptive"]
    assert rows("SELECT project_id FROM trial_detail WHERE trial_id = %s", run) == [{"project_id": None}]
    assert ("dataset_administrative", project) in conflicts(rows)
    assert {row["user_id"] for row in rows("SELECT user_id FROM user_project_role_linking")} == {"alice"}


def test_who_names_a_project_before_its_tree_does_is_put_out(trees: Trees, store: Store, rows: Ask) -> None:
    project = trees.alice.project()
    trees.mallory.run(trees.mallory.dataset(project), created_by="mallory")
    trees.told(trees.mallory)
    trees.told(trees.alice)
    for listed in (catalogue.datasets, catalogue.trials):
        assert listed(store, ALICE)["items"] == []
    assert (
        rows(
            "SELECT 1 FROM metadata_document WHERE project_id = %s AND kind <> 'project_descriptive'", project
        )
        == []
    )


def test_a_run_does_not_join_a_dataset_that_another_tree_holds(trees: Trees, store: Store, rows: Ask) -> None:
    dataset = trees.alice.dataset(trees.alice.project())
    trees.told(trees.alice)
    trees.mallory.dataset(trees.mallory.project(), dataset_identifier=dataset)
    trees.mallory.run(dataset, created_by="mallory")
    trees.told(trees.mallory)
    assert catalogue.trials(store, ALICE)["items"] == []
    assert rows("SELECT * FROM trial_dataset") == []


def test_a_record_of_another_tree_is_not_pointed_at(trees: Trees, rows: Ask) -> None:
    run = trees.alice.run(trees.alice.dataset(trees.alice.project()))
    trees.told(trees.alice)
    trees.mallory.dataset(trees.mallory.project())
    record = {"version": "2.0", "experiment_identifier": run, "revision": 99}
    trees.mallory.write(f"p_Study/d_One/.metadata/runs/{run}/{run}_v2_metadata.json", record)
    trees.told(trees.mallory)
    trees.alice.run(run_id=run, dataset_id=rows("SELECT dataset_id FROM dataset_detail ORDER BY created_at, origin_id = %s DESC",
                    trees.alice.origin.origin_id)[0]["dataset_id"], note="again")  # fmt: skip
    trees.told(trees.alice)
    (row,) = rows("SELECT metadata FROM trial_detail")
    assert "complete_metadata" not in row["metadata"]
    assert rows("SELECT 1 FROM document_event WHERE trial_id = %s AND kind = 'complete_metadata'", run) == []


def test_nobody_becomes_admin_of_a_project_that_is_away_for_a_moment(
    trees: Trees, store: Store, rows: Ask
) -> None:
    project = trees.alice.project()
    trees.told(trees.alice)
    lifecycle.birth(store, ALICE, project_id=project, metadata={"note": "a secret"})
    (trees.alice.root / "p_Study").rename(trees.alice.root / ".away")
    trees.told(trees.alice)
    trees.mallory.project(project_identifier=project)
    trees.told(trees.mallory)
    assert rows("SELECT user_id FROM user_project_role_linking") == [{"user_id": "alice"}]
    assert catalogue.trials(store, MALLORY)["items"] == []
    (trees.alice.root / ".away").rename(trees.alice.root / "p_Study")
    assert trees.told(trees.alice).conflicts == []
    assert rows("SELECT name, deleted_at FROM project_detail") == [{"name": "A study", "deleted_at": None}]


def test_an_admin_moves_a_project_from_one_tree_to_another(trees: Trees, rows: Ask) -> None:
    trees.alice.run(trees.alice.dataset(trees.alice.project()))
    trees.told(trees.alice)
    trees.mallory.origin = replace(trees.mallory.origin, owner=Identity(user_id="alice"))
    shutil.move(trees.alice.root / "p_Study", trees.mallory.root / "p_Study")
    trees.told(trees.alice)
    assert trees.told(trees.mallory).conflicts == []
    for table in ("project_detail", "dataset_detail", "trial_detail"):
        found = rows(f"SELECT origin_id::text AS origin, deleted_at, project_id FROM {table}")
        assert [(row["origin"], row["deleted_at"]) for row in found] == [
            (trees.mallory.origin.origin_id, None)
        ]
        assert found[0]["project_id"] is not None


def test_a_tree_buries_only_what_it_holds(trees: Trees, rows: Ask) -> None:
    project = trees.alice.project()
    trees.told(trees.alice)
    trees.mallory.project(project_identifier=project)
    trees.told(trees.mallory)
    (trees.mallory.root / "p_Study").rename(trees.mallory.root / ".away")
    trees.told(trees.mallory)
    assert rows("SELECT deleted_at FROM project_detail") == [{"deleted_at": None}]


def test_roles_that_a_tree_gives_are_in_the_audit_trail(trees: Trees, rows: Ask) -> None:
    trees.alice.origin = replace(trees.alice.origin, members=(Identity(user_id="bob"),))
    project = trees.alice.project()
    trees.told(trees.alice)
    trees.told(trees.alice)
    found = rows(
        "SELECT actor_user_id, object_id, detail FROM audit_event WHERE action = 'role' ORDER BY event_id"
    )
    assert [(row["actor_user_id"], row["object_id"], row["detail"]["user_id"], row["detail"]["after"]) for row in found] == [
        ("alice", project, "alice", "admin"), ("alice", project, "bob", "operator"),
    ]  # fmt: skip


def test_a_project_that_only_the_store_knows_is_its_admins(trees: Trees, store: Store, rows: Ask) -> None:
    project = trees.alice.project()
    rows("INSERT INTO project_detail (project_id) VALUES (%s)", project)
    lifecycle.birth(store, ADMIN, project_id=project, metadata={})
    trees.mallory.project(project_identifier=project)
    trees.told(trees.mallory)
    assert rows("SELECT name FROM project_detail") == [{"name": None}]
    by_hand = Origin(trees.alice.origin.origin_id, "host", str(trees.alice.root))
    assert rebuild(Tree(trees.alice.root, Layout()), trees.urls.backend_url, by_hand).conflicts == []
    assert rows("SELECT name FROM project_detail") == [{"name": "A study"}]


def test_a_dump_keeps_who_holds_a_project(trees: Trees, store: Store, empty: Urls, tmp_path: Path) -> None:
    project = trees.alice.project()
    trees.told(trees.alice)
    dump(store, tmp_path / "dump")
    restore_into(empty.owner_url, tmp_path / "dump")
    elsewhere = replace(trees, urls=empty)
    trees.mallory.project(project_identifier=project)
    assert len(elsewhere.told(trees.mallory).conflicts) == 1
    assert elsewhere.told(trees.alice).conflicts == []


def test_a_dump_that_fails_leaves_nothing_in_the_way(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(dump_module._TABLES, "audit_event", "SELECT 1 / 0")
        with pytest.raises(psycopg.Error):
            dump(store, tmp_path / "dump")
    dump(store, tmp_path / "dump")


def test_a_moment_nobody_can_read_is_none(trees: Trees, store: Store, rows: Ask) -> None:
    dataset = trees.alice.dataset(
        trees.alice.project(created_date="0001-01-01T00:00:00+14:00"),
        created_date="9999-12-31T23:59:59-12:00",
    )
    run = trees.alice.run(dataset, birth_timestamp="0001-01-01T00:00:00+14:00")
    trees.alice.run(dataset, death_timestamp="9999-12-31T23:59:59-12:00")
    trees.told(trees.alice)
    assert len(catalogue.trials(store, ALICE)["items"]) == 1
    assert [dataset["dataset_id"] for dataset in catalogue.datasets(store, ALICE)["items"]] == [dataset]
    (problem,) = rows("SELECT problem FROM metadata_document WHERE problem IS NOT NULL")
    assert "/birth_timestamp" in problem["problem"]
    with pytest.raises(psycopg.errors.CheckViolation):
        rows("UPDATE trial_detail SET birth_timestamp = '0001-01-01 10:00Z BC'")
    assert run


def test_an_upgrade_mends_moments_nobody_can_read(empty: Urls) -> None:
    upgrade(empty.owner_url, to="0008")
    with psycopg.connect(empty.owner_url) as connection:
        connection.execute("INSERT INTO project_detail (project_id, created_at) VALUES ('p', 'infinity')")
        connection.execute(
            "INSERT INTO trial_detail (trial_id, birth_timestamp, death_timestamp) VALUES ('t', '0001-01-01 10:00Z BC', now())"
        )
        connection.execute(
            "INSERT INTO trial_event (trial_id, event, at) VALUES ('t', 'birth', '0001-01-01 10:00Z BC')"
        )
    upgrade(empty.owner_url)
    store = Store(empty.owner_url)
    assert catalogue.trials(store, ADMIN)["items"][0]["birth_timestamp"].year == 1
    assert catalogue.projects(store, ADMIN)["items"][0]["created_at"].year == 9999
    assert len(catalogue.timeline(store, ADMIN, "t")["items"]) == 1
    store.close()


class NoOutbox:
    """Says that these documents wait, once."""

    def __init__(self, *refs: Ref) -> None:
        self._items = [
            SimpleNamespace(
                seq=n, ref=ref, actor=Identity(user_id="alice"), at=datetime.now(UTC), subject="save"
            )
            for n, ref in enumerate(refs)
        ]

    def pending(self, stage: str, limit: int = 1000) -> list[Any]:
        return list(self._items)

    def done(self, stage: str, seqs: Sequence[int]) -> None:
        self._items.clear()

    def failed(self, stage: str, seqs: Sequence[int], error: str) -> None:
        raise AssertionError(error)

    def waiting(self, stage: str) -> int:
        return len(self._items)


def test_what_is_wrong_stays_told_until_it_is_mended(trees: Trees) -> None:
    project = trees.alice.project()
    trees.told(trees.alice)
    trees.mallory.project(project_identifier=project)
    trees.mallory.project("p_Other")
    trees.told(trees.mallory)
    other = next(ref for ref in Tree(trees.mallory.root, Layout()).documents() if "p_Other" in ref.path)
    problems = []
    for waiting in ([other], []):
        sync = Sync(NoOutbox(*waiting), trees.mallory.root, trees.urls.backend_url, trees.mallory.origin)
        sync.push()
        problems.append(sync.status().problem)
        sync.stop()
    assert problems == ["held elsewhere is what is said in p_Study/.metadata/project_descriptive.json"] * 2
    trees.mallory.project()
    study = next(ref for ref in Tree(trees.mallory.root, Layout()).documents() if "p_Study" in ref.path)
    sync = Sync(NoOutbox(study), trees.mallory.root, trees.urls.backend_url, trees.mallory.origin)
    sync.push()
    assert sync.status().problem is None
    sync.stop()
