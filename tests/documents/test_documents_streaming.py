"""Entries read a few at a time are those of the whole document, and nothing else is ever taken for them."""

import io
import random
from pathlib import Path
from typing import Any

import pytest
from documents.conftest import ADA, STRUCTURAL, entry, structural

from mdjourney_backend.documents import Documents, NotPlain, parse, render, streaming

AWKWARD = {
    "file_path": "q",
    "text": '\n    },\n    {\n      "file_descriptions": [',
    "list": [{"a": []}, [1], {}],
}


def document(chance: random.Random) -> dict[str, Any]:
    entries = [{"n": n, **({} if n % 3 else AWKWARD)} for n in range(chance.randint(0, 40))]
    made: dict[str, Any] = {"a": "1", "other": [{"file_descriptions": []}], "file_descriptions": entries}
    return made | ({"tail": [{"b": 1}]} if chance.random() < 0.7 else {})


def streamed(raw: bytes) -> list[Any]:
    return [e for run in streaming.stream(io.BytesIO(raw)) for e in run]


@pytest.mark.parametrize("piece", [7, 64, 1000, 1 << 18])
def test_they_are_those_of_the_whole_document(piece: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "_PIECE", piece)
    chance = random.Random(piece)
    for _ in range(40):
        made = document(chance)
        assert streamed(render(made)) == made["file_descriptions"]


def test_a_damaged_document_is_told_or_read_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "_PIECE", 64)
    chance = random.Random(5)
    told = 0
    for _ in range(3000):
        raw = bytearray(render(document(chance)))
        at = chance.randrange(len(raw))
        raw[at : at + chance.randint(0, 3)] = chance.choice([b"", b" ", b"]", b"}", b",", b'"', b"\n", b"{"])
        try:
            found = streamed(bytes(raw))
        except NotPlain:
            told += 1
            continue
        assert found == parse(bytes(raw))["file_descriptions"]
    assert told > 1000


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}\n",
        b'{"file_descriptions": []}\n',
        b'{\n  "a": {\n  "file_descriptions": []\n  }\n}\n',
        b'{\n  "file_descriptions": [],\n  "file_descriptions": []\n}\n',
        b'{\n  "file_descriptions": [\n    {\n      "a": 1\n    }\n  ]\n',
        b'{\n  "file_descriptions": [\n    {\n      "a": 1\n    },\n    1,\n    {\n      "b": 1\n    }\n  ]\n}\n',
    ],
)
def test_what_somebody_else_wrote_is_told(raw: bytes) -> None:
    with pytest.raises(NotPlain):
        streamed(raw)


def test_a_document_is_streamed_from_the_disk(documents: Documents, root: Path) -> None:
    wanted = structural(*(entry(f"f{n:03d}.csv") for n in range(300)))
    documents.create(STRUCTURAL, wanted, actor=ADA, subject="first")
    assert list(documents.each_entry(STRUCTURAL)) == wanted["file_descriptions"]
    (root / STRUCTURAL.path).write_bytes(b"{ half")
    with pytest.raises(NotPlain):
        list(documents.each_entry(STRUCTURAL))
