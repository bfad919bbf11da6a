"""F10, F11, F12, S21, S22: git and DVC of other people, of dead processes, and of people who mean ill."""

import contextlib
import hashlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks.faults.disks import own_mounts, small_disk
from benchmarks.faults.frame import Control, Fault, Forked, Trial
from benchmarks.faults.kills import nothing_cleared
from benchmarks.faults.place import Place
from mdjourney_backend.history import Batch, History, HistoryBusy
from mdjourney_backend.history.words import HistoryUnavailable
from mdjourney_contract.people import Identity

ADA = Identity(user_id="ada", name="Ada", email="ada@example.org")
DOCUMENT = "p_A/.metadata/project_descriptive.json"
_LOCKS = ("index.lock", "HEAD.lock", "refs/heads/main.lock", "packed-refs.lock")


def _history(place: Place, wait: float = 0.3) -> History:
    return History.open(place.root, place.config(), place.home, lock_wait_seconds=wait)


def _commit(place: Place, history: History, content: bytes) -> str | None:
    path = place.root / DOCUMENT
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return history.commit(Batch({DOCUMENT: content}, ADA, datetime.now(UTC), "a change"))


def _no_locks(trial: Trial, place: Place) -> None:
    left = place.leavings()
    trial.counts["locks and temporary files left"] += len(left)
    for path in left:
        trial.fail(f"left behind: {path}")


def _killed_with_git(trial: Trial) -> None:
    """A commit is killed at a random moment with every git it started, as an operator or a service manager does."""
    place = trial.place()
    _commit(place, _history(place), b"1")
    moment = trial.random.random() * 0.12
    step = trial.random.randrange(1, 60) if trial.off or trial.number % 2 else 0

    def work() -> None:
        history = _history(place)
        if step:
            _die_at(step)
        for n in range(200):
            _commit(place, history, b"%d" % n * trial.random.choice((10, 100_000)))

    process = Forked(work)
    if not step:
        time.sleep(0.05 + moment)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.end()
    planted = [name for name in _LOCKS if (place.root / ".git" / name).exists()]
    trial.counts["locks that a kill left"] += (
        len(planted) + (place.root / ".git/refs/mdjourney/pending.lock").exists()
    )
    _landed(trial, place)


def _die_at(step: int) -> None:
    """kill -9 of this process and every git it started at the n-th thing it does to files."""
    seen = 0

    def watch(event: str, _: Any) -> None:
        nonlocal seen
        if event in {"open", "os.rename", "os.link", "os.remove", "subprocess.Popen", "os.truncate"}:
            seen += 1
            if seen == step:
                os.killpg(0, signal.SIGKILL)

    sys.addaudithook(watch)


def _landed(trial: Trial, place: Place) -> None:
    history = _history(place)
    last = b"the last"
    trial.expect(_commit(place, history, last), "the next commit did not land")
    head = place.git("show", f"main:{DOCUMENT}").encode()
    trial.expect(head == last, "the branch holds something else")
    trial.expect(place.git("status", "--porcelain", "-uno") == "", "the index does not match")
    trial.expect(place.git("fsck", "--no-dangling", "--no-progress") == "", "git fsck")
    _no_locks(trial, place)


def _foreign(trial: Trial) -> None:
    """Somebody's lock stays for a while: it is waited for, told, left alone, also at a new start; then we go on."""
    place = trial.place()
    history = _history(place)
    _commit(place, history, b"1")
    name = trial.random.choice(("index.lock", "HEAD.lock", "refs/heads/main.lock"))
    lock = place.root / ".git" / name
    lock.write_bytes(b"somebody's")
    before = place.git("rev-parse", "main")
    for opened in (history, _history(place)):
        try:
            _commit(place, opened, b"2")
            trial.fail("a commit landed past somebody's lock")
        except HistoryUnavailable as exc:
            told = isinstance(exc, HistoryBusy) and "lock" in str(opened.problem())
            trial.expect(told, f"not told of the lock: {opened.problem()}")
    trial.expect(lock.exists() and lock.read_bytes() == b"somebody's", "somebody's lock was removed")
    trial.expect(place.git("rev-parse", "main") == before, "the branch moved")
    lock.unlink(missing_ok=True)
    _landed(trial, place)


