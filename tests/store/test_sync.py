"""Documents on disk become rows: once, for the right people, whatever happens to the store meanwhile."""

import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import psutil
import pytest
from benchmarks.rebuild import differences

from mdjourney_backend.changes import Ref
from mdjourney_backend.layout import Layout
from mdjourney_backend.sync import Sync, rebuild
from mdjourney_backend.tree import Tree
from mdjourney_contract.people import Identity
from mdjourney_store.embedded import Urls
from mdjourney_store.migrate import upgrade
from mdjourney_store.revision import HEAD


@dataclass(frozen=True, slots=True)
class Item:
    seq: int
    ref: Ref
    actor: Identity
    at: datetime
    subject: str


@dataclass
class MemoryOutbox:
    """The journal's outbox in memory."""

    items: dict[int, Item] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def pending(self, stage: str, limit: int = 1000) -> Sequence[Item]:
        return list(self.items.values())[:limit]

    def done(self, stage: str, seqs: Sequence[int]) -> None:
        for seq in seqs:
            self.items.pop(seq, None)

    def failed(self, stage: str, seqs: Sequence[int], error: str) -> None:
        pass

    def waiting(self, stage: str) -> int:
        return len(self.items)

    def wrote(self, lab: Any) -> None:
        for ref in tree_of(lab).documents():
            self.add(ref)

    def add(self, ref: Ref, user: str = "alice") -> None:
        seq = next(self.numbers)
        self.items[seq] = Item(seq, ref, Identity(user_id=user), datetime(2026, 3, 1, tzinfo=UTC), "save")


def tree_of(lab: Any) -> Tree:
    return Tree(lab.root, Layout())


def until(condition: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        threading.Event().wait(0.02)


@pytest.fixture
def outbox() -> MemoryOutbox:
    return MemoryOutbox()


@pytest.fixture
def sync(outbox: MemoryOutbox, lab: Any, urls: Urls) -> Iterator[Sync]:
    sync = Sync(outbox, lab.root, urls.backend_url, lab.origin)
    yield sync
    sync.stop()


def pushed(sync: Sync) -> None:
    while sync.push():
        pass


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


HOSTILE = {
    "a NUL": ('"a\\u0000b"', "a\ufffdb"),
    "half a character": ('"a\\ud800b"', "a\ufffdb"),
    "no number": ("NaN", "NaN"),
    "minus infinity": ("-Infinity", "-Infinity"),
    "a number without end": ("1e999", "Infinity"),
    "a large number": ("123456789012345678901234567890", 123456789012345678901234567890),
    "deep": ("[" * 60 + "]" * 60, None),
    "SQL": ('"\'; DROP TABLE project_detail; --"', "'; DROP TABLE project_detail; --"),
}


@pytest.mark.parametrize("kind", list(HOSTILE))
def test_values_a_database_refuses_are_stored_in_words(
    lab: Any, outbox: MemoryOutbox, sync: Sync, rows: Any, kind: str
) -> None:
    text, stored = HOSTILE[kind]
    project = lab.project()
    lab.write(
        "p_Study/.metadata/project_descriptive.json",
        f'{{"project_identifier": "{project}", "created_by": "alice", "odd": {text}}}',
    )
    outbox.wrote(lab)
    pushed(sync)
    (row,) = rows("SELECT details FROM project_detail")
    assert stored is None or row["details"]["odd"] == stored


def test_secrets_are_masked(lab: Any, outbox: MemoryOutbox, sync: Sync, rows: Any) -> None:
    run = lab.run(
        lab.dataset(lab.project()),
        environment={"DB_PASSWORD": "hunter2", "api_key": "hunter2", "token": "hunter2", "monkey": "see"},
        command=["load", "amqp://me:hunter2@broker/x"],
    )
    outbox.wrote(lab)
    pushed(sync)
    assert rows("SELECT * FROM trial_detail WHERE metadata::text LIKE '%%hunter2%%'") == []
    (row,) = rows("SELECT metadata FROM trial_detail WHERE trial_id = %s", run)
    assert row["metadata"]["environment"]["monkey"] == "see"
    assert row["metadata"]["command"][1] == "amqp://me:***@broker/x"


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "{",
        "[]",
        '{"project_identifier": 3}',
        '{"project_identifier": "' + "x" * 300 + '"}',
        "\x00\x01",
        "nul",
    ],
)
def test_a_poison_document_stops_nobody_else_and_is_named(
    lab: Any, outbox: MemoryOutbox, sync: Sync, rows: Any, broken: str
) -> None:
    lab.project("p_Good")
    lab.write("p_Bad/.metadata/project_descriptive.json", broken)
    outbox.wrote(lab)
    pushed(sync)
    assert len(rows("SELECT * FROM project_detail")) == 1
    (row,) = rows("SELECT rel_path, problem FROM metadata_document WHERE problem IS NOT NULL")
    assert row["rel_path"].startswith("p_Bad")
    assert sync.status().waiting == 0


