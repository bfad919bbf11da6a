"""F11: repositories of users, in the states they are in when somebody works in them."""

import hashlib
import os
import subprocess
import threading
from collections.abc import Callable

from benchmarks.faults.frame import Control, Fault, Trial
from benchmarks.faults.place import Place
from benchmarks.faults.recorded import DOCUMENT, plain_git


def _in_the_middle_of(words: str) -> Callable[[Place], None]:
    """A conflict between two branches, left unresolved."""

    def begin(place: Place) -> None:
        place.git("commit", "-qam", "third")
        place.git("checkout", "-q", "-b", "other", "HEAD~1")
        (place.top / "code.py").write_text("conflict\n")
        place.git("commit", "-qam", "theirs")
        place.git(*words.split(), "trunk", check=False)

    return begin


def _bisecting(place: Place) -> None:
    place.git("stash", "-q")
    for words in (["start"], ["bad"]):
        place.git("-C", str(place.top), "bisect", *words)


def _hooks(body: str) -> Callable[[Place], None]:
    def plant(place: Place) -> None:
        folder = place.top / ".git/hooks"
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


def _dvc_of_theirs(place: Place) -> None:
    """DVC is set up by them, and a data file and a folder of a dataset have pointers of theirs."""
    place.write("p_A/d/own.csv", "their own")
    place.write("p_A/d/raw/own.bin", "their own too")
    place.dvc("init", "-q", *(["--subdir"] if place.root != place.top else []))
    place.dvc("add", "-q", "p_A/d/own.csv", "p_A/d/raw")
    place.git("commit", "-qm", "data", "--", ".dvc", ".dvcignore")
    place.git("add", "-f", "p_A/d/own.csv.dvc", "p_A/d/raw.dvc", "p_A/d/.gitignore")
    place.git("commit", "-qm", "pointers", "--", "p_A")


def _nothing(_place: Place) -> None:
    pass


_COMMITTING, _STASHING, _POINTERS = "somebody who commits", "a stash of everything", "their own .dvc files"
_STATES: dict[str, Callable[[Place], object]] = {
    "clean": lambda place: place.git("stash", "-q"),
    "staged and changed work": _nothing,
    "a merge": _in_the_middle_of("merge"),
    "a rebase": _in_the_middle_of("rebase"),
    "a cherry-pick": _in_the_middle_of("cherry-pick"),
    "a bisect": _bisecting,
    "a detached head": lambda place: place.git("checkout", "-q", "--detach"),
    "failing hooks": _hooks("exit 1"),
    "sleeping hooks": _hooks("sleep 600"),
    "signing that fails": _signing,
    "a nested repository": _nested,
    "a held index": lambda place: (place.top / ".git/index.lock").write_bytes(b"held"),
    "no name": lambda place: (place.base / "user/.gitconfig").write_text(""),
    _COMMITTING: _nothing,
    _STASHING: _nothing,
    _POINTERS: _dvc_of_theirs,
}
#: Forms a repository has, in random measure; a larger repository is around the tree.
_AROUND = ("", "", "data", "lab/data of 2026")
_FORMS: dict[str, tuple[str, ...]] = {
    "packed": ("gc", "-q"),
    "packed refs": ("pack-refs", "--all"),
    "index version 4": ("update-index", "--index-version", "4"),
    "no reflogs": ("config", "core.logAllRefUpdates", "false"),
    "long names": ("config", "core.quotePath", "false"),
    "sparse": ("config", "core.sparseCheckout", "true"),
}


def _repository(trial: Trial, state: str) -> Place:
    """Two commits, staged and changed work, then the state; all in a random form."""
    chance = trial.random
    place = trial.place(inside=chance.choice(_AROUND), history={"dvc": state == _POINTERS})
    kind = chance.choice(("sha1", "sha1", "sha256"))
    place.git("init", "-q", f"--object-format={kind}", str(place.top))
    for n in range(chance.randint(0, 30)):
        (place.top / f"module{n}.py").write_bytes(chance.randbytes(chance.randint(0, 2000)))
    for version in ("one\n", "two\n"):
        (place.top / "code.py").write_text(version)
        place.git("add", "-A", str(place.top))
        place.git("commit", "-qm", version)
    for form in chance.sample(sorted(_FORMS), chance.randint(0, 3)):
        place.git(*_FORMS[form])
    (place.top / "staged.txt").write_text("staged\n")
    place.git("add", str(place.top / "staged.txt"))
    (place.top / "code.py").write_text("three\n")
    _STATES[state](place)
    for n in range(chance.randint(1, 5)):
        place.write(f"p_A/d/{n}.csv", f"{n}," * chance.randint(1, 500))
    return place


