"""Public schemas of other communities as templates: each works, or is refused with a reason a person understands."""

import json
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from mdjourney_backend.schemas import SchemaManager
from mdjourney_backend.schemas.skeleton import skeleton

Override = Callable[[str, Any], Path]
VENDORED = "check_jsonschema/builtin_schemas/vendor"
#: schema -> the package it is installed with, its place there, and what the refusal says (None: it works as it is).
PUBLIC: dict[str, tuple[str, str, str | None]] = {
    "citation_cff": (VENDORED, "citation-file-format.json", "the schema is closed"),
    "datacite_4_0": ("datacite/schemas", "datacite-v4.0.json", "the draft is too old"),
    "datacite_4_1": ("datacite/schemas", "datacite-v4.1.json", "the draft is too old"),
    "datacite_4_2": ("datacite/schemas", "datacite-v4.2.json", None),
    "datacite_4_3": ("datacite/schemas", "datacite-v4.3.json", "the schema is closed"),
    "datacite_4_5": ("datacite/schemas", "datacite-v4.5.json", "the schema is closed"),
    "prov_json": ("prov/tests/schemas", "prov-json.schema.json", "the draft is too old"),
    "prov_jsonld": ("prov/tests/schemas", "prov-jsonld.schema.json", "only the whole schema may have an $id"),
    "compose": (VENDORED, "compose-spec.json", "cannot stand together with patternProperties"),
    "codecov": (VENDORED, "codecov.json", None),
    "dependabot": (VENDORED, "dependabot.json", "the schema is closed"),
    "readthedocs": (VENDORED, "readthedocs.json", "the schema is closed"),
    "meltano": (VENDORED, "meltano.json", "no keyword of JSON Schema"),
    "renovate": (VENDORED, "renovate.json", "contains itself more than once"),
}
CLOSED = [name for name, (_, _, says) in PUBLIC.items() if says == "the schema is closed"]


def body(name: str) -> dict[str, Any]:
    folder, file, _ = PUBLIC[name]
    package, _, below = folder.partition("/")
    spec = find_spec(package)
    assert spec is not None
    assert spec.submodule_search_locations
    read: dict[str, Any] = json.loads((Path(spec.submodule_search_locations[0]) / below / file).read_bytes())
    return read


def run_document(template: str) -> dict[str, Any]:
    base = SchemaManager(Path("/nonexistent")).resolve("experiment_contextual").body
    return {**skeleton("experiment_contextual", base), "experiment_template_type": template}


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_schema_works_or_is_refused_in_words(
    manager: SchemaManager, override: Override, name: str
) -> None:
    says = PUBLIC[name][2]
    override(f"contextual/{name}", body(name))
    schema = manager.resolve(f"contextual/{name}")
    if says is None:
        assert (schema.source, schema.problem) == ("local", None)
    else:
        assert schema.source == "packaged"
        assert schema.problem is not None
        assert says in schema.problem
    assert name in manager.templates()
    # refused or not: a run of it can be written, and is judged
    assert manager.assess(f"contextual/{name}", run_document(name)).valid


@pytest.mark.parametrize("name", CLOSED)
def test_a_closed_schema_works_once_it_is_opened_as_the_refusal_says(
    manager: SchemaManager, override: Override, name: str
) -> None:
    opened = {k: v for k, v in body(name).items() if k != "additionalProperties"}
    override(f"contextual/{name}", opened)
    schema = manager.resolve(f"contextual/{name}")
    assert (schema.source, schema.problem) == ("local", None)
    found = manager.assess(f"contextual/{name}", run_document(name))
    assert found.valid
    owed = {m["pointer"] for m in found.missing}
    assert {f"/{key}" for key in opened.get("required", [])} <= owed


def test_what_a_public_schema_says_of_a_field_is_asserted(manager: SchemaManager, override: Override) -> None:
    override("contextual/datacite_4_2", body("datacite_4_2"))
    wrong = {**run_document("datacite_4_2"), "publicationYear": 2026, "titles": []}
    found = {f["pointer"] for f in manager.assess("contextual/datacite_4_2", wrong).errors}
    assert {"/publicationYear", "/titles"} <= found
