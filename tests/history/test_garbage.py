"""Old versions of data files: what is needed stays, what was replaced long ago goes when somebody asks."""

import os
import stat
import time
from datetime import timedelta

import pytest

from mdjourney_backend.history import Collected, HistoryUnavailable, Pointers, garbage, objects
from mdjourney_contract.clock import now
from mdjourney_contract.problems import Conflict
from mdjourney_contract.session_config import HistoryConfig, SessionConfig

DATASET = "p_Study/rnaseq"


@pytest.fixture
def version(pointers, take, open_history, batch, update):
    """A version of a file: read, kept, pointed to and committed; answers the name of its object."""

    def put(content: bytes, name: str = "a") -> str:
        taken = take(pointers, name, content)
        open_history().commit(batch(dict(update(pointers, DATASET, taken))))
        return taken[name].md5

    return put


@pytest.fixture
def later(monkeypatch):
    """Let so many days pass for history."""

    def after(days: float) -> None:
        monkeypatch.setattr(garbage, "now", lambda: now() + timedelta(days=days))

    return after


@pytest.fixture
def held(tree):
    """The objects in the cache."""
    folder = tree / ".dvc/cache/files/md5"
    return lambda: {path.parent.name + path.name for path in folder.glob("??/*")}


@pytest.fixture
def aged(tree):
    """Let every object be older than the hour in which none is collected."""

    def make_old() -> None:
        long_ago = time.time() - 2 * 3600
        for path in (tree / ".dvc/cache/files/md5").glob("??/*"):
            os.utime(path, (long_ago, long_ago))

    return make_old


def test_a_version_stays_as_long_as_asked_for_and_then_goes(version, aged, later, held, pointers):
    old, new = version(b"old version"), version(b"new")
    aged()
    later(89)
    assert pointers.collect_garbage(90) == Collected(2, 14, 0, 0)
    later(91)
    assert pointers.collect_garbage(90, dry_run=True) == Collected(2, 14, 1, 11)
    assert held() == {old, new}
    assert pointers.collect_garbage(90) == Collected(2, 14, 1, 11)
    assert held() == {new}


def test_a_version_replaced_of_late_stays_however_old_it_is(
    version, aged, later, held, pointers, monkeypatch
):
    old = version(b"in force for years")
    later(1000)
    aged()
    monkeypatch.setattr(garbage, "_pointers_in_force", lambda git: set())  # history alone must know
    version(b"replaced today")
    later(1)
    pointers.collect_garbage(90)
    assert old in held()


def test_the_present_version_stays_whatever_history_says(version, aged, later, held, pointers):
    only = version(b"years old")
    aged()
    later(10_000)
    assert pointers.collect_garbage(0).removed_objects == 0
    assert held() == {only}


def test_what_another_branch_a_stash_or_the_index_names_stays(
    version, aged, later, held, pointers, git, tree
):
    names = []
    for place, content in (("branch", b"1"), ("index", b"22"), ("nowhere", b"333")):
        names.append(version(content))
        if place == "branch":
            git("branch", "kept")
        elif place == "index":
            index = (tree / f"{DATASET}/a.dvc").read_text()
    version(b"4444")
    (tree / f"{DATASET}/a.dvc").write_text(index)
    git("add", "-f", f"{DATASET}/a.dvc")
    (tree / f"{DATASET}/a.dvc").write_text("outs: []\n")
    aged()
    later(365)
    assert pointers.collect_garbage(90).removed_objects == 1
    assert held() & set(names) == set(names[:2])


def test_an_object_whose_pointer_may_be_on_its_way_stays(take, pointers, later, held):
    taken = take(pointers, "a", b"no pointer yet")
    later(365)
    assert pointers.collect_garbage(0).removed_objects == 0
    assert held() == {taken["a"].md5}


def test_an_object_met_again_counts_as_new(version, take, aged, later, held, pointers):
    old = version(b"came, went, comes again")
    version(b"other")
    aged()
    later(365)
    take(pointers, "b", b"came, went, comes again")
    assert pointers.collect_garbage(90).removed_objects == 0
    assert old in held()


def test_nothing_goes_where_history_is_not_whole(version, aged, later, held, pointers, git, tree):
    version(b"one")
    blob = git("rev-parse", f"HEAD:{DATASET}/a.dvc").strip()
    version(b"two")
    lost = tree / ".git/objects" / blob[:2] / blob[2:]
    lost.rename(tree.parent / "lost")
    aged()
    with pytest.raises(HistoryUnavailable, match=blob):
        pointers.collect_garbage(90)
    assert len(held()) == 2


def test_a_cache_of_somebody_else_is_left_to_dvc(version, aged, later, held, tree, config):
    version(b"one")
    version(b"two")
    (tree / ".dvc/tmp/mdjourney").unlink()
    aged()
    later(365)
    theirs = Pointers(tree, config)
    theirs.prepare()
    with pytest.raises(Conflict, match="dvc gc"):
        theirs.collect_garbage(90)
    assert len(held()) == 2


def test_beyond_the_limit_hashes_alone_are_recorded_until_room_is_made(
    tree, version, take, aged, later, held
):
    mebibyte = 1 << 20
    old = version(b"x" * mebibyte)
    new = version(b"y" * mebibyte)
    limited = Pointers(
        tree, SessionConfig(monitor_path=str(tree), history=HistoryConfig(dvc_cache_gib=2.5 / 1024))
    )
    limited.prepare()
    third = take(limited, "b", b"z" * mebibyte)["b"].md5
    assert held() == {old, new}
    assert "0.00244141 GiB they may: of b only the hash" in str(limited.problem())
    aged()
    later(365)
    assert limited.collect_garbage(90).removed_objects == 1
    assert limited.problem() is None
    take(limited, "b", b"z" * mebibyte)
    assert held() == {new, third}


@pytest.mark.parametrize("piece", [1, 50, 1 << 20])
def test_pointers_are_read_piece_by_piece(tmp_path, monkeypatch, piece):
    monkeypatch.setattr(objects, "_PIECE", piece)
    letters, digits, whole = "ab" * 16, "12" * 16, "cd" * 16 + ".dir"
    place = tmp_path / "x.dvc"
    place.write_text(f"outs:\n- md5: {letters}\n- md5: '{digits}'\n- md5: {whole}\n  path: x\n")
    assert objects.referenced_in(place) >= {letters, digits, whole}
    assert objects.referenced(place.read_bytes()) == {letters, digits, whole}


def test_a_socket_that_is_called_like_a_pointer_is_not_in_the_way(version, aged, later, held, pointers, tree):
    old, new = version(b"old version"), version(b"new")
    os.mknod(tree / DATASET / "socket.dvc", stat.S_IFSOCK | 0o600)
    aged()
    later(31)
    assert pointers.collect_garbage(30).removed_objects == 1
    assert held() == {new} != {old}
