"""A commit whose answer is lost (F18): what was sent takes effect exactly once."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from benchmarks.store_faults.wire import Wire

from mdjourney_backend.layout import Layout
from mdjourney_backend.sync import rebuild
from mdjourney_backend.tree import Tree
from mdjourney_store import lifecycle
from mdjourney_store.connection import Store
from mdjourney_store.embedded import Urls
from mdjourney_store.problems import StoreAway
from mdjourney_store.viewer import Viewer

ALICE = Viewer("alice")


@pytest.fixture
def wire(urls: Urls) -> Iterator[Wire]:
    wire = Wire(urls.owner_url)
    yield wire
    wire.close()


@pytest.fixture
def behind(wire: Wire) -> Iterator[Store]:
    store = Store(wire.url)
    yield store
    store.close()


@contextmanager
def cut_off(wire: Wire) -> Iterator[None]:
    """What is done inside is committed, and nobody hears of it."""
    wire.mode = "cut"
    with pytest.raises(StoreAway):
        yield
    wire.mode = "pass"


def test_a_birth_whose_answer_was_lost_is_one_trial(wire: Wire, behind: Store, rows: Any) -> None:
    for number in range(10):
        with cut_off(wire):
            lifecycle.birth(behind, ALICE, metadata={"n": number}, idempotency_key=f"k{number}")
        lifecycle.birth(behind, ALICE, metadata={"n": number}, idempotency_key=f"k{number}")
    assert wire.cuts == 10
    assert rows("SELECT count(*) AS n FROM trial_detail") == [{"n": 10}]
    assert rows("SELECT count(*) AS n FROM trial_event") == [{"n": 10}]


def test_a_death_whose_answer_was_lost_can_be_told_again(wire: Wire, behind: Store, rows: Any) -> None:
    lifecycle.birth(behind, ALICE, trial_id="t")
    with cut_off(wire):
        lifecycle.death(behind, ALICE, "t", clean_exit=True)
    assert lifecycle.death(behind, ALICE, "t", clean_exit=True)["clean_exit"] is True
    assert [row["event"] for row in rows("SELECT event FROM trial_event ORDER BY event_id")] == [
        "birth",
        "death",
    ]


def test_documents_whose_commit_was_not_heard_of_are_there_once(
    wire: Wire, lab: Any, rows: Any, urls: Urls
) -> None:
    lab.run(lab.dataset(lab.project()))
    tree = Tree(lab.root, Layout())
    wire.mode = "cut"
    for _ in range(10):  # no answer to any commit comes, and each try finds more of it done
        with suppress(StoreAway):
            rebuild(tree, wire.url, lab.origin)
    assert wire.cuts >= 2
    wire.mode = "pass"
    rebuild(tree, wire.url, lab.origin)
    assert rebuild(tree, urls.owner_url, lab.origin).total == 0
    for table, number in (
        ("project_detail", 1),
        ("trial_detail", 1),
        ("file_entry", 2),
        ("document_event", 4),
    ):
        assert rows(f"SELECT count(*) AS n FROM {table}") == [{"n": number}]
    assert [row["event"] for row in rows("SELECT event FROM trial_event")] == ["birth"]
