"""What every packaged schema promises: words and true examples on each field, valid and completable documents."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mdjourney_backend.schemas import SchemaManager
from mdjourney_backend.schemas.bundle import bundled
from mdjourney_backend.schemas.dialect import Checker
from mdjourney_backend.schemas.faults import split
from mdjourney_backend.schemas.flatten import resolved, walk
from mdjourney_backend.schemas.skeleton import skeleton, written_by_the_system
from mdjourney_contract.data import packaged_schemas

FOLDER = packaged_schemas()
NAMES = SchemaManager(Path("/nonexistent")).names()
TEMPLATES = [name for name in NAMES if name.startswith("contextual/")]
FIELDS = {
    "project_descriptive": "project_identifier project_title project_description principal_investigator contributing_researchers funding_sources originating_institution originating_institution_ror originating_laboratory data_collection_method_summary project_data_storage_strategy project_timeline_summary project_start_date project_end_date project_keywords project_status derived_from",
    "dataset_administrative": "dataset_identifier associated_project_identifier dataset_title dataset_abstract data_steward_contact_person license access_level access_conditions_contact embargo_end_date date_published_released ethics_approval_references consent_framework_summary data_sensitivity_classification anonymization_method data_retention_schedule recommended_citation link_to_documentation preservation_location",
    "dataset_structural": "dataset_identifier associated_project_identifier dataset_version dataset_type dataset_keywords date_created related_publications data_structure_description link_to_data_dictionary data_compression_method software_to_read_access_data variables file_descriptions derived_from",
    "file_technical": "file_identifier file_path file_name file_extension file_type_os file_size_bytes checksum checksum_algorithm file_permissions file_owner file_created_utc file_modified_utc file_accessed_utc file_metadata_changed_utc mime_type encoding data_format_standard pronom_id dimensions bit_depth channels number_of_records columns instrument_settings acquisition_software instrument_detected role file_description status version_state complete_metadata previous_paths symlink_target",
    "instrument_technical": "instrument_unique_identifier instrument_name instrument_type instrument_manufacturer instrument_manufacturer_ror instrument_model serial_number key_hardware_specifications core_software_firmware_version location owner link_to_calibration_maintenance_log date_acquired_installed alternate_identifiers",
    "experiment_contextual": "experiment_identifier_run_id experiment_template_type dataset_identifier_link experiment_name experiment_dates experimenters protocol_references protocol_deviations unique_sample_batch_identifiers sample_source_description sample_treatment_conditions sample_preparation_details instrument_used_link instrument_settings_run_parameters software_used_acquisition_analysis software_parameters_script_used reagent_kit_details quality_control_metrics qc_assessment links_to_raw_data_files experimenter_notes_observations run_status birth_timestamp death_timestamp clean_exit",
    "contextual/computational_workflow": "command exit_status working_directory code_version environment parameters input_files output_files resource_usage standard_output_tail standard_error_tail",
    "complete_metadata": "version experiment_identifier revision previous data_objects metadata_components metadata_relationships metadata_validation metadata_provenance exports",
}  # fmt: skip
AUDIT = {"$schema", "schema_version", "created_by", "created_date", "last_modified_by", "last_modified_date"}


def body_of(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return loaded


def fields(body: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field and every entry of a list, wherever it is declared; not the conditions."""
    for path, node in walk(body):
        condition = {"if", "then", "else", "allOf"} & {str(part) for part in path}
        if (path and not condition and path[-2:-1] in {("properties",), ("$defs",)}) or path[-1:] == (
            "items",
        ):
            yield "/".join(map(str, path)), node


@pytest.mark.parametrize("name", NAMES)
def test_each_field_has_words_and_examples_that_its_own_schema_accepts(name: str) -> None:
    body = body_of(name)
    for path, field in fields(body):
        whole = resolved(body, field)
        assert whole.get("title"), path
        assert whole.get("examples"), path
        if "properties" in path.split("/")[-2:]:
            assert whole.get("description"), path
        checker = Checker({**field, "$defs": body["$defs"]})
        for example in whole["examples"]:
            assert not checker.errors(example), (path, example)


