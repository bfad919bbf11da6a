"""A store that is another one than before is told everything by the tree's leader, once."""

from pathlib import Path
from typing import Any

import pytest
from harness.waiting import until

from mdjourney_backend.catching_up import CatchingUp
from mdjourney_backend.layout import Layout
from mdjourney_backend.sync import gather
from mdjourney_backend.tree import Tree
from mdjourney_store.connection import Store
from mdjourney_store.embedded import Urls
from mdjourney_store.projection import Projection


@pytest.fixture
def told(lab: Any, urls: Urls, rows: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Run one leader's catching up to its end; answers how many documents the store knows then."""
    state = tmp_path_factory.mktemp("state")

    def run(url: str | None = urls.backend_url) -> int:
        catching_up = CatchingUp(state, Tree(lab.root, Layout()), url, lab.origin)
        catching_up.start()
        if url is not None:
            until(lambda: not catching_up._thread.is_alive())
        catching_up.stop()
        assert not catching_up.behind
        return len(rows("SELECT * FROM metadata_document"))

    return run


def test_a_store_that_was_begun_anew_is_told_everything(lab: Any, told: Any, rows: Any) -> None:
    lab.run(lab.dataset(lab.project()))
    assert told() == 4
    rows("DELETE FROM sync_origin")
    assert rows("SELECT * FROM metadata_document") == []
    assert told() == 4
    assert len(rows("SELECT * FROM document_event")) == 4


def test_a_store_that_was_told_one_document_first_is_told_the_rest(lab: Any, told: Any, store: Store) -> None:
    lab.run(lab.dataset(lab.project()))
    (first, *_) = Tree(lab.root, Layout()).documents()
    Projection(store, lab.origin).send([gather(Path(lab.root), first)])
    assert told() == 4


def test_a_store_that_knows_the_tree_is_not_told_again(lab: Any, told: Any, rows: Any) -> None:
    lab.project()
    assert told() == 1
    lab.dataset(lab.project("p_Unseen"), "p_Unseen/d")  # the outbox would bring these
    assert told() == 1


def test_what_was_saved_while_there_was_no_store_is_told(lab: Any, told: Any) -> None:
    lab.project()
    assert told() == 1
    told(None)
    lab.project("p_Meanwhile")
    assert told() == 2
