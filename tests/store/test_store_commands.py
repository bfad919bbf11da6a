"""`mdjourney db ...` as a person runs it."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import mdjourney.store_cli  # noqa: F401  (adds `db sync`)
from mdjourney_backend.layout import OURS
from mdjourney_backend.leader import MARKER
from mdjourney_contract.people import Identity
from mdjourney_contract.problems import BadRequest
from mdjourney_store import lifecycle, roles
from mdjourney_store.cli import db
from mdjourney_store.connection import Store
from mdjourney_store.dump import restore
from mdjourney_store.embedded import Urls
from mdjourney_store.revision import HEAD
from mdjourney_store.viewer import Viewer

ADMIN = Viewer("root", role="admin")


def run(urls: Urls, *arguments: str) -> tuple[int, Any]:
    result = CliRunner().invoke(db, [*arguments, "--database-url", urls.owner_url, "--json"])
    return result.exit_code, json.loads(result.stdout) if result.stdout.startswith("{") else result.output


def test_status_asks_for_an_upgrade_and_then_is_well(empty: Urls) -> None:
    assert run(empty, "status") == (1, {"revision": None, "wanted": HEAD})
    assert run(empty, "upgrade") == (0, {"revision": HEAD})
    code, answer = run(empty, "status")
    assert (code, answer["projects"], answer["connector"]["waiting"]) == (0, 0, 0)


def test_a_dump_brings_primary_rows_to_an_empty_database(
    store: Store, urls: Urls, empty: Urls, tmp_path: Path, rows: Any
) -> None:
    rows("INSERT INTO project_detail (project_id, name) VALUES ('p', 'Kept')")
    roles.set_role(store, ADMIN, "p", Identity(user_id="alice"), "admin")
    lifecycle.birth(
        store, Viewer("alice"), trial_id="t", project_id="p", metadata={"x": [1, "ü"]}, lease_seconds=9
    )
    rows(
        "INSERT INTO trial_detail (trial_id, birth_timestamp, recorded_by) VALUES ('from-file', now(), 'document')"
    )
    file = tmp_path / "dump.jsonl"
    assert run(urls, "dump", str(file))[0] == 0
    assert file.stat().st_mode & 0o077 == 0
    assert run(urls, "dump", str(file))[0] == 1
    code, answer = run(empty, "restore", str(file))
    assert (code, answer["added"] > 5) == (0, True)
    assert run(empty, "restore", str(file)) == (0, {"added": 0})
    there = Store(empty.owner_url)
    assert roles.role_of(there, Viewer("alice"), "p") == "admin"
    with there.transaction() as connection:
        trial = connection.execute("SELECT trial_id, metadata FROM trial_detail").fetchall()
        audit = connection.execute("SELECT count(*) AS n FROM audit_event").fetchone()
    assert trial == [{"trial_id": "t", "metadata": {"x": [1, "ü"]}}]
    assert audit == {"n": 1}
    lifecycle.heartbeat(there, Viewer("alice"), "t")
    lifecycle.death(there, Viewer("alice"), "t", clean_exit=True)
    there.close()


def test_what_is_held_elsewhere_is_named_and_no_verified_tree_has_it(
    urls: Urls, lab: Any, tmp_path: Path
) -> None:
    holder, other = (type(lab)(tmp_path / name) for name in ("a", "b"))
    project = holder.project()
    other.project(project_identifier=project)
    for tree in (holder, other):
        tree.write(f"{OURS}/{MARKER}", {"tree_id": tree.origin.origin_id, "keys": {}})
        assert run(urls, "sync", str(tree.root))[0] == 0
    path = "p_Study/.metadata/project_descriptive.json"
    code, told = run(urls, "sync", str(other.root), "--verify")
    assert (code, told[str(other.root)]) == (1, {"rows": {}, "conflicts": [path], "refused": {}})
    arguments = ["sync", str(other.root), "--verify", "--database-url", urls.owner_url]
    said = CliRunner().invoke(db, arguments)
    assert said.exit_code == 1
    assert "would change nothing" in said.output
    assert path in said.output
    assert run(urls, "sync", str(holder.root), "--verify")[0] == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "{}\n",
        '{"format": "mdjourney-store-dump", "revision": "0"}\n',
        "HEAD[1]\n",
        'HEAD["pg_authid", {}]\n',
        'HEAD["user_detail", {"; DROP": 1}]\n',
    ],
)
def test_what_is_no_dump_is_refused_naming_the_line(store: Store, tmp_path: Path, text: str) -> None:
    file = tmp_path / "dump.jsonl"
    file.write_text(
        text.replace("HEAD", json.dumps({"format": "mdjourney-store-dump", "revision": HEAD}) + "\n")
    )
    with pytest.raises(BadRequest, match="dump"):
        restore(store, file)
