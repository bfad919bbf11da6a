"""A lost machine: `db dump` there, `db restore` and `db sync` on an empty one, and everything is as it was."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks.rebuild import differences
from harness.folders import short_folder
from harness.lab import mdjourney

from mdjourney_contract.people import Identity
from mdjourney_store import lifecycle, roles
from mdjourney_store.cli import owner_url
from mdjourney_store.connection import Store
from mdjourney_store.embedded import EmbeddedPostgres
from mdjourney_store.viewer import Viewer

ADMIN = Viewer("root", role="admin")


@pytest.fixture
def place() -> Iterator[Path]:
    with short_folder(0o755) as folder:
        yield folder
        for home in ("first", "second"):
            EmbeddedPostgres(folder / home).destroy()


def test_a_dump_and_the_trees_bring_everything_back_on_an_empty_machine(place: Path) -> None:
    tree, dump = place / "t", str(place / "dump")
    (tree / "p_A" / "d").mkdir(parents=True)
    (tree / "p_A" / "d" / "x.csv").write_text("a\n1\n")
    first, second = ("--home", str(place / "first")), ("--home", str(place / "second"))
    mdjourney("scan", str(tree), *first)
    mdjourney("db", "sync", str(tree), *first)
    with owner_url(place / "first", None) as url:
        store = Store(url)
        with store.transaction() as connection:
            found = connection.execute("SELECT project_id FROM project_detail").fetchone()
        assert found is not None
        roles.set_role(store, ADMIN, found["project_id"], Identity(user_id="otto"), "operator")
        lifecycle.birth(
            store,
            ADMIN,
            trial_id="i",
            project_id=found["project_id"],
            metadata={"n": "#kept"},
            idempotency_key="k",
        )
        lifecycle.death(store, ADMIN, "i", clean_exit=True)
        store.close()
    mdjourney("connector", "--once", *first)
    told = json.loads(mdjourney("db", "dump", dump, *first, "--json").stdout)
    assert json.loads(mdjourney("db", "restore", dump, *second, "--json").stdout)["added"] == told["rows"]
    mdjourney("db", "sync", str(tree), *second, "--rebuild")
    assert "would change nothing" in mdjourney("db", "sync", str(tree), *second, "--verify").stdout
    with owner_url(place / "first", None) as one, owner_url(place / "second", None) as other:
        compared = list(differences(one, other))
    assert [(c.table, c.differing) for c in compared if c.differing] == []
    there = {c.table: c.rows for c in compared}
    assert (there["user_project_role_linking"], there["trial_detail"], there["audit_event"]) == (1, 1, 1)
    assert there["trial_event"] == 2
    assert there["file_entry"] == 1
    assert there["graph_edges"] == 1
