"""Projects and datasets stay who they are, whatever happens to their folders."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest


def git(root: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True).stdout


def cp(source: Path, target: Path) -> None:
    subprocess.run(["cp", "-r", str(source), str(target)], check=True)


@pytest.fixture
def study(site: Any) -> Any:
    site.write("p_A/d1/a.csv", "one")
    site.write("p_A/d2/b.csv", "two")
    site.scan()
    site.edit("p_A/d1", "dataset_administrative", dataset_title="Typed by hand")
    site.edit("p_A", "project_descriptive", project_title="A study")
    site.scan()
    return site


def test_a_renamed_dataset_keeps_its_identifier_and_what_was_typed(study: Any) -> None:
    before = study.dataset_id("p_A/d1")
    entry = study.entries("p_A/d1")["a.csv"]
    (study.root / "p_A/d1").rename(study.root / "p_A/renamed")
    study.scan()
    assert study.dataset_id("p_A/renamed") == before
    assert study.document("p_A/renamed", "dataset_administrative")["dataset_title"] == "Typed by hand"
    assert study.entries("p_A/renamed") == {"a.csv": entry}
    assert git(study.root, "log", "-1", "--format=%s") == "p_A/d1: moved to p_A/renamed\n"
    assert "p_A/d1/" not in git(study.root, "ls-files")


def test_a_renamed_project_keeps_everything(study: Any) -> None:
    ids = (study.project_id("p_A"), study.dataset_id("p_A/d1"), study.dataset_id("p_A/d2"))
    (study.root / "p_A").rename(study.root / "p_B")
    study.scan()
    assert (study.project_id("p_B"), study.dataset_id("p_B/d1"), study.dataset_id("p_B/d2")) == ids
    assert study.document("p_B", "project_descriptive")["project_title"] == "A study"


def test_a_dataset_moved_to_another_project_belongs_there(study: Any) -> None:
    before = study.dataset_id("p_A/d1")
    (study.root / "p_B").mkdir()
    (study.root / "p_A/d1").rename(study.root / "p_B/d1")
    study.scan()
    assert study.dataset_id("p_B/d1") == before
    for kind in ("dataset_administrative", "dataset_structural"):
        assert study.document("p_B/d1", kind)["associated_project_identifier"] == study.project_id("p_B")


def test_swapped_datasets_are_swapped(study: Any) -> None:
    one, two = study.dataset_id("p_A/d1"), study.dataset_id("p_A/d2")
    ids = {**_file_ids(study, "p_A/d1"), **_file_ids(study, "p_A/d2")}
    (study.root / "p_A/d1").rename(study.root / "p_A/tmp")
    (study.root / "p_A/d2").rename(study.root / "p_A/d1")
    (study.root / "p_A/tmp").rename(study.root / "p_A/d2")
    study.scan()
    assert (study.dataset_id("p_A/d1"), study.dataset_id("p_A/d2")) == (two, one)
    assert {**_file_ids(study, "p_A/d1"), **_file_ids(study, "p_A/d2")} == ids


def _file_ids(site: Any, dataset: str) -> dict[str, str]:
    return {path: e["file_identifier"] for path, e in site.entries(dataset).items()}


def test_a_copied_dataset_is_one_of_its_own(study: Any) -> None:
    before = study.dataset_id("p_A/d1")
    original = study.entries("p_A/d1")["a.csv"]["file_identifier"]
    cp(study.root / "p_A/d1", study.root / "p_A/0-copy")
    study.scan()
    assert study.dataset_id("p_A/d1") == before
    assert study.dataset_id("p_A/0-copy") != before
    structural = study.document("p_A/0-copy", "dataset_structural")
    assert structural["derived_from"] == before
    assert study.document("p_A/0-copy", "dataset_administrative")["dataset_title"] == "Typed by hand"
    assert study.entries("p_A/0-copy")["a.csv"]["file_identifier"] != original
    assert study.entries("p_A/d1")["a.csv"]["file_identifier"] == original


def test_a_copied_project_is_one_of_its_own(study: Any) -> None:
    ids = {study.project_id("p_A"), study.dataset_id("p_A/d1"), study.dataset_id("p_A/d2")}
    cp(study.root / "p_A", study.root / "p_0")
    study.scan()
    copies = {study.project_id("p_0"), study.dataset_id("p_0/d1"), study.dataset_id("p_0/d2")}
    assert len(ids | copies) == 6
    assert study.document("p_0", "project_descriptive")["derived_from"] == study.project_id("p_A")
    assert study.document("p_0/d1", "dataset_structural")[
        "associated_project_identifier"
    ] == study.project_id("p_0")


def test_a_copy_that_falls_into_a_described_folder_leaves_its_identity(study: Any) -> None:
    """`mkdir` is seen and described before `cp -r` writes the source's documents over ours."""
    (study.root / "p_A/new").mkdir()
    study.scan()
    minted = study.dataset_id("p_A/new")
    subprocess.run(["cp", "-r", f"{study.root}/p_A/d1/.", str(study.root / "p_A/new")], check=True)
    study.scan()
    assert study.dataset_id("p_A/new") == minted
    assert study.document("p_A/new", "dataset_structural")["derived_from"] == study.dataset_id("p_A/d1")
    assert set(study.entries("p_A/new")) == {"a.csv"}


