"""`mdjourney db sync`: `--verify` tells what differs and changes nothing; without it the store is mended."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.folders import short_folder
from harness.lab import mdjourney

from mdjourney_store.embedded import EmbeddedPostgres


@pytest.fixture
def place() -> Iterator[Path]:
    with short_folder(0o755) as folder:
        yield folder
        EmbeddedPostgres(folder / "h").destroy()  # root's database lies outside its home


def test_verify_changes_nothing_and_a_sync_makes_it_content(place: Path) -> None:
    tree, home = place / "t", ("--home", str(place / "h"))
    (tree / "p_A" / "d").mkdir(parents=True)
    (tree / "p_A" / "d" / "x.txt").write_text("1\n")
    mdjourney("scan", str(tree), *home)
    for _ in range(2):
        differing = mdjourney("db", "sync", str(tree), *home, "--verify", check=False)
        assert differing.returncode == 1
        assert "would change" in differing.stdout
        assert "project_detail" in differing.stdout
    assert "changed" in mdjourney("db", "sync", str(tree), *home).stdout
    assert "would change nothing" in mdjourney("db", "sync", str(tree), *home, "--verify").stdout
    assert "changed nothing" in mdjourney("db", "sync", str(tree), *home, "--rebuild").stdout
