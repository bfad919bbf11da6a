"""Finds or creates the repository of a tree, and decides which branch history goes to."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from mdjourney_backend.history.git import COMMITTER_EMAIL, Git, GitFailed
from mdjourney_backend.history.words import HistoryRefused, HistoryUnavailable, Mode

_WORKSHOP = ".mdjourney-git-"
_CREATED = "mdjourney.created"
_BRANCHES = ("refs/heads/mdjourney", "refs/heads/mdjourney-history")


@dataclass(frozen=True, slots=True)
class Repository:
    """Where history goes.

    `own` repositories were created by us; then `ref` is the branch they were created with. In all others it is a
    branch beside the user's. `object_format` is `sha1` or `sha256`. `prefix` is the tree's place inside the repository, `""` or ending in `/`.
    """

    git: Git
    git_dir: Path
    common_dir: Path
    top: Path
    prefix: str
    ref: str
    mode: Mode
    object_format: str

    @property
    def zero(self) -> str:
        """The object name that stands for nothing."""
        return "0" * (64 if self.object_format == "sha256" else 40)

    def tip(self) -> str | None:
        """The newest commit of our branch, None before the first."""
        code, out = self.git.answer("rev-parse", "--verify", "-q", self.ref + "^{commit}", ok=(0, 1))
        return out.decode().strip() if code == 0 else None

    def checked_out(self) -> bool:
        """Whether the work tree stands on our branch, so that its index must move along."""
        code, out = self.git.answer("symbolic-ref", "-q", "HEAD", ok=(0, 1))
        return code == 0 and out.decode().strip() == self.ref

    def being_rebased(self) -> bool:
        """Whether somebody is in the middle of rebasing our branch; moving it now would break that."""
        for folder in ("rebase-merge", "rebase-apply"):
            name = self.git_dir / folder / "head-name"
            if name.is_file() and name.read_text("utf-8", "replace").strip() == self.ref:
                return True
        return False


def open_repository(root: Path) -> Repository:
    """Adopt the repository around `root`, or create one at `root`.

    Raises:
        HistoryRefused: it belongs to another account, or has no work tree.
        HistoryUnavailable: git cannot be run.
    """
    _clear_workshops(root)
    found = _discover(root)
    if found is None or _left_out(root, found[2]):
        _create(root)
        found = _discover(root)
    if found is None:
        raise HistoryRefused(f"{root} could not be made a git repository")
    git_dir, common_dir, top = found
    for place in (top, git_dir, common_dir):
        _refuse_foreign(place)
    git = Git(top, git_dir)
    kind = git.run("rev-parse", "--show-object-format").decode().strip()
    prefix = root.resolve().relative_to(top.resolve()).as_posix()
    prefix = "" if prefix == "." else prefix + "/"
    if prefix == "" and _created_by_us(git):
        return Repository(git, git_dir, common_dir, top, prefix, _own_branch(git), "own", kind)
    return Repository(git, git_dir, common_dir, top, prefix, _branch_beside(git), "branch", kind)


def _discover(root: Path) -> tuple[Path, Path, Path] | None:
    git = Git(root)
    try:
        code, out = git.answer(
            "rev-parse", "--absolute-git-dir", "--git-common-dir", "--show-toplevel", ok=(0, 128)
        )
    except GitFailed as exc:
        raise HistoryRefused(exc.detail) from exc
    if code != 0:
        if (root / ".git").exists():
            raise HistoryRefused(f"{root / '.git'} is there, but git cannot use it")
        return None
    git_dir, common, top = out.decode("utf-8", "surrogateescape").rstrip("\n").split("\n")
    if not root.resolve().is_relative_to(Path(top).resolve()):
        raise HistoryRefused(f"core.worktree of {git_dir} names another folder ({top})")
    return Path(git_dir), (root / common).resolve(), Path(top)


def _left_out(root: Path, top: Path) -> bool:
    """Whether a larger repository ignores the tree: then it is not the tree's history."""
    if root.resolve() == top.resolve():
        return False
    place = root.resolve().relative_to(top.resolve()).as_posix() + "/"
    ask = ("--no-literal-pathspecs", "check-ignore", "--no-index", "-z", "--stdin")
    code, out = Git(top).answer(*ask, stdin=os.fsencode(place) + b"\0", ok=(0, 1, 128))
    return code == 0 and bool(out)


def _refuse_foreign(place: Path) -> None:
    owner = place.stat().st_uid
    if owner != os.geteuid():
        raise HistoryRefused(f"{place} belongs to user {owner}, not to the account that runs MDJourney")


def _create(root: Path) -> None:
    """Made whole beside its place and moved in, so that a repository of ours always carries our mark."""
    workshop = Path(tempfile.mkdtemp(prefix=f"{_WORKSHOP}{os.getpid()}-", dir=root))
    try:
        git = Git(workshop)
        git.run("init", "-q", "-b", "main", "--template=", str(workshop))
        git.run("config", "--local", _CREATED, "true")
        git.run("config", "--local", "mdjourney.branch", "refs/heads/main")
        info = workshop / ".git" / "info"
        info.mkdir(exist_ok=True)
        (workshop / ".git").rename(root / ".git")
    except OSError as exc:
        if not (root / ".git").exists():  # else another backend was faster
            raise HistoryUnavailable(f"no repository could be made in {root}: {exc.strerror}") from exc
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def _clear_workshops(root: Path) -> None:
    """Remove what processes that died left of a repository they were making."""
    for place in root.glob(f"{_WORKSHOP}*"):
        pid = place.name.removeprefix(_WORKSHOP).partition("-")[0]
        at_work = pid.isdigit() and Path(f"/proc/{pid}").exists()
        if not at_work and not place.is_symlink() and place.stat().st_uid == os.geteuid():
            shutil.rmtree(place, ignore_errors=True)


def _created_by_us(git: Git) -> bool:
    code, out = git.answer("config", "--local", "--get", "--type=bool", _CREATED, ok=(0, 1, 128))
    return code == 0 and out.strip() == b"true"


def _own_branch(git: Git) -> str:
    code, out = git.answer("config", "--local", "--get", "mdjourney.branch", ok=(0, 1))
    name = out.decode().strip()
    return name if code == 0 and name.startswith("refs/heads/") else "refs/heads/main"


def _branch_beside(git: Git) -> str:
    for ref in _BRANCHES:
        code, out = git.answer("log", "-1", "--format=%ce", ref, "--", ok=(0, 128))
        if code == 0 and out.decode().strip() == COMMITTER_EMAIL:
            return ref
        if code != 0 and not git.run("for-each-ref", ref, ref + "/*"):
            return ref
    raise HistoryRefused("the branches mdjourney and mdjourney-history exist and are somebody else's")
