"""A home whose database another PostgreSQL major wrote: primary rows are taken over, the rest comes from the trees."""

import json
import logging
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from mdjourney_backend.layout import Layout
from mdjourney_backend.sync import rebuild
from mdjourney_backend.tree import Tree
from mdjourney_contract.people import Identity
from mdjourney_store import lifecycle, roles
from mdjourney_store.connection import Store
from mdjourney_store.dump import dump, dump_over, read_header, restore_into
from mdjourney_store.embedded import EmbeddedPostgres, Urls, moving, server
from mdjourney_store.embedded.account import Account
from mdjourney_store.embedded.binaries import of_major, packaged
from mdjourney_store.migrate import upgrade
from mdjourney_store.problems import EmbeddedServerProblem
from mdjourney_store.viewer import Viewer

ANN = Viewer("ann", role="admin")
OTTO = Identity(user_id="otto")


@pytest.fixture(scope="module")
def former(short: Path) -> Path:
    """An installation of an older major."""
    for major in (16, 15, 17, 14):
        found = of_major(major, Account.choose(), short / "s")
        if found is not None and found.root != packaged():
            return found.root
    pytest.skip("no second PostgreSQL major is installed on this machine")


@pytest.fixture
def home(short: Path) -> Path:
    return Path(tempfile.mkdtemp(dir=short, prefix="h"))


Starting = Callable[..., EmbeddedPostgres]


@pytest.fixture
def at(short: Path, home: Path) -> Iterator[Starting]:
    """A server of the home, with the given programs; ended after the test."""
    made: list[EmbeddedPostgres] = []

    def start(programs: Path | None = None, *, durable: bool = False) -> EmbeddedPostgres:
        made.append(EmbeddedPostgres(home, shared=short / "s", binaries=programs, durable=durable))
        return made[-1]

    yield start
    for each in made:
        each.stop()


def fill(urls: Urls, lab: Any) -> None:
    """Rows of every kind: a tree's, and those that live only in the store."""
    upgrade(urls.owner_url)
    rebuild(Tree(lab.root, Layout()), urls.backend_url, lab.origin)
    store = Store(urls.owner_url)
    with store.transaction() as connection:
        found = connection.execute("SELECT project_id FROM project_detail").fetchone()
    assert found is not None
    project = found["project_id"]
    roles.set_role(store, ANN, project, OTTO, "operator")
    lifecycle.birth(
        store, ANN, trial_id="alive", project_id=project, lease_seconds=604_800, idempotency_key="k1"
    )
    lifecycle.birth(store, ANN, trial_id="dead", metadata={"note": "#kept \u00e5"}, idempotency_key="k2")
    lifecycle.death(store, ANN, "dead", clean_exit=True)
    with store.transaction() as connection:
        connection.execute(
            "INSERT INTO saved_search (user_id, domain, name, query) VALUES ('ann', 'local', 'mine', 'status:open')"
        )
    store.close()


def primary(urls: Urls, folder: Path) -> list[str]:
    """Every primary row as it would be dumped."""
    store = Store(urls.owner_url)
    path = Path(tempfile.mkdtemp(dir=folder)) / "rows"
    dump(store, path)
    store.close()
    return sorted(path.read_text(encoding="utf-8").splitlines()[1:])


def projected(urls: Urls) -> dict[str, list[Any]]:
    tables = {
        "project_detail": "project_id, name, details, rel_path",
        "dataset_detail": "dataset_id, project_id, title, administrative, structural, files, bytes",
        "file_entry": "dataset_id, path, technical, entry_sha256",
        "trial_detail": "trial_id, project_id, birth_timestamp, metadata, recorded_by",
        "trial_dataset": "*",
        "metadata_document": "rel_path, sha256, kind, entity_id, project_id, dataset_id, trial_id",
    }
    with psycopg.connect(urls.owner_url) as connection:
        return {
            table: connection.execute(f"SELECT {columns} FROM {table} ORDER BY 1, 2").fetchall()
            for table, columns in tables.items()
        }


def version(urls: Urls) -> int:
    with psycopg.connect(urls.owner_url) as connection:
        return connection.info.server_version // 10000


@pytest.fixture
def filled(lab: Any) -> Any:
    lab.run(lab.dataset(lab.project()))
    return lab


