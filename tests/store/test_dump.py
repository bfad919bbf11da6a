"""A dump is one snapshot of every primary table, and comes back whole or not at all."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from mdjourney_contract.problems import BadRequest
from mdjourney_store import dump as dump_module
from mdjourney_store.cli import db
from mdjourney_store.connection import Store
from mdjourney_store.dump import dump, restore, restore_into
from mdjourney_store.embedded import Urls
from mdjourney_store.revision import HEAD

#: A row of every table that is dumped, in the order they can be written.
ROWS = {
    "user_detail": "(user_id, domain, email, name, created_by_user_id, created_by_domain, created_at, updated_at)"
    " VALUES ('u', 'd', 'u@x', 'Ü', 'u', 'd', '2020-01-01Z', '2020-01-02 03:04:05.678901Z')",
    "project_detail": "(project_id, name, created_at, rel_path, origin_id)"
    " VALUES ('p', 'P', '2020-01-01Z', 'p_P', '11111111-2222-4333-8444-555555555555')",
    "user_project_role_linking": "(user_id, domain, project_id, role, created_at, updated_at)"
    " VALUES ('u', 'd', 'p', 'admin', '2020-01-01Z', '2020-01-02Z')",
    "automatic_grant": "VALUES ('u', 'd', 'p', '2020-01-01Z')",
    "trial_detail": "(trial_id, user_id, user_domain, project_id, birth_timestamp, death_timestamp, clean_exit, metadata,"
    " created_at, updated_at, recorded_by) VALUES ('t', 'u', 'd', 'p', '2020-01-01Z', '2020-01-02Z', true,"
    " '{\"n\": [1.50, \"#é\", null]}', '2020-01-03Z', '2020-01-04Z', 'api')",
    "trial_liveness": "VALUES ('t', 'h', '2020-01-01Z', '1 day 00:00:09.5')",
    "trial_event": "(trial_id, at, event, actor_user_id, actor_domain, detail, project_id, told_at)"
    " VALUES ('t', '2020-01-01Z', 'birth', 'u', 'd', '{\"a\": 1}', 'p', '2020-01-02Z')",
    "document_event": "(at, synced_at, origin_id, rel_path, kind, project_id, dataset_id, trial_id, sha256, subject, actor_user_id,"
    " actor_domain) VALUES ('2020-01-01Z', '2020-01-02Z', '11111111-2222-4333-8444-555555555555', 'p_P/x', 'k', 'p', 'd', 't',"
    " repeat('a', 64), 'save', 'u', 'd')",
    "audit_event": "(at, actor_user_id, actor_domain, action, object_type, object_id, project_id, detail)"
    " VALUES ('2020-01-01Z', 'u', 'd', 'role', 'project', 'p', 'p', '{\"after\": \"admin\"}')",
    "idempotency_key": "VALUES ('u', 'd', 'k', repeat('b', 64), '{\"trial_id\": \"t\"}', '2020-01-01Z')",
    "saved_search": "(user_id, domain, name, query, created_at, updated_at)"
    " VALUES ('u', 'd', 'mine', 'status:open', '2020-01-01Z', '2020-01-02Z')",
}  # fmt: skip
#: What another server counts or sets itself: numbers of transactions, and when a project's stub was last written.
ITS_OWN = {"trial_event": ["txid"], "document_event": ["txid"], "project_detail": ["updated_at"]}

Ask = Callable[..., list[dict[str, Any]]]


def told(url: str, table: str) -> list[Any]:
    with psycopg.connect(url) as connection:
        query = f"SELECT to_jsonb(t) - %s::text[] FROM {table} t ORDER BY to_jsonb(t)::text"
        return connection.execute(query, (ITS_OWN.get(table, []),)).fetchall()


def test_every_dumped_table_is_tried() -> None:
    assert list(ROWS) == list(dump_module._TABLES)


def test_a_row_of_every_table_is_the_same_elsewhere(
    store: Store, urls: Urls, empty: Urls, rows: Ask, tmp_path: Path
) -> None:
    for table, row in ROWS.items():
        rows(f"INSERT INTO {table} {row}")
    assert dump(store, tmp_path / "dump") == len(ROWS)
    assert restore_into(empty.owner_url, tmp_path / "dump") == len(ROWS)
    for table in ROWS:
        before = told(urls.owner_url, table)
        assert len(before) == 1, table
        assert told(empty.owner_url, table) == before, table


class Meanwhile(dict[str, str]):
    """Tables of a dump, while somebody records a person and a role as soon as the people are written."""

    def __init__(self, tables: dict[str, str], rows: Ask) -> None:
        super().__init__(tables)
        self._rows = rows

    def items(self) -> Iterable[tuple[str, str]]:  # type: ignore[override]
        for table, query in super().items():
            yield table, query
            if table == "user_detail":
                self._rows("INSERT INTO user_detail (user_id, domain) VALUES ('late', 'd')")
                self._rows("INSERT INTO automatic_grant VALUES ('late', 'd', 'p', now())")


def test_a_dump_is_one_snapshot(
    store: Store, rows: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dump_module, "_TABLES", Meanwhile(dump_module._TABLES, rows))
    dump(store, tmp_path / "dump")
    assert rows("SELECT user_id FROM automatic_grant") == [{"user_id": "late"}]
    assert "late" not in (tmp_path / "dump").read_text()


def test_a_database_of_a_newer_program_is_dumped_by_that_program(
    urls: Urls, rows: Ask, tmp_path: Path
) -> None:
    rows("UPDATE alembic_version SET version_num = '9999'")
    result = CliRunner().invoke(db, ["dump", str(tmp_path / "dump"), "--database-url", urls.owner_url])
    assert result.exit_code == 1
    assert "install the newer program" in result.output
    assert "db upgrade" not in result.output
    assert list(tmp_path.iterdir()) == []


PERSON = {"user_id": "u", "domain": "d"}
TRIAL = {"trial_id": "t", "birth_timestamp": "2020-01-01T00:00:00Z"}
BAD: dict[str, tuple[str, dict[str, Any]]] = {
    "a moment that is none": ("user_detail", {**PERSON, "created_at": "a day ago"}),
    "a truth for a moment": ("user_detail", {**PERSON, "created_at": True}),
    "an object for a text": ("user_detail", {**PERSON, "user_id": {"a": 1}}),
    "a list for a text": ("user_detail", {**PERSON, "user_id": [1]}),
    "a blank person": ("user_detail", {**PERSON, "user_id": " "}),
    "a person without a domain": ("user_detail", {"user_id": "u"}),
    "too long": ("user_detail", {**PERSON, "user_id": "u" * 256}),
    "NUL": ("user_detail", {**PERSON, "user_id": "a\0"}),
    "half a character": ("user_detail", {**PERSON, "user_id": "\ud800"}),
    "half a character in JSON": ("trial_detail", {**TRIAL, "metadata": {"a": "\ud800"}}),
    "no number": ("trial_detail", {**TRIAL, "metadata": {"a": float("nan")}}),
    "a text for metadata": ("trial_detail", {**TRIAL, "metadata": "x"}),
    "a role nowhere": ("user_project_role_linking", {**PERSON, "project_id": "p", "role": "admin"}),
    "a role there is not": ("user_project_role_linking", {**PERSON, "project_id": "p", "role": "owner"}),
    "a number beyond all": ("audit_event", {"event_id": 10**30}),
}


def written(path: Path, *rows: object, revision: str = HEAD) -> Path:
    lines = [{"format": "mdjourney-store-dump", "revision": revision, "at": "2026-01-01T00:00:00Z"}, *rows]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


@pytest.mark.parametrize("bad", list(BAD))
def test_a_bad_value_names_its_line_and_nothing_is_put_back(urls: Urls, tmp_path: Path, bad: str) -> None:
    table, row = BAD[bad]
    good = [["user_detail", {**PERSON, "user_id": f"good{n}"}] for n in range(3)]
    path = written(tmp_path / "dump", *good, [table, row], *good)
    result = CliRunner().invoke(db, ["restore", str(path), "--database-url", urls.owner_url])
    assert (result.exit_code, type(result.exception)) == (1, SystemExit), result.output
    assert f"{path}, line 5: " in result.output
    assert told(urls.owner_url, "user_detail") == []


@pytest.mark.parametrize(
    "line",
    [b'["user_detail", {"user_id": "\xff", "domain": "d"}]', b"[" * 200_000],
    ids=["no UTF-8", "nested beyond reason"],
)
def test_what_is_no_line_is_named(store: Store, rows: Ask, tmp_path: Path, line: bytes) -> None:
    path = written(tmp_path / "dump", ["user_detail", PERSON])
    path.write_bytes(path.read_bytes() + line + b"\n")
    with pytest.raises(BadRequest, match="line 3"):
        restore(store, path)
    assert rows("SELECT * FROM user_detail") == []


def test_a_person_made_by_nobody_is_refused(store: Store, rows: Ask, tmp_path: Path) -> None:
    maker = {"created_by_user_id": "nobody", "created_by_domain": "d"}
    path = written(tmp_path / "dump", ["user_detail", {**PERSON, **maker}])
    with pytest.raises(BadRequest, match="nobody"):
        restore(store, path)
    assert rows("SELECT * FROM user_detail") == []


def test_an_older_dump_that_was_refused_is_mended_and_put_back(empty: Urls, tmp_path: Path) -> None:
    bad = written(tmp_path / "bad", ["user_detail", {**PERSON, "created_at": "x"}], revision="0003")
    with pytest.raises(BadRequest, match="line 2"):
        restore_into(empty.owner_url, bad)
    mended = written(tmp_path / "mended", ["user_detail", PERSON], revision="0003")
    assert restore_into(empty.owner_url, mended) == 1
    with psycopg.connect(empty.owner_url) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (HEAD,)
