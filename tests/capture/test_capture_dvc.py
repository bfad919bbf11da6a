"""DVC pointers follow what happens to files and folders; the real DVC agrees."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mdjourney_backend.history import Pointers

DVC = {"history": {"git": True, "dvc": True, "dvc_cache": "copy"}}


def git(root: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True).stdout


def dvc_status(root: Path) -> str:
    command = [str(Path(sys.executable).with_name("dvc")), "status"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def study(site: Any) -> Any:
    site.write("p_A/d/a.csv", "one")
    site.write("p_A/d/sub/b.csv", "two")
    site.scan(**DVC)
    return site


def pointers(site: Any) -> set[str]:
    return {p for p in git(site.root, "ls-files").splitlines() if p.endswith(".dvc")}


def test_pointers_are_committed_and_dvc_is_content(study: Any) -> None:
    assert pointers(study) == {"p_A/d/a.csv.dvc", "p_A/d/sub/b.csv.dvc"}
    assert git(study.root, "status", "--porcelain") == ""
    assert "up to date" in dvc_status(study.root)


def test_pointers_move_with_a_renamed_dataset(study: Any) -> None:
    (study.root / "p_A/d").rename(study.root / "p_A/e")
    study.scan(**DVC)
    assert pointers(study) == {"p_A/e/a.csv.dvc", "p_A/e/sub/b.csv.dvc"}
    assert git(study.root, "status", "--porcelain") == ""


def on_disk(site: Any) -> set[str]:
    return {p.relative_to(site.root).as_posix() for p in site.root.glob("p_*/**/*.dvc")}


def swap(one: Path, other: Path) -> None:
    aside = one.with_name(".aside")
    one.rename(aside)
    other.rename(one)
    aside.rename(other)


def test_pointers_of_swapped_datasets_are_those_of_their_files(study: Any) -> None:
    study.write("p_A/e/other.csv", "three")
    study.scan(**DVC)
    swap(study.root / "p_A/d", study.root / "p_A/e")
    study.scan(**DVC)
    expected = {"p_A/d/other.csv.dvc", "p_A/e/a.csv.dvc", "p_A/e/sub/b.csv.dvc"}
    assert pointers(study) == on_disk(study) == expected
    assert git(study.root, "status", "--porcelain") == ""


def test_a_dataset_swapped_while_its_pointers_are_written_keeps_them(study: Any, monkeypatch: Any) -> None:
    study.write("p_A/e/other.csv", "three")
    study.scan(**DVC)
    study.write("p_A/d/late.csv", "four")
    real, done = Pointers.update, []

    def swapped(self: Any, *given: Any, **named: Any) -> Any:
        if not done:
            done.append(True)
            swap(study.root / "p_A/d", study.root / "p_A/e")
        return real(self, *given, **named)

    monkeypatch.setattr(Pointers, "update", swapped)
    study.scan(**DVC)
    study.scan(**DVC)
    expected = {"p_A/d/other.csv.dvc", "p_A/e/a.csv.dvc", "p_A/e/late.csv.dvc", "p_A/e/sub/b.csv.dvc"}
    assert done
    assert pointers(study) == on_disk(study) == expected


def test_pointers_of_a_copied_dataset_are_committed(study: Any) -> None:
    subprocess.run(["cp", "-r", str(study.root / "p_A/d"), str(study.root / "p_A/copy")], check=True)
    study.scan(**DVC)
    assert "p_A/copy/a.csv.dvc" in pointers(study)
    assert git(study.root, "status", "--porcelain") == ""


def test_pointers_leave_with_files_and_folders(study: Any) -> None:
    (study.root / "p_A/d/a.csv").unlink()
    study.scan(**DVC)
    assert pointers(study) == {"p_A/d/sub/b.csv.dvc"}
    subprocess.run(["rm", "-r", str(study.root / "p_A")], check=True)
    study.scan(**DVC)
    assert pointers(study) == set()


def test_pointers_written_just_before_a_crash_are_committed(study: Any, monkeypatch: Any) -> None:
    from mdjourney_backend.pipeline.versions import Versions

    def dies(*_arguments: Any, **_named: Any) -> None:
        raise KeyboardInterrupt

    study.write("p_A/d/c.csv", "three")
    with monkeypatch.context() as patched:
        patched.setattr(Versions, "_record", dies)
        with pytest.raises(KeyboardInterrupt):
            study.scan(**DVC)
    assert (study.root / "p_A/d/c.csv.dvc").is_file()
    assert "p_A/d/c.csv.dvc" not in pointers(study)
    study.scan(**DVC)
    assert "p_A/d/c.csv.dvc" in pointers(study)


def test_pointers_lost_with_the_power_are_written_again(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {"history": {"git": True, "dvc": True, "dvc_cache": "none"}}
    site.write("p_A/d/a.csv", "one")
    site.scan(**keys)
    pointer = site.root / "p_A/d/a.csv.dvc"
    good = pointer.read_bytes()
    pointer.write_bytes(b"")
    site.scan(**keys)
    assert pointer.read_bytes() == b"", "the control: without a new start nobody looks"
    monkeypatch.setattr("mdjourney_backend.pipeline.versions.boot_id", lambda: "another")
    site.scan(**keys)
    assert pointer.read_bytes() == good
