"""Documents that hold what a database refuses, what nobody may read, or nothing at all."""

from typing import Any

import pytest
from store.memory_outbox import MemoryOutbox, pushed

from mdjourney_backend.changes import Ref
from mdjourney_backend.sync import Sync

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