def test_a_link_out_of_the_tree_is_not_read(
    lab: Any, outbox: MemoryOutbox, sync: Sync, rows: Any, tmp_path_factory: Any
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    lab.project("p_Study")
    (lab.root / "p_Study").rename(outside / "p_Study")
    (lab.root / "p_Study").symlink_to(outside / "p_Study")
    outbox.add(Ref("project_descriptive", "p_Study/.metadata/project_descriptive.json"))
    pushed(sync)
    assert rows("SELECT * FROM project_detail") == []


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


def test_without_a_store_writes_wait(lab: Any, outbox: MemoryOutbox) -> None:
    sync = Sync(outbox, lab.root, None, lab.origin)
    lab.project()
    outbox.wrote(lab)
    sync.start()
    assert (sync.status().state, sync.status().waiting) == ("off", 1)
    sync.stop()


def test_the_worker_parks_on_another_revision_and_goes_on_after_the_upgrade(
    lab: Any, outbox: MemoryOutbox, sync: Sync, rows: Any
) -> None:
    rows("UPDATE alembic_version SET version_num = '0001'")
    lab.project()
    outbox.wrote(lab)
    sync.start()
    until(lambda: sync.status().state == "away")
    assert "db upgrade" in str(sync.status().problem)
    rows("UPDATE alembic_version SET version_num = %s", HEAD)
    until(lambda: sync.status().state == "ok" and not sync.status().waiting)
    assert len(rows("SELECT * FROM project_detail")) == 1
    assert sync.status().problem is None


def test_a_stopped_server_holds_up_nobody_and_is_caught_up_with(
    lab: Any, outbox: MemoryOutbox, urls: Urls, rows: Any
) -> None:
    server = next((p for p in psutil.process_iter() if _serves(p, urls)), None)
    if server is None:
        pytest.skip("the server is not ours to stop")
    sync = Sync(outbox, lab.root, urls.backend_url, lab.origin, seconds=0.5)
    sync.start()
    lab.project("p_Before")
    outbox.wrote(lab)
    until(lambda: not outbox.waiting("sync"))
    everyone = [server, *server.children()]
    try:
        for process in everyone:
            process.suspend()
        lab.project("p_After")
        outbox.wrote(lab)
        sync.poke()
        until(lambda: sync.status().state == "away")
    finally:
        for process in everyone:
            process.resume()
    until(lambda: sync.status().state == "ok" and not outbox.waiting("sync"), 40)
    sync.stop()
    assert len(rows("SELECT * FROM project_detail")) == 2


def test_what_takes_longer_than_patience_is_given_more(
    lab: Any, outbox: MemoryOutbox, urls: Urls, rows: Any
) -> None:
    rows(
        "CREATE FUNCTION dawdle() RETURNS trigger AS $$ BEGIN PERFORM pg_sleep(0.8); RETURN NEW; END $$ LANGUAGE plpgsql"
    )
    rows("CREATE TRIGGER d BEFORE INSERT ON project_detail FOR EACH ROW EXECUTE FUNCTION dawdle()")
    sync = Sync(outbox, lab.root, urls.backend_url, lab.origin, seconds=0.3)
    try:
        lab.project("p_Slow")
        outbox.wrote(lab)
        sync.start()
        until(lambda: not outbox.waiting("sync"))
    finally:
        sync.stop(0)
        rows("DROP TRIGGER d ON project_detail")
        rows("DROP FUNCTION dawdle")


def _serves(process: psutil.Process, urls: Urls) -> bool:
    try:
        return process.name() == "postgres" and any(
            f"unix_socket_directories={part}" in " ".join(process.cmdline())
            for part in [_socket_folder(urls)]
        )
    except psutil.Error:
        return False


def _socket_folder(urls: Urls) -> str:
    import urllib.parse

    return urllib.parse.parse_qs(urllib.parse.urlsplit(urls.owner_url).query).get("host", ["none"])[0]


def test_two_trees_sync_at_once_without_blocking_each_other(
    lab: Any, urls: Urls, rows: Any, tmp_path_factory: Any
) -> None:
    trees = []
    for number in range(4):
        other = type(lab)(tmp_path_factory.mktemp("tree"))
        for name in range(5):
            other.dataset(other.project(f"p_{number}_{name}"), f"p_{number}_{name}/d")
        trees.append(other)
    threads = [threading.Thread(target=rebuild, args=(tree_of(t), urls.backend_url, t.origin)) for t in trees]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rows("SELECT * FROM project_detail")) == 20
    assert len(rows("SELECT * FROM file_entry")) == 40


def test_the_journal_is_an_outbox(lab: Any, urls: Urls, rows: Any, tmp_path: Path) -> None:
    from mdjourney_backend.changes import Write
    from mdjourney_backend.journal import Journal

    lab.project()
    path = "p_Study/.metadata/project_descriptive.json"
    journal = Journal.open(tmp_path / ".home" / "journal.sqlite", ("sync",))
    content = (lab.root / path).read_bytes()
    journal.written(
        Write(
            Ref("project_descriptive", path),
            content,
            "0" * 64,
            None,
            Identity(user_id="alice"),
            datetime.now(UTC),
            "s",
        )
    )
    sync = Sync(journal, lab.root, urls.backend_url, lab.origin)
    pushed(sync)
    sync.stop()
    assert journal.waiting("sync") == 0
    journal.close()
    assert len(rows("SELECT * FROM project_detail")) == 1
