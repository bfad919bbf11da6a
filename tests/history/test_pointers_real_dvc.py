"""What the real DVC says of pointers and cache objects that we wrote."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mdjourney_backend.history import PointerFile, Pointers
from mdjourney_backend.technical import read_file

DVC = Path(sys.executable).with_name("dvc")
NAMES = [
    "plain.csv",
    "sub/a b: c.txt",
    "-rf",
    "yes",
    "Grüße.txt",
    "n\nl",
    "e\U0001f600",
    "#x",
    'a"b\\c',
    "dataset",
    "~",
]


@pytest.fixture
def dvc(tree, environment):
    def run(*arguments: str, cwd: Path = tree) -> str:
        done = subprocess.run(
            [DVC, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.fixture
def take_all(tree):
    def take(pointers: Pointers, dataset: str, names: list[str]) -> dict[str, PointerFile]:
        files = {}
        for name in names:
            place = tree / dataset / name
            place.parent.mkdir(parents=True, exist_ok=True)
            if not place.exists():
                place.write_bytes(name.encode() * 100)
            with pointers.tee(f"{dataset}/{name}") as tee:
                reading = read_file(place, tee.sink)
                tee.keep(reading)
            files[name] = PointerFile(reading.md5, reading.size)
        return files

    return take


def test_status_checkout_push_clone_and_old_versions_agree(
    tree, config, open_history, git, dvc, batch, take_all, tmp_path, update
):
    history = open_history()
    pointers = Pointers(tree, config)
    history.commit(batch({**history.prepare(), **pointers.prepare()}))
    few = take_all(pointers, "p_Study/few", NAMES)
    many = take_all(pointers, "p_Study/many", NAMES + [f"deep/f{number}" for number in range(120)])
    changed = {**update(pointers, "p_Study/few", few), **update(pointers, "p_Study/many", many)}
    first = history.commit(batch(changed))
    assert "up to date" in dvc("status")
    assert git("status", "--porcelain") == ""

    (tree / "p_Study/few/plain.csv").write_bytes(b"second version")
    few |= take_all(pointers, "p_Study/few", ["plain.csv"])
    history.commit(batch(dict(update(pointers, "p_Study/few", few))))

    remote, clone = tmp_path / "remote", tmp_path / "clone"
    dvc("remote", "add", "--local", "-d", "store", str(remote))
    dvc("push", "-q")
    assert sum(len(names) for _, _, names in os.walk(remote)) == len(
        {f.md5 for f in (few | many).values()} | {few["plain.csv"].md5}
    )

    for name in few:
        (tree / "p_Study/few" / name).unlink()
    git("checkout", "-q", first, "--", "p_Study/few/plain.csv.dvc")
    dvc("checkout", "-q")
    assert (tree / "p_Study/few/plain.csv").read_bytes() == b"plain.csv" * 100
    assert all((tree / "p_Study/few" / name).read_bytes() == name.encode() * 100 for name in NAMES)

    git("clone", "-q", str(tree), str(clone), cwd=tmp_path)
    dvc("remote", "add", "--local", "-d", "store", str(remote), cwd=clone)
    dvc("pull", "-q", cwd=clone)
    assert (clone / "p_Study/few/plain.csv").read_bytes() == b"second version"
    assert (clone / "p_Study/many/deep/f7").read_bytes() == b"deep/f7" * 100


def test_in_a_larger_repository_and_without_git_dvc_agrees(
    tmp_path, tree, config, git, dvc, take_all, update
):
    from mdjourney_backend.history import History

    git("init", "-q", ".", cwd=tmp_path)
    History.open(tree, config, tmp_path / "state").prepare()
    pointers = Pointers(tree, config)
    pointers.prepare()
    update(pointers, "p_Study/few", take_all(pointers, "p_Study/few", ["a.csv", "sub/b.csv"]))
    assert "up to date" in dvc("status")


def test_setting_up_leaves_what_dvc_init_leaves(tree, config, dvc, tmp_path, git):
    git("init", "-q", ".")
    Pointers(tree, config).prepare()
    peer = tmp_path / "peer"
    peer.mkdir()
    git("init", "-q", ".", cwd=peer)
    dvc("init", "-q", cwd=peer)
    ours = {str(p.relative_to(tree)) for p in (tree / ".dvc").rglob("*")} - {".dvc/tmp/mdjourney"}
    theirs = {str(p.relative_to(peer)) for p in (peer / ".dvc").rglob("*")}
    assert ours - theirs == {".dvc/cache", ".dvc/cache/files", ".dvc/cache/files/md5"}
    assert theirs - ours <= {".dvc/tmp/btime"}
    assert (tree / ".dvc/.gitignore").read_text() == (peer / ".dvc/.gitignore").read_text()
    assert "analytics" in dvc("config", "--list")
