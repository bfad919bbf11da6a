"""F3: a disk that fills up while files are described costs nothing that was there, and work goes on when there is room."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from mdjourney_backend.inbox import Inbox
from mdjourney_backend.leader import Leadership
from mdjourney_contract.problems import MDJourneyError


class Full:
    """`os.write` and file objects fail as on a full disk for files whose path contains a word."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.word = ""
        real = os.fsync

        def fsync(descriptor: int) -> None:
            if self.word and self.word in os.readlink(f"/proc/self/fd/{descriptor}"):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            real(descriptor)

        monkeypatch.setattr(os, "fsync", fsync)


@pytest.mark.parametrize("word", ["dataset_structural", "dataset.dvc", ".git/"])
def test_what_was_there_stays_whole_and_the_rest_follows(
    place: Any, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    for n in range(120):
        place.write(f"p_A/d/{n}.csv", f"{n}")
    place.scan()
    before = (place.root / "p_A/d/.metadata/dataset_structural.json").read_bytes()
    place.write("p_A/d/late.csv", "late")
    full = Full(monkeypatch)
    full.word = word
    said = None
    try:
        place.scan(timeout=1)
    except (MDJourneyError, OSError) as exc:
        said = str(exc)
    assert said is None or "space" in said
    now = (place.root / "p_A/d/.metadata/dataset_structural.json").read_bytes()
    assert now == before or b"late.csv" in now
    full.word = ""
    place.scan()
    assert place.wrong(objects=True) == []
    assert "late.csv" in place.entries("p_A/d")


def test_a_cache_without_room_is_told_and_holds_up_nothing(
    place: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mdjourney_backend.history.cache.RESERVE_BYTES", 1 << 60)
    place.write("p_A/d/a.csv", "one")
    status = place.scan().status
    assert status.in_step
    assert "too full" in status.history_problem
    assert not [p for p in Path(place.root, ".dvc/cache").rglob("*") if p.is_file()]
    monkeypatch.undo()
    place.write("p_A/d/b.csv", "two")
    assert place.scan().status.history_problem is None


def test_who_cannot_lead_for_want_of_room_keeps_no_lock(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    place.scan()
    monkeypatch.setattr(Leadership, "_beat", _no_room)
    first = Leadership(place.root, place.config(), place.home)
    with pytest.raises(OSError, match="space"):
        first.acquire(lambda: None)
    monkeypatch.undo()
    second = Leadership(place.root, place.config(), place.home)
    assert second.acquire(lambda: None)
    second.release()


def test_a_request_that_found_no_room_leaves_nothing(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    place.scan()
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", _no_room)
        with pytest.raises(OSError, match="space"):
            Inbox(place.root).ask_for_rescan()
    assert list((place.root / ".mdjourney/inbox").iterdir()) == []


def _no_room(*_: Any) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
