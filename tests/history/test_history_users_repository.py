"""In a repository that was there before us: history lands on a branch of its own, and nothing else moves."""

import hashlib
import os
from pathlib import Path

import pytest

from mdjourney_backend.history import History


@pytest.fixture
def theirs(tree: Path, git):
    """A repository with two commits, one file staged, one changed and one untracked."""
    git("init", "-q", ".")
    (tree / "code.py").write_text("one\n")
    git("add", ".")
    git("commit", "-qm", "first")
    (tree / "code.py").write_text("two\n")
    git("commit", "-qam", "second")
    (tree / "staged.txt").write_text("staged\n")
    git("add", "staged.txt")
    (tree / "code.py").write_text("three\n")
    (tree / "untracked.txt").write_text("untracked\n")
    return tree


def state_of(git, tree: Path) -> dict[str, str]:
    """All that somebody working in the repository would notice."""
    gitdir = tree / ".git"
    return {
        "head": (gitdir / "HEAD").read_text(),
        "index": hashlib.sha256((gitdir / "index").read_bytes()).hexdigest(),
        "config": (gitdir / "config").read_text(),
        "branches": git(
            "for-each-ref", "--format=%(refname) %(objectname)", "refs/heads/trunk", "refs/heads/other"
        ),
        "status": git("status", "--porcelain", "--untracked-files=no"),
        "merge": (gitdir / "MERGE_HEAD").read_text() if (gitdir / "MERGE_HEAD").exists() else "",
        "stash": git("stash", "list"),
    }


def record(open_history, git, tree, save, batch, document) -> History:
    before = state_of(git, tree)
    history = open_history()
    assert (history.mode, history.problem()) == ("branch", None)
    history.prepare()
    commit = history.commit(batch(save(document, b"{}\n")))
    assert git("rev-parse", "refs/heads/mdjourney").strip() == commit
    assert git("ls-tree", "-r", "--name-only", "mdjourney").split() == [document]
    assert state_of(git, tree) == before
    return history


def test_staged_and_changed_work_is_untouched(theirs, open_history, git, save, batch, document):
    record(open_history, git, theirs, save, batch, document)


def test_a_merge_in_progress_is_untouched_and_can_be_finished(
    theirs, open_history, git, save, batch, document
):
    git("commit", "-qam", "third")
    git("checkout", "-q", "-b", "other", "HEAD~1")
    (theirs / "code.py").write_text("conflict\n")
    git("commit", "-qam", "theirs")
    git("merge", "trunk", check=False)
    assert (theirs / ".git/MERGE_HEAD").exists()
    record(open_history, git, theirs, save, batch, document)
    (theirs / "code.py").write_text("solved\n")
    git("add", "code.py")
    git("commit", "-qm", "merged")


def test_a_detached_head_stays_detached(theirs, open_history, git, save, batch, document):
    git("checkout", "-q", "--detach")
    record(open_history, git, theirs, save, batch, document)


def test_an_unborn_branch_is_no_obstacle(tree, open_history, git, save, batch, document):
    git("init", "-q", ".")
    history = open_history()
    assert history.commit(batch(save(document, b"{}")))
    assert git("rev-parse", "--verify", "-q", "HEAD", check=False) == ""


def test_failing_hooks_and_signing_do_not_stop_us(theirs, open_history, git, save, batch, document):
    hooks = theirs / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("pre-commit", "commit-msg", "post-commit", "reference-transaction", "post-index-change"):
        (hooks / name).write_text("#!/bin/sh\nexit 1\n")
        (hooks / name).chmod(0o755)
    git("config", "commit.gpgsign", "true")
    git("config", "gpg.program", "false")
    before = (theirs / ".git/HEAD").read_text()
    assert open_history().commit(batch(save(document, b"{}\n")))
    assert (theirs / ".git/HEAD").read_text() == before


def test_their_lock_on_the_index_does_not_concern_our_branch(
    theirs, open_history, git, save, batch, document
):
    lock = theirs / ".git/index.lock"
    lock.write_bytes(b"")
    assert open_history(lock_wait_seconds=0.1).commit(batch(save(document, b"{}")))
    assert lock.exists()


def test_a_larger_repository_holds_the_tree_under_its_path(
    tmp_path, config, state, git, save, batch, document
):
    git("init", "-q", ".", cwd=tmp_path)
    history = History.open(tmp_path / "tree", config, state)
    assert history.mode == "branch"
    history.prepare()
    commit = history.commit(batch(save(document, b"{}\n")))
    assert git("ls-tree", "-r", "--name-only", "--full-tree", "mdjourney").split() == [f"tree/{document}"]
    assert history.content(commit, document) == b"{}\n"
    assert history.recorded() == {document}
    assert [revision.path for revision in history.log(document).items] == [document]
    assert "/tree/.mdjourney/" in (tmp_path / ".git/info/exclude").read_text()
    assert not (tmp_path / "tree/.git").exists()
    assert not (tmp_path / "tree/.gitignore").exists()


def test_a_stash_of_everything_loses_no_document(theirs, open_history, git, save, batch, document):
    history = record(open_history, git, theirs, save, batch, document)
    git("stash", "-u", "-q")
    assert not (theirs / document).exists()
    assert history.latest(document) == b"{}\n"
    assert history.differs([document]) == [document]


def test_a_branch_of_theirs_with_our_name_is_left_alone(theirs, open_history, git, save, batch, document):
    git("branch", "mdjourney")
    before = git("rev-parse", "mdjourney")
    history = open_history()
    assert history.commit(batch(save(document, b"{}")))
    assert git("rev-parse", "mdjourney") == before
    assert git("log", "-1", "--format=%cn", "mdjourney-history").strip() == "mdjourney"


def test_our_branch_checked_out_by_them_keeps_a_clean_status(
    theirs, open_history, git, save, batch, document
):
    history = record(open_history, git, theirs, save, batch, document)
    git("stash", "-u", "-q")
    git("checkout", "-q", "mdjourney")
    history.commit(batch(save(document, b'{"more": 1}\n')))
    assert git("status", "--porcelain") == ""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_repository_of_another_account_is_refused_and_said(theirs, open_history, batch, document):
    os.chown(theirs / ".git", 65534, 65534)
    history = open_history()
    assert history.mode == "off"
    assert "belongs to user 65534" in str(history.problem())
    assert history.commit(batch({document: b""})) is None
    os.chown(theirs / ".git", 0, 0)
    assert open_history().mode == "branch"