def _f10(trial: Trial) -> None:
    foreign = trial.off == _ANYBODYS or (trial.off is None and trial.number % 4 == 3)
    (_foreign if foreign else _killed_with_git)(trial)


_ANYBODYS = "leaving others' locks alone"


@contextlib.contextmanager
def _all_removed() -> Iterator[None]:
    """Any lock in the way is removed."""
    real = History.commit

    def commit(self: History, batch: Batch) -> str | None:
        for name in _LOCKS:
            (self._root / ".git" / name).unlink(missing_ok=True)
        return real(self, batch)

    with patch.object(History, "commit", commit):
        yield


F10 = Fault(
    code="F10",
    what="a commit killed together with its git at a random moment (stale index, HEAD, ref and packed-refs locks); locks of others",
    protection="locks are noted before they are taken: those of a dead process of ours are cleared, others waited for and told",
    trial=_f10,
    trials=200,
    few=4,
    controls={"clearing our own": Control(nothing_cleared, 40, 0), _ANYBODYS: Control(_all_removed, 6, 1)},
)

# -- F11 --------------------------------------------------------------------------------------------------------------


def _clean(place: Place) -> None:
    place.git("stash", "-q")


def _merging(place: Place) -> None:
    place.git("commit", "-qam", "third")
    place.git("checkout", "-q", "-b", "other", "HEAD~1")
    (place.root / "code.py").write_text("conflict\n")
    place.git("commit", "-qam", "theirs")
    place.git("merge", "trunk", check=False)


def _rebasing(place: Place) -> None:
    place.git("commit", "-qam", "third")
    place.git("checkout", "-q", "-b", "other", "HEAD~1")
    (place.root / "code.py").write_text("conflict\n")
    place.git("commit", "-qam", "theirs")
    place.git("rebase", "trunk", check=False)


def _picking(place: Place) -> None:
    place.git("commit", "-qam", "third")
    place.git("checkout", "-q", "-b", "other", "HEAD~1")
    (place.root / "code.py").write_text("conflict\n")
    place.git("commit", "-qam", "theirs")
    place.git("cherry-pick", "trunk", check=False)


def _bisecting(place: Place) -> None:
    place.git("stash", "-q")
    place.git("bisect", "start")
    place.git("bisect", "bad")


def _hooks(body: str) -> Callable[[Place], None]:
    def plant(place: Place) -> None:
        folder = place.root / ".git/hooks"
        folder.mkdir(exist_ok=True)
        for name in ("pre-commit", "commit-msg", "post-commit", "reference-transaction", "post-index-change"):
            (folder / name).write_text(f"#!/bin/sh\n{body}\n")
            (folder / name).chmod(0o755)

    return plant


def _signing(place: Place) -> None:
    place.git("config", "commit.gpgsign", "true")
    place.git("config", "gpg.program", "false")


def _nested(place: Place) -> None:
    inner = place.root / "p_A/code"
    inner.mkdir(parents=True)
    place.git("init", "-q", str(inner))
    (inner / "x.txt").write_text("x")


def _held(place: Place) -> None:
    (place.root / ".git/index.lock").write_bytes(b"held")


_STATES: dict[str, Callable[[Place], None]] = {
    "clean": _clean,
    "staged and changed work": lambda _place: None,
    "a merge": _merging,
    "a rebase": _rebasing,
    "a cherry-pick": _picking,
    "a bisect": _bisecting,
    "a detached head": lambda place: place.git("checkout", "-q", "--detach") and None,
    "failing hooks": _hooks("exit 1"),
    "sleeping hooks": _hooks("sleep 600"),
    "signing that fails": _signing,
    "a nested repository": _nested,
    "a held index": _held,
    "no name": lambda place: (place.base / "user/.gitconfig").write_text("") and None,
    "somebody who commits": lambda _place: None,
    "a stash of everything": lambda _place: None,
}


