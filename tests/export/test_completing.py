"""What a record pins: commits and blobs of its documents, only files whose content is known."""

import hashlib
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from export.records import documents, entry

from mdjourney_backend.changes import Content, Edit, Ref, Write
from mdjourney_backend.documents import Document, Documents
from mdjourney_backend.layout import Layout, administrative_ref, project_ref, run_ref, structural_ref
from mdjourney_backend.runs.lifecycle import NotFinished, Runs
from mdjourney_backend.schemas import SchemaManager
from mdjourney_backend.tree import Tree
from mdjourney_backend.triggers import t5_finalize
from mdjourney_contract.people import Identity
from mdjourney_contract.session_config import SessionConfig

ADA = Identity(user_id="ada", name="Ada")
RUN = documents()["context"]["experiment_identifier_run_id"]


class Discard:
    def written(self, write: Write) -> None:
        """Forget it."""


class Committing:
    """A history that has each document after it was asked `late` times."""

    def __init__(self, late: int) -> None:
        self._late, self._asked = late, 0

    def __call__(self, document: Document) -> str | None:
        self._asked += 1
        return hashlib.sha1(document.raw).hexdigest() if self._asked > self._late else None


def lab(root: Path, committed: Any, *, committing: bool, grow: str | None = None) -> tuple[Runs, Documents]:
    (root / "p_A/d").mkdir(parents=True)
    given = documents()
    entries = given["structural"]["file_descriptions"]
    if grow:
        entries.append({**entry(grow, b""), "checksum": None, "status": "growing"})
        given["context"]["output_files"] = [{"file_path": "counts.csv"}, {"file_path": grow}]
    del given["context"]["instrument_used_link"], given["context"]["death_timestamp"]
    given["context"].update(run_status="open", command=["a"], exit_status=0)
    schemas = SchemaManager(root)
    docs = Documents(root, schemas, Discard(), lambda: datetime.now(UTC))
    for ref, content in (
        (project_ref("p_A"), given["project"]),
        (administrative_ref("p_A/d"), given["administrative"]),
        (structural_ref("p_A/d"), given["structural"]),
        (run_ref("p_A/d", RUN), given["context"]),
    ):
        docs.create(ref, content, actor=ADA, subject="x")
    tree = Tree(root, Layout.of(SessionConfig(monitor_path=str(root))))
    return Runs(docs, schemas, tree, committed, committing=lambda: committing), docs


def components(docs: Documents, ref: Ref) -> Content:
    found: Content = docs.read(ref).content["metadata_components"]
    return found


NAMES = ("project_descriptive", "dataset_administrative", "dataset_structural")


def test_commits_that_come_a_moment_later_are_waited_for(tmp_path: Path) -> None:
    runs, docs = lab(tmp_path / "lab", Committing(late=5), committing=True)
    found = components(docs, runs.complete(RUN, actor=ADA)[0])
    assert all(found[name]["git_commit"] for name in NAMES)


def test_where_nothing_will_be_committed_nothing_is_waited_for(tmp_path: Path) -> None:
    asked: list[Ref] = []

    def never(document: Document) -> None:
        asked.append(document.ref)

    runs, docs = lab(tmp_path / "lab", never, committing=False)
    found = components(docs, runs.complete(RUN, actor=ADA)[0])
    assert [found[name]["git_commit"] for name in NAMES] == [None] * 3
    assert len(asked) == 3


def test_a_history_that_is_stuck_holds_a_completion_up_for_a_moment_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mdjourney_backend.runs.lifecycle._COMMIT_SECONDS", 0.1)
    runs, docs = lab(tmp_path / "lab", lambda _d: None, committing=True)
    done: list[Ref] = []
    thread = threading.Thread(target=lambda: done.append(runs.complete(RUN, actor=ADA)[0]))
    thread.start()
    thread.join(30)
    assert components(docs, done[0])["project_descriptive"]["git_commit"] is None


def test_every_component_names_the_blob_git_will_keep_its_bytes_as(tmp_path: Path) -> None:
    runs, docs = lab(tmp_path / "lab", lambda _d: None, committing=False)
    found = components(docs, runs.complete(RUN, actor=ADA)[0])
    raw = docs.read(run_ref("p_A/d", RUN)).raw
    assert (
        found["experiment_contextual"]["git_blob"] == hashlib.sha1(b"blob %d\0" % len(raw) + raw).hexdigest()
    )
    assert all(len(found[name]["git_blob"]) == 40 for name in NAMES)


def test_a_named_file_that_is_still_written_is_owed(tmp_path: Path) -> None:
    runs, _ = lab(tmp_path / "lab", lambda _d: None, committing=False, grow="movie.tif")
    with pytest.raises(NotFinished) as caught:
        runs.complete(RUN, actor=ADA)
    (owed,) = caught.value.extra["missing"]
    assert (owed["pointer"], owed["message"]) == ("/output_files/1", "movie.tif is still being written")


def test_one_that_is_not_named_is_left_out() -> None:
    structural = {
        "file_descriptions": [
            entry("a", b"a"),
            {**entry("b", b""), "status": "growing", "checksum": None},
            {**entry("c", b"c"), "status": "removed"},
        ]
    }
    assert [e["file_path"] for e in t5_finalize.covered_entries(structural, {})] == ["a"]


def test_completing_again_after_the_structure_was_described_makes_a_new_revision(tmp_path: Path) -> None:
    runs, docs = lab(tmp_path / "lab", lambda _d: None, committing=False)
    first = runs.complete(RUN, actor=ADA)
    assert runs.complete(RUN, actor=ADA) == (first[0], 1, False)
    typed = Edit(structural_ref("p_A/d"), lambda c: {**(c or {}), "dataset_version": "2"}, "version 2")
    docs.apply(typed, actor=ADA)
    ref, revision, new = runs.complete(RUN, actor=ADA)
    assert (revision, new) == (2, True)
    assert components(docs, ref)["dataset_structural"]["content"]["dataset_version"] == "2"
