"""Entries of a structural document changed in place: the bytes are those a whole save would have given."""

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from documents.conftest import ADA, BOB, STRUCTURAL, Remembering, entry, structural

from mdjourney_backend.changes import Entry, EntryEdit
from mdjourney_backend.documents import Documents, entries, parse, render
from mdjourney_backend.documents.entries import Entries, NotPlain
from mdjourney_contract.problems import Invalid

AWKWARD = 'ab/"\\é,{}[]\n😀 '


def wanting(**wanted: Entry | None) -> EntryEdit:
    return of(wanted)


def of(wanted: Mapping[str, Entry | None]) -> EntryEdit:
    return EntryEdit(STRUCTURAL, set(wanted), lambda _present: wanted, "p_A/d: files")


def odd(path: str, number: int) -> Entry:
    """Entries with everything a reader of lines could stumble over."""
    inner = {
        "file_path": "no",
        "list": [{"a": []}, [1], {}],
        "text": '\n    },\n    {\n      "file_path": "z"',
    }
    return {"n": number, "file_path": path, "x": inner} if number % 3 else {"file_path": path}


@pytest.mark.parametrize("seed", range(200))
def test_the_bytes_are_those_of_a_whole_rendering(seed: int) -> None:
    chance = random.Random(seed)

    def some_path() -> str:
        return "".join(chance.choice(AWKWARD) for _ in range(chance.randint(1, 4)))

    there = {p: odd(p, chance.randint(0, 9)) for p in (some_path() for _ in range(chance.randint(0, 60)))}
    document: dict[str, Any] = {"a": "1", "other": [{"file_path": "q"}]}
    document["file_descriptions"] = [there[p] for p in sorted(there)]
    if seed % 3:
        document["tail"] = [{"b": 1}]
    found = Entries(render(document))
    found.verify()
    wanted: dict[str, Entry | None] = {}
    for _ in range(chance.randint(1, 15)):
        path = chance.choice(sorted(there)) if there and chance.random() < 0.5 else some_path()
        wanted[path] = None if chance.random() < 0.35 else odd(path, chance.randint(10, 20))
    assert found.some(wanted) == {p: there[p] for p in wanted if p in there}
    after = {p: e for p, e in {**there, **wanted}.items() if e is not None}
    document["file_descriptions"] = [after[p] for p in sorted(after)]
    out = bytes(found.put(found.around(), wanted))
    assert out == render(document)
    again = Entries(out)
    assert [again.pointer(p) for p in sorted(after)] == [f"/file_descriptions/{n}" for n in range(len(after))]


@pytest.mark.parametrize(
    "raw",
    [
        b'{\n  "file_descriptions": [{"file_path": "a"}]\n}\n',
        render({"file_descriptions": [{"file_path": "b"}, {"file_path": "a"}]}),
        render({"file_descriptions": [{"file_path": "a"}, {"file_path": "a"}]}),
        render({"file_descriptions": [{"file_name": "a"}]}),
        render({"file_descriptions": ["a"]}),
        render({"file_descriptions": [{"file_path": 1}]}),
        render({"file_descriptions": [{"file_path": "a"}]}).replace(b'"a"\n', b'"a",\n      "file_path": "a"\n'),
        render({"file_descriptions": {"file_path": "a"}}),
        render({"title": "x"}),
        render({"file_descriptions": [{"file_path": "a"}]})[:-4],
    ],
)  # fmt: skip
def test_what_somebody_else_wrote_is_not_taken_for_ours(raw: bytes) -> None:
    with pytest.raises(NotPlain):
        _read(raw)


def _read(raw: bytes) -> None:
    found = Entries(raw)
    found.around()
    found.verify()


@pytest.fixture
def made(documents: Documents) -> Documents:
    documents.create(STRUCTURAL, structural(entry("b"), entry("d")), actor=ADA, subject="new")
    return documents


