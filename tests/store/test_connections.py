"""What a unit of work tells the server about itself, and what is said of the values it takes."""

import contextlib
from typing import Any

import psycopg
import pytest

from mdjourney_contract.tracing import request_id
from mdjourney_store.connection import Store, refused_values
from mdjourney_store.problems import StoreAway, Unstorable

ASK = "SELECT current_setting('application_name') AS name"


def name(store: Store) -> Any:
    with store.transaction() as connection:
        row = connection.execute(ASK).fetchone()
    assert row is not None
    return row["name"]


def test_the_server_shows_which_request_it_works_for(store: Store) -> None:
    assert name(store) == "mdjourney"
    token = request_id.set("7f3a-" + "x" * 100)
    try:
        assert name(store) == ("mdjourney 7f3a-" + "x" * 100)[:63]
    finally:
        request_id.reset(token)
    assert name(store) == "mdjourney"


def test_a_read_without_a_transaction_sees_what_was_committed_meanwhile(store: Store) -> None:
    count = "SELECT count(*) AS n FROM project_detail"
    with store.statements() as reader:
        assert reader.execute(count).fetchone() == {"n": 0}
        with store.transaction() as writer:
            writer.execute("INSERT INTO project_detail (project_id) VALUES ('p')")
        assert reader.execute(count).fetchone() == {"n": 1}


def test_what_is_remembered_is_asked_again_when_it_is_old(store: Store) -> None:
    numbers = iter(range(9))
    assert [store.remembered("a", 60, lambda: next(numbers)) for _ in range(3)] == [0, 0, 0]
    assert [store.remembered("b", -1, lambda: next(numbers)) for _ in range(3)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("statement", "value"),
    [
        ("SELECT %s::jsonb", "[" * 100_000 + "]" * 100_000),  # nested deeper than the server's stack
        ("SELECT %s::text", "a\0b"),
        ("SELECT %s::text", "\ud800"),
        ("SELECT %s::bigint", 10**30),
        ("INSERT INTO project_detail (project_id) VALUES (%s)", " "),
        ("INSERT INTO project_detail (project_id) VALUES (%s)", "x" * 300),
        ("INSERT INTO project_edges (source_project_id, target_entity_type, target_entity_id) VALUES (%s, 'tag', 'x')", "no such"),
    ],
    ids=["too deep", "NUL", "half a character", "too large", "blank", "too long", "unknown"],
)  # fmt: skip
def test_a_value_that_is_refused_is_no_absent_server_and_no_mistake_of_ours(
    store: Store, statement: str, value: Any
) -> None:
    with pytest.raises(Unstorable) as caught, refused_values(), store.statements() as connection:
        connection.execute(statement, (value,))
    assert caught.value.status == 422
    with store.statements() as connection:
        connection.execute("SELECT 1")


def test_a_row_that_cannot_be_read_is_no_fault_of_the_question(store: Store) -> None:
    with pytest.raises(psycopg.DataError), refused_values(), store.statements() as connection:
        connection.execute("SELECT '0044-03-15 BC'::timestamptz").fetchall()


def test_a_store_knows_whether_its_server_answered_when_it_was_last_asked(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answers() -> bool:
        with contextlib.suppress(StoreAway), store.statements() as connection:
            connection.execute("SELECT 1")
        return store.answers

    assert answers()
    store.close()
    monkeypatch.setattr(store, "_url", "postgresql://x@127.0.0.1:1/x?connect_timeout=1")
    assert not answers()
    monkeypatch.undo()
    assert answers()