def test_a_new_major_takes_primary_rows_over_and_the_trees_bring_the_rest(
    at: Starting, former: Path, filled: Any, tmp_path: Path
) -> None:
    old = at(former)
    urls = old.start()
    major = version(urls)
    fill(urls, filled)
    kept, told = primary(urls, tmp_path), projected(urls)
    old.stop()

    new = at()
    urls = new.start()
    assert version(urls) > major
    assert primary(urls, tmp_path) == kept
    assert projected(urls)["file_entry"] == []
    rebuild(Tree(filled.root, Layout()), urls.backend_url, filled.origin)
    assert projected(urls) == told
    # neither a birth nor a saved document is told a second time
    assert primary(urls, tmp_path) == kept
    store = Store(urls.owner_url)
    again = lifecycle.birth(
        store, ANN, trial_id="dead", metadata={"note": "#kept \u00e5"}, idempotency_key="k2"
    )
    assert again["clean_exit"] is True
    store.close()
    (aside,) = new.status().set_aside
    assert (aside / "PG_VERSION").read_text().strip() == str(major)
    assert new.begun_anew
    new.stop()
    later = at()
    assert version(later.start()) > major  # and once only
    assert not later.begun_anew
    assert moving.under_way(new._own) is None


@pytest.mark.parametrize("step", ["begin", "set_aside", "restore_into", "end"])
def test_a_move_that_was_interrupted_is_finished_by_the_next_start(
    at: Starting, former: Path, filled: Any, tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = at(former)
    urls = old.start()
    fill(urls, filled)
    kept = primary(urls, tmp_path)
    old.stop()
    place = server if step == "restore_into" else moving

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(place, step, interrupted)
        with pytest.raises(KeyboardInterrupt):
            at().start()
    assert primary(at().start(), tmp_path) == kept


def test_without_the_former_programs_the_copy_of_the_last_stop_is_used_and_said_so(
    at: Starting,
    former: Path,
    filled: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    old = at(former, durable=True)
    urls = old.start()
    fill(urls, filled)
    kept = primary(urls, tmp_path)
    old.stop()
    monkeypatch.setattr(server, "of_major", lambda *_: None)
    with caplog.at_level(logging.WARNING):
        assert primary(at().start(), tmp_path) == kept
    assert "was no longer there" in caplog.text


def test_without_programs_and_copy_nothing_is_touched(
    at: Starting, former: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = at(former)
    major = version(old.start())
    old.stop()
    monkeypatch.setattr(server, "of_major", lambda *_: None)
    new = at()
    with pytest.raises(EmbeddedServerProblem, match=f"PostgreSQL {major}"):
        new.start()
    assert (new._place().data / "PG_VERSION").read_text().strip() == str(major)
    assert list(new._place().base.glob("data-*")) == []
    monkeypatch.undo()
    assert version(at(former).start()) == major


def test_a_stop_copies_primary_rows_and_only_when_they_changed(at: Starting, home: Path) -> None:
    own = at(durable=True)
    copy = home / "postgres" / server.COPY
    upgrade(own.start().owner_url)
    own.stop()
    first = copy.stat()
    assert first.st_mode & 0o777 == 0o600
    own.start()
    own.stop()
    assert copy.stat().st_ino == first.st_ino
    store = Store(own.start().owner_url)
    lifecycle.birth(store, ANN, trial_id="t")
    store.close()
    own.stop()
    assert copy.stat().st_ino != first.st_ino
    assert '"trial_detail"' in copy.read_text(encoding="utf-8")
    assert [p.name for p in copy.parent.glob(".primary*")] == []


def test_a_copy_that_cannot_be_finished_leaves_the_former_one(urls: Urls, tmp_path: Path) -> None:
    store = Store(urls.owner_url)
    path = tmp_path / "copy"
    dump_over(store, path)
    before = path.read_bytes()
    with store.transaction() as connection:
        connection.execute("DROP TABLE saved_search")
    with pytest.raises(psycopg.errors.UndefinedTable):
        dump_over(store, path)
    store.close()
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["copy"]


def test_a_dump_of_an_older_program_fills_an_empty_database(
    urls: Urls, empty: Urls, filled: Any, tmp_path: Path
) -> None:
    fill(urls, filled)
    kept = primary(urls, tmp_path)
    store = Store(urls.owner_url)
    path = tmp_path / "dump"
    dump(store, path)
    store.close()
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    older = [json.dumps({**json.loads(header), "revision": "0003"})]
    for line in lines:
        table, row = json.loads(line)
        for column in ("project_id", "told_at") if table == "trial_event" else ():
            del row[column]
        older.append(json.dumps([table, row]))
    path.write_text("\n".join(older) + "\n", encoding="utf-8")
    assert read_header(path).revision == "0003"
    assert restore_into(empty.owner_url, path) == len(kept)
    assert len(primary(empty, tmp_path)) == len(kept)