@pytest.mark.parametrize("name", NAMES)
def test_hints_say_group_order_and_who_fills_each_top_level_field(name: str) -> None:
    body = body_of(name)
    orders = [field["x-order"] for field in body["properties"].values()]
    assert orders == sorted(set(orders))
    for key, field in body["properties"].items():
        assert field["x-filled-by"] in ("system", "person", "file"), key
        assert field.get("x-group") or name == "complete_metadata", key


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_of_the_specification_is_there(name: str) -> None:
    declared = set(body_of(name)["properties"])
    assert set(FIELDS[name].split()) <= declared
    if name not in ("file_technical", "complete_metadata"):
        assert declared >= AUDIT


@pytest.mark.parametrize("name", NAMES)
def test_the_system_fills_what_is_required_and_people_what_is_owed(name: str) -> None:
    properties = body_of(name)["properties"]
    assert {properties[key]["x-filled-by"] for key in body_of(name)["required"]} <= {"system", "file"}
    assert {properties[key]["x-filled-by"] for key in body_of(name).get("x-required-to-complete", [])} <= {
        "person"
    }


@pytest.mark.parametrize("name", NAMES)
def test_what_the_system_writes_is_valid_at_once(name: str, manager: SchemaManager) -> None:
    for document in written_by_the_system(name, manager.resolve(name).body):
        assert manager.assess(name, document).errors == []


@pytest.mark.parametrize("name", NAMES)
def test_no_schema_refers_to_anything_outside_itself(name: str) -> None:
    references = [
        node["$ref"] for _, node in walk(body_of(name)) if isinstance(node, dict) and "$ref" in node
    ]
    assert all(reference.startswith("#/$defs/") for reference in references)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_shows_all_fields_of_its_base_at_the_top(name: str) -> None:
    base, template = body_of("experiment_contextual"), body_of(name)
    assert set(base["properties"]) < set(template["properties"])
    assert set(base["required"]) <= set(template["required"])
    assert set(base["x-required-to-complete"]) < set(template["x-required-to-complete"])
    assert "allOf" not in template


def test_the_files_are_what_their_sources_make() -> None:
    made = bundled(FOLDER)
    assert set(made) == {f"{name}.json" for name in NAMES}
    for name, text in made.items():
        assert (FOLDER / name).read_bytes() == text, f"{name}: run python -m mdjourney_backend.schemas.bundle"


def test_a_third_party_validator_accepts_schemas_and_skeletons(tmp_path: Path) -> None:
    tool = [sys.executable, "-m", "check_jsonschema"]
    paths = [str(FOLDER / f"{name}.json") for name in NAMES]
    done = subprocess.run([*tool, "--check-metaschema", *paths], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    for name in ("dataset_structural", "contextual/computational_workflow"):
        instance = tmp_path / "document.json"
        instance.write_text(json.dumps(skeleton(name, body_of(name))))
        done = subprocess.run(
            [*tool, "--schemafile", str(FOLDER / f"{name}.json"), str(instance)],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def answer(body: dict[str, Any], document: dict[str, Any], at: str) -> None:
    """Fill the field at a pointer from the schema's first example, as a form would offer it."""
    schema: Any = body
    node: Any = document
    *way, last = split(at)
    for part in way:
        schema = resolved(body, schema)
        schema = schema["items"] if part.isdigit() else schema["properties"][part]
        node = node[int(part)] if part.isdigit() else node.setdefault(part, {})
    node[last] = resolved(body, resolved(body, schema)["properties"][last])["examples"][0]


@pytest.mark.parametrize("name", NAMES)
def test_each_document_can_be_completed_by_answering_what_is_missing(
    name: str, manager: SchemaManager
) -> None:
    body = manager.resolve(name).body
    document = skeleton(name, body)
    for _ in range(3):
        missing = manager.assess(name, document).missing
        for fault in missing:
            answer(body, document, fault["pointer"])
    assert manager.assess(name, document).complete
