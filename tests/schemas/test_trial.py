"""Trying a schema before it counts."""

import json
from pathlib import Path
from typing import Any

import pytest

from mdjourney_backend.schemas import BrokenOverride, SchemaManager, lint
from mdjourney_backend.schemas.skeleton import skeleton
from mdjourney_contract.problems import NotFound

PROJECT = "https://mdjourney.invalid/schemas/project_descriptive"


def complete(manager: SchemaManager, **more: Any) -> dict[str, Any]:
    body = manager.resolve("project_descriptive").body
    owed = {key: body["properties"][key]["examples"][0] for key in body["x-required-to-complete"]}
    return {**skeleton("project_descriptive", body), **owed, **more}


def test_an_admin_is_told_how_many_documents_would_become_incomplete(manager: SchemaManager) -> None:
    candidate = {
        "allOf": [{"$ref": PROJECT}],
        "properties": {"cost_centre": {"type": "string"}},
        "required": ["cost_centre"],
    }
    documents = [complete(manager, cost_centre="4711") for _ in range(28)]
    documents += [complete(manager) for _ in range(11)] + [complete(manager, cost_centre=4711)]
    impact = manager.impact("project_descriptive", candidate, documents)
    assert impact.sentence == "11 of 40 documents would become incomplete, 1 invalid"
    assert impact.incomplete == list(range(28, 39))
    assert manager.resolve("project_descriptive").source == "packaged"


def test_a_candidate_that_cannot_be_used_is_refused_with_every_reason(manager: SchemaManager) -> None:
    with pytest.raises(BrokenOverride) as refused:
        manager.check(
            "project_descriptive", {"propertys": {}, "requird": [], "properties": {"a": {"pattern": "(?=x)"}}}
        )
    assert {e["pointer"] for e in refused.value.errors} == {"/propertys", "/requird", "/properties/a/pattern"}


def test_a_file_is_linted_under_the_name_it_would_have(tmp_path: Path) -> None:
    good = tmp_path / "project_descriptive.json"
    good.write_text(json.dumps({"allOf": [{"$ref": PROJECT}]}))
    assert (lint(good).name, lint(good).ok) == ("project_descriptive", True)
    template = tmp_path / "western_blot.json"
    template.write_text('{"additionalProperties": false}')
    found = lint(template)
    assert (found.name, found.ok) == ("contextual/western_blot", False)
    assert "the schema is closed" in found.findings[0].message
    with pytest.raises(NotFound):
        lint(tmp_path / "absent.json")
