"""Documents on disk become rows: once, for the right people, in any order."""

import itertools
import json
from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from typing import Any

from benchmarks.rebuild import differences
from store.memory_outbox import MemoryOutbox, pushed, tree_of

from mdjourney_backend.sync import Sync, rebuild
from mdjourney_contract.people import Identity
from mdjourney_store.embedded import Urls
from mdjourney_store.migrate import upgrade


def test_a_tree_becomes_projects_datasets_files_trials_people_and_roles(
    lab: Any, outbox: MemoryOutbox, sync: Sync, rows: Any
) -> None:
    project = lab.project()
    dataset = lab.dataset(project, files=3)
    run = lab.run(dataset)
    outbox.wrote(lab)
    pushed(sync)
    (row,) = rows("SELECT * FROM project_detail")
    assert (row["project_id"], row["name"], row["created_by_user_id"]) == (project, "A study", "alice")
    assert row["details"]["project_title"] == "A study"
    assert row["created_at"] == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    (row,) = rows("SELECT * FROM dataset_detail")
    assert (row["dataset_id"], row["project_id"], row["title"], row["rel_path"], row["files"], row["bytes"], row["state"]) == (
        dataset, project, "Counts", "p_Study/d_One", 3, 3, 1,
    )  # fmt: skip
    assert "file_descriptions" not in row["structural"]
    (row,) = rows("SELECT * FROM trial_detail")
    assert (row["trial_id"], row["project_id"], row["user_id"], row["user_domain"]) == (
        run,
        project,
        "alice",
        "local",
    )
    assert (row["death_timestamp"], row["clean_exit"], row["recorded_by"]) == (None, False, "document")
    assert len(rows("SELECT * FROM file_entry")) == 3
    assert rows("SELECT user_id, role FROM user_project_role_linking ORDER BY user_id") == [
        {"user_id": "alice", "role": "admin"},
        {"user_id": "bob", "role": "operator"},
    ]
    assert [r["event"] for r in rows("SELECT event FROM trial_event")] == ["birth"]
    assert sync.status().waiting == 0


def test_any_order_gives_the_same_rows(
    lab: Any, urls: Urls, empty: Urls, outbox: MemoryOutbox, sync: Sync, rows: Any
) -> None:
    dataset = lab.dataset(lab.project())
    run = lab.run(dataset, notes="#tag")
    record = {"version": "2.0", "experiment_identifier": run, "revision": 1}
    lab.write(f"p_Study/d_One/.metadata/runs/{run}/{run}_v2_metadata.json", record)
    upgrade(empty.owner_url)
    rebuild(tree_of(lab), empty.backend_url, lab.origin)
    documents = list(tree_of(lab).documents())
    assert len(documents) == 5
    orders = Random(3).sample(list(itertools.permutations(documents)), 5)
    for order in [documents[::-1], *orders]:
        for ref in order:
            outbox.add(ref)
            pushed(sync)
        for compared in differences(empty.owner_url, urls.owner_url):
            if compared.table in {"trial_event", "audit_event"}:  # say what was known when it happened
                continue
            assert compared.differing == [], (compared.table, [ref.kind for ref in order])
        rows(
            "TRUNCATE project_detail, dataset_detail, trial_detail, metadata_document, user_detail, sync_origin,"
            " automatic_grant CASCADE"
        )


def test_sending_again_changes_nothing(
    lab: Any, outbox: MemoryOutbox, sync: Sync, rows: Any, urls: Urls
) -> None:
    lab.run(lab.dataset(lab.project()))
    outbox.wrote(lab)
    pushed(sync)
    before = rows("SELECT xmin, * FROM trial_detail"), rows("SELECT xmin, * FROM file_entry")
    outbox.wrote(lab)
    pushed(sync)
    assert (rows("SELECT xmin, * FROM trial_detail"), rows("SELECT xmin, * FROM file_entry")) == before
    assert rebuild(tree_of(lab), urls.backend_url, lab.origin).total == 0
    assert rebuild(tree_of(lab), urls.backend_url, lab.origin, verify=True).rows == {}


def test_only_changed_file_entries_are_written(lab: Any, outbox: MemoryOutbox, sync: Sync, rows: Any) -> None:
    lab.dataset(lab.project(), files=50)
    outbox.wrote(lab)
    pushed(sync)
    before = {r["path"]: r["xmin"] for r in rows("SELECT path, xmin FROM file_entry")}
    path = lab.root / "p_Study/d_One/.metadata/dataset_structural.json"
    content = json.loads(path.read_text())
    content["file_descriptions"][7]["role"] = "raw"
    del content["file_descriptions"][9]
    path.write_text(json.dumps(content))
    outbox.wrote(lab)
    pushed(sync)
    after = {r["path"]: r["xmin"] for r in rows("SELECT path, xmin FROM file_entry")}
    assert set(before) - set(after) == {"run/9.csv"}
    assert {p for p in after if after[p] != before[p]} == {"run/7.csv"}


