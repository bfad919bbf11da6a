"""What changes again within one tick of the file system's clock is seen by the next look, however long the first one took."""

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mdjourney_backend import ticks
from mdjourney_backend.changes import Ref
from mdjourney_backend.held import held
from mdjourney_backend.layout import Layout
from mdjourney_backend.pipeline.reading import Read, Reader
from mdjourney_backend.pipeline.scanning import Seen, scan
from mdjourney_backend.tree import peeking
from mdjourney_backend.tree.listing import Entry, Listings
from mdjourney_backend.tree.peeking import Peeking

SECOND = 1_000_000_000


class Clock:
    """Nanoseconds; each look that goes through it takes a second."""

    def __init__(self, now: int) -> None:
        self.now = now

    def time_ns(self) -> int:
        return self.now

    def slowly(self, look: Any) -> Any:
        def looked(*given: Any) -> Any:
            self.now += SECOND
            return look(*given)

        return looked


def test_a_name_is_listed_that_was_made_in_the_tick_of_a_slow_listing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").mkdir()
    before = tmp_path.stat()
    clock = Clock(before.st_mtime_ns + 1)
    monkeypatch.setattr(ticks, "time", clock)
    monkeypatch.setattr(Entry, "of", staticmethod(clock.slowly(Entry.of)))
    listings = Listings(tmp_path)
    assert [entry.name for entry in listings.of("")] == ["a"]
    (tmp_path / "b").mkdir()
    os.utime(tmp_path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert [entry.name for entry in listings.of("")] == ["a", "b"]


def test_an_identifier_is_read_that_was_written_in_the_tick_of_a_slow_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = tmp_path / "d.json"
    document.write_text('{"id": "one"}')
    clock = Clock(document.stat().st_ctime_ns + 1)
    monkeypatch.setattr(ticks, "time", clock)
    monkeypatch.setattr(peeking, "_key", lambda seen: (seen.st_ino, seen.st_size))
    monkeypatch.setattr(peeking, "_strings", clock.slowly(peeking._strings))
    peeked = Peeking(tmp_path)
    assert peeked.strings(Ref("d", "d.json")) == {"id": "one"}
    document.write_text('{"id": "two"}')
    assert peeked.strings(Ref("d", "d.json")) == {"id": "two"}


def test_a_file_is_compared_again_that_was_read_in_the_tick_of_its_change_and_extracted_slowly(
    tmp_path: Path,
) -> None:
    (tmp_path / "p_A/d").mkdir(parents=True)
    (tmp_path / "p_A/d/a.csv").write_text("x\n")
    (seen,) = (Seen._make(row) for row in scan(tmp_path, "p_A/d", Layout("p_", 1, ())))
    clock = Clock(seen.ctime_ns + 1)
    extracting: Any = SimpleNamespace(extract_open=clock.slowly(lambda *_: {}), close=lambda: None)
    reader = Reader(tmp_path, extracting, None, clock.time_ns)
    with held(tmp_path, "p_A/d") as dataset:
        (found,) = reader.read(dataset, [(seen, False)])
    reader.close()
    assert clock.now > seen.ctime_ns + SECOND
    assert isinstance(found, Read)
    assert found.racy
