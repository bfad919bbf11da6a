"""Saving documents: audit, validation, ETags, order, what is kept."""

import json
import subprocess
from pathlib import Path

import jsonschema
import pytest
from documents.conftest import ADA, BOB, PROJECT, STRUCTURAL, Remembering, entry, project, structural

from mdjourney_backend.changes import Content, Edit, Ref
from mdjourney_backend.documents import Documents, editing
from mdjourney_backend.schemas import SchemaManager
from mdjourney_contract.problems import Conflict, Invalid, NotFound, Stale


def put(ref: Ref, **fields: object) -> Edit:
    return Edit(ref, lambda before: {**(before or {}), **fields}, "p_A: edit")


def test_a_new_document_is_valid_under_any_validator(documents: Documents, created: Ref, root: Path) -> None:
    written = json.loads((root / created.path).read_text("utf-8"))
    body = SchemaManager(root).resolve("project_descriptive").body
    jsonschema.Draft202012Validator(body).validate(written)
    assert written["created_by"] == written["last_modified_by"] == "ada"
    assert written["$schema"] == SchemaManager(root).resolve("project_descriptive").id
    assert (root / created.path).read_bytes().endswith(b"}\n")


def test_creating_again_leaves_the_document_untouched(documents: Documents, created: Ref, root: Path) -> None:
    before = (root / created.path).read_bytes()
    again = documents.create(created, project(project_identifier="x"), actor=BOB, subject="again")
    assert again.raw == before == (root / created.path).read_bytes()


def test_a_save_moves_last_modified_and_keeps_created(documents: Documents, created: Ref) -> None:
    before = documents.read(created)
    after = documents.apply(
        put(created, project_title="T", created_by="eve"), actor=BOB, if_match=before.etag
    )
    assert (after.content["created_by"], after.content["last_modified_by"]) == ("ada", "bob")
    assert after.content["created_date"] == before.content["created_date"]
    assert after.content["last_modified_date"] > before.content["last_modified_date"]
    assert after.etag != before.etag


def test_a_change_of_nothing_writes_nothing(
    documents: Documents, created: Ref, root: Path, sink: Remembering
) -> None:
    before = (root / created.path).stat()
    documents.apply(put(created, last_modified_by="eve"), actor=BOB)
    assert (root / created.path).stat().st_mtime_ns == before.st_mtime_ns
    assert len(sink.writes) == 1


def test_one_and_true_differ(documents: Documents, created: Ref) -> None:
    documents.apply(put(created, x_flag=1), actor=ADA)
    assert documents.apply(put(created, x_flag=True), actor=ADA).content["x_flag"] is True


def test_the_sink_is_told_of_each_save(documents: Documents, created: Ref, sink: Remembering) -> None:
    first = documents.read(created)
    second = documents.apply(put(created, project_title="T"), actor=BOB)
    write = sink.writes[1]
    assert (write.previous_sha256, write.sha256, write.content) == (first.sha256, second.sha256, second.raw)
    assert (write.actor, write.subject) == (BOB, "p_A: edit")


def test_a_stale_save_is_refused_and_writes_nothing(documents: Documents, created: Ref) -> None:
    old = documents.read(created).etag
    new = documents.apply(put(created, project_title="T"), actor=ADA, if_match=old)
    with pytest.raises(Stale):
        documents.apply(put(created, project_title="U"), actor=BOB, if_match=old)
    assert documents.read(created).raw == new.raw


def test_an_invalid_save_names_every_fault_and_writes_nothing(documents: Documents, created: Ref) -> None:
    before = documents.read(created)
    with pytest.raises(Invalid) as told:
        documents.apply(
            put(created, project_title=7, project_status="Nonsense"), actor=ADA, if_match=before.etag
        )
    assert {"/project_title", "/project_status"} <= {e["pointer"] for e in told.value.errors}
    assert documents.read(created).raw == before.raw


def test_a_fault_somebody_made_by_hand_does_not_stop_triggers(documents: Documents, root: Path) -> None:
    documents.create(STRUCTURAL, structural(), actor=ADA, subject="new")
    path = root / STRUCTURAL.path
    path.write_text(json.dumps({**json.loads(path.read_text()), "dataset_keywords": 7}))
    etag = documents.read(STRUCTURAL).etag
    documents.apply(put(STRUCTURAL, file_descriptions=[entry("a")]), actor=ADA)
    with pytest.raises(Invalid):
        documents.apply(put(STRUCTURAL, dataset_version="1"), actor=ADA, if_match=etag)


def test_a_broken_entry_is_refused_at_its_place(documents: Documents) -> None:
    documents.create(STRUCTURAL, structural(entry("a")), actor=ADA, subject="new")
    bad = {**entry("b", "cd" * 32), "file_size_bytes": "three"}
    with pytest.raises(Invalid) as told:
        documents.apply(put(STRUCTURAL, file_descriptions=[entry("a"), bad]), actor=ADA)
    assert [e["pointer"] for e in told.value.errors] == ["/file_descriptions/1/file_size_bytes"]


