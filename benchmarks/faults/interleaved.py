"""F9p: folders change just before every single step an ingest takes on the tree, one step after the other."""

import contextlib
import hashlib
import json
import os
import shutil
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks.faults.frame import Control, Fault, Forked, Trial
from benchmarks.faults.place import Place
from mdjourney_backend import held as held_folders
from mdjourney_backend.documents import Documents
from mdjourney_backend.documents.audit import AUDIT
from mdjourney_backend.schemas import SchemaManager
from mdjourney_backend.tree import Shape

_STEPS = {
    "open", "os.scandir", "os.listdir", "os.rename", "os.remove", "os.mkdir", "os.chmod", "os.readlink", "faults.stat",
}  # fmt: skip

Change = Callable[[Path], object]


def disturbed(place: Place, at: int, changes: Sequence[tuple[int, Change]]) -> int:
    """Scan, and change the tree just before its `at`-th step (each change so many steps later); answers how many steps
    there were. A step is a call that looks at the tree or changes it: what happens between two looks like nothing did."""
    inside, ours, ours_too = f"{place.root}/", f"{place.root}/.git/", str(place.root / ".mdjourney")
    due = sorted(((at + later, change) for later, change in changes), key=lambda pair: pair[0])
    main, count, changing = threading.get_ident(), 0, False

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal count, changing
        if changing or event not in _STEPS or threading.get_ident() != main:
            return
        path = arguments[0]
        if isinstance(path, bytes | os.PathLike):
            path = os.fsdecode(path)
        if isinstance(path, str) and path[:1] == "/" and not _counts(path):
            return
        count += 1
        while due and due[0][0] <= count and at:
            changing = True
            try:
                due.pop(0)[1](place.root)
            finally:
                changing = False

    def _counts(path: str) -> bool:
        return f"{path}/".startswith(inside) and not path.startswith((ours, ours_too))

    def heard(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: Any, *rest: Any, **keys: Any) -> Any:
            sys.audit("faults.stat", path)
            return real(path, *rest, **keys)

        return call

    with patch.object(os, "stat", heard(os.stat)), patch.object(os, "lstat", heard(os.lstat)):
        sys.addaudithook(watch)
        place.scan()
    return count


# -- what happens to folders ------------------------------------------------------------------------------------------


def _rename(before: str, after: str) -> Change:
    return lambda root: (root / before).rename(root / after)


def _remove(path: str) -> Change:
    return lambda root: shutil.rmtree(root / path)


def _fresh(path: str) -> Change:
    def make(root: Path) -> None:
        (root / path).mkdir()
        (root / path / "fresh.csv").write_text("fresh")

    return make


def _copy(source: str, target: str) -> Change:
    def copy(root: Path) -> None:
        shutil.copytree(root / source, root / target)

    return copy


def _steps(*changes: Change, apart: int = 0) -> list[tuple[int, Change]]:
    return [(n * apart, change) for n, change in enumerate(changes)]


def _swap(one: str, other: str) -> list[Change]:
    return [_rename(one, "p_A/.mid"), _rename(other, one), _rename("p_A/.mid", other)]


def _swap_seen(one: str, other: str) -> list[Change]:
    return [_rename(one, "p_A/mid"), _rename(other, one), _rename("p_A/mid", other)]


