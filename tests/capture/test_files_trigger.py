"""Trigger 2 as a pure plan."""

from typing import Any

from mdjourney_backend.changes import FilesChanged, Taken
from mdjourney_backend.documents.entries import whole
from mdjourney_backend.triggers.t2_files import plan


def updated(entries: list[dict[str, Any]], wanted: FilesChanged) -> list[dict[str, Any]]:
    """All entries of a document after the change."""
    (edit,) = plan(wanted)
    after: list[dict[str, Any]] = whole(edit).apply({"file_descriptions": entries})["file_descriptions"]
    return after


def described(checksum: str = "c1", **more: Any) -> dict[str, Any]:
    return {"checksum": checksum, "file_size_bytes": 1, "file_name": "n", **more}


def entry(path: str, checksum: str = "c1", **more: Any) -> dict[str, Any]:
    base = {"file_identifier": f"id-{path}", "file_path": path, "status": "present", "version_state": "V1"}
    return {**base, **described(checksum), **more}


def change(**keys: Any) -> FilesChanged:
    return FilesChanged("p_A/d", **keys)


def test_a_new_file_is_v1_and_present() -> None:
    (made,) = updated([], change(taken=(Taken("a", "new", described()),)))
    assert (made["file_identifier"], made["status"], made["version_state"]) == ("new", "present", "V1")


def test_a_changed_file_keeps_what_was_typed_and_falls_back_to_v1() -> None:
    before = entry("a", role="raw", file_description="mine", version_state="V2", complete_metadata="r.json")
    (after,) = updated([before], change(taken=(Taken("a", "other", described("c2")),)))
    assert after["file_identifier"] == "id-a"
    assert (after["role"], after["file_description"]) == ("raw", "mine")
    assert after["version_state"] == "V1"
    assert "complete_metadata" not in after


def test_the_same_bytes_read_again_change_nothing() -> None:
    before = entry("a", version_state="V2", complete_metadata="r.json", file_accessed_utc="then")
    (after,) = updated([before], change(taken=(Taken("a", "x", described(file_accessed_utc="now")),)))
    assert after == before


def test_new_permissions_are_recorded_and_v2_stays() -> None:
    before = entry("a", version_state="V2", complete_metadata="r.json", file_permissions="-rw-------")
    (after,) = updated([before], change(taken=(Taken("a", "x", described(file_permissions="-rw-r--r--")),)))
    assert (after["file_permissions"], after["version_state"]) == ("-rw-r--r--", "V2")


def test_a_removed_file_keeps_its_entry() -> None:
    (after,) = updated([entry("a")], change(removed=("a",)))
    assert after == entry("a", status="removed")


def test_a_file_that_comes_back_is_the_one_it_was() -> None:
    (after,) = updated([entry("a", status="removed")], change(taken=(Taken("a", "x", described()),)))
    assert after == entry("a")


def test_a_moved_file_keeps_identity_and_tells_where_it_was() -> None:
    before = entry("a", role="raw", version_state="V2", complete_metadata="r.json")
    (after,) = updated([before], change(taken=(Taken("b.CSV", "x", described(), moved_from="a"),)))
    assert (after["file_identifier"], after["file_path"], after["previous_paths"]) == ("id-a", "b.CSV", ["a"])
    assert (after["role"], after["version_state"]) == ("raw", "V2")


def test_a_chain_of_renames_in_one_batch() -> None:
    before = [entry("a", "ca"), entry("b", "cb")]
    after = updated(before, change(moved={"a": "b", "b": "c"}))
    assert {e["file_path"]: e["file_identifier"] for e in after} == {"b": "id-a", "c": "id-b"}


def test_a_file_from_another_dataset_brings_its_entry() -> None:
    carried = entry("old", role="raw", version_state="V2", complete_metadata="r.json")
    taken = Taken("new", "id-old", described(), carried=carried, came_from="p_A/other/old")
    (after,) = updated([], change(taken=(taken,)))
    assert (after["file_identifier"], after["role"]) == ("id-old", "raw")
    assert after["previous_paths"] == ["p_A/other/old"]
    assert after["version_state"] == "V1"
    assert "complete_metadata" not in after


def test_a_file_that_left_for_another_dataset_leaves_no_entry() -> None:
    assert updated([entry("a"), entry("b")], change(departed=("a",))) == [entry("b")]


def test_nothing_to_do_is_no_edit() -> None:
    assert plan(change()) == []


def test_the_subject_says_what_happened() -> None:
    taken = tuple(Taken(str(n), "x", described()) for n in range(1000))
    assert plan(change(taken=taken))[0].subject == "p_A/d: add or change 1,000 files"
    assert plan(change(taken=taken[:1]))[0].subject == "p_A/d: add or change '0'"
    assert plan(change(removed=("x", "y")))[0].subject == "p_A/d: remove 2 files"
