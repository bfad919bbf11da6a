"""What somebody planted in a repository must not run: each canary is first shown to sing for plain git."""

from pathlib import Path

import pytest


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    return tmp_path / "canary-sang"


@pytest.fixture
def planted(tree: Path, git, canary: Path):
    """A repository of ours, checked out, in which every known way to run code is set up."""

    def plant() -> None:
        song = tree / ".git/song.sh"
        song.write_text(f"#!/bin/sh\necho $0 $* >> {canary}\ncat\nexit 0\n")
        song.chmod(0o755)
        hooks = tree / ".git/hooks"
        hooks.mkdir(exist_ok=True)
        for name in [
            "pre-commit",
            "post-commit",
            "commit-msg",
            "prepare-commit-msg",
            "reference-transaction",
            "post-index-change",
            "pre-auto-gc",
            "post-checkout",
            "post-rewrite",
            "fsmonitor-watchman",
        ]:
            (hooks / name).write_text(f"#!/bin/sh\necho {name} >> {canary}\n")
            (hooks / name).chmod(0o755)
        for key, value in {
            "core.fsmonitor": str(song),
            "core.hooksPath": str(hooks),
            "filter.evil.clean": str(song),
            "filter.evil.smudge": str(song),
            "filter.evil.process": str(song),
            "diff.evil.textconv": str(song),
            "diff.external": str(song),
            "core.pager": str(song),
            "core.sshCommand": str(song),
            "commit.gpgSign": "true",
            "log.showSignature": "true",
            "gpg.program": str(song),
            "remote.origin.promisor": "true",
            "remote.origin.url": f"ext::{song}",
            "protocol.ext.allow": "always",
            "core.alternateRefsCommand": str(song),
        }.items():
            git("config", key, value)
        (tree / ".gitattributes").write_text("* filter=evil diff=evil\n")
        (tree / ".git/info/attributes").write_text("* filter=evil diff=evil\n")

    return plant


def test_nothing_planted_runs_in_commit_log_diff_and_restore(
    open_history, tree, save, batch, planted, canary, document
):
    history = open_history()
    history.prepare()
    first = history.commit(batch(save(document, b"{}\n")))
    planted()
    canary.unlink(missing_ok=True)  # setting it up already sang
    history = open_history()
    history.prepare()
    second = history.commit(batch(save(document, b'{"a": 1}\n')))
    assert history.log(document).items[0].commit == second
    assert history.before(second, document) == history.content(first, document) == b"{}\n"
    assert history.latest("p_Study/never.json") is None
    assert history.differs([document]) == []
    assert not canary.exists(), canary.read_text()


def test_plain_git_does_run_them(open_history, git, save, batch, planted, canary, document):
    """The control: without our protections the canaries sing."""
    history = open_history()
    history.commit(batch(save(document, b"{}\n")))
    planted()
    canary.unlink(missing_ok=True)
    git("add", "-f", document, check=False)
    git("update-ref", "refs/heads/x", "HEAD", check=False)
    sung = canary.read_text()
    assert "song.sh" in sung
    assert "reference-transaction" in sung


def test_a_broken_git_file_is_a_problem_not_a_crash(tree, open_history, batch, document):
    (tree / ".git").write_text("gitdir: /nowhere\n")
    history = open_history()
    assert history.mode == "off"
    assert ".git" in str(history.problem())


def test_a_work_tree_planted_elsewhere_turns_history_off_and_says_why(open_history, tree, git, tmp_path):
    open_history()
    (tmp_path / "elsewhere").mkdir()
    git("config", "core.worktree", str(tmp_path / "elsewhere"))
    history = open_history()
    assert history.mode == "off"
    assert "core.worktree" in str(history.problem())
    assert list((tmp_path / "elsewhere").iterdir()) == []
