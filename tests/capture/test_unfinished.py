"""What passes left, and how long the pause before the next one is."""

from typing import Any

import pytest

from mdjourney_backend.pipeline import led
from mdjourney_backend.pipeline.marks import Marks
from mdjourney_backend.pipeline.unfinished import Left, Unfinished, nap


@pytest.mark.parametrize(
    ("waits", "idle", "until_full", "pause"),
    [
        (0, 0, 100.0, 5.0),  # nothing waits: a look at the clock now and then
        (0, 0, 2.0, 2.0),
        (3, 0, 100.0, 0.5),  # a quarter of the settle time
        (3, 8, 100.0, 0.5),
        (3, 10, 100.0, 2.0),  # what does not settle is looked at less and less often
        (3, 40, 100.0, 5.0),
        (3, 40, 1.0, 1.0),
    ],
)
def test_pauses_are_short_while_something_settles(
    waits: int, idle: int, until_full: float, pause: float
) -> None:
    assert nap(waits, 2.0, idle, until_full) == pause


def test_what_grows_waits_but_is_not_pending() -> None:
    unfinished = Unfinished()
    unfinished.leave("one", Left(3, growing=("p_A/d/log",), problems=(("p_A/d/x", "refused"),)))
    unfinished.leave("gone", Left(1))
    unfinished.ended({"one"}, 2, [("p_A", "full")])
    found = unfinished.sum()
    assert (found.folders, found.pending, found.growing) == (2, 2, ("p_A/d/log",))
    assert found.problems == (("p_A", "full"), ("p_A/d/x", "refused"))
    assert unfinished.waits() == 5


def test_what_goes_on_while_it_is_asked_about_is_not_missed(site: Any, monkeypatch: Any) -> None:
    """A pass that ends between two questions leaves its documents to history: they are met there."""
    site.write("p_A/d/a.csv")
    with led(site.root, site.config(settle_seconds=0), site.home) as leader:
        assert leader is not None
        pipeline, journal = leader.pipeline, leader.journal
        pipeline.run_until_still(60)
        site.write("p_A/d/late.csv")
        pipeline.mark("p_A/d/late.csv")
        asked, waiting = [], journal.waiting

        def answered_late(stage: Any) -> int:
            found = waiting(stage)
            if stage == "history" and not asked:
                asked.append(stage)
                marks, pipeline._marks = pipeline._marks, Marks()
                pipeline.look(marks)
            return found

        monkeypatch.setattr(journal, "waiting", answered_late)
        assert not pipeline.status(echo=False).in_step
        assert "late.csv" in site.entries("p_A/d")
