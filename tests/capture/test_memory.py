"""Memory goes back to the machine after much was read, and only then."""

from typing import Any

import pytest

from mdjourney_backend import memory
from mdjourney_backend.pipeline import pipeline


def test_memory_is_given_back_once_after_many_files(
    site: Any, eventually: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[int] = []
    monkeypatch.setattr(pipeline, "_MANY_FILES", 20)
    monkeypatch.setattr(pipeline, "give_back", lambda: given.append(1))
    for number in range(19):
        site.write(f"p_A/d/{number}.csv")
    with site.leading(watch="off") as leader:
        eventually(lambda: leader.pipeline.status().in_step)
        leader.pipeline.rescan()
        assert given == []
        site.write("p_A/d/one_more.csv")
        leader.pipeline.rescan()
        eventually(lambda: given == [1])
        leader.pipeline.rescan()
        assert given == [1]


def test_giving_back_works_or_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    held = [bytes(600) for _ in range(100_000)]
    del held
    memory.give_back()
    monkeypatch.setattr("ctypes.CDLL", lambda _: object())
    assert memory.give_back() is False
