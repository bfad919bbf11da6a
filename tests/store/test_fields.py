"""Names of fields, and how often they are used: by what, and for whom."""

from collections.abc import Mapping
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from mdjourney_store import catalogue
from mdjourney_store.connection import Store
from mdjourney_store.connector import Connector
from mdjourney_store.embedded import Urls
from mdjourney_store.migrate import upgrade
from mdjourney_store.viewer import Viewer

ADMIN, ALICE, EVE = Viewer("root", role="admin"), Viewer("alice"), Viewer("eve")


@pytest.fixture
def lab(store: Store, rows: Any) -> Any:
    """Tells trials of two projects, of which Alice sees one."""
    rows("INSERT INTO user_detail (user_id, domain) VALUES ('alice', 'local')")
    rows("INSERT INTO project_detail (project_id) VALUES ('p'), ('q')")
    rows(
        "INSERT INTO user_project_role_linking (user_id, domain, project_id, role) VALUES ('alice', 'local', 'p', 'operator')"
    )

    def tell(trial: str, project: str | None, metadata: Mapping[str, Any]) -> None:
        with store.transaction() as connection:
            connection.execute(
                "INSERT INTO trial_detail (trial_id, project_id, birth_timestamp, metadata) VALUES (%s, %s, now(), %s)"
                " ON CONFLICT (trial_id) DO UPDATE SET metadata = excluded.metadata, deleted_at = NULL",
                (trial, project, Jsonb(dict(metadata))),
            )
        Connector(store).drain()

    return tell


def named(store: Store, viewer: Viewer, **asked: Any) -> list[tuple[str, str, int]]:
    return [
        (item["field"], item["type"], item["uses"])
        for item in catalogue.fields(store, viewer, **asked)["items"]
    ]


def test_fields_are_counted_by_what_carries_them_and_not_by_values(store: Store, lab: Any) -> None:
    lab("a", "p", {"qc": {"rin": 7}, "steps": ["one", "two"], "note": "#hot"})
    lab("b", "p", {"qc": {"rin": "low"}})
    assert named(store, ADMIN) == [("qc.rin", "mixed", 2), ("steps", "text", 1), ("note", "text", 1)]
    lab("b", "p", {"qc": {"rin": 8}, "steps": "three"})
    assert named(store, ADMIN) == [("steps", "text", 2), ("qc.rin", "number", 2), ("note", "text", 1)]


def test_nobody_is_told_fields_of_projects_they_do_not_see(store: Store, lab: Any) -> None:
    lab("a", "p", {"open": 1})
    lab("b", "q", {"open": 1, "secret": 1})
    lab("c", None, {"loose": 1})
    assert named(store, ALICE) == [("open", "number", 1)]
    assert named(store, EVE) == []
    assert {name for name, _, _ in named(store, ADMIN)} == {"open", "secret", "loose"}


def test_a_field_that_nothing_carries_any_more_is_forgotten(store: Store, lab: Any, rows: Any) -> None:
    lab("a", "p", {"old": 1})
    lab("a", "p", {"new": 1})
    assert named(store, ADMIN) == [("new", "number", 1)]
    rows("UPDATE trial_detail SET deleted_at = now()")
    Connector(store).drain()
    assert named(store, ADMIN) == []
    assert rows("SELECT * FROM field_use") == []


def test_a_field_is_found_by_the_beginning_of_any_of_its_parts(store: Store, lab: Any) -> None:
    lab("a", "p", {"quality_control": {"RIN": 7, "rin%": 1}, "brine": 1})
    assert {name for name, _, _ in named(store, ADMIN, q="ri")} == {
        "quality_control.RIN",
        "quality_control.rin%",
    }
    assert [name for name, _, _ in named(store, ADMIN, q="rin%")] == ["quality_control.rin%"]
    assert len(named(store, ADMIN, q="Quality_control.r")) == 2
    assert named(store, ADMIN, q="qualityXcontrol") == []


def test_pages_of_fields_hold_each_once(store: Store, lab: Any) -> None:
    lab("a", "p", {f"f{number}": number for number in range(7)})
    seen, cursor = [], None
    while True:
        page = catalogue.fields(store, ALICE, limit=3, cursor=cursor)
        seen += [item["field"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert sorted(seen) == [f"f{number}" for number in range(7)]


def test_an_upgrade_counts_what_is_indexed_already(empty: Urls) -> None:
    upgrade(empty.owner_url, to="0006")
    with psycopg.connect(empty.owner_url) as connection:
        for number, project in enumerate(("p", "p", None)):
            connection.execute(
                "INSERT INTO search_document (kind, entity_id, project_id, at, tsv) VALUES ('trial', %s, %s, now(), '')",
                (str(number), project),
            )
            connection.execute(
                "INSERT INTO entity_field (kind, entity_id, project_id, field, text_value, num_value, at) VALUES"
                " ('trial', %s, %s, 'n', NULL, 1, now()), ('trial', %s, %s, 'n', 'x', NULL, now()), ('trial', %s, %s, '#', 'a', NULL, now())",
                (str(number), project) * 3,
            )
    upgrade(empty.owner_url)
    with psycopg.connect(empty.owner_url) as connection:
        kept = connection.execute(
            "SELECT project_id, field, holds, uses FROM field_use ORDER BY 1, 2, 3"
        ).fetchall()
    assert kept == [
        ("", "n", "any", 3), ("", "n", "number", 3), ("", "n", "text", 3),
        ("p", "n", "any", 2), ("p", "n", "number", 2), ("p", "n", "text", 2),
    ]  # fmt: skip
