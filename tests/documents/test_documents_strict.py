"""Strict reading, and what happens to a document that cannot be read."""

import json
import os
import threading
from pathlib import Path

import pytest
from documents.conftest import ADA, PROJECT, Remembering, project

from mdjourney_backend.changes import Edit, Ref
from mdjourney_backend.documents import Documents, Unreadable, parse, render
from mdjourney_backend.schemas import SchemaManager
from mdjourney_contract.problems import Conflict


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b'{"a": 1, "a": 2}', "twice"),
        (b'{"a": {"b": 1, "b": 1}}', "twice"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": -Infinity}', "Infinity"),
        (b'{"a": 1e999}', "too large"),
        (b'{"a": "\\ud800"}', "surrogate"),
        (b"\xff", "UTF-8"),
        (b'{"a": ', "line 1"),
        (b"[" * 100 + b"]" * 100, "deeper"),
        (b"[" * 100_000, "deeper"),
        (b"1" * 5000, "digits"),
        (b"", "line 1"),
    ],
)
def test_what_is_not_strict_json_is_refused_with_a_reason(text: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        parse(text)


def test_what_we_write_we_read_back() -> None:
    value = {"ä": [1, 1.5, None, True, {"x": "\n"}]}
    assert parse(render(value)) == value
    assert parse(json.dumps(value).encode()) == value


@pytest.mark.parametrize("broken", [b"", b'{"project_identifier": "x", ', b"[]", b'{"a":1,"a":2}'])
def test_an_unreadable_document_is_moved_aside_and_never_made_anew(
    documents: Documents, created: Ref, root: Path, broken: bytes
) -> None:
    path = root / created.path
    path.write_bytes(broken)
    for _ in range(2):
        with pytest.raises(Conflict, match="corrupt"):
            documents.create(created, project(), actor=ADA, subject="new")
    aside = [p for p in path.parent.iterdir() if ".corrupt-" in p.name]
    assert [p.read_bytes() for p in aside] == [broken]
    assert not path.exists()
    assert documents.corrupt() == [f"p_A/.metadata/{aside[0].name}"]


def test_history_gives_an_unreadable_document_back(
    documents: Documents, created: Ref, root: Path, history: dict[str, bytes], sink: Remembering
) -> None:
    good = (root / created.path).read_bytes()
    history[created.path] = good
    (root / created.path).write_bytes(good[:50])
    assert documents.read(created).raw == good == (root / created.path).read_bytes()
    assert len(documents.corrupt()) == 1


def test_a_document_somebody_is_writing_is_waited_for(root: Path, created: Ref, sink: Remembering) -> None:
    patient = Documents(root, SchemaManager(root), sink, patience=30)
    path = root / created.path
    good = path.read_bytes()
    path.write_bytes(good[:50])
    finish = threading.Timer(0.2, path.write_bytes, [good])
    finish.start()
    assert patient.read(created).raw == good
    finish.join()
    assert patient.corrupt() == []


def test_leftovers_of_killed_saves_are_removed(documents: Documents, created: Ref, root: Path) -> None:
    folder = (root / created.path).parent
    (folder / ".project_descriptive.json.saving").write_bytes(b"{")
    documents.tidy(["p_A/.metadata", "p_A/none/.metadata"])
    assert os.listdir(folder) == ["project_descriptive.json"]


def test_a_leftover_does_not_stop_the_next_save(documents: Documents, created: Ref, root: Path) -> None:
    folder = (root / created.path).parent
    (folder / ".project_descriptive.json.saving").write_bytes(b"{")
    documents.apply(Edit(PROJECT, lambda b: {**(b or {}), "project_title": "T"}, "s"), actor=ADA)
    assert os.listdir(folder) == ["project_descriptive.json"]
