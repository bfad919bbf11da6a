"""Comparing only the folders something happened in finds what a comparison of the whole dataset finds."""

import contextlib
import hashlib
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mdjourney_backend.journal import FileRow, Journal
from mdjourney_backend.layout import Layout, structural_ref
from mdjourney_backend.pipeline.marks import Marks
from mdjourney_backend.pipeline.nearby import known_in, region_of, seen_in
from mdjourney_backend.pipeline.scanning import Difference, Seen, compare, scan

LAYOUT = Layout("p_", 1, ())
DATASET = "p_A/d"


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal.open(tmp_path / "home" / "journal.sqlite", ())


def indexed(journal: Journal, root: Path) -> None:
    """The index says what is on disk now."""
    journal.files.forget("id")
    rows = (Seen._make(row) for row in scan(root, DATASET, LAYOUT))
    journal.files.put(
        FileRow("id", s.path, "present", s.size, s.mtime_ns, s.ctime_ns, s.inode, s.dev, "h", "m", s.path)
        for s in rows
    )


def told(difference: Difference) -> tuple[set[str], set[str], set[str]]:
    return {s.path for s in difference.new}, {s.path for s in difference.changed}, set(difference.gone)


class Disturbing:
    """Changes a dataset and says, as inotify would, which paths were concerned."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.chance = folder, random.Random(seed)
        self.hints: list[str] = []

    def some(self, kind: Callable[[Path], bool]) -> Path | None:
        found = sorted(p for p in self.folder.rglob("*") if kind(p) and ".metadata" not in p.parts)
        return self.chance.choice(found) if found else None

    def place(self) -> Path:
        return self.some(Path.is_dir) or self.folder if self.chance.random() < 0.7 else self.folder

    def name(self) -> str:
        return self.chance.choice(["a", "b", "a.b", "a b", "é", "0", "a0", ".hidden"])

    def tell(self, *paths: Path) -> None:
        self.hints.extend(p.relative_to(self.folder).as_posix() for p in paths)

    def once(self) -> None:
        act = self.chance.choice([self.write, self.write, self.make, self.remove, self.move, self.link])
        act()

    def write(self) -> None:
        path = self.place() / self.name()
        if not path.is_dir():
            path.unlink(missing_ok=True)
            path.write_text(str(self.chance.random()))
            self.tell(path)

    def make(self) -> None:
        path = self.place() / self.name()
        if not path.exists() and not path.is_symlink():
            (path / "in").mkdir(parents=True)
            (path / "in" / "x").write_text("x")
            self.tell(path)

    def remove(self) -> None:
        path = self.some(lambda p: True)
        if path is not None:
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
            self.tell(path)

    def move(self) -> None:
        path = self.some(lambda p: True)
        target = self.place() / self.name()
        if path is not None and not os.path.lexists(target) and path not in target.parents:
            path.rename(target)
            self.tell(path, target)

    def link(self) -> None:
        path = self.place() / self.name()
        if not path.exists() and not path.is_symlink():
            path.symlink_to("nowhere")
            self.tell(path)


@pytest.mark.parametrize("seed", range(40))
def test_the_neighbourhood_tells_all_that_changed(tmp_path: Path, journal: Journal, seed: int) -> None:
    folder = tmp_path / DATASET
    folder.mkdir(parents=True)
    disturbing = Disturbing(folder, seed)
    for _ in range(30):
        disturbing.once()
    for _ in range(10):
        indexed(journal, tmp_path)
        disturbing.hints.clear()
        for _ in range(4):
            disturbing.once()
        whole = compare(journal.files.brief("id"), scan(tmp_path, DATASET, LAYOUT))
        region = region_of(h for h in disturbing.hints if not LAYOUT.ignored(h.rpartition("/")[2]))
        hidden = any(LAYOUT.ignored(part) for h in disturbing.hints for part in h.split("/"))
        part = compare(known_in(journal.files, "id", region), seen_in(tmp_path, DATASET, LAYOUT, region))
        if hidden:  # what lies below `.hidden` is no data; its hints never come this far
            continue
        assert told(part) == told(whole), disturbing.hints


def test_another_tree_inside_is_left_alone(tmp_path: Path, journal: Journal) -> None:
    inner = tmp_path / DATASET / "inner"
    (inner / ".mdjourney").mkdir(parents=True)
    (inner / ".mdjourney/marker.json").write_text("{}")
    (inner / "file").write_text("theirs")
    assert not list(seen_in(tmp_path, DATASET, LAYOUT, region_of(["inner/file", "inner"])))


def test_a_link_in_the_place_of_a_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/secret").write_text("x")
    (tmp_path / DATASET).mkdir(parents=True)
    (tmp_path / DATASET / "sub").symlink_to(tmp_path / "elsewhere")
    seen = [row[0] for row in seen_in(tmp_path, DATASET, LAYOUT, region_of(["sub/secret", "sub"]))]
    assert seen == ["sub"]


def test_marks_name_places_until_there_are_too_many() -> None:
    marks = Marks()
    for path in ("p_A/d/x/y.csv", "p_A/d/", "p_A/d/x/"):
        marks.add(LAYOUT.meaning(path), path)
    assert marks.datasets == {DATASET: {"x/y.csv", "/", "x/"}}
    for n in range(100):
        marks.add(LAYOUT.meaning(f"p_A/d/{n}"), f"p_A/d/{n}")
    assert marks.datasets == {DATASET: None}
    marks.add(LAYOUT.meaning("p_A/d/z"), "p_A/d/z")
    assert marks.datasets == {DATASET: None}
    marks.add(LAYOUT.meaning("p_A/e"), "p_A/e")
    assert marks.datasets == {DATASET: None, "p_A/e": None}
    marks.add(LAYOUT.meaning("p_A"), "p_A")
    assert marks.folders
    assert marks.near("p_A/f", {"b"}) == {"b"}
    marks.add(LAYOUT.meaning("p_A/f/a"), "p_A/f/a")
    assert (marks.near("p_A/f", {"b"}), marks.near("p_A/f", None)) == ({"a", "b"}, None)
    assert marks.near("p_A/e", {"b"}) is None


STORMS = 20 if os.environ.get("MDJOURNEY_SLOW_TESTS") else 2


@pytest.mark.parametrize("seed", range(STORMS))
def test_a_storm_that_only_events_tell_of_ends_in_step(site: Any, eventually: Any, seed: int) -> None:
    """Identical files are made, moved, removed and linked under a running backend; nobody asks for a whole comparison."""
    folder = site.root / DATASET
    folder.mkdir(parents=True)
    disturbing = Disturbing(folder, 1000 + seed)
    keys = {"settle_seconds": 0.05, "history": {"git": False, "dvc": False}}
    with site.leading(**keys) as leader:
        for _ in range(250):
            with contextlib.suppress(OSError):  # it was moved by the step before
                disturbing.once()
        eventually(lambda: leader.pipeline.status().in_step)
        entries = leader.documents.read(structural_ref(DATASET)).content["file_descriptions"]
        seen = [Seen._make(row) for row in scan(site.root, DATASET, LAYOUT)]
    there = {s.path: _content(folder / s.path) for s in seen}
    assert {e["file_path"]: e["checksum"] for e in entries if e["status"] != "removed"} == there
    assert len({e["file_identifier"] for e in entries}) == len(entries)


def _content(path: Path) -> str:
    raw = str(path.readlink()).encode() if path.is_symlink() else path.read_bytes()
    return hashlib.sha256(raw).hexdigest()
