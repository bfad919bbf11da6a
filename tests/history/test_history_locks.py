"""Locks: other people's are waited for and left alone, ours of a dead process are removed."""

import contextlib
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from mdjourney_backend.history import HistoryBusy, HistoryUnavailable
from mdjourney_backend.history.locks import Locks


def test_a_lock_of_somebody_else_is_waited_for(open_history, tree, save, batch, document):
    history = open_history(lock_wait_seconds=20)
    history.commit(batch(save(document, b"1")))
    lock = tree / ".git/index.lock"
    lock.write_bytes(b"")
    timer = threading.Timer(0.3, lock.unlink)
    timer.start()
    assert history.commit(batch(save(document, b"2")))
    timer.join()


def test_a_lock_that_stays_is_told_left_alone_and_costs_nothing(
    open_history, git, tree, save, batch, document
):
    history = open_history(lock_wait_seconds=0.1)
    history.commit(batch(save(document, b"1")))
    head = history.head()
    lock = tree / ".git/index.lock"
    lock.write_bytes(b"somebody's")
    with pytest.raises(HistoryBusy, match=r"index\.lock is held"):
        history.commit(batch(save(document, b"2")))
    assert "index.lock" in str(history.problem())
    assert (lock.read_bytes(), history.head()) == (b"somebody's", head)
    open_history()  # nor does a restart remove it
    lock.unlink()
    assert history.commit(batch({document: b"2"}))
    assert history.problem() is None
    assert git("status", "--porcelain", "-uno") == ""


_DIE_HOLDING = """
import os, sys
from pathlib import Path
from mdjourney_backend.history.locks import Locks
with Locks(Path(sys.argv[1]), 1).index(Path(sys.argv[2]), (Path(sys.argv[3]),), ""):
    Path(sys.argv[3]).write_bytes(b"")
    os.kill(os.getpid(), 9)
"""


def die_holding(state: Path, git_dir: Path, ref_lock: Path) -> None:
    subprocess.run(
        [sys.executable, "-c", _DIE_HOLDING, state / "git-locks.json", git_dir, ref_lock], check=False
    )


def test_locks_of_a_process_of_ours_that_was_killed_are_removed_at_start(
    open_history, git, tree, state, save, batch, document
):
    open_history().commit(batch(save(document, b"1")))
    ref_lock = tree / ".git/refs/heads/main.lock"
    die_holding(state, tree / ".git", ref_lock)
    assert (tree / ".git/index.lock").exists()
    history = open_history(lock_wait_seconds=0.1)
    assert not ref_lock.exists()
    assert history.commit(batch(save(document, b"2")))
    assert [name for name in os.listdir(tree / ".git") if "lock" in name or "mdjourney" in name] == []
    assert os.listdir(state) == []


def test_a_lock_that_took_the_place_of_ours_is_not_removed(open_history, tree, state, save, batch, document):
    open_history().commit(batch(save(document, b"1")))
    die_holding(state, tree / ".git", tree / ".git/refs/heads/main.lock")
    lock = tree / ".git/index.lock"
    other = tree / ".git/other"
    other.write_bytes(b"another's")
    other.rename(lock)
    open_history()
    assert lock.read_bytes() == b"another's"


def test_locks_of_a_living_process_are_not_removed(tree, state):
    state.mkdir()
    git_dir = tree
    holder = Locks(state / "git-locks.json", 1)
    with holder.index(git_dir, (), "") as lock:
        assert Locks(state / "git-locks.json", 1).clear_ours(git_dir, None) == []
        assert lock.exists()
    assert not lock.exists()


def test_a_lock_held_while_the_disk_was_taken_away_is_taken_back(
    open_history, git, tree, state, save, batch, document
):
    history = open_history(lock_wait_seconds=0.1)
    history.commit(batch(save(document, b"1")))
    away = tree.with_name("away")
    with Locks(state / "git-locks.json", 1).index(tree / ".git", (), ""):
        tree.rename(away)
    (away / ".git" / f"{_private(state)}.lock").touch()  # of the git that was at work on the index
    away.rename(tree)
    assert (tree / ".git/index.lock").exists()
    assert history.commit(batch(save(document, b"2")))
    assert [name for name in os.listdir(tree / ".git") if "lock" in name or "mdjourney" in name] == []
    assert os.listdir(state) == []


def test_what_is_held_of_a_disk_that_is_away_is_given_back_without_another_commit(
    open_history, tree, state, save, batch, document
):
    """The disk went when the branch had moved: there is nothing left to commit."""
    history = open_history(lock_wait_seconds=0.1)
    tip = history.commit(batch(save(document, b"1")))
    away = tree.with_name("away")
    with Locks(state / "git-locks.json", 1).index(tree / ".git", (), tip) as lock:
        lock.write_bytes((tree / ".git/index").read_bytes())
        tree.rename(away)
    with contextlib.suppress(HistoryUnavailable, OSError):
        history.give_back()
    assert os.listdir(state) == ["git-locks.json"]
    away.rename(tree)
    history.give_back()
    assert [name for name in os.listdir(tree / ".git") if "lock" in name or "mdjourney" in name] == []
    assert os.listdir(state) == []


