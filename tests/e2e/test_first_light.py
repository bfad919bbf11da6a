"""From an empty folder to a described, versioned, catalogued dataset, through every process."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from harness.lab import Lab, Person
from harness.waiting import until

from mdjourney_store.cli import owner_url

ROOT = Path(__file__).parents[2]
CONTENT = {
    "a.csv": b"x,y\n1,2\n",
    "sub/a.csv": b"x,y\n3,4\n5,6\n",
    "notes.txt": "Größe\n".encode("latin-1"),
    "empty.dat": b"",
}


def entries(dataset: Path) -> dict[str, dict[str, Any]]:
    structural = json.loads((dataset / ".metadata/dataset_structural.json").read_text())
    found = {entry["file_path"]: entry for entry in structural["file_descriptions"]}
    assert len(found) == len(structural["file_descriptions"]), "one entry for each path"
    return found


def git(lab: Lab, *args: str) -> str:
    done = subprocess.run(["git", "-C", str(lab.data), *args], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture(scope="module")
def ada(lab: Lab) -> Person:
    person = lab.person()
    assert person.start_session(lab.data).status_code in (201, 202)
    person.ready()
    return person


@pytest.fixture(scope="module")
def dataset(lab: Lab, ada: Person) -> Path:
    folder = lab.data / "p_Study" / "rnaseq_rep1"
    for name, content in CONTENT.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    until(lambda: (folder / ".metadata/dataset_structural.json").exists(), why="the structural document")
    ada.in_step()
    return folder


def test_every_file_is_described_once_with_its_hash_size_and_type(dataset: Path) -> None:
    found = entries(dataset)
    assert set(found) == set(CONTENT)
    for path, content in CONTENT.items():
        assert found[path]["checksum"] == hashlib.sha256(content).hexdigest()
        assert found[path]["file_size_bytes"] == len(content)
        assert found[path]["version_state"] == "V1"
    assert found["a.csv"]["mime_type"] == "text/csv"
    assert found["sub/a.csv"]["number_of_records"] == 2


def test_documents_pass_a_third_party_validator(dataset: Path) -> None:
    documents = {
        "project_descriptive": dataset.parent / ".metadata/project_descriptive.json",
        "dataset_administrative": dataset / ".metadata/dataset_administrative.json",
        "dataset_structural": dataset / ".metadata/dataset_structural.json",
    }
    for name, path in documents.items():
        schema = ROOT / "packaged_schemas" / f"{name}.json"
        command = [sys.executable, "-m", "check_jsonschema", "--schemafile", str(schema), str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_git_names_what_happened_and_who(lab: Lab, dataset: Path) -> None:
    said = git(
        lab, "log", "--format=%B|%an|%cn"
    )  # what was seen together is one commit; its body names the rest
    assert "p_Study/rnaseq_rep1: new dataset" in said
    assert "files" in said
    assert git(lab, "status", "--porcelain") == ""
    assert git(lab, "fsck", "--no-dangling") == ""


def test_dvc_agrees_that_all_is_up_to_date(lab: Lab, dataset: Path) -> None:
    command = [sys.executable, "-m", "dvc", "status", "--json"]
    done = subprocess.run(command, cwd=lab.data, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {}
    tracked = subprocess.run(
        [sys.executable, "-m", "dvc", "list", ".", "-R", "--dvc-only"],
        cwd=lab.data,
        capture_output=True,
        text=True,
        check=True,
    )
    assert {line.split("rnaseq_rep1/", 1)[1] for line in tracked.stdout.splitlines()} == set(CONTENT)


def test_the_store_holds_project_and_people(lab: Lab, ada: Person, dataset: Path) -> None:
    project = json.loads((dataset.parent / ".metadata/project_descriptive.json").read_text())[
        "project_identifier"
    ]
    until(lambda: project in ada.get("/api/catalog/v1/projects").text, why="the project in the catalogue")
    with owner_url(lab.home, None) as url, psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT details ->> 'project_identifier' FROM project_detail WHERE project_id = %s", [project]
        )
        assert row.fetchone() == (project,)
        people = connection.execute("SELECT count(*) FROM user_detail").fetchone()
        assert people
        assert people[0] > 0


def test_what_is_typed_is_saved_by_the_person_and_survives_a_rename(
    lab: Lab, ada: Person, dataset: Path
) -> None:
    identifier = json.loads((dataset / ".metadata/dataset_administrative.json").read_text())[
        "dataset_identifier"
    ]
    url = f"/api/v1/datasets/{identifier}/metadata/dataset_administrative"
    assert ada.save(url, {"dataset_title": "RNA-seq, replicate 1"}).status_code == 200
    before = entries(dataset)
    moved = dataset.rename(dataset.with_name("rnaseq replicate 1"))
    until(
        lambda: (
            ada.get(f"/api/v1/datasets/{identifier}").json().get("path", "").endswith("rnaseq replicate 1")
        ),
    )
    ada.in_step()
    administrative = json.loads((moved / ".metadata/dataset_administrative.json").read_text())
    assert administrative["dataset_identifier"] == identifier
    assert administrative["dataset_title"] == "RNA-seq, replicate 1"
    assert administrative["last_modified_by"].startswith("ada")
    assert {e["file_identifier"] for e in entries(moved).values()} == {
        e["file_identifier"] for e in before.values()
    }
    moved.rename(dataset)
    until(
        lambda: ada.get(f"/api/v1/datasets/{identifier}").json().get("path", "").endswith("rnaseq_rep1"), 30
    )
    ada.in_step()


def test_two_people_saving_fast_make_two_commits_with_two_authors(
    lab: Lab, ada: Person, dataset: Path
) -> None:
    lab.add_user("ben", admin=True)
    ben = lab.person("ben")
    assert ben.start_session(lab.data).status_code in (201, 202)
    ben.ready()
    project = json.loads((dataset.parent / ".metadata/project_descriptive.json").read_text())[
        "project_identifier"
    ]
    url = f"/api/v1/projects/{project}/metadata/project_descriptive"
    assert ada.save(url, {"project_title": "Title by Ada"}).status_code == 200
    assert ben.save(url, {"project_title": "Title by Ben"}).status_code == 200

    def commits() -> list[tuple[str, str]]:
        lines = git(
            lab, "log", "--format=%an|%H", "--", "p_Study/.metadata/project_descriptive.json"
        ).splitlines()
        return [
            (
                line.split("|")[0],
                json.loads(
                    git(lab, "show", line.split("|")[1] + ":p_Study/.metadata/project_descriptive.json")
                ).get("project_title", ""),
            )
            for line in lines
        ]

    until(lambda: len(commits()) >= 3, why="two more commits")
    assert commits()[:2] == [("ben", "Title by Ben"), ("ada", "Title by Ada")]


def test_a_wrong_type_is_refused_with_the_field_named_and_nothing_is_written(
    ada: Person, dataset: Path
) -> None:
    path = dataset.parent / ".metadata/project_descriptive.json"
    before = path.read_bytes()
    identifier = json.loads(before)["project_identifier"]
    answer = ada.save(
        f"/api/v1/projects/{identifier}/metadata/project_descriptive",
        {"project_title": 7, "project_status": "Nope"},
    )
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert {e["pointer"] for e in answer.json()["errors"]} == {"/project_title", "/project_status"}
    assert path.read_bytes() == before


def test_capture_goes_on_after_sign_out_and_files_added_while_down_are_found(
    lab: Lab, ada: Person, dataset: Path
) -> None:
    ada.logout()
    (dataset / "after_sign_out.csv").write_text("a\n1\n")
    until(lambda: "after_sign_out.csv" in entries(dataset), why="a file described while nobody is signed in")
    lab.stop()
    identifiers = {path: entry["file_identifier"] for path, entry in entries(dataset).items()}
    (dataset / "while_down.csv").write_text("a\n2\n")
    lab.start()
    until(lambda: "while_down.csv" in entries(dataset), 60, why="a file added while all was down")
    after = entries(dataset)
    assert {path: after[path]["file_identifier"] for path in identifiers} == identifiers
    assert ada.login("ada").status_code == 200
    ada.start_session(lab.data)
    ada.ready()
    ada.in_step()
