"""Triggers 3 and 5 as pure plans: what a run starts with, and what its record marks."""

from datetime import UTC, datetime
from typing import Any

import pytest

from mdjourney_backend.triggers import t3_context, t5_finalize
from mdjourney_contract.people import Identity

AT = datetime(2026, 11, 1, tzinfo=UTC)
NOBODY = Identity(user_id="ada")
FIELDS = (
    "experimenters",
    "links_to_raw_data_files",
    "instrument_used_link",
    "instrument_settings_run_parameters",
    "software_used_acquisition_analysis",
    "protocol_references",
)
SCHEMA = {"properties": {name: {} for name in FIELDS}}


def entry(path: str, **more: Any) -> dict[str, Any]:
    return {
        "file_path": path,
        "file_identifier": path,
        "checksum": path,
        "status": "present",
        "version_state": "V1",
        **more,
    }


def started(entries: list[dict[str, Any]], actor: Identity = NOBODY, **more: Any) -> dict[str, Any]:
    known = {k: more.pop(k) for k in ("previous", "instruments", "schema") if k in more}
    change = t3_context.RunStarts("r", "p_A/d", "t", AT, actor, **more)
    structural = {"dataset_identifier": "d", "file_descriptions": entries}
    (edit,) = t3_context.plan(change, structural=structural, **{"schema": SCHEMA, **known})
    return edit.apply(None)


def test_what_nobody_knows_is_absent() -> None:
    assert set(started([])) == {
        "experiment_identifier_run_id",
        "experiment_template_type",
        "dataset_identifier_link",
        "run_status",
        "birth_timestamp",
    }


@pytest.mark.parametrize(
    ("actor", "experimenters"),
    [
        (Identity(user_id="ada"), None),
        (Identity(user_id="ada", name="Ada"), [{"name": "Ada"}]),
        (Identity(user_id="ada", name="Ada", email="a@b.org"), [{"name": "Ada", "email": "a@b.org"}]),
    ],
)
def test_an_account_without_a_name_is_no_experimenter(actor: Identity, experimenters: object) -> None:
    assert started([], actor).get("experimenters") == experimenters


def test_files_tell_settings_they_agree_on_and_software_once() -> None:
    tiff = {"acquisition_software": {"name": "ZEN", "version": "3"}}
    found = started(
        [
            entry("a", instrument_settings={"gain": 2, "zoom": 1}, **tiff),
            entry("b", instrument_settings={"gain": 2, "zoom": 4}, **tiff),
            entry("c", status="removed", instrument_settings={"gain": 9}),
        ]
    )
    assert found["instrument_settings_run_parameters"] == {"gain": 2}
    assert found["software_used_acquisition_analysis"] == [{"name": "ZEN", "version": "3"}]
    assert found["links_to_raw_data_files"] == ["a", "b"]


@pytest.mark.parametrize(
    ("detected", "link"),
    [
        ({"manufacturer": "Z", "model": "M", "serial_number": "2"}, ["two"]),
        ({"manufacturer": "Z", "model": "M", "serial_number": "9"}, None),
        ({"manufacturer": "Z", "model": "M"}, None),
        ({"manufacturer": "Y", "model": "N"}, ["three"]),
        ({"model": "N"}, None),
    ],
)
def test_an_instrument_is_named_only_when_there_is_no_doubt(detected: dict[str, str], link: object) -> None:
    instruments = [
        {
            "instrument_unique_identifier": "one",
            "instrument_manufacturer": "Z",
            "instrument_model": "M",
            "serial_number": "1",
        },
        {
            "instrument_unique_identifier": "two",
            "instrument_manufacturer": "Z",
            "instrument_model": "M",
            "serial_number": "2",
        },
        {"instrument_unique_identifier": "three", "instrument_manufacturer": "Y", "instrument_model": "N"},
    ]
    found = started([entry("a", instrument_detected=detected)], instruments=instruments)
    assert found.get("instrument_used_link") == link


def test_the_last_run_gives_its_protocol_but_not_its_notes() -> None:
    previous = {"protocol_references": [{"title": "P"}], "experimenter_notes_observations": "n"}
    found = started([], previous=previous)
    assert found["protocol_references"] == [{"title": "P"}]
    assert "experimenter_notes_observations" not in found


def test_a_template_without_a_field_is_not_given_it() -> None:
    assert "links_to_raw_data_files" not in started([entry("a")], schema={"properties": {}})


@pytest.mark.parametrize(
    ("context", "covered"),
    [
        ({}, ["a", "b"]),
        ({"links_to_raw_data_files": ["a"]}, ["a"]),
        ({"links_to_raw_data_files": ["https://example.org/x"]}, ["a", "b"]),
        ({"output_files": [{"file_path": "b"}]}, ["b"]),
        ({"links_to_raw_data_files": ["gone"]}, ["a", "b"]),
    ],
)
def test_a_run_covers_the_files_it_names_or_all(context: dict[str, Any], covered: list[str]) -> None:
    structural = {"file_descriptions": [entry("a"), entry("b"), entry("gone", status="removed")]}
    assert [e["file_path"] for e in t5_finalize.covered_entries(structural, context)] == covered
    assert t5_finalize.covered_number(iter(structural["file_descriptions"]), context) == len(covered)


def test_a_file_that_changed_since_the_record_is_not_marked() -> None:
    structural = {"file_descriptions": [entry("a"), entry("b", checksum="other")]}
    marked = t5_finalize.marked({"a": "a", "b": "b"}, "r.json", structural)["file_descriptions"]
    assert [e["version_state"] for e in marked] == ["V2", "V1"]
    assert structural["file_descriptions"][0]["version_state"] == "V1"


def test_a_death_and_a_verdict_written_before_stay() -> None:
    ended = {"death_timestamp": "2026-01-01T00:00:00Z", "clean_exit": False, "run_status": "open"}
    assert t5_finalize.finished_context(ended, AT) == {**ended, "run_status": "complete"}
