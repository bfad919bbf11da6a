"""Folders that move while they are looked at and written: nothing reaches who lies in their place."""

import contextlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from mdjourney_backend.held import Elsewhere, held
from mdjourney_backend.journal.database import Database
from mdjourney_backend.layout import Layout
from mdjourney_backend.pipeline import led
from mdjourney_backend.pipeline.agreeing import ENOUGH, Agreeing
from mdjourney_backend.pipeline.identity import Found, decide
from mdjourney_backend.pipeline.marks import Marks
from mdjourney_backend.tree import Shape, Tree
from mdjourney_contract.problems import DiskFull, Unavailable

RUN = "7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10"


def test_another_folder_at_the_path_is_not_taken_for_the_one_meant(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with held(tmp_path, "a") as folder:
        known = (folder.inode, folder.dev)
        (tmp_path / "a").rename(tmp_path / "b")
        (tmp_path / "a").mkdir()
        with pytest.raises(Elsewhere), held(tmp_path, "a", known):
            pass
    with held(tmp_path, "b", known):
        pass


def test_what_is_written_through_a_held_folder_follows_it(site: Any) -> None:
    from mdjourney_backend.changes import Edit
    from mdjourney_backend.layout import administrative_ref
    from mdjourney_contract.people import SYSTEM

    for name in ("d1", "d2"):
        site.write(f"p_A/{name}/a.csv")
    site.scan()
    one, two = site.dataset_id("p_A/d1"), site.dataset_id("p_A/d2")
    edit = Edit(administrative_ref("p_A/d1"), lambda c: {**(c or {}), "dataset_title": "Of one"}, "typed")
    with site.leading(watch="off") as leader, held(site.root, "p_A/d1") as folder:
        (site.root / "p_A/d1").rename(site.root / "p_A/mid")
        (site.root / "p_A/d2").rename(site.root / "p_A/d1")
        (site.root / "p_A/mid").rename(site.root / "p_A/d2")
        leader.documents.within(folder).apply(edit, actor=SYSTEM)
    site.scan()
    assert (site.dataset_id("p_A/d2"), site.dataset_id("p_A/d1")) == (one, two)
    assert site.document("p_A/d2", "dataset_administrative")["dataset_title"] == "Of one"
    assert "dataset_title" not in site.document("p_A/d1", "dataset_administrative")


def test_only_folders_that_did_not_move_for_a_while_held_still() -> None:
    second = 10**9
    look = Shape({"": (1, 5 * second)}, 6 * second)
    assert look.held_still(Shape({"": (1, 5 * second)}, 7 * second))
    assert not look.held_still(Shape({"": (1, 6 * second)}, 7 * second))
    assert not look.held_still(Shape({"": (2, 5 * second)}, 7 * second))
    young = Shape({"": (1, 5 * second)}, 5 * second + 1)
    assert not young.held_still(young)


def test_a_rename_is_told_by_the_shape_of_a_tree(tmp_path: Path) -> None:
    (tmp_path / "p_A/d").mkdir(parents=True)
    tree = Tree(tmp_path, Layout("p_", 1, ()))
    before = tree.shape()
    (tmp_path / "p_A/d").rename(tmp_path / "p_A/e")
    assert not before.held_still(tree.shape())


def test_only_the_very_folder_with_all_its_documents_is_plain() -> None:
    from mdjourney_backend.journal import Known

    known = [Known("i", "p_A/d", 7, 1)]
    for found, plain in (
        (Found("p_A/d", 7, 1, ("i", "i")), True),
        (Found("p_A/d", 8, 1, ("i", "i")), False),
        (Found("p_A/e", 7, 1, ("i", "i")), False),
        (Found("p_A/d", 7, 1, ("i", None)), False),
        (Found("p_A/d", 7, 1, ("i", "j")), False),
    ):
        assert decide([found], known).verdicts[0].plain is plain


def test_what_no_other_folder_can_change_is_certain() -> None:
    from mdjourney_backend.journal import Known

    known = [Known("i", "p_A/d", 7, 1)]
    there = Found("p_A/d", 7, 1, ("i", "i"))
    for found, certain in (
        ([Found("p_A/new", 8, 1, (None, None))], True),
        ([Found("p_A/d", 8, 1, (None, None))], False),  # it may be the one that was here
        ([Found("p_A/e", 7, 1, ("i", "i"))], True),  # the very folder, moved
        ([Found("p_A/e", 8, 1, ("i", "i"))], False),  # a copy, unless the folder itself is nowhere
        ([Found("p_A/e", 8, 1, ("i", "i")), there], True),
        ([Found("p_A/e", 8, 1, ("j", "j"))], False),  # somebody may have come with it
        ([Found("p_A/e", 7, 1, ("i", "j"))], False),
    ):
        verdict = decide(found, known).verdicts[0]
        assert verdict.certain is certain, verdict


def test_folders_that_keep_appearing_hold_up_nobody_who_is_certain(site: Any, monkeypatch: Any) -> None:
    """New, moved and copied datasets are described while no look holds still; one that may be somebody waits."""
    for name in ("stays", "moves", "goes"):
        site.write(f"p_A/{name}/a.csv", name)
    site.scan()
    ids = {name: site.dataset_id(f"p_A/{name}") for name in ("stays", "moves", "goes")}
    site.write("p_A/new/n.csv")
    site.write("p_B/first/n.csv")
    shutil.copytree(site.root / "p_A/stays", site.root / "p_A/copy")
    (site.root / "p_A/moves").rename(site.root / "p_A/moved")
    shutil.rmtree(site.root / "p_A/goes")
    site.write("p_A/goes/other.csv")
    monkeypatch.setattr(Shape, "held_still", lambda *_: False)
    with led(site.root, site.config(settle_seconds=0), site.home) as leader:
        assert leader is not None
        for _ in range(3):
            leader.pipeline.look(Marks(everything=True))
        assert not leader.pipeline.status(echo=False).in_step
        told = {(row.ref.path, row.deleted) for row in leader.journal.pending("history")}
    for folder, deleted in (("moves", True), ("moved", False)):  # in one commit, so that history follows it
        assert (f"p_A/{folder}/.metadata/dataset_administrative.json", deleted) in told
    assert set(site.entries("p_A/new")) == set(site.entries("p_B/first")) == {"n.csv"}
    assert site.dataset_id("p_A/moved") == ids["moves"]
    assert site.dataset_id("p_A/copy") not in ids.values()
    assert site.document("p_A/copy", "dataset_structural")["derived_from"] == ids["stays"]
    assert not (site.root / "p_A/goes/.metadata").exists()
    monkeypatch.undo()
    site.scan()
    assert "other.csv" in site.entries("p_A/goes")


def test_a_folder_that_history_knows_waits_for_a_look_that_held_still(site: Any, monkeypatch: Any) -> None:
    """Without the journal, only a look at all folders tells whether its identifier lies elsewhere by now."""
    site.write("p_A/d/a.csv")
    site.scan()
    known = site.dataset_id("p_A/d")
    (site.root / "p_A/d").rename(site.root / "p_A/moved")
    site.write("p_A/d/b.csv")
    shutil.rmtree(site.home)
    seen = Tree.dataset_folders
    missed = (site.root / "p_A/moved").stat().st_ino
    monkeypatch.setattr(Tree, "dataset_folders", lambda *a: [f for f in seen(*a) if f.inode != missed])
    projects_held_still = [True]
    monkeypatch.setattr(
        Shape, "held_still", lambda *_: bool(projects_held_still and projects_held_still.pop())
    )
    with led(site.root, site.config(settle_seconds=0), site.home) as leader:
        assert leader is not None
        leader.pipeline.look(Marks(everything=True))
    assert not (site.root / "p_A/d/.metadata").exists()
    monkeypatch.undo()
    site.scan()
    assert site.dataset_id("p_A/moved") == known != site.dataset_id("p_A/d")


def test_an_entry_whose_file_did_not_come_along_is_gone_in_a_copy(site: Any) -> None:
    site.write("p_A/d/a.csv", "one")
    site.write("p_A/d/b.csv", "two")
    site.scan()
    (site.root / "p_A/d/b.csv").unlink()
    shutil.copytree(site.root / "p_A/d", site.root / "p_A/copy")
    site.scan()
    status = {path: e["status"] for path, e in site.entries("p_A/copy").items()}
    assert status == {"a.csv": "present", "b.csv": "removed"}


def test_an_entry_whose_file_went_while_the_journal_was_lost_is_gone(site: Any) -> None:
    site.write("p_A/d/a.csv", "one")
    site.write("p_A/d/b.csv", "two")
    site.scan()
    before = site.entries("p_A/d")
    shutil.rmtree(site.home)
    (site.root / "p_A/d/b.csv").unlink()
    (site.root / "p_A/d/a.csv").rename(site.root / "p_A/d/moved.csv")
    site.scan()
    after = site.entries("p_A/d")
    assert after["b.csv"]["status"] == "removed"
    assert after["moved.csv"]["file_identifier"] == before["a.csv"]["file_identifier"]


def test_a_dataset_that_moved_is_not_held_by_its_path(site: Any) -> None:
    for name in ("d1", "d2"):
        site.write(f"p_A/{name}/a.csv")
    site.scan()
    tree = Tree(site.root, Layout("p_", 1, ()))
    place = tree.dataset(site.dataset_id("p_A/d1"))
    with tree.hold(place) as folder:
        assert folder.inode == (site.root / "p_A/d1").stat().st_ino
    swapped(site.root / "p_A/d1", site.root / "p_A/d2")
    with pytest.raises(Unavailable), tree.hold(place):
        pass
    shutil.rmtree(site.root / "p_A/d1")
    with pytest.raises(Unavailable), tree.hold(place):
        pass


def swapped(one: Path, other: Path) -> None:
    aside = one.with_name(".aside")
    one.rename(aside)
    other.rename(one)
    aside.rename(other)


def test_a_run_begins_in_the_dataset_that_was_meant(site: Any, monkeypatch: Any) -> None:
    from mdjourney_backend.runs import lifecycle
    from mdjourney_backend.schemas import SchemaManager
    from mdjourney_contract.people import SYSTEM

    for name in ("d1", "d2"):
        site.write(f"p_A/{name}/{name}.csv")
    site.scan()
    meant = site.dataset_id("p_A/d1")
    plan = lifecycle.t3_context.plan

    def planned(*given: Any, **named: Any) -> Any:
        swapped(site.root / "p_A/d1", site.root / "p_A/d2")
        return plan(*given, **named)

    monkeypatch.setattr(lifecycle.t3_context, "plan", planned)
    with site.leading(watch="off") as leader:
        runs = lifecycle.Runs(leader.documents, SchemaManager(site.root), leader.tree, lambda _document: None)
        run = runs.start(meant, "computational_workflow", actor=SYSTEM)
    assert (run.dataset_id, run.path.rpartition("/.metadata/")[0]) == (meant, "p_A/d2")
    assert not list(site.root.glob("p_A/d1/.metadata/runs/*"))


@pytest.mark.parametrize("act", ["abandon", "converge"])
def test_what_becomes_of_a_run_goes_where_its_dataset_goes(site: Any, monkeypatch: Any, act: str) -> None:
    from mdjourney_backend.documents import Documents
    from mdjourney_backend.runs import converging, lifecycle
    from mdjourney_backend.schemas import SchemaManager
    from mdjourney_contract.people import SYSTEM

    for name in ("d1", "d2"):
        site.write(f"p_A/{name}/{name}.csv")
    site.scan()
    with site.leading(watch="off") as leader:
        runs = lifecycle.Runs(leader.documents, SchemaManager(site.root), leader.tree, lambda _document: None)
        run = runs.start(site.dataset_id("p_A/d1"), "computational_workflow", actor=SYSTEM)
        context = json.loads((site.root / run.ref.path).read_bytes())
        after = {**context, "run_status": "abandoned", "clean_exit": False}
        (site.root / run.path / f"{run.run_id}_v2_metadata.json").write_text("{}")
        monkeypatch.setattr(converging, "_parts", lambda *_: (after, {}, "ada"))
        monkeypatch.setattr(converging.t5_finalize, "is_unfinished_completion", lambda *_: True)
        called, moves = Documents.apply, iter([swapped])

        def moving(*given: Any, **named: Any) -> Any:
            next(moves, lambda *_: None)(site.root / "p_A/d1", site.root / "p_A/d2")
            return called(*given, **named)

        monkeypatch.setattr(Documents, "apply", moving)
        if act == "abandon":
            runs.abandon(run.run_id, actor=SYSTEM)
        else:
            assert runs.converge() == []
    (place,) = site.root.glob("p_*/*/.metadata/runs/*/experiment_contextual.json")
    assert place.relative_to(site.root).parts[:2] == ("p_A", "d2")
    assert json.loads(place.read_bytes())["run_status"] == "abandoned"


def test_where_a_document_moved_to_is_never_told_without_that_it_left(site: Any, monkeypatch: Any) -> None:
    """History follows a move by finding both halves in one commit, and may commit between any two transactions."""
    site.write("p_A/d/a.csv")
    site.scan()
    (site.root / "p_A/d").rename(site.root / "p_A/e")
    halves = ("p_A/d/.metadata/dataset_administrative.json", "p_A/e/.metadata/dataset_administrative.json")

    def cut(*_: Any) -> None:
        raise OSError("cut between the halves")

    with led(site.root, site.config(settle_seconds=0), site.home) as leader:
        assert leader is not None

        monkeypatch.setattr(leader.journal.documents, "drop", cut)
        leader.pipeline.look(Marks(everything=True))
        assert not {row.ref.path for row in leader.journal.pending("history")} & set(halves)


@pytest.mark.parametrize("after_the_look", [False, True])
@pytest.mark.parametrize("dead", [False, True])
def test_what_is_told_of_a_captured_run_goes_where_its_dataset_goes(
    site: Any, monkeypatch: Any, dead: bool, after_the_look: bool
) -> None:
    from mdjourney_backend.documents import Documents
    from mdjourney_backend.runs.capturing.telling import Facts, Telling
    from mdjourney_backend.schemas import SchemaManager
    from mdjourney_contract.people import SYSTEM

    for name in ("d1", "d2"):
        site.write(f"p_A/{name}/{name}.csv")
    site.scan()
    facts = Facts(RUN, "p_A/d1", "computational_workflow", "2026-11-01T10:00:00+00:00", SYSTEM)
    ended = {"death_timestamp": "2026-11-01T11:00:00+00:00", "clean_exit": not dead}
    with site.leading(watch="off") as leader:
        telling = Telling(leader.documents, SchemaManager(site.root), leader.tree)
        telling.tell(facts)
        where, name = (Documents, "apply") if after_the_look else (Tree, "hold")
        called, moves = getattr(where, name), iter([swapped])

        def moving(*given: Any, **named: Any) -> Any:
            next(moves, lambda *_: None)(site.root / "p_A/d1", site.root / "p_A/d2")
            return called(*given, **named)

        monkeypatch.setattr(where, name, moving)
        if dead:
            assert telling.presume_dead(RUN, datetime.fromisoformat(ended["death_timestamp"]).timestamp())
        else:
            telling.tell(replace(facts, answers=ended))
    (run,) = site.root.glob("p_*/*/.metadata/runs/*/*.json")
    assert run.relative_to(site.root).parts[:2] == ("p_A", "d2")
    assert json.loads(run.read_bytes())["clean_exit"] is not dead


def test_who_waits_for_a_look_that_holds_still_waits_for_some_looks_and_no_more(
    site: Any, monkeypatch: Any
) -> None:
    """Adopted datasets and projects, one in the place of another, copies of nobody who is there, those that are gone, and
    files from them are dealt with although folders keep appearing: nobody waits for ever."""
    for name in ("d", "gone", "left", "replaced"):
        site.write(f"p_A/{name}/{name}.csv", name)
    site.write("p_Gone/d/g.csv", "g")
    site.scan()
    ids = {name: site.dataset_id(f"p_A/{name}") for name in ("d", "gone", "left", "replaced")}
    adopted = RUN.replace("7f", "8f")
    for source, target in (("p_A/d", "p_A/foreign"), ("p_A/left", "p_A/other")):
        shutil.copytree(site.root / source, site.root / target)
    for kind in ("dataset_administrative", "dataset_structural"):
        site.edit("p_A/foreign", kind, dataset_identifier=adopted)
        os.utime(site.root / f"p_A/foreign/.metadata/{kind}.json", (1_700_000_000, 1_700_000_000))
    for path in ("p_A/gone", "p_A/left", "p_A/replaced", "p_Gone"):
        shutil.rmtree(site.root / path)
    site.write("p_A/replaced/other.csv")
    site.write("p_A/d/from elsewhere.csv", "gone")
    monkeypatch.setattr(Shape, "held_still", lambda *_: False)
    with led(site.root, site.config(settle_seconds=0), site.home) as leader:
        assert leader is not None
        pipeline = leader.pipeline
        for look in range(ENOUGH + 3):
            site.write(f"p_A/new {look}/n.csv")
            pipeline.look(Marks(everything=True))
            waits = pipeline._unfinished.waits()
            assert waits or look >= ENOUGH - 1, look
        assert waits == 0
        told = {row.ref.path for row in leader.journal.pending("history") if row.deleted}
        known = {k.identifier: k.gone for k in leader.journal.places.known("dataset")}
    assert known[ids["gone"]]
    assert site.dataset_id("p_A/foreign") == adopted
    assert site.dataset_id("p_A/other") == ids["left"]
    assert set(site.entries("p_A/replaced")) >= {"other.csv"}
    assert site.dataset_id("p_A/replaced") == ids["replaced"]
    assert {f"{p}/.metadata/dataset_administrative.json" for p in ("p_A/gone", "p_Gone/d")} <= told
    assert "from elsewhere.csv" in site.entries("p_A/d")


def test_looks_agree_only_when_enough_of_them_in_a_row_say_the_same() -> None:
    agreeing = Agreeing()
    for look in range(2 * ENOUGH):
        assert not agreeing.on("here"), look
        assert agreeing.seen() is None or look >= ENOUGH
        agreeing.look(["there"] if look == ENOUGH - 1 else ["here"], frozenset({str(look)}))
    assert agreeing.on("here")
    assert not agreeing.on("there")
    assert agreeing.seen() == {str(look) for look in range(ENOUGH, 2 * ENOUGH)}


def test_documents_of_a_folder_that_moves_after_it_was_looked_at_are_not_told_as_lost(
    site: Any, monkeypatch: Any
) -> None:
    site.write("p_A/d/a.csv")
    site.scan()
    listed, moves = Tree.documents, iter([("p_A/d", "p_A/e"), ("p_A", "p_B")])
    monkeypatch.setattr(Shape, "held_still", lambda *_: True)
    with led(site.root, site.config(settle_seconds=0), site.home) as leader:
        assert leader is not None

        def moving(self: Tree) -> Any:
            before, after = next(moves)
            (site.root / before).rename(site.root / after)
            return listed(self)

        for _ in range(2):
            with monkeypatch.context() as patched:
                patched.setattr(Tree, "documents", moving)
                leader.pipeline.look(Marks(everything=True))
            leader.pipeline._recording.drain()
            leader.pipeline.run_until_still(60)
    path = "p_B/e/.metadata/dataset_administrative.json"
    assert len(git(site.root, "log", "--follow", "--format=%s", "main", "--", path).splitlines()) == 3


def failing_at(monkeypatch: Any, number: int) -> list[int]:
    """Let one transaction of a journal find the disk full; answers which were begun."""
    begun: list[int] = []
    transaction = Database.transaction

    @contextlib.contextmanager
    def counted(self: Database) -> Iterator[Any]:
        if not self._connection.in_transaction:
            begun.append(len(begun))
            if begun[-1] == number:
                raise DiskFull("full")
        with transaction(self) as connection:
            yield connection

    monkeypatch.setattr(Database, "transaction", counted)
    return begun


def test_a_move_is_told_as_one_whichever_transaction_fails(site: Any, monkeypatch: Any) -> None:
    """What a failed pass told is committed at once; what is told later must still make a move of it."""
    config = site.config(settle_seconds=0, history={"git": True, "dvc": True, "dvc_cache": "none"})
    site.write("p_A/d0/a.csv")
    site.write("p_A/d0/sub/b.csv")
    site.scan(history=config.history)
    names = ("d0/.metadata/dataset_administrative.json", "d0/.metadata/dataset_structural.json")
    number, more = 0, True
    while more:
        before, after = f"p_A/d{number}", f"p_A/d{number + 1}"
        (site.root / before).rename(site.root / after)
        with led(site.root, config, site.home) as leader:
            assert leader is not None
            recording = leader.pipeline._recording
            with monkeypatch.context() as patched:
                begun = failing_at(patched, number)
                with contextlib.suppress(DiskFull):
                    leader.pipeline.look(Marks(everything=True))
                more = len(begun) > number
            recording.drain()
            leader.pipeline.run_until_still(60)
        assert git(site.root, "ls-tree", "-r", "--name-only", "main", before) == "", number
        assert git(site.root, "status", "--porcelain") == "", number
        for name in names:
            path = f"{after}/{name.partition('/')[2]}"
            told = git(site.root, "log", "--follow", "--format=%s", "main", "--", path).splitlines()
            assert len(told) == number + 2, (number, told)
        number += 1
    assert number > 5


def git(root: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True).stdout
