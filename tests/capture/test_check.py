"""`check` finds what does not hold, and nothing where all is well."""

import json
from typing import Any

import pytest

from mdjourney_backend.pipeline import check


@pytest.fixture
def sound(site: Any) -> Any:
    site.write("p_A/d1/a.csv", "one")
    site.write("p_A/d2/b.csv", "two")
    site.scan()
    return site


def findings(site: Any) -> list[tuple[str, str, str]]:
    return [(f.severity, f.promise, f.path) for f in check(site.root)]


def test_a_sound_tree_has_none(sound: Any) -> None:
    assert findings(sound) == []


def test_what_is_not_described_is_told(sound: Any) -> None:
    sound.write("notes.txt")
    assert findings(sound) == [("told", "", "notes.txt")]


def test_a_file_that_came_and_one_that_went_wait(sound: Any) -> None:
    sound.write("p_A/d1/new.csv")
    (sound.root / "p_A/d2/b.csv").unlink()
    assert findings(sound) == [("waiting", "R3", "p_A/d1/new.csv"), ("waiting", "R3", "p_A/d2/b.csv")]


def test_other_bytes_are_found(sound: Any) -> None:
    sound.write("p_A/d1/a.csv", "eno")
    assert findings(sound) == [("wrong", "R3", "p_A/d1/a.csv")]


def test_an_identifier_held_twice_is_found(sound: Any) -> None:
    structural = sound.document("p_A/d2", "dataset_structural")
    entry = {**structural["file_descriptions"][0], **_only_id(sound.entries("p_A/d1")["a.csv"])}
    sound.edit("p_A/d2", "dataset_structural", file_descriptions=[entry])
    assert [f[:2] for f in findings(sound)] == [("wrong", "R3")]


def _only_id(entry: dict[str, Any]) -> dict[str, Any]:
    return {"file_identifier": entry["file_identifier"]}


def test_invalid_and_unreadable_documents_and_leavings_are_found(sound: Any) -> None:
    metadata = sound.root / "p_A/d1/.metadata"
    sound.edit("p_A", "project_descriptive", project_status="Nonsense")
    (metadata / "dataset_administrative.json").write_text("{")
    (metadata / "dataset_administrative.json.corrupt-2026").write_text("{")
    (metadata / ".dataset_administrative.json.saving").write_text("{")
    assert {(f[0], f[2]) for f in findings(sound)} == {
        ("wrong", "p_A/.metadata/project_descriptive.json"),
        ("wrong", "p_A/d1/.metadata/dataset_administrative.json"),
        ("wrong", "p_A/d1/.metadata/dataset_administrative.json.corrupt-2026"),
        ("waiting", "p_A/d1/.metadata/.dataset_administrative.json.saving"),
    }


def test_a_damaged_repository_is_found(sound: Any) -> None:
    objects = sorted(p for p in (sound.root / ".git/objects").rglob("*") if p.is_file())
    for damaged in objects:
        damaged.chmod(0o644)
        damaged.unlink()
    assert ("wrong", "R5", ".git") in findings(sound)


def test_check_changes_nothing(sound: Any) -> None:
    before = {p: p.lstat().st_mtime_ns for p in sound.root.rglob("*")}
    check(sound.root)
    assert {p: p.lstat().st_mtime_ns for p in sound.root.rglob("*")} == before
    assert json.loads((sound.root / ".mdjourney/marker.json").read_text())["tree_id"]


def test_a_cache_object_with_other_bytes_is_found_on_request(site: Any) -> None:
    site.write("p_A/d1/a.csv", "one")
    site.scan(history={"git": True, "dvc": True, "dvc_cache": "copy"})
    (kept,) = [p for p in (site.root / ".dvc/cache/files/md5").rglob("*") if p.is_file()]
    assert check(site.root, objects=True) == []
    kept.chmod(0o644)
    kept.write_text("eno")
    assert check(site.root) == []
    assert [(f.severity, f.path) for f in check(site.root, objects=True)] == [
        ("wrong", kept.relative_to(site.root).as_posix())
    ]