def test_a_finished_run_dies_cleanly_and_names_its_record(
    lab: Any, outbox: MemoryOutbox, sync: Sync, rows: Any
) -> None:
    dataset = lab.dataset(lab.project())
    run = lab.run(dataset)
    outbox.wrote(lab)
    pushed(sync)
    lab.run(
        dataset, run_id=run, death_timestamp="2026-02-01T11:00:00Z", clean_exit=True, run_status="complete"
    )
    for revision, name in ((1, "v2_metadata"), (2, "v2_metadata_2")):
        lab.write(
            f"p_Study/d_One/.metadata/runs/{run}/{run}_{name}.json",
            {"version": "2.0", "experiment_identifier": run, "revision": revision},
        )
    outbox.wrote(lab)
    pushed(sync)
    (row,) = rows("SELECT * FROM trial_detail")
    assert row["clean_exit"] is True
    assert row["death_timestamp"] == datetime(2026, 2, 1, 11, tzinfo=UTC)
    assert row["metadata"]["complete_metadata"]["revision"] == 2
    assert [r["event"] for r in rows("SELECT event FROM trial_event ORDER BY event_id")] == ["birth", "death"]


def test_a_renamed_folder_keeps_its_rows_and_a_deleted_one_is_a_tombstone(
    lab: Any, outbox: MemoryOutbox, sync: Sync, rows: Any
) -> None:
    dataset = lab.dataset(lab.project())
    lab.run(dataset)
    before = list(tree_of(lab).documents())
    outbox.wrote(lab)
    pushed(sync)
    (lab.root / "p_Study").rename(lab.root / "p_Other")
    for ref in before:
        outbox.add(ref)
    outbox.wrote(lab)
    pushed(sync)
    assert rows("SELECT rel_path, deleted_at FROM dataset_detail") == [
        {"rel_path": "p_Other/d_One", "deleted_at": None}
    ]
    before = list(tree_of(lab).documents())
    (lab.root / "p_Other").rename(lab.root / ".gone")
    for ref in before:
        outbox.add(ref)
    pushed(sync)
    for table in ("project_detail", "dataset_detail", "trial_detail"):
        assert [r["deleted_at"] is None for r in rows(f"SELECT deleted_at FROM {table}")] == [False]
    assert len(rows("SELECT * FROM user_project_role_linking")) == 2
    (lab.root / ".gone").rename(lab.root / "p_Other")
    outbox.wrote(lab)
    pushed(sync)
    assert rows("SELECT deleted_at FROM trial_detail") == [{"deleted_at": None}]


def test_a_role_that_was_taken_away_is_not_given_again(
    lab: Any, outbox: MemoryOutbox, sync: Sync, rows: Any
) -> None:
    project = lab.project()
    outbox.wrote(lab)
    pushed(sync)
    rows("DELETE FROM user_project_role_linking WHERE user_id = 'bob'")
    lab.project(project_identifier=project, project_title="Changed")
    outbox.wrote(lab)
    pushed(sync)
    assert [r["user_id"] for r in rows("SELECT user_id FROM user_project_role_linking")] == ["alice"]


def test_another_tree_with_the_same_identifiers_is_a_conflict_and_changes_nothing(
    lab: Any, outbox: MemoryOutbox, sync: Sync, rows: Any, urls: Urls
) -> None:
    lab.run(lab.dataset(project := lab.project()))
    outbox.wrote(lab)
    pushed(sync)
    lab.project(project_identifier=project, project_title="From a copy")
    copy = replace(
        lab.origin, origin_id="11111111-2222-4333-8444-555555555555", owner=Identity(user_id="mallory")
    )
    changes = rebuild(tree_of(lab), urls.backend_url, copy)
    assert "p_Study/.metadata/project_descriptive.json" in changes.conflicts
    assert rows("SELECT name FROM project_detail") == [{"name": "A study"}]
    assert {r["kind"] for r in rows("SELECT kind FROM sync_conflict")} >= {
        "project_descriptive",
        "dataset_structural",
    }
    assert "mallory" not in {r["user_id"] for r in rows("SELECT user_id FROM user_project_role_linking")}


def test_a_run_that_came_with_a_copied_dataset_is_no_trial_of_its_own(
    lab: Any, outbox: MemoryOutbox, sync: Sync, rows: Any
) -> None:
    dataset = lab.dataset(project := lab.project())
    run = lab.run(dataset)
    lab.dataset(project, "p_Study/d_Copy")
    lab.run(dataset, "p_Study/d_Copy", run_id=run, experiment_name="the copy")
    outbox.wrote(lab)
    pushed(sync)
    (row,) = rows("SELECT * FROM trial_detail")
    assert "experiment_name" not in row["metadata"]
    assert rows("SELECT dataset_id FROM trial_dataset") == [{"dataset_id": dataset}]
    # the original comes last above, and would mend what its copy did
    lab.run(dataset, "p_Study/d_Copy", run_id=run, experiment_name="the copy, saved again")
    outbox.add(
        next(ref for ref in tree_of(lab).documents() if ref.path.startswith("p_Study/d_Copy/.metadata/runs/"))
    )
    pushed(sync)
    assert rows("SELECT * FROM trial_detail") == [row]
