"""Which version of the code ran: commit, origin and uncommitted changes of the repository a command was started in."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from mdjourney_backend.history.git import Git, GitFailed
from mdjourney_backend.history.words import HistoryUnavailable

_QUIET = ("--no-ext-diff", "--no-textconv", "--no-color", "--ignore-submodules=dirty")


def code_version(folder: Path, named: Sequence[str], tree: Path) -> dict[str, Any]:
    """`{repository, commit, dirty, diff_sha256}` of the repository around a folder; empty when there is none.

    `dirty`: tracked files differ from the commit, or a file that the command names is not tracked; `diff_sha256` is the
    SHA-256 of `git diff HEAD`, so that two runs of the same uncommitted state can be told to be the same. The
    repository in which a tree keeps its own metadata says nothing about code, unless the command names a file of it.

    Args:
        named: files that the command's arguments name, absolute.
        tree: the root of the tree the run belongs to.
    """
    git = Git(folder)
    try:
        top = Path(_line(git, "rev-parse", "--show-toplevel")).resolve()
        if not _is_ours(Path(_line(git, "rev-parse", "--absolute-git-dir"))):
            return {}
        commit = _line(git, "rev-parse", "--verify", "HEAD^{commit}")
        inside = [str(p.relative_to(top)) for n in named if (p := Path(n).resolve()).is_relative_to(top)]
        at_top = Git(top)
        tracked = at_top.run("ls-files", "-z", "--", *inside).split(b"\0")[:-1] if inside else []
        if top == tree.resolve() and not tracked:
            return {}
        diff = at_top.run("diff", *_QUIET, "--binary", "HEAD")
        origin = at_top.answer("config", "--get", "remote.origin.url", ok=(0, 1))[1].decode(
            "utf-8", "replace"
        )
    except (GitFailed, HistoryUnavailable, OSError):  # no repository, no commit in it, or no git
        return {}
    untracked = len(tracked) < len(inside) and top != tree.resolve()
    found = {"repository": _without_secret(origin.strip()) or str(top), "commit": commit}
    changes = {"diff_sha256": hashlib.sha256(diff).hexdigest()} if diff else {}
    return {**found, "dirty": bool(diff) or untracked, **changes}


def _line(git: Git, *arguments: str) -> str:
    return git.run(*arguments).decode("utf-8", "surrogateescape").rstrip("\n")


def _is_ours(git_dir: Path) -> bool:
    """Whether we own a repository: the config of another person's can make git run their programs."""
    return git_dir.stat().st_uid == os.geteuid()


def _without_secret(url: str) -> str:
    """A remote's address without the password or token some people keep in it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if "@" not in parts.netloc:
        return url
    user, _, host = parts.netloc.rpartition("@")
    keep = f"{user}@" if parts.scheme == "ssh" and ":" not in user else ""
    return urlunsplit(parts._replace(netloc=f"{keep}{host}"))
