"""Many documents saved as one, and what new ones take over from their project."""

import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from documents.conftest import ADA, BOB, Remembering

from mdjourney_backend.changes import Edit, Ref, Write
from mdjourney_backend.documents import Documents, NotTogether, Wanted, editing
from mdjourney_backend.layout import administrative_ref, project_ref
from mdjourney_backend.schemas import SchemaManager
from mdjourney_contract.problems import Invalid

PROJECT_ID = "0d6cbd5e-4ba5-4b43-a2b3-1e9c0a0b0c0d"
DATASET_ID = "7d6cbd5e-4ba5-4b43-a2b3-1e9c0a0b0c0d"
LINKS = {"dataset_identifier": DATASET_ID, "associated_project_identifier": PROJECT_ID}
DEFAULTS = {
    "license": "CC-BY-4.0",
    "data_steward_contact_person": {"name": "Grace", "email": "g@example.org"},
}


def project(documents: Documents, **more: object) -> Ref:
    content = {"project_identifier": PROJECT_ID, **more}
    return documents.create(project_ref("p_A"), content, actor=ADA, subject="new").ref


def dataset(documents: Documents, name: str = "d") -> Ref:
    return documents.create(administrative_ref(f"p_A/{name}"), dict(LINKS), actor=BOB, subject="new").ref


def wanted(ref: Ref, pointer: str, value: object, etag: str | None = None) -> Wanted:
    return Wanted(Edit(ref, editing.set_fields(ref.kind, {pointer: value}), "many"), etag)


def test_a_new_dataset_begins_with_the_defaults_of_its_project(documents: Documents) -> None:
    project(documents, dataset_defaults=DEFAULTS)
    content = documents.read(dataset(documents)).content
    assert {k: content[k] for k in DEFAULTS} == DEFAULTS
    assert content["created_by"] == "bob"


def test_a_dataset_that_an_edit_makes_begins_with_them_too(documents: Documents) -> None:
    project(documents, dataset_defaults=DEFAULTS)
    edit = Edit(administrative_ref("p_A/d"), lambda before: before or dict(LINKS), "p_A/d: new")
    content = documents.apply(edit, actor=BOB).content
    assert {k: content[k] for k in DEFAULTS} == DEFAULTS


def test_a_dataset_that_is_there_keeps_its_answers(documents: Documents, root: Path) -> None:
    (root / "p_A/e").mkdir()
    first = dataset(documents)
    ref = project(documents)
    documents.apply(wanted(ref, "/dataset_defaults", DEFAULTS).edit, actor=ADA)
    assert "license" not in documents.read(first).content
    assert documents.read(dataset(documents, "e")).content["license"] == "CC-BY-4.0"


def test_defaults_that_make_no_valid_dataset_are_left_out(documents: Documents, root: Path) -> None:
    project(documents)
    path = root / "p_A/.metadata/project_descriptive.json"
    path.write_text(
        f'{{"project_identifier": "{PROJECT_ID}", "dataset_defaults": {{"license": "nonsense"}}}}'
    )
    assert "license" not in documents.read(dataset(documents)).content


def test_an_access_level_is_never_taken_over(documents: Documents) -> None:
    project(documents, dataset_defaults={"access_level": "Public", "license": "MIT"})
    content = documents.read(dataset(documents)).content
    assert ("access_level" in content, content["license"]) == (False, "MIT")


class Whole(Remembering):
    """A sink that is told of several writes at once."""

    together: list[list[Write]]

    def written_together(self, writes: list[Write]) -> None:
        self.together = [*getattr(self, "together", []), list(writes)]


def test_documents_saved_as_one_are_told_of_once_with_one_moment(root: Path) -> None:
    sink = Whole()
    documents = Documents(root, SchemaManager(root), sink)
    refs = [project(documents), dataset(documents)]
    titles = {"project_descriptive": "/project_title", "dataset_administrative": "/dataset_title"}
    saved = documents.all_or_none([wanted(r, titles[r.kind], "T") for r in refs], actor=ADA)
    assert [len(w) for w in sink.together] == [2]
    assert len({w.at for w in sink.together[0]}) == 1
    assert [p.ref for p in saved] == refs
    again = documents.all_or_none([wanted(r, titles[r.kind], "T") for r in refs], actor=ADA)
    assert again == []


