"""S21, S22: programs, caches and remotes that somebody planted in the folders of git and DVC."""

import contextlib
from pathlib import Path

from benchmarks.faults.frame import Control, Fault, Trial
from benchmarks.faults.place import Place
from benchmarks.faults.recorded import DOCUMENT, no_locks, opened, plain_git


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


_HOOKS = (
    "pre-commit", "post-commit", "reference-transaction", "post-index-change", "fsmonitor-watchman", "post-checkout", "pre-auto-gc",
)  # fmt: skip
_SETTINGS = (
    ("commit.gpgSign", "true"), ("log.showSignature", "true"), ("remote.origin.promisor", "true"), ("protocol.ext.allow", "always"),
    ("core.untrackedCache", "true"), ("core.splitIndex", "true"), ("gc.auto", "1"), ("core.commitGraph", "true"),
)  # fmt: skip
_ATTRIBUTES = (
    ".gitattributes",
    ".git/info/attributes",
    "p_A/.gitattributes",
    "p_A/d/.metadata/.gitattributes",
)


def _s21(trial: Trial) -> None:
    """Ways to run a program are planted in the repository of a tree (one of ours, a user's, a larger one around it);
    a scan and a look at history run none."""
    whose = ("ours", "a user's", "a larger one")[trial.number % 3]
    place = trial.place(inside="data" if whose == "a larger one" else "", history={"dvc": False})
    if whose != "ours":
        place.git("init", "-q", str(place.top))
        (place.top / "code.py").write_text("x")
        place.git("add", "-A", str(place.top))
        place.git("commit", "-qm", "first")
    place.write("p_A/d/a.csv", "one")
    place.scan()
    canary, planted = _planted(trial, place)
    place.write("p_A/d/b.csv", "two")
    place.note()
    place.scan()
    history = opened(place)
    history.log(DOCUMENT)
    history.latest("p_A/d/.metadata/dataset_structural.json")
    trial.expect(history.problem() is None, f"{whose}: {history.problem()}")
    trial.expect(not canary.exists(), f"ran: {canary.read_text()[:200] if canary.exists() else ''}")
    trial.counts["ways to run a program planted"] += planted
    no_locks(trial, place)
    compared, changed = place.compare()
    trial.counts["user files compared"] += compared
    for path in changed:
        trial.fail(f"changed by us: {path}")


def _planted(trial: Trial, place: Place) -> tuple[Path, int]:
    """Plant most of all ways; answers the file that a song leaves, and how many ways there are."""
    chance = trial.random
    canary, song = _song(trial)
    top = place.top
    hooks = top / chance.choice((".git/hooks", "hooks"))
    hooks.mkdir(exist_ok=True)
    names = chance.sample(_HOOKS, chance.randint(4, len(_HOOKS)))
    for name in names:
        (hooks / name).write_text(f"#!/bin/sh\necho {name} >> {canary}\n")
        (hooks / name).chmod(0o755)
    keys = chance.sample(_KEYS, chance.randint(8, len(_KEYS)))
    # in the config itself, or in a file it includes, always or for this folder
    where = chance.choice((None, "include.path", f"includeIf.gitdir:{top}/.path"))
    file = [] if where is None else ["-f", str(top / ".git/more")]
    if where is not None:
        place.git("config", where, "more")
    for key in keys:
        value = str(hooks) if key == "core.hooksPath" else f"!{song}" if key == "alias.log" else str(song)
        place.git("config", *file, key, value)
    for key, value in (*chance.sample(_SETTINGS, 5), ("remote.origin.url", f"ext::{song}")):
        place.git("config", *file, key, value)
    for path in chance.sample(_ATTRIBUTES, 3):
        (top if path.startswith(".git/") else place.root).joinpath(path).parent.mkdir(
            parents=True, exist_ok=True
        )
        (top if path.startswith(".git/") else place.root).joinpath(path).write_text(
            "* filter=evil diff=evil\n"
        )
    canary.unlink(missing_ok=True)
    return canary, len(keys) + len(names)


S21 = Fault(
    code="S21",
    what="programs planted in the repository's config, hooks, filters, attributes, signing, remotes",
    protection="git is run with an allow-list of its own settings and without hooks, filters and transports",
    trial=_s21,
    trials=90,
    few=3,
    controls={"neutral settings": Control(plain_git, 5, 1)},
)


_LINKS = ("cache", "cache/files", "cache/files/md5")
_MOVED = ("config", "config.local", *_LINKS)


def _s22(trial: Trial) -> None:
    """A planted `.dvc/config` or link moves the cache, names a remote and runs nothing and gets nothing of ours."""
    chance = trial.random
    place = trial.place(history={"dvc_cache": chance.choice(("copy", "auto"))})
    if trial.number % 2:  # of a tree that was described before
        place.write("p_A/d/before.csv", "before")
        place.scan()
    outside = trial.base / chance.choice(("outside", "out side", "außen"))
    outside.mkdir()
    folder = place.root / ".dvc"
    folder.mkdir(exist_ok=True)
    how = _MOVED[trial.number % len(_MOVED)]
    (folder / "config").write_text(
        f"[core]\n    remote = evil\n    autostage = true\n['remote \"evil\"']\n    url = {outside}\n"
    )
    if how in _LINKS:
        _put_aside(folder / how)
        (folder / how).parent.mkdir(parents=True, exist_ok=True)
        (folder / how).symlink_to(outside)
    else:
        key = chance.choice(("dir", "Dir", "dir"))
        value = chance.choice((str(outside), f"../../../{outside.name}"))
        with (folder / how).open("a") as file:
            file.write(
                f"[cache]\n    {key} = {value}\n    type = {chance.choice(('symlink', 'hardlink', 'copy'))}\n"
            )
    planted = {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}
    place.write("p_A/d/a.csv", chance.randbytes(chance.randint(1, 9000)))
    place.note()
    status = place.scan().status
    if trial.off is not None:
        place.dvc("add", "p_A/d/a.csv", check=False)
    stolen = [p for p in outside.rglob("*") if p.is_file()]
    trial.expect(stolen == [], f"{how}: {len(stolen)} objects were written outside")
    now = {n: (folder / n).read_bytes() for n in planted}
    trial.expect(now == planted, "the planted config was changed")
    trial.expect("not kept" in str(status.history_problem), f"{how}: not told")
    trial.counts["caches moved by others"] += 1
    if trial.off is None:
        trial.finish(place, objects=False)


def _put_aside(path: Path) -> None:
    if path.exists():
        path.rename(path.with_name(f"aside-{path.name}"))


S22 = Fault(
    code="S22",
    what="a planted .dvc/config or link that moves the cache elsewhere and names a remote",
    protection="a cache that is moved or linked is not written to, and said so; no remote is used",
    trial=_s22,
    trials=90,
    few=5,
    controls={"our own pointers (`dvc add` instead)": Control(contextlib.nullcontext, 10, 1)},
)