def _users_state(place: Place) -> dict[str, str]:
    """All that somebody who works in the repository would notice."""
    folder = place.top / ".git"
    names = ("HEAD", "config", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REBASE_HEAD", "BISECT_LOG", "index.lock")
    files = {name: (folder / name).read_text() for name in names if (folder / name).exists()}
    pointers = {
        str(p): p.read_text()
        for p in (place.root / "p_A/d").glob("*.dvc")
        if "own" in p.name or p.stem == "raw"
    }
    return {
        **files,
        **pointers,
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
    place = _repository(trial, state)
    before = _users_state(place)
    place.note()
    if state == _COMMITTING:
        _beside_commits(trial, place)
        before = {}
    else:
        place.scan()
    if state == _STASHING:
        _stashed(trial, place)
        before = {}
    recorded = place.git("ls-tree", "-r", "--name-only", "mdjourney", check=False)
    trial.expect(DOCUMENT in recorded, f"{state}: history did not land")
    after = _users_state(place)
    for key in before:
        trial.expect(after.get(key) == before[key], f"{state}: {key} changed")
    if state == _POINTERS:
        _one_pointer_each(trial, place)
    (place.top / ".git/index.lock").unlink(missing_ok=True)
    trial.finish(place)


def _one_pointer_each(trial: Trial, place: Place) -> None:
    """What has a pointer of theirs gets none of ours, and real DVC agrees with all."""
    ours = {p.name for p in (place.root / "p_A/d").rglob("*.dvc") if "mdjourney" in p.read_text()}
    files = {f"{p.name}.dvc" for p in (place.root / "p_A/d").glob("?.csv")}
    trial.expect(ours == files, f"pointers of ours: {sorted(ours)[:5]}")
    trial.expect(place.dvc("status", "--json").strip() == "{}", "real DVC does not agree")


def _stashed(trial: Trial, place: Place) -> None:
    """`git stash -u` takes data and documents, or documents alone, also while a backend follows; identifiers stay."""
    ids = place.identifiers()
    how = trial.random.choice(("at once", "looked at between", "while one follows", "documents alone"))
    trial.counts["stashes of everything"] += 1
    if how == "documents alone":
        place.git("add", "-f", "p_A/d/0.csv")
        place.git("commit", "-qm", "data", "--", "p_A/d/0.csv")
    following = place.leading() if how == "while one follows" else None
    if following is not None:
        with following as leader:
            leader.pipeline.rescan()
            place.git("stash", "-u", "-q")
            leader.pipeline.rescan()
            place.git("stash", "pop", "-q", check=False)
            leader.pipeline.rescan()
    else:
        place.git("stash", "-u", "-q")
        if how != "at once":
            place.scan()
        if how != "documents alone":
            place.git("stash", "pop", "-q", check=False)
    place.scan()
    now = place.identifiers()
    lost = [key for key, value in ids.items() if ":" not in key and now.get(key) != value]
    if how != "documents alone":  # data went, so some of its entries did
        lost += [key for key, value in ids.items() if now.get(key) != value]
    trial.expect(not lost, f"{how}: identifiers changed: {lost[:3]}")
    place.note()


def _beside_commits(trial: Trial, place: Place) -> None:
    ending = threading.Event()
    made: list[str] = []

    def commit() -> None:
        while not ending.is_set():
            (place.top / "code.py").write_text(str(len(made)))
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


F11 = Fault(
    code="F11",
    what="a user's repository in sixteen states (staged work, merge, rebase, cherry-pick, bisect, detached, hooks that fail or sleep, signing, `git stash -u`, their own .dvc files, somebody who commits at the same time, ...) and many forms (at the tree or larger around it, SHA-256, packed, index version 4)",
    protection="commits go to a branch of ours by plumbing; their index, branch and hooks are never touched",
    trial=_f11,
    trials=96,
    few=4,
    seconds=60,
    controls={"a branch of our own by plumbing": Control(plain_git, 16, 1)},
)