def test_a_copy_over_a_dataset_somebody_typed_into_loses_nothing(study: Any) -> None:
    study.edit("p_A/d2", "dataset_administrative", dataset_title="Two's own")
    study.scan()
    two = study.dataset_id("p_A/d2")
    subprocess.run(["cp", "-r", f"{study.root}/p_A/d1/.", str(study.root / "p_A/d2")], check=True)
    study.scan()
    assert study.dataset_id("p_A/d2") == two
    assert study.document("p_A/d2", "dataset_administrative")["dataset_title"] == "Two's own"
    assert set(study.entries("p_A/d2")) == {"a.csv", "b.csv"}
    ids = [*_file_ids(study, "p_A/d1").values(), *_file_ids(study, "p_A/d2").values()]
    assert len(set(ids)) == 3


def test_one_overwritten_document_is_corrected(study: Any) -> None:
    two = study.dataset_id("p_A/d2")
    name = ".metadata/dataset_structural.json"
    shutil.copy(study.root / "p_A/d1" / name, study.root / "p_A/d2" / name)
    study.scan()
    assert study.dataset_id("p_A/d2") == two
    assert set(study.entries("p_A/d2")) == {"b.csv"}


def test_documents_lost_to_git_clean_come_back(study: Any) -> None:
    before = {p: p.read_bytes() for p in study.root.rglob(".metadata/*.json")}
    ids = (study.project_id("p_A"), study.dataset_id("p_A/d1"))
    for folder in list(study.root.rglob(".metadata")):
        shutil.rmtree(folder)
    study.scan()
    assert (study.project_id("p_A"), study.dataset_id("p_A/d1")) == ids
    assert study.document("p_A/d1", "dataset_administrative")["dataset_title"] == "Typed by hand"
    assert set(before) == set(study.root.rglob(".metadata/*.json"))


def test_documents_lost_with_the_journal_come_back_too(study: Any) -> None:
    ids = (study.project_id("p_A"), study.dataset_id("p_A/d1"), _file_ids(study, "p_A/d1"))
    shutil.rmtree(study.home)
    shutil.rmtree(study.root / "p_A/.metadata")
    shutil.rmtree(study.root / "p_A/d1/.metadata")
    study.scan()
    assert (study.project_id("p_A"), study.dataset_id("p_A/d1"), _file_ids(study, "p_A/d1")) == ids


def test_a_run_document_that_was_deleted_comes_back(study: Any) -> None:
    run_id = "7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10"
    run = study.root / f"p_A/d1/.metadata/runs/{run_id}/experiment_contextual.json"
    run.parent.mkdir(parents=True)
    content = {
        "experiment_identifier_run_id": run_id,
        "experiment_template_type": "experiment_contextual",
        "dataset_identifier_link": study.dataset_id("p_A/d1"),
        "run_status": "open",
        "birth_timestamp": "2026-11-22T00:00:00Z",
    }
    run.write_text(json.dumps(content))
    study.scan()
    run.unlink()
    study.scan()
    assert json.loads(run.read_text()).items() >= content.items()


def test_a_new_folder_at_an_old_path_is_not_the_old_dataset(study: Any) -> None:
    before = study.dataset_id("p_A/d1")
    (study.root / "p_A/d1").rename(study.root / "p_A/d1-old")
    (study.root / "p_A/d1").mkdir()
    study.scan()
    assert study.dataset_id("p_A/d1-old") == before
    assert study.dataset_id("p_A/d1") != before


def test_a_deleted_dataset_leaves_history_and_tree(study: Any) -> None:
    shutil.rmtree(study.root / "p_A/d1")
    study.scan()
    assert "p_A/d1/" not in git(study.root, "ls-files")
    with study.leading() as leader:
        assert [d.path for d in leader.tree.datasets()] == ["p_A/d2"]


def test_a_file_in_a_project_is_no_dataset(site: Any) -> None:
    site.write("p_A/readme.md")
    (site.root / "p_A/link").symlink_to("/tmp")
    site.scan()
    assert sorted(p.name for p in (site.root / "p_A").iterdir()) == [".metadata", "link", "readme.md"]


def test_an_edit_by_hand_is_recorded_with_the_owner(study: Any) -> None:
    log = git(study.root, "log", "--format=%s", "--", "p_A/d1/.metadata/dataset_administrative.json")
    assert "changed outside MDJourney" in log.splitlines()[0]


def test_unreadable_json_is_set_aside_and_healed(study: Any) -> None:
    before = study.dataset_id("p_A/d1")
    file = study.root / "p_A/d1/.metadata/dataset_administrative.json"
    file.write_text('{"dataset_identifier": ')
    import os

    os.utime(file, (1, 1))
    study.scan()
    assert study.dataset_id("p_A/d1") == before
    assert study.document("p_A/d1", "dataset_administrative")["dataset_title"] == "Typed by hand"
    assert [p.name for p in file.parent.glob("*.corrupt-*")]


def test_a_vanished_disk_loses_nothing(study: Any, eventually: Any) -> None:
    before = {p: p.read_bytes() for p in study.root.rglob(".metadata/*.json")}
    away = study.root.with_name("away")
    with study.leading() as leader:
        eventually(lambda: leader.pipeline.status().in_step)
        study.root.rename(away)
        study.root.mkdir()
        leader.pipeline.mark()
        eventually(lambda: not leader.pipeline.status(echo=False).available)
        assert not leader.pipeline.status(echo=False).in_step
        assert list(study.root.iterdir()) == []
        study.root.rmdir()
        away.rename(study.root)
        eventually(lambda: leader.pipeline.status().in_step)
    assert {p: p.read_bytes() for p in study.root.rglob(".metadata/*.json")} == before