def test_one_stale_or_invalid_document_stops_all(documents: Documents, sink: Remembering, root: Path) -> None:
    refs = [project(documents), dataset(documents)]
    before = {r: (root / r.path).read_bytes() for r in refs}
    told = len(sink.writes)
    for bad in (wanted(refs[1], "/license", "nonsense"), wanted(refs[1], "/dataset_title", "x", '"old"')):
        with pytest.raises(NotTogether) as refused:
            documents.all_or_none([wanted(refs[0], "/project_title", "T"), bad], actor=ADA)
        assert [e["document"] for e in refused.value.errors] == [refs[1].path]
    assert {r: (root / r.path).read_bytes() for r in refs} == before
    assert len(sink.writes) == told


def test_two_who_save_the_same_documents_in_another_order_do_not_lock_each_other_out(
    documents: Documents,
) -> None:
    refs = [project(documents), dataset(documents)]

    def many(order: list[Ref], who: str) -> None:
        for number in range(20):
            documents.all_or_none([wanted(r, "/note", f"{who}{number}") for r in order], actor=ADA)

    threads = [threading.Thread(target=many, args=(o, w)) for o, w in ((refs, "a"), (refs[::-1], "b"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(t.is_alive() for t in threads)
    assert len({documents.read(r).content["note"] for r in refs}) == 1


def test_nothing_is_saved_where_a_document_does_not_lie_any_more(documents: Documents, root: Path) -> None:
    (root / "p_A/e").mkdir()
    refs = [dataset(documents), dataset(documents, "e")]
    edits = [wanted(r, "/dataset_title", "T") for r in refs]
    seen = [documents.proposed(e, actor=ADA) for e in edits]
    edits = [replace(e, folder=p.folder) for e, p in zip(edits, seen, strict=True)]
    (root / "p_A/e").rename(root / "p_A/moved")
    for lies_there in ("nothing", "its copy"):
        if lies_there == "its copy":
            shutil.copytree(root / "p_A/moved", root / "p_A/e")
        with pytest.raises(NotTogether) as refused:
            documents.all_or_none(edits, actor=ADA)
        assert [e["document"] for e in refused.value.errors] == [refs[1].path], lies_there
    assert not any(b"dataset_title" in p.read_bytes() for p in root.glob("p_A/*/.metadata/*.json"))


@pytest.mark.parametrize(
    ("values", "after"),
    [
        ({"/a": 1}, {"a": 1, "l": [{"x": 1}, {"x": 2}], "o": {"k": "v"}}),
        ({"/o/k": None}, {"l": [{"x": 1}, {"x": 2}], "o": {}}),
        ({"/l/0": None, "/l/1/x": 9}, {"l": [{"x": 9}], "o": {"k": "v"}}),
        ({"/l/2/x": 3}, {"l": [{"x": 1}, {"x": 2}, {"x": 3}], "o": {"k": "v"}}),
        ({"/n/0/x": 1}, {"l": [{"x": 1}, {"x": 2}], "o": {"k": "v"}, "n": [{"x": 1}]}),
        ({"/gone/deep": None}, {"l": [{"x": 1}, {"x": 2}], "o": {"k": "v"}}),
    ],
)
def test_fields_are_set_by_pointer(values: dict[str, object], after: dict[str, object]) -> None:
    before = {"l": [{"x": 1}, {"x": 2}], "o": {"k": "v"}}
    assert editing.set_fields("", values)(before) == after
    assert before == {"l": [{"x": 1}, {"x": 2}], "o": {"k": "v"}}


@pytest.mark.parametrize(
    "pointer", ["", "a", "/l/7", "/o/k/deeper", "/created_by", "/$schema", "/file_descriptions"]
)
def test_a_pointer_that_leads_nowhere_is_refused(pointer: str) -> None:
    with pytest.raises(Invalid):
        editing.set_fields("", {pointer: 1})({"l": [1], "o": {"k": "v"}})