#: So early that it happens before the ingest begins.
_BEFORE_ALL = -(10**6)
#: name -> changes, each so many steps after the first
CHANGES: dict[str, list[tuple[int, Change]]] = {
    "renamed": _steps(_rename("p_A/a", "p_A/z")),
    "swapped": _steps(*_swap("p_A/a", "p_A/b")),
    "swapped slowly": _steps(*_swap_seen("p_A/a", "p_A/b"), apart=4),
    "swapped and back": [*_steps(*_swap("p_A/a", "p_A/b")), *((7, c) for c in _swap("p_A/a", "p_A/b"))],
    "swapped twice": [*_steps(*_swap("p_A/a", "p_A/b")), *((11, c) for c in _swap("p_A/b", "p_A/c"))],
    "away and another in its place": _steps(_rename("p_A/a", "p_A/z"), _rename("p_A/b", "p_A/a")),
    "away and another in its place later": _steps(_rename("p_A/a", "p_A/z"), _rename("p_A/b", "p_A/a"), apart=5),
    "away and a new one in its place": _steps(_rename("p_A/a", "p_A/z"), _fresh("p_A/a")),
    "to another project": _steps(_rename("p_A/a", "p_B/a")),
    "swapped between projects": _steps(*_swap("p_A/a", "p_B/d")),
    "case": _steps(_rename("p_A/a", "p_A/A")),
    "project renamed": _steps(_rename("p_A", "p_C")),
    "projects swapped": _steps(_rename("p_A", "mid"), _rename("p_B", "p_A"), _rename("mid", "p_B")),
    "removed": _steps(_remove("p_A/a")),
    "removed and another in its place": _steps(_remove("p_A/a"), _rename("p_A/b", "p_A/a")),
    "removed and a new one in its place": _steps(_remove("p_A/a"), _fresh("p_A/a")),
    "copied": _steps(_copy("p_A/a", "p_A/y")),
    "copied and the first renamed": _steps(_copy("p_A/a", "p_A/y"), _rename("p_A/a", "p_A/z"), apart=3),
    "copied before, the first renamed": [(_BEFORE_ALL, _copy("p_A/a", "p_A/y")), (0, _rename("p_A/a", "p_A/z"))],
    "new one renamed": _steps(_rename("p_A/new", "p_A/newer")),
    "new one swapped": _steps(*_swap("p_A/a", "p_A/new")),
    "file to another dataset": _steps(_rename("p_A/a/3.csv", "p_A/b/moved.csv")),
    "file away, then its dataset": _steps(_rename("p_A/a/3.csv", "p_A/b/moved.csv"), _rename("p_A/a", "p_A/z"), apart=3),
    "file away, datasets swapped": _steps(_rename("p_A/a/3.csv", "p_A/b/moved.csv"), *_swap("p_A/a", "p_A/b"), apart=2),
    "folder renamed in it": _steps(_rename("p_A/a/deep", "p_A/a/deeper")),
}  # fmt: skip


def _before(place: Place) -> None:
    """What has been described, typed and recorded when the ingest begins."""
    for dataset in ("p_A/a", "p_A/b", "p_A/c", "p_B/d"):
        for n in range(4):
            place.write(f"{dataset}/{n}.csv", f"{dataset},{n}\n")
        place.write(f"{dataset}/deep/x.txt", f"deep in {dataset}")
    place.scan()
    for dataset in ("p_A/a", "p_A/b", "p_A/c", "p_B/d"):
        _type(place, dataset)
    place.scan()


def _type(place: Place, dataset: str) -> None:
    """What a person types: a title, a word on a file, a run."""
    folder = place.root / dataset / ".metadata"
    path = folder / "dataset_administrative.json"
    held = json.loads(path.read_bytes())
    _by_hand(path, {**held, "dataset_title": f"typed in {dataset}"})
    path = folder / "dataset_structural.json"
    held = json.loads(path.read_bytes())
    for entry in held["file_descriptions"]:
        entry["file_description"] = f"typed of {dataset}/{entry['file_path']}"
    _by_hand(path, held)
    run = str(uuid.uuid5(uuid.NAMESPACE_URL, dataset))
    schema = SchemaManager(place.root).resolve("experiment_contextual")
    (folder / "runs" / run).mkdir(parents=True)
    content = {
        **{k: v for k, v in held.items() if k in AUDIT},
        "$schema": schema.id,
        "schema_version": schema.version,
        "experiment_identifier_run_id": run,
        "experiment_template_type": "experiment_contextual",
        "dataset_identifier_link": held["dataset_identifier"],
        "run_status": "open",
        "birth_timestamp": "2026-11-22T00:00:00Z",
    }
    _by_hand(folder / "runs" / run / "experiment_contextual.json", content)


