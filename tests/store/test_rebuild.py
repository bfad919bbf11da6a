"""A rebuild finds and mends rows that say something else than the files, whatever their hashes say."""

from typing import Any

import pytest
from store.memory_outbox import MemoryOutbox, pushed, tree_of

from mdjourney_backend.layout import Layout
from mdjourney_backend.sync import Sync, rebuild
from mdjourney_backend.tree import Tree
from mdjourney_store.connection import Store
from mdjourney_store.connector import Connector
from mdjourney_store.embedded import Urls

WRONG = {
    "a file's size": ("UPDATE file_entry SET size_bytes = 99 WHERE path = 'run/0.csv'", {"file_entry"}),
    "what was measured of a file": ("""UPDATE file_entry SET technical = '{"a": 1}' WHERE path = 'run/0.csv'""", {"file_entry"}),
    "a dataset's sums": ("UPDATE dataset_detail SET bytes = 777, state = 2", {"dataset_detail"}),
    "a run's dataset": ("DELETE FROM trial_dataset", {"trial_dataset"}),
    "a trial nobody speaks of": (
        "INSERT INTO trial_detail (trial_id, birth_timestamp, origin_id, recorded_by) SELECT 'ghost', now(), origin_id, 'document' FROM sync_origin",
        {"trial_detail"}),
    "a dataset nobody speaks of": (
        "INSERT INTO dataset_detail (dataset_id, rel_path, origin_id) SELECT 'ghost', 'x', origin_id FROM sync_origin",
        {"dataset_detail"}),
}  # fmt: skip
DERIVED = {
    "an edge": "DELETE FROM graph_edges",
    "an edge too many": "INSERT INTO graph_edges (source_trial_id, target_entity_type, target_entity_id)"
    " SELECT trial_id, 'tag', 'bogus' FROM trial_detail",
    "a search row": "DELETE FROM search_document WHERE kind = 'trial'",
}


@pytest.fixture
def told(lab: Any, urls: Urls, store: Store) -> Any:
    lab.run(lab.dataset(lab.project()), note="#tagged")

    def again(**how: Any) -> Any:
        return rebuild(Tree(lab.root, Layout()), urls.backend_url, lab.origin, **how)

    again()
    Connector(store).drain()
    return again


@pytest.mark.parametrize("what", list(WRONG))
def test_a_wrong_row_is_found_and_mended(told: Any, rows: Any, what: str) -> None:
    tables = ("file_entry", "dataset_detail", "trial_detail", "trial_dataset")
    ignored = "- 'updated_at' - 'file_id'"

    def now() -> Any:
        alive = dict.fromkeys(
            tables, " WHERE (to_jsonb(t) -> 'deleted_at') IS NULL OR to_jsonb(t) -> 'deleted_at' = 'null'"
        )
        return [rows(f"SELECT to_jsonb(t) {ignored} AS row FROM {t} t{alive[t]} ORDER BY 1") for t in tables]

    right = now()
    sql, wrong = WRONG[what]
    rows(sql)
    assert set(told(verify=True, dry_run=True).rows) == wrong
    assert now() != right
    assert set(told(verify=True).rows) == wrong
    assert now() == right
    assert told(verify=True, dry_run=True).rows == {}


@pytest.mark.parametrize("what", list(DERIVED))
def test_what_is_derived_is_made_again(told: Any, rows: Any, store: Store, what: str) -> None:
    def now() -> Any:
        edges = rows(
            "SELECT source_trial_id, target_entity_type, target_entity_id FROM graph_edges ORDER BY 1, 2, 3"
        )
        return edges, rows("SELECT kind, entity_id, labels FROM search_document ORDER BY 1, 2")

    right = now()
    rows(DERIVED[what])
    told(verify=True)
    Connector(store).drain()
    assert now() == right


def test_a_rebuild_brings_back_what_files_say_and_keeps_what_only_the_store_knows(
    lab: Any, outbox: MemoryOutbox, sync: Sync, rows: Any, urls: Urls
) -> None:
    lab.run(lab.dataset(project := lab.project()))
    outbox.wrote(lab)
    pushed(sync)
    wanted = rows("SELECT project_id, name, details, created_at, created_by_user_id FROM project_detail")
    rows("UPDATE project_detail SET name = 'drift'")
    rows("DELETE FROM file_entry")
    rows("DELETE FROM trial_dataset")
    rows(
        "INSERT INTO trial_detail (trial_id, birth_timestamp, project_id) VALUES ('api-born', now(), %s)",
        project,
    )
    would = rebuild(tree_of(lab), urls.backend_url, lab.origin, verify=True, dry_run=True)
    assert would.rows["project_detail"] == 1
    assert would.rows["file_entry"] == 2
    assert rows("SELECT name FROM project_detail") == [{"name": "drift"}]
    assert rebuild(tree_of(lab), urls.backend_url, lab.origin, verify=True).total >= 3
    assert (
        rows("SELECT project_id, name, details, created_at, created_by_user_id FROM project_detail") == wanted
    )
    assert len(rows("SELECT * FROM trial_detail")) == 2
    assert len(rows("SELECT * FROM trial_dataset")) == 1
    assert len(rows("SELECT * FROM user_project_role_linking")) == 2


def test_a_document_that_is_gone_from_disk_is_found_by_a_rebuild(
    lab: Any, outbox: MemoryOutbox, sync: Sync, rows: Any, urls: Urls
) -> None:
    lab.project()
    outbox.wrote(lab)
    pushed(sync)
    (lab.root / "p_Study/.metadata/project_descriptive.json").unlink()
    assert rebuild(tree_of(lab), urls.backend_url, lab.origin).rows["project_detail"] == 1
    assert [r["deleted_at"] is None for r in rows("SELECT deleted_at FROM project_detail")] == [False]
