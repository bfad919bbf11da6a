"""Whatever stands where in a document, it becomes a row or a reason, and no other document waits for it."""

import itertools
import json
import random
from typing import Any

import pytest

from mdjourney_backend.changes import Ref
from mdjourney_backend.layout import Layout
from mdjourney_backend.sync import rebuild
from mdjourney_backend.sync.rows import document_row
from mdjourney_backend.tree import Tree
from mdjourney_store.embedded import Urls

DOCUMENTS: dict[str, dict[str, Any]] = {
    "project_descriptive": {"project_identifier": "p", "project_title": "A", "created_by": "ann", "created_date": "2026-01-02T03:04:05Z"},
    "dataset_administrative": {"dataset_identifier": "d", "associated_project_identifier": "p", "dataset_title": "A", "created_date": "x"},
    "dataset_structural": {
        "dataset_identifier": "d", "associated_project_identifier": "p",
        "file_descriptions": [{"file_path": "a.csv", "file_size_bytes": 1, "checksum": "0", "status": "present", "version_state": "V1",
                               "file_extension": ".csv", "mime_type": "text/csv", "file_modified_utc": "2026-01-02T03:04:05Z", "role": "raw"}],
    },
    "experiment_contextual": {
        "experiment_identifier_run_id": "r", "dataset_identifier_link": "d", "birth_timestamp": "2026-01-02T03:04:05Z",
        "death_timestamp": "2026-01-02T03:04:05Z", "clean_exit": True, "run_status": "complete", "created_by": "ann",
    },
    "complete_metadata": {
        "version": "2.0", "experiment_identifier": "r", "revision": 1,
        "metadata_components": {"experiment_contextual": {"content": {"dataset_identifier_link": "d"}}},
    },
    "instrument": {"instrument_unique_identifier": "i"},
}  # fmt: skip
INSTEAD: tuple[Any, ...] = (
    [],
    {},
    1,
    None,
    "x",
    [[]],
    [None],
    {"content": []},
    {"experiment_contextual": 5},
    1e308,
    "9" * 400,
)


@pytest.mark.parametrize("kind", list(DOCUMENTS))
def test_a_member_that_is_something_else_is_a_row_or_a_reason(kind: str) -> None:
    whole = DOCUMENTS[kind]
    bent = [{**whole, member: value} for member, value in itertools.product(whole, INSTEAD)]
    bent += [
        {**whole, "file_descriptions": [{**entry, member: value}]}
        for entry in whole.get("file_descriptions", [])
        for member, value in itertools.product(entry, INSTEAD)
    ]
    ref = Ref(kind, f"p/d/.metadata/{kind}.json")
    for content in [whole, *bent, [], 1, "x"]:
        row = document_row(ref, json.dumps(content).encode(), home_dataset="d")
        assert row.entity is not None or row.problem or row.content is not None or row.entity_id


def test_a_document_nested_beyond_reason_is_told() -> None:
    deep = b'{"project_identifier": "p", "a": ' + b"[" * 5000 + b"]" * 5000 + b"}"
    assert document_row(Ref("project_descriptive", "p/.metadata/project_descriptive.json"), deep).problem


def test_what_the_database_refuses_stops_no_other_document(lab: Any, urls: Urls, rows: Any) -> None:
    project = lab.project()
    lab.dataset(project)
    lab.dataset(project, "p_Study/d_Bad")
    path = "p_Study/d_Bad/.metadata/dataset_structural.json"
    content = json.loads((lab.root / path).read_text())
    content["file_descriptions"][0]["file_path"] = "".join(
        random.Random(1).choices("abcdefghijklmnopqrstuvwxyz", k=20_000)
    )
    lab.write(path, content)
    refused = rebuild(Tree(lab.root, Layout()), urls.backend_url, lab.origin).refused
    assert list(refused) == [path]
    assert len(rows("SELECT 1 FROM file_entry")) == 2
    assert (
        "refused by the database"
        in rows("SELECT problem FROM metadata_document WHERE rel_path = %s", path)[0]["problem"]
    )