def paths_in(root: Path) -> list[str]:
    return [e["file_path"] for e in parse((root / STRUCTURAL.path).read_bytes())["file_descriptions"]]


def test_entries_are_put_in_their_places(made: Documents, root: Path, sink: Remembering) -> None:
    saved = made.apply_entries(wanting(c=entry("c"), a=entry("a"), d=None), actor=BOB)
    assert paths_in(root) == ["a", "b", "c"]
    document = made.read(STRUCTURAL)
    assert document.raw == render(document.content)
    write = sink.writes[-1]
    assert (document.sha256, saved.sha256, bytes(write.content)) == (write.sha256, write.sha256, document.raw)
    assert write.previous_sha256 == sink.writes[0].sha256
    assert (document.content["created_by"], document.content["last_modified_by"]) == ("ada", "bob")
    assert saved.entries == {"a": entry("a"), "c": entry("c")}


def test_nothing_is_written_when_the_entries_stay_as_they_are(
    made: Documents, root: Path, sink: Remembering
) -> None:
    before = (root / STRUCTURAL.path).read_bytes()
    saved = made.apply_entries(wanting(b=entry("b"), x=None), actor=BOB)
    assert (root / STRUCTURAL.path).read_bytes() == before
    assert (len(sink.writes), saved.sha256) == (1, sink.writes[0].sha256)


def test_an_invalid_entry_is_refused_with_its_place(made: Documents, root: Path) -> None:
    before = (root / STRUCTURAL.path).read_bytes()
    with pytest.raises(Invalid) as refused:
        made.apply_entries(wanting(c={**entry("c"), "file_size_bytes": "many"}), actor=BOB)
    assert [e["pointer"] for e in refused.value.errors] == ["/file_descriptions/1/file_size_bytes"]
    assert (root / STRUCTURAL.path).read_bytes() == before


def test_a_document_that_is_not_there_is_made(documents: Documents, root: Path) -> None:
    edit = wanting(c=entry("c"))
    document = entries.whole(edit).apply(structural())
    documents.create(STRUCTURAL, structural(), actor=ADA, subject="new")
    documents.apply_entries(edit, actor=ADA)
    assert parse((root / STRUCTURAL.path).read_bytes())["file_descriptions"] == document["file_descriptions"]


def test_a_document_written_by_hand_keeps_what_is_in_it(made: Documents, root: Path) -> None:
    path = root / STRUCTURAL.path
    content = parse(path.read_bytes())
    content["mine"] = {"kept": 1.50}
    path.write_bytes(orderless(content))
    made.apply_entries(wanting(c=entry("c")), actor=BOB)
    after = made.read(STRUCTURAL).content
    assert after["mine"] == {"kept": 1.5}
    assert paths_in(root) == ["b", "c", "d"]


def orderless(content: dict[str, Any]) -> bytes:
    import json

    entries_ = list(reversed(content["file_descriptions"]))
    return json.dumps({**content, "file_descriptions": entries_}, indent=7).encode()


def test_a_change_past_us_within_the_same_instant_is_seen(made: Documents, root: Path) -> None:
    made.apply_entries(wanting(c=entry("c")), actor=BOB)
    path = root / STRUCTURAL.path
    raw = path.read_bytes()
    with path.open("r+b") as file:  # the same size and inode
        file.write(raw.replace(b'"file_path": "b"', b'"file_path": "z"'))
    made.apply_entries(wanting(e=entry("e")), actor=BOB)
    assert paths_in(root) == ["c", "d", "e", "z"]


def test_some_entries_are_read_without_the_others(made: Documents, root: Path) -> None:
    assert made.entries(STRUCTURAL, ["d", "x"]) == {"d": entry("d")}
    path = root / STRUCTURAL.path
    path.write_bytes(orderless(parse(path.read_bytes())))
    assert made.entries(STRUCTURAL, ["d", "x"]) == {"d": entry("d")}
