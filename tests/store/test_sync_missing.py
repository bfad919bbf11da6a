"""Documents that are not there when the store is told of them: moved, or their disk is away."""

from typing import Any

import pytest
from store.memory_outbox import MemoryOutbox, pushed, tree_of

from mdjourney_backend.sync import Sync, worker


def test_what_was_saved_and_is_not_there_waits_and_is_not_told_as_gone(
    lab: Any, outbox: MemoryOutbox, sync: Sync, rows: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_BATCH", 2)  # those that wait hold up nobody behind them
    for name in ("p_Study", "p_Other", "p_Third", "p_Last"):
        lab.project(name)
    refs = {ref.path.partition("/")[0]: ref for ref in tree_of(lab).documents()}
    for name in ("p_Study", "p_Other", "p_Third"):
        outbox.add(refs[name])
    pushed(sync)
    away = lab.root.with_name("away")

    def alive() -> set[str]:
        found = rows("SELECT rel_path FROM project_detail WHERE deleted_at IS NULL")
        return {row["rel_path"].partition("/")[0] for row in found}

    lab.root.rename(away)
    for name in ("p_Study", "p_Other", "p_Third"):
        outbox.add(refs[name], deleted=False)
    pushed(sync)
    pushed(sync)
    assert alive() == {"p_Study", "p_Other", "p_Third"}
    assert outbox.waiting("sync") == sync.status().waiting == 3
    away.rename(lab.root)

    (lab.root / "p_Study").rename(lab.root / "p_Moved")
    outbox.add(refs["p_Last"], deleted=False)
    pushed(sync)
    assert (alive(), outbox.waiting("sync")) == ({"p_Study", "p_Other", "p_Third", "p_Last"}, 1)
    moved = next(ref for ref in tree_of(lab).documents() if ref.path.startswith("p_Moved/"))
    outbox.add(moved, deleted=False)
    outbox.add(refs["p_Study"])
    pushed(sync)
    assert (alive(), outbox.waiting("sync")) == ({"p_Moved", "p_Other", "p_Third", "p_Last"}, 0)
