"""What a comparison asks to be done now, and what one batch tells trigger 2 and the index: decided without a disk."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from mdjourney_backend.journal import FileRow
from mdjourney_backend.pipeline.batches import Batch, Origin, change, rows_after
from mdjourney_backend.pipeline.reading import Read
from mdjourney_backend.pipeline.scanning import Difference, Seen
from mdjourney_backend.pipeline.settling import Settling
from mdjourney_backend.pipeline.sorting import Work, sort


def row(path: str, **members: Any) -> FileRow:
    plain = FileRow("d", path, "present", 4, 10, 10, 7, 1, f"sha of {path}", "md5", f"id of {path}", False)
    return replace(plain, **members)


def seen(path: str, inode: int = 9, at: int = 20, uid: int = 0) -> Seen:
    return Seen(path, 4, at, at, inode, 1, uid, False)


class Clock:
    """Seconds, moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settling(clock: Clock) -> Settling:
    return Settling(2.0, clock, clock, growing_after=30.0)


def sorted_out(settling: Settling, *, new: Sequence[Seen] = (), gone: Sequence[FileRow] = ()) -> Work:
    index = {r.path: r for r in gone}
    return sort("d", Difference(tuple(new), (), tuple(index)), index, settling)


def test_an_old_file_is_ready_and_a_young_one_waits(settling: Settling) -> None:
    young = seen("young", at=999_500_000_000)
    work = sorted_out(settling, new=[seen("old"), young])
    assert [(s.path, grows) for s, grows in work.ready] == [("old", False)]
    assert work.waiting == {"young"}


def test_a_file_that_never_settles_is_read_once_as_growing(settling: Settling, clock: Clock) -> None:
    for step in range(20):
        clock.now += 2
        work = sorted_out(settling, new=[seen("log", at=int(clock.now * 1e9))])
        if step < 10:
            assert not work.ready
    assert [(s.path, grows) for s, grows in work.ready] == [("log", True)]
    assert work.growing == ["log"]
    grown = row("log", status="growing")
    difference = Difference((), (seen("log", at=int(clock.now * 1e9)),), ())
    assert not sort("d", difference, {"log": grown}, settling).ready


def test_a_missing_file_is_gone_after_the_settle_time(settling: Settling, clock: Clock) -> None:
    lost = row("a")
    assert sorted_out(settling, gone=[lost]).waiting == {"a"}
    clock.now += 3
    assert sorted_out(settling, gone=[lost]).gone == [lost]


def test_a_missing_file_that_waits_under_another_name_is_not_gone(settling: Settling, clock: Clock) -> None:
    lost = row("a")
    sorted_out(settling, gone=[lost])
    clock.now += 3
    young = seen("b", inode=lost.inode, at=int(clock.now * 1e9))
    assert sorted_out(settling, new=[young], gone=[lost]).waiting == {"a", "b"}


def test_files_of_a_renamed_folder_are_not_read(settling: Settling) -> None:
    work = sorted_out(settling, new=[seen("new/a", inode=7, at=10)], gone=[row("old/a")])
    assert work.moved == {"old/a": "new/a"}
    assert (work.ready, work.gone, work.waiting) == ([], [], set())


def read(path: str, **members: Any) -> Read:
    return Read(seen(path, **members), {"file_path": path}, f"sha of {path}", "md5", False)


def batch(*files: Read, gone: Sequence[FileRow] = (), moved: Mapping[str, str] | None = None) -> Batch:
    moved = moved or {}
    rows = [*gone, *(row(path) for path in moved)]
    return Batch("d", "p_A/d", files, gone, moved, {r.path: r for r in rows})


def told(one: Batch, origins: Mapping[str, Origin] | None = None, *, elsewhere: bool = False) -> Any:
    return change(one, origins or {}, lambda _row: elsewhere)


def test_a_file_keeps_its_identifier_by_path_then_by_origin() -> None:
    one = batch(read("a"), read("b"), read("c"))
    one.index["a"] = row("a")
    found = told(one, {"b": Origin(row("x"))})
    assert [t.file_id for t in found.taken[:2]] == ["id of a", "id of x"]
    assert [t.moved_from for t in found.taken] == [None, "x", None]
    assert len({t.file_id for t in found.taken}) == 3


def test_a_file_from_another_dataset_brings_its_entry_and_tells_where_it_was() -> None:
    origin = Origin(row("x", dataset_id="e"), "p_A/e/x", {"role": "raw"})
    (taken,) = told(batch(read("b")), {"b": origin}).taken
    assert (taken.moved_from, taken.came_from, taken.carried) == (None, "p_A/e/x", {"role": "raw"})


def test_a_missing_file_is_removed_moved_or_departed() -> None:
    lost = row("a")
    assert told(batch(gone=[lost])).removed == ("a",)
    assert told(batch(gone=[lost]), elsewhere=True).departed == ("a",)
    both = told(batch(read("b"), gone=[lost]), {"b": Origin(lost)})
    assert (both.removed, both.departed) == ((), ())


def test_the_index_follows_what_the_document_says() -> None:
    one = batch(read("b"), gone=[row("g")], moved={"old": "new", "nameless": "new2"})
    one.index["x"] = row("x")
    found = told(one, {"b": Origin(row("x"))})
    ids = {"b": "id of x", "new": "id of old"}
    rows, dropped = rows_after(one, found, ids)
    assert {(r.path, r.file_id, r.status) for r in rows} == {
        ("b", "id of x", "present"),
        ("new", "id of old", "present"),
        ("g", "id of g", "removed"),
    }
    assert sorted(dropped) == ["nameless", "old", "x"]


def test_most_of_the_files_say_who_acted(monkeypatch: Any) -> None:
    monkeypatch.setattr("mdjourney_backend.pipeline.batches.file_owner", lambda uid: uid)
    assert batch(read("a", uid=1), read("b", uid=2), read("c", uid=2)).actor() == 2
    assert batch(gone=[row("a")]).actor().domain == "system"