def _by_hand(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n")
    long_ago = time.time() - 60  # nobody waits for an announcement of it
    os.utime(path, (long_ago, long_ago))


def _pending(place: Place) -> None:
    """What the ingest has to do."""
    for dataset in ("p_A/a", "p_A/b"):
        place.write(f"{dataset}/late.csv", f"late in {dataset}")
        place.write(f"{dataset}/1.csv", f"changed in {dataset}")
        (place.root / dataset / "2.csv").unlink()
    (place.root / "p_A/a/0.csv").rename(place.root / "p_A/c/came.csv")
    place.write("p_A/new/n.csv", "n")


class Known:
    """Datasets by inode, files by inode and bytes (the inode of a removed file is given to the next one): who they are, and
    what was typed about them."""

    def __init__(self, place: Place) -> None:
        self.datasets: dict[int, tuple[Any, ...]] = {}
        self.files: dict[tuple[int, bytes], tuple[Any, ...]] = {}
        for folder in datasets(place):
            if not (folder / ".metadata").exists():
                continue
            self.datasets[folder.stat().st_ino] = who(folder)
            entries = place.entries(str(folder.relative_to(place.root)))
            for path, entry in entries.items():
                if (folder / path).is_file():
                    self.files[_same_file(folder / path)] = _typed(entry)

    def compare(self, trial: Trial, place: Place) -> None:
        """Whoever is still there is who it was, the rest is somebody else."""
        there = {folder.stat().st_ino for folder in datasets(place)}
        # a folder made where one was removed may be that one again (decision 0050)
        taken = {one[0] for inode, one in self.datasets.items() if inode in there}
        for folder in datasets(place):
            now, known = who(folder), self.datasets.get(folder.stat().st_ino)
            name = folder.relative_to(place.root)
            if known is None:
                trial.expect(now[0] not in taken and now[0], f"{name} has the identity of another")
            else:
                trial.expect(now == known, f"{name}: {now} was {known}")
            listed = place.entries(str(name))
            present = {p for p, e in listed.items() if e["status"] == "present"}
            trial.expect(present == _files(folder), f"{name}: entries are not the files")
            for path in present & _files(folder):
                was = self.files.get(_same_file(folder / path))
                trial.expect(
                    was in (None, _typed(listed[path])), f"{name}/{path}: {_typed(listed[path])} was {was}"
                )


def _same_file(path: Path) -> tuple[int, bytes]:
    return path.stat().st_ino, path.read_bytes()


def _typed(entry: dict[str, Any]) -> tuple[Any, ...]:
    return entry["file_identifier"], entry.get("file_description")


def who(folder: Path) -> tuple[Any, ...]:
    """Identifier, title and runs of a dataset."""
    held = json.loads((folder / ".metadata/dataset_administrative.json").read_bytes())
    other = json.loads((folder / ".metadata/dataset_structural.json").read_bytes())
    runs = sorted(p.name for p in (folder / ".metadata").glob("runs/*"))
    agree = held["dataset_identifier"] == other["dataset_identifier"]
    return held["dataset_identifier"] if agree else None, held.get("dataset_title"), *runs


def datasets(place: Place) -> list[Path]:
    """The folders that are datasets."""
    return [p for p in place.root.glob("p_*/*") if p.is_dir() and p.name[0] != "."]


def _files(folder: Path) -> set[str]:
    return {
        str(f.relative_to(folder))
        for f in folder.rglob("*")
        if f.is_file() and not _ours(f.relative_to(folder))
    }


def _ours(path: Path) -> bool:
    return any(part[0] == "." for part in path.parts) or path.name.endswith(".dvc")


def _recorded(trial: Trial, place: Place) -> None:
    """What history holds of documents is what lies on disk, and each file has the one pointer that is its own."""
    held = {name for name in place.git("ls-files", "-z").split("\0") if "/.metadata/" in name}
    lie = {str(p.relative_to(place.root)) for p in place.root.glob("p_*/**/.metadata/**/*.json")}
    trial.expect(held == lie, f"history has {sorted(held ^ lie)[:3]} otherwise")
    changed = [n for n in place.git("diff", "HEAD", "--name-only", "-z").split("\0") if "/.metadata/" in n]
    trial.expect(not changed, f"not recorded as it is: {changed[:3]}")
    for folder in datasets(place) if place.config().history.dvc else ():
        pointers = {str(p.relative_to(folder))[: -len(".dvc")]: p for p in folder.rglob("*.dvc")}
        trial.expect(pointers.keys() == _files(folder), f"{folder.name}: pointers are not the files")
        for path, pointer in pointers.items():
            md5 = hashlib.md5((folder / path).read_bytes(), usedforsecurity=False).hexdigest()
            trial.expect(md5 in pointer.read_text(), f"{folder.name}/{path}: the pointer is of another file")


def attempt(trial: Trial, place: Place, name: str, at: int) -> int:
    """Change the tree at one step of an ingest, let the next scan follow, and compare. Answers how many steps there were."""
    _before(place)
    _pending(place)
    known = Known(place)
    process = Forked(lambda: disturbed(place, at, CHANGES[name]))
    status = process.end(60)
    trial.expect(status == 0, f"it ended with {status}")
    place.note()
    place.scan()
    known.compare(trial, place)
    if place.config().history.git:
        _recorded(trial, place)
    trial.finish(place)
    return int(process.answer or 0)


# -- the fault --------------------------------------------------------------------------------------------------------

_NAMES = tuple(CHANGES)
#: The change that a trial without a protection makes.
_SENSITIVE = {"held": "away and another in its place", "still": "copied before, the first renamed"}


@cache
def _points() -> int:
    """How many steps an ingest has that nothing disturbs."""
    base = Path(tempfile.mkdtemp(dir="/tmp", prefix="mf"))
    try:
        place = Place(base / "m", **_settings(0))
        _before(place)
        _pending(place)
        process = Forked(lambda: disturbed(place, 0, []))
        process.end(60)
        return int(process.answer)
    finally:
        shutil.rmtree(base)


def _settings(number: int) -> dict[str, Any]:
    return {"history": {"git": True, "dvc": number % 2 == 1, "dvc_cache": "none"}}


def _f9p(trial: Trial) -> None:
    """One change at one step. Numbers go through all changes, then to the next step."""
    if trial.off is not None:
        _without(trial, _SENSITIVE["held" if trial.off == _HELD else "still"])
        return
    point, name = divmod(trial.number, len(_NAMES))
    attempt(trial, trial.place(**_settings(trial.number)), _NAMES[name], point + 1)
    trial.counts["changes in the middle of an ingest"] += 1


def _without(trial: Trial, name: str) -> None:
    """One change at steps while folders are compared and documents written, until one fails."""
    for at in range(185 + trial.number % 5, 265, 5):
        with contextlib.suppress(AssertionError):
            attempt(trial, trial.place(f"m{at}", history={"git": False, "dvc": False}), name, at)
        if trial.problems:
            return


@contextlib.contextmanager
def _by_path() -> Iterator[None]:
    """Documents are written to where the path leads, whoever lies there by now."""
    with (
        patch.object(Documents, "within", lambda self, _folder: self),
        patch.object(held_folders, "is_known", lambda *_: True),
    ):
        yield


@contextlib.contextmanager
def _at_once() -> Iterator[None]:
    """What was seen of folders is believed, also when they moved while they were looked at."""
    with patch.object(Shape, "held_still", lambda *_: True):
        yield


_HELD = "folders held open"

F9P = Fault(
    code="F9p",
    what=f"{len(CHANGES)} changes of folders (renamed, swapped, replaced, copied, ...) before every single step of an ingest",
    protection="a folder is held open while it is looked at and written; folders are compared only if none moved meanwhile",
    trial=_f9p,
    trials=lambda: _points() * len(CHANGES),
    few=3,
    controls={
        _HELD: Control(_by_path, 5, 1),
        "believing only a look that held still": Control(_at_once, 5, 1),
    },
)
