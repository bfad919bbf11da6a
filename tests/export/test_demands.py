"""A record gives an export or says which field stands in the way; nothing in between."""

import copy
import json
from typing import Any

import pytest
from datacite import schema45
from export.records import documents, record

from mdjourney_backend.export import FORMATS, Incomplete, datacite, export, lacking

#: What the system fills in every document; it is never absent.
SYSTEM = {
    "project_identifier",
    "dataset_identifier",
    "experiment_identifier_run_id",
    "birth_timestamp",
    "file_descriptions",
    "instrument_unique_identifier",
}
FIELDS = [
    (name, field)
    for name, content in documents().items()
    for field in (content[0] if isinstance(content, list) else content)
    if field not in SYSTEM
]


def without(name: str, field: str, instead: Any = None) -> dict[str, Any]:
    docs = copy.deepcopy(documents())
    target = docs[name][0] if name == "instruments" else docs[name]
    if instead is None:
        del target[field]
    else:
        target[field] = instead
    return record(docs)


@pytest.mark.parametrize(("name", "field"), FIELDS)
def test_a_record_without_one_field_is_exported_or_refused_by_name(name: str, field: str) -> None:
    made = without(name, field)
    for target in FORMATS:
        required = [i for i in lacking(made, target) if i["level"] == "required"]
        if required:
            with pytest.raises(Incomplete):
                export(made, target)
            assert f"/{field}" in {i["pointer"] for i in required}
        else:
            assert export(made, target).content
            if target == "datacite":
                assert not list(schema45.validator.iter_errors(json.loads(export(made, target).content)))


EMPTIED = [(n, f) for n, f in FIELDS if n != "instruments" and not isinstance(documents()[n][f], bool)]


@pytest.mark.parametrize(("name", "field"), EMPTIED)
def test_an_emptied_field_is_no_worse_than_an_absent_one(name: str, field: str) -> None:
    given = documents()[name][field]
    empty: Any = type(given)()
    made = without(name, field, empty)
    for target in FORMATS:
        if not any(i["level"] == "required" for i in lacking(made, target)):
            assert export(made, target).content


@pytest.mark.parametrize("field", ["dataset_title", "dataset_abstract", "license", "access_level"])
def test_what_every_target_needs_is_required_by_every_target(field: str) -> None:
    made = without("administrative", field)
    for target in FORMATS:
        assert (f"/{field}", "required") in {(i["pointer"], i["level"]) for i in lacking(made, target)}


def test_a_whole_record_lacks_nothing_a_target_requires(whole: Any) -> None:
    for target in FORMATS:
        assert all(i["level"] == "recommended" for i in lacking(whole, target))
    assert lacking(whole, "prov") == lacking(whole, "jsonld") == lacking(whole, "datacite") == []


def test_required_things_come_first(least: Any) -> None:
    levels = [i["level"] for i in lacking(least, "datacite")]
    assert levels[0] == "required"
    assert levels == sorted(levels, key=lambda level: level != "required")


def test_a_type_datacite_does_not_know_is_said_and_written_as_other() -> None:
    docs = documents()
    docs["structural"]["dataset_type"] = "Zoo"
    made = record(docs)
    assert "/dataset_type" in {i["pointer"] for i in lacking(made, "datacite")}
    assert datacite.metadata(made)["types"]["resourceTypeGeneral"] == "Other"
