"""The thread that tells the store: it waits, catches up and holds up nobody."""

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
from harness.waiting import until
from store.memory_outbox import MemoryOutbox, pushed, tree_of

from mdjourney_backend.changes import Ref
from mdjourney_backend.sync import Sync, rebuild
from mdjourney_contract.people import Identity
from mdjourney_store.embedded import Urls
from mdjourney_store.revision import HEAD


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