def test_ingest_never_makes_a_form_stale(documents: Documents) -> None:
    etag = documents.create(STRUCTURAL, structural(), actor=ADA, subject="new").etag
    documents.apply(put(STRUCTURAL, file_descriptions=[entry("a")]), actor=BOB)
    assert documents.read(STRUCTURAL).etag == etag
    sent = {"dataset_version": "2", "file_descriptions": []}
    saved = documents.apply(
        Edit(STRUCTURAL, editing.put("dataset_structural", sent), "s"), actor=ADA, if_match=etag
    )
    assert [e["file_path"] for e in saved.content["file_descriptions"]] == ["a"]
    assert saved.content["dataset_version"] == "2"


def test_unknown_keys_survive_and_keys_follow_the_schema(documents: Documents, created: Ref) -> None:
    documents.apply(put(created, x_lab_code="7", project_description="D", project_title="T"), actor=ADA)
    keys = list(documents.read(created).content)
    assert keys.index("project_title") < keys.index("project_description") < keys.index("x_lab_code")


def test_identifiers_cannot_be_typed_over(documents: Documents, created: Ref) -> None:
    etag = documents.read(created).etag
    other = project(project_identifier="11111111-1111-4111-8111-111111111111")
    with pytest.raises(Invalid) as told:
        documents.apply(Edit(created, editing.put(created.kind, other), "s"), actor=ADA, if_match=etag)
    assert told.value.errors[0]["pointer"] == "/project_identifier"
    kept = documents.apply(
        Edit(created, editing.put(created.kind, {"project_title": "T"}), "s"), actor=ADA, if_match=etag
    )
    assert kept.content["project_identifier"] == project()["project_identifier"]


@pytest.mark.parametrize(
    ("target", "change", "result"),
    [
        ({"a": 1, "b": {"c": 2}}, {"b": {"c": None, "d": 3}}, {"a": 1, "b": {"d": 3}}),
        ({"a": [1]}, {"a": {"x": None}}, {"a": {}}),
        ({}, {"a": {"b": None}}, {"a": {}}),
    ],
)
def test_merge_patch_follows_rfc_7396(target: Content, change: Content, result: Content) -> None:
    assert editing.merge_patch(target, change) == result


@pytest.mark.parametrize("pointer", ["/project_title", "/principal_investigator/name", None])
def test_a_field_or_all_comes_back(documents: Documents, created: Ref, pointer: str | None) -> None:
    old = documents.apply(
        put(created, project_title="Old", principal_investigator={"name": "Old"}), actor=ADA
    ).content
    documents.apply(put(created, project_title="New", principal_investigator={"name": "New"}), actor=ADA)
    now = documents.apply(Edit(created, editing.restore(created.kind, old, pointer), "s"), actor=BOB).content
    title, name = now["project_title"], now["principal_investigator"]["name"]
    assert (title, name) == {
        "/project_title": ("Old", "New"),
        "/principal_investigator/name": ("New", "Old"),
        None: ("Old", "Old"),
    }[pointer]
    assert now["created_date"] == old["created_date"]


def test_no_document_is_not_found(documents: Documents) -> None:
    with pytest.raises(NotFound):
        documents.read(PROJECT)
    assert not documents.exists(PROJECT)


@pytest.mark.parametrize("where", ["p_A/.metadata", "p_A/d/.metadata"])
def test_a_linked_metadata_folder_is_never_followed(
    documents: Documents, root: Path, tmp_path: Path, where: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / where).symlink_to(outside)
    ref = Ref("project_descriptive", f"{where}/project_descriptive.json")
    with pytest.raises(Conflict):
        documents.create(ref, project(), actor=ADA, subject="s")
    (outside / "project_descriptive.json").write_text("{}")
    with pytest.raises(Conflict):
        documents.read(ref)
    assert [p.name for p in outside.iterdir()] == ["project_descriptive.json"]


def test_a_linked_document_is_not_read(documents: Documents, root: Path, tmp_path: Path) -> None:
    (root / "p_A/.metadata").mkdir()
    (tmp_path / "secret.json").write_text('{"project_identifier": "secret"}')
    (root / PROJECT.path).symlink_to(tmp_path / "secret.json")
    with pytest.raises(Conflict):
        documents.read(PROJECT)


def test_a_pipe_in_place_of_a_document_does_not_block(documents: Documents, root: Path) -> None:
    (root / "p_A/.metadata").mkdir()
    subprocess.run(["mkfifo", str(root / PROJECT.path)], check=True)
    with pytest.raises(Conflict):
        documents.read(PROJECT)


@pytest.mark.parametrize("part", ["²", "9" * 5000, "-1", "１"])
def test_a_pointer_with_an_odd_number_names_no_item(part: str) -> None:
    assert editing.field({"list": ["a"]}, f"/list/{part}") is editing.ABSENT
    with pytest.raises(Invalid):
        editing.set_fields("project_descriptive", {f"/list/{part}": "b"})({"list": ["a"]})
