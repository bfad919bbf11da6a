"""What a unit of work tells the server about itself."""

from typing import Any

from mdjourney_contract.tracing import request_id
from mdjourney_store.connection import Store

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