def _users_state(place: Place) -> dict[str, str]:
    """All that somebody who works in the repository would notice."""
    folder = place.root / ".git"
    names = ("HEAD", "config", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REBASE_HEAD", "BISECT_LOG", "index.lock")
    files = {name: (folder / name).read_text() for name in names if (folder / name).exists()}
    return {
        **files,
        "index": hashlib.sha256((folder / "index").read_bytes()).hexdigest(),
        "refs": "".join(
            line
            for line in place.git("for-each-ref", "--format=%(refname) %(objectname)").splitlines(True)
            if "mdjourney" not in line
        ),
        "status": place.git("status", "--porcelain", "--untracked-files=no"),
        "hooks": str(sorted(os.listdir(folder / "hooks"))) if (folder / "hooks").exists() else "",
    }


def _f11(trial: Trial) -> None:
    """In each state of a user's repository a scan records on a branch of ours and nothing of theirs moves."""
    state = sorted(_STATES)[trial.number % len(_STATES)]
    place = trial.place(history={"dvc": False})
    place.git("init", "-q", ".")
    (place.root / "code.py").write_text("one\n")
    place.git("add", ".")
    place.git("commit", "-qm", "first")
    (place.root / "code.py").write_text("two\n")
    place.git("commit", "-qam", "second")
    (place.root / "staged.txt").write_text("staged\n")
    place.git("add", "staged.txt")
    (place.root / "code.py").write_text("three\n")
    _STATES[state](place)
    place.write("p_A/d/a.csv", "one")
    before = _users_state(place)
    place.note()
    if state == "somebody who commits":
        _beside_commits(trial, place)
        before = {}
    else:
        place.scan()
    if state == "a stash of everything":
        ids = place.identifiers()
        place.git("stash", "-u", "-q")
        place.git("stash", "pop", "-q", check=False)
        place.scan()
        trial.expect(place.identifiers() == ids, "identifiers changed")
        before = {}
        place.note()
    recorded = place.git("ls-tree", "-r", "--name-only", "mdjourney", check=False)
    trial.expect(DOCUMENT in recorded, f"{state}: history did not land")
    after = _users_state(place)
    for key in before:
        trial.expect(after.get(key) == before[key], f"{state}: {key} changed")
    (place.root / ".git/index.lock").unlink(missing_ok=True)
    trial.finish(place)


def _beside_commits(trial: Trial, place: Place) -> None:
    ending = threading.Event()
    made = []

    def commit() -> None:
        while not ending.is_set():
            (place.root / "code.py").write_text(str(len(made)))
            done = subprocess.run(
                ["git", "-c", "user.name=o", "-c", "user.email=o@example.org", "commit", "-qam", "theirs"],
                cwd=place.root, capture_output=True, text=True, check=False,
            )  # fmt: skip
            made.append(done.stderr if done.returncode else "")

    thread = threading.Thread(target=commit)
    thread.start()
    try:
        for n in range(5):
            place.write("p_A/d/a.csv", f"{n}")
            place.scan()
    finally:
        ending.set()
        thread.join()
    place.note()
    trial.expect(len(made) > 3 and not any(made), f"their commit failed: {[m for m in made if m][:1]}")


@contextlib.contextmanager
def _plain_git() -> Iterator[None]:
    """History is `git add` and `git commit` on the branch they are on."""

    def commit(self: History, batch: Batch) -> str | None:
        paths = [p for p, content in batch.files.items() if content is not None]
        try:
            for words in (["add", "-f", *paths], ["commit", "-qm", batch.subject]):
                subprocess.run(
                    ["git", "-c", "user.name=m", "-c", "user.email=m@example.org", *words],
                    cwd=self._root, capture_output=True, check=True, timeout=3,
                )  # fmt: skip
        except subprocess.SubprocessError as exc:
            raise HistoryUnavailable(str(exc)) from exc
        return "done"

    with patch.object(History, "commit", commit):
        yield


F11 = Fault(
    code="F11",
    what="a user's repository in fifteen states: staged work, merge, rebase, cherry-pick, bisect, detached, hooks that fail or sleep, signing, somebody who commits at the same time, ...",
    protection="commits go to a branch of ours by plumbing; their index, branch and hooks are never touched",
    trial=_f11,
    trials=60,
    few=3,
    seconds=40,
    controls={"a branch of our own by plumbing": Control(_plain_git, 15, 1)},
)

# -- F12 --------------------------------------------------------------------------------------------------------------


def _f12(trial: Trial) -> None:
    """Real DVC holds its lock, collects garbage, finds a damaged object, has no room."""
    kind = ("lock", "gc", "flip", "full")[trial.number % 4]
    if trial.off is not None:
        kind = "flip"
    if kind == "full":
        own_mounts()
    place = trial.place()
    for n in range(6):
        place.write(f"p_A/d/{n}.csv", f"row {n}\n" * 2000)
    if kind == "full":
        (place.root / ".dvc/cache").mkdir(parents=True)
        small_disk(place.root / ".dvc/cache", 64)
    with patch("mdjourney_backend.history.cache.RESERVE_BYTES", 0 if kind == "full" else 512 << 20):
        if kind == "lock":
            _with_lock(place)
        status = place.scan().status
    place.note()
    pointers = sorted(place.root.rglob("*.csv.dvc"))
    trial.expect(len(pointers) == 6 + (kind == "lock"), f"{len(pointers)} pointers")
    if kind == "gc":
        place.dvc("gc", "-w", "-f", "-q")
    elif kind == "flip":
        objects = sorted((place.root / ".dvc/cache/files/md5").rglob("??/*"))
        victim = trial.random.choice([o for o in objects if o.is_file()])
        raw = bytearray(victim.read_bytes())
        raw[trial.random.randrange(len(raw))] ^= 1
        victim.chmod(0o644)
        victim.write_bytes(bytes(raw))
        found = place.wrong(objects=trial.off is None)
        trial.expect(any("other bytes than its name" in f for f in found), "a damaged object is not told")
        victim.unlink()
        return
    if kind == "full":
        trial.expect(status.history_problem, "not told that old bytes are not kept")
    said = place.dvc("status", "--json").strip()
    # of a disk without room DVC says which bytes are not kept, and nothing else
    agrees = (
        set(re.findall(r'"p_A/d/[0-9]+\.csv": "([^"]*)"', said)) == {"not in cache"}
        if kind == "full"
        else said == "{}"
    )
    trial.expect(agrees, f"real DVC does not agree: {said[:300]}")
    trial.finish(place, objects=kind != "full")


def _with_lock(place: Place) -> None:
    """DVC's own lock, held by somebody while we work."""
    place.write("p_A/e/first.csv", "x")
    place.scan()
    holder = place.root / ".dvc/tmp/lock"
    holder.parent.mkdir(parents=True, exist_ok=True)
    ready, release = threading.Event(), threading.Event()

    def hold() -> None:
        import fcntl

        with holder.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            ready.set()
            release.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    ready.wait()
    try:
        place.scan()
    finally:
        release.set()
        thread.join()


F12 = Fault(
    code="F12",
    what="DVC's lock held by somebody, `dvc gc`, a flipped bit in an object, a cache without room",
    protection="pointers do not wait for DVC; `check --objects` reads every object; a full cache is told",
    trial=_f12,
    trials=40,
    few=4,
    controls={"reading the objects": Control(contextlib.nullcontext, 4, 1)},
)

# -- S21, S22 ---------------------------------------------------------------------------------------------------------


def _song(trial: Trial) -> tuple[Path, Path]:
    """A program that notes that it ran, and where it does."""
    canary, song = trial.base / "sang", trial.base / "song.sh"
    song.write_text(f"#!/bin/sh\necho $0 $* >> {canary}\ncat\nexit 0\n")
    song.chmod(0o755)
    return canary, song


_KEYS = (
    "core.fsmonitor", "core.hooksPath", "filter.evil.clean", "filter.evil.smudge", "filter.evil.process", "diff.evil.textconv",
    "diff.external", "core.pager", "core.sshCommand", "gpg.program", "core.alternateRefsCommand", "core.editor", "sequence.editor",
    "credential.helper", "alias.log", "trailer.x.command",
)  # fmt: skip


def _s21(trial: Trial) -> None:
    """Every known way to run a program is planted in a repository of ours; a scan and a look at history run none."""
    place = trial.place(history={"dvc": False})
    place.write("p_A/d/a.csv", "one")
    place.scan()
    canary, song = _song(trial)
    hooks = place.root / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for name in (
        "pre-commit",
        "post-commit",
        "reference-transaction",
        "post-index-change",
        "fsmonitor-watchman",
        "post-checkout",
        "pre-auto-gc",
    ):
        (hooks / name).write_text(f"#!/bin/sh\necho {name} >> {canary}\n")
        (hooks / name).chmod(0o755)
    for key in _KEYS:
        value = str(hooks) if key == "core.hooksPath" else str(song)
        place.git("config", key, f"!{song}" if key == "alias.log" else value, check=False)
    for key, value in (
        ("commit.gpgSign", "true"),
        ("log.showSignature", "true"),
        ("remote.origin.url", f"ext::{song}"),
        ("remote.origin.promisor", "true"),
        ("protocol.ext.allow", "always"),
    ):
        place.git("config", key, value, check=False)
    (place.root / ".gitattributes").write_text("* filter=evil diff=evil\n")
    (place.root / ".git/info/attributes").write_text("* filter=evil diff=evil\n")
    canary.unlink(missing_ok=True)
    place.write("p_A/d/b.csv", "two")
    place.note()
    place.scan()
    history = _history(place)
    history.log(DOCUMENT)
    history.latest("p_A/d/.metadata/dataset_structural.json")
    trial.expect(not canary.exists(), f"ran: {canary.read_text()[:200] if canary.exists() else ''}")
    trial.counts["ways to run a program planted"] += len(_KEYS) + 7
    _no_locks(trial, place)
    compared, changed = place.compare()
    trial.counts["user files compared"] += compared
    for path in changed:
        trial.fail(f"changed by us: {path}")


S21 = Fault(
    code="S21",
    what="programs planted in the repository's config, hooks, filters, attributes, signing, remotes",
    protection="git is run with an allow-list of its own settings and without hooks, filters and transports",
    trial=_s21,
    trials=20,
    few=1,
    controls={"neutral settings": Control(_plain_git, 5, 1)},
)


def _s22(trial: Trial) -> None:
    """A planted `.dvc/config` moves the cache, names a remote and runs nothing and gets nothing of ours."""
    place = trial.place()
    outside = trial.base / "outside"
    outside.mkdir()
    folder = place.root / ".dvc"
    folder.mkdir()
    kind = ("config", "config.local", "link")[trial.number % 3]
    (folder / "config").write_text(
        "[core]\n    remote = evil\n['remote \"evil\"']\n    url = " + str(outside) + "\n"
    )
    if kind == "link":
        (folder / "cache").symlink_to(outside)
    else:
        with (folder / kind).open("a") as file:
            file.write(f"[cache]\n    dir = {outside}\n")
    planted = {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}
    place.write("p_A/d/a.csv", "secret bytes")
    place.note()
    status = place.scan().status
    if trial.off is not None:
        place.dvc("add", "p_A/d/a.csv", check=False)
    stolen = [p for p in outside.rglob("*") if p.is_file()]
    trial.expect(stolen == [], f"{len(stolen)} objects were written outside")
    trial.expect({n: (folder / n).read_bytes() for n in planted} == planted, "the planted config was changed")
    trial.expect("not kept" in str(status.history_problem), "not told")
    if trial.off is None:
        trial.finish(place)


S22 = Fault(
    code="S22",
    what="a planted .dvc/config or link that moves the cache elsewhere and names a remote",
    protection="a cache that is moved or linked is not written to, and said so; no remote is used",
    trial=_s22,
    trials=30,
    few=3,
    controls={"our own pointers (`dvc add` instead)": Control(contextlib.nullcontext, 3, 1)},
)