def _private(state: Path) -> str:
    return Locks(state / "git-locks.json", 1).private_index(Path()).name


def test_a_rebase_of_our_branch_is_waited_for(open_history, git, tree, save, batch, document):
    history = open_history(lock_wait_seconds=0.1)
    history.commit(batch(save(document, b"1")))
    (tree / ".git/rebase-merge").mkdir()
    (tree / ".git/rebase-merge/head-name").write_text("refs/heads/main\n")
    with pytest.raises(HistoryBusy, match="rebasing"):
        history.commit(batch(save(document, b"2")))


def test_a_commit_of_somebody_in_between_is_built_upon(open_history, git, save, batch, document):
    history = open_history()
    history.commit(batch(save(document, b"1")))
    save("readme.md", b"by hand")
    git("add", "readme.md")
    git("commit", "-qm", "by hand")
    history.commit(batch(save(document, b"2")))
    assert git("log", "--format=%s").split("\n")[:2] == ["a change", "by hand"]
    assert set(git("ls-files").split()) == {document, "readme.md"}


_KILLED = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from mdjourney_backend.history import Batch, History
from mdjourney_contract.people import Identity
from mdjourney_contract.session_config import SessionConfig
root, state, stop = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
seen = 0
def hook(event, args):
    global seen
    if event in {"open", "os.rename", "os.link", "os.remove", "subprocess.Popen", "os.truncate"}:
        seen += 1
        if seen == stop:
            os.kill(os.getpid(), 9)
history = History.open(root, SessionConfig(monitor_path=str(root)), state)
path = "p_Study/.metadata/project_descriptive.json"
content = b"%d" % stop
(root / path).write_bytes(content)
sys.addaudithook(hook)
history.commit(Batch({path: content}, Identity(user_id="ada"), datetime.now(UTC), "change"))
print(seen)
"""


def test_killed_at_any_step_of_a_commit_the_next_one_lands_and_nothing_is_left(
    open_history, git, tree, state, save, batch
):
    document = "p_Study/.metadata/project_descriptive.json"
    open_history().commit(batch(save(document, b"start")))
    stop, ended = 0, False
    while not ended:
        stop += 1
        done = subprocess.run(
            [sys.executable, "-c", _KILLED, tree, state, str(stop)],
            capture_output=True,
            text=True,
            check=False,
        )
        ended = done.returncode == 0
        history = open_history(lock_wait_seconds=30)  # what the killed one had begun may go on for a moment
        history.commit(batch({document: (tree / document).read_bytes()}))
        assert git("status", "--porcelain", "-uno") == "", stop
        files = [path.name for path in (tree / ".git").rglob("*") if path.is_file()]
        left = [name for name in files if "lock" in name or "mdjourney" in name or "crash" in name]
        assert left == [], stop
    assert stop > 10
    assert git("fsck", "--strict", "--no-dangling") == ""


def test_a_lock_on_the_branch_is_told_by_its_name(open_history, tree, save, batch, document):
    history = open_history(lock_wait_seconds=0.1)
    history.commit(batch(save(document, b"1")))
    lock = tree / ".git/HEAD.lock"
    lock.write_bytes(b"somebody's")
    with pytest.raises(HistoryBusy, match=r"HEAD\.lock"):
        history.commit(batch(save(document, b"2")))
    assert lock.read_bytes() == b"somebody's"


@pytest.mark.parametrize("name", ["refs/mdjourney/pending.lock", "HEAD.lock", "packed-refs.lock"])
def test_locks_of_a_git_that_was_killed_with_us_are_removed_at_start(
    open_history, tree, state, save, batch, document, name
):
    """fast-import and update-ref take locks of their own; a service manager kills them together with us."""
    open_history().commit(batch(save(document, b"1")))
    (tree / ".git/refs/mdjourney").mkdir(exist_ok=True)
    code = (
        "import os, sys; from pathlib import Path; from mdjourney_backend.history import commits;"
        "from mdjourney_backend.history.locks import Locks; from mdjourney_backend.history.repository import open_repository;"
        "repository = open_repository(Path(sys.argv[2]));"
        "note = Locks(Path(sys.argv[1]), 1).refs(commits._ref_locks(repository), own=Path(sys.argv[3]));"
        "note.__enter__(); Path(sys.argv[3]).write_bytes(b''); os.kill(os.getpid(), 9)"
    )
    lock = tree / ".git" / name
    subprocess.run([sys.executable, "-c", code, state / "git-locks.json", tree, lock], check=False)
    assert lock.exists()
    history = open_history(lock_wait_seconds=0.1)
    assert not lock.exists()
    assert history.commit(batch(save(document, b"2")))


def test_git_at_work_stays_on_the_disk_it_began_on(tree):
    """With an absolute name of its folder it would make what it misses on a bare mount point."""
    from mdjourney_backend.history.git import Git

    told = Git(tree, tree / ".git")._environment(None)
    assert (told["GIT_DIR"], told["GIT_WORK_TREE"]) == (".git", ".")
