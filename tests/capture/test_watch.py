"""Events are hints; losing them loses nothing."""

import logging
from pathlib import Path
from typing import Any

import pytest

from mdjourney_backend.watch import Watcher


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / ".mdjourney").mkdir()
    (tmp_path / "p_A" / "d").mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize("mode", ["inotify", "poll"])
def test_an_echo_comes_after_every_earlier_event(tree: Path, mode: Any) -> None:
    seen: list[str] = []
    watcher = Watcher(tree, mode, seen.append, lambda: None)
    watcher.start()
    try:
        for n in range(50):
            (tree / "p_A/d" / f"{n}.csv").write_text("x")
        assert watcher.echo(20)
        assert {f"p_A/d/{n}.csv" for n in range(50)} <= set(seen)
        assert not list((tree / ".mdjourney").iterdir())
    finally:
        watcher.stop()


def test_there_is_no_echo_without_a_watcher(tree: Path) -> None:
    watcher = Watcher(tree, "off", lambda _path: None, lambda: None)
    watcher.start()
    assert not watcher.watching
    assert not watcher.echo(0.1)
    watcher.stop()


def test_an_overflow_asks_for_everything(tree: Path) -> None:
    lost: list[bool] = []
    watcher = Watcher(tree, "inotify", lambda _path: None, lambda: lost.append(True))
    watcher.start()
    try:
        logging.getLogger("watchdog.observers.inotify_c").warning(
            "Inotify queue overflowed; filesystem events were lost"
        )
        assert lost
    finally:
        watcher.stop()


def test_watchdog_still_announces_an_overflow_in_those_words() -> None:
    from watchdog.observers import inotify_c

    assert "Inotify queue overflowed" in Path(inotify_c.__file__).read_text(encoding="utf-8")


def test_a_file_deleted_and_a_folder_renamed_reach_the_documents(site: Any, eventually: Any) -> None:
    file = site.write("p_A/d/a.csv", "one")
    with site.leading(rescan_minutes=1000) as leader:
        eventually(lambda: leader.pipeline.status().in_step and "a.csv" in site.entries("p_A/d"))
        file.unlink()
        eventually(lambda: site.entries("p_A/d")["a.csv"]["status"] == "removed")
        before = site.dataset_id("p_A/d")
        (site.root / "p_A/d").rename(site.root / "p_A/e")
        site.write("p_A/e/b.csv", "two")
        eventually(lambda: "b.csv" in site.entries("p_A/e"))
        assert site.dataset_id("p_A/e") == before


def test_in_step_is_not_answered_before_a_change_was_looked_at(site: Any, eventually: Any) -> None:
    site.write("p_A/d/0.csv", "x")
    with site.leading(settle_seconds=0, rescan_minutes=1000) as leader:
        eventually(lambda: leader.pipeline.status().in_step)
        for n in range(1, 30):
            site.write(f"p_A/d/{n}.csv", f"{n}")
            eventually(lambda: leader.pipeline.status().in_step)
            assert len(site.entries("p_A/d")) == n + 1


def test_our_own_writing_and_reading_is_not_announced(tree: Path) -> None:
    (tree / ".git").mkdir()
    (tree / ".dvc" / "cache").mkdir(parents=True)
    (tree / "p_A/d/read.csv").write_text("x")
    seen: list[str] = []
    watcher = Watcher(tree, "inotify", seen.append, lambda: None)
    watcher.start()
    try:
        (tree / ".git" / "index").write_text("x")
        (tree / ".dvc" / "cache" / "object").write_text("x")
        (tree / "p_A/d/read.csv").read_text()
        assert watcher.echo(20)
        assert not [p for p in seen if p.startswith((".git/", ".dvc/")) or p.endswith("read.csv")]
        (tree / "p_A/d/read.csv").write_text("y")
        assert watcher.echo(20)
        assert "p_A/d/read.csv" in seen
    finally:
        watcher.stop()
