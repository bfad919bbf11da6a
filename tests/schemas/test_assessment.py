"""What is said about a document: every error with its place in words, and what a person still owes."""

from typing import Any

import pytest

from mdjourney_backend.schemas import SchemaManager
from mdjourney_backend.schemas.skeleton import skeleton
from mdjourney_contract.problems import NotFound


def written(manager: SchemaManager, name: str, **more: Any) -> dict[str, Any]:
    return {**skeleton(name, manager.resolve(name).body), **more}


def pointers(faults: list[Any]) -> set[str]:
    return {fault["pointer"] for fault in faults}


def test_every_error_is_told_with_its_pointer_and_in_words(manager: SchemaManager) -> None:
    document = written(
        manager, "project_descriptive", project_title=7, project_status="Nonsense", project_keywords=[1]
    )
    assessment = manager.assess("project_descriptive", document)
    assert not assessment.valid
    messages = {fault["pointer"]: fault["message"] for fault in assessment.errors}
    assert messages == {
        "/project_title": "Project title must be text, not a whole number",
        "/project_status": "Status must be one of Planning, Active, Completed, On Hold, not Nonsense",
        "/project_keywords/0": "Keywords, entry 1 must be text, not a whole number",
    }


def test_missing_answers_are_no_errors(manager: SchemaManager) -> None:
    assessment = manager.assess("project_descriptive", written(manager, "project_descriptive"))
    assert assessment.valid
    assert not assessment.complete
    assert ("/project_title", "Project title", "Project title is needed") in {
        (fault["pointer"], fault["title"], fault["message"]) for fault in assessment.missing
    }


@pytest.mark.parametrize("nothing", [None, "", "   ", [], {}, "TODO", "tbd", "N/A", "<placeholder>", "???"])
def test_no_placeholder_counts_as_an_answer(manager: SchemaManager, nothing: Any) -> None:
    document = written(manager, "project_descriptive", project_title=nothing)
    assert "/project_title" in pointers(manager.assess("project_descriptive", document).missing)


def test_a_person_needs_a_name_and_the_steward_an_address(manager: SchemaManager) -> None:
    document = written(
        manager,
        "dataset_administrative",
        data_steward_contact_person={"name": "Grace Hopper"},
        access_level="Public",
    )
    missing = {f["pointer"]: f["message"] for f in manager.assess("dataset_administrative", document).missing}
    assert missing["/data_steward_contact_person/email"] == "Data steward: E-mail is needed"
    run = written(
        manager, "experiment_contextual", experimenters=[{"name": "Ada"}, {"email": "g@example.org"}]
    )
    missing = {f["pointer"]: f["message"] for f in manager.assess("experiment_contextual", run).missing}
    assert missing["/experimenters/1/name"] == "Experimenters, entry 2: Name is needed"
    assert "/experimenters/0/name" not in missing


@pytest.mark.parametrize(
    ("field", "value", "owed"),
    [
        ("access_level", "Restricted", "/access_conditions_contact"),
        ("access_level", "Embargoed", "/embargo_end_date"),
        ("data_sensitivity_classification", "Confidential", "/anonymization_method"),
        ("data_sensitivity_classification", "PII/PHI", "/anonymization_method"),
    ],
)
def test_a_condition_bites_only_when_it_is_met(
    manager: SchemaManager, field: str, value: str, owed: str
) -> None:
    empty = manager.assess("dataset_administrative", written(manager, "dataset_administrative"))
    assert owed not in pointers(empty.missing)
    public = manager.assess(
        "dataset_administrative",
        written(
            manager, "dataset_administrative", access_level="Public", data_sensitivity_classification="Public"
        ),
    )
    assert owed not in pointers(public.missing)
    met = manager.assess(
        "dataset_administrative", written(manager, "dataset_administrative", **{field: value})
    )
    assert met.valid
    assert owed in pointers(met.missing)


@pytest.mark.parametrize(
    ("name", "change", "where"),
    [
        ("project_descriptive", {"principal_investigator": {"orcid": "https://orcid.org/0000-0002-1825-0098"}}, "/principal_investigator/orcid"),
        ("project_descriptive", {"originating_institution_ror": "https://ror.org/05dxps056"}, "/originating_institution_ror"),
        ("project_descriptive", {"principal_investigator": {"email": "ada at example"}}, "/principal_investigator/email"),
        ("project_descriptive", {"project_start_date": "2026-02-30"}, "/project_start_date"),
        ("project_descriptive", {"created_date": "2026-11-01T10:00:00"}, "/created_date"),
        ("project_descriptive", {"project_identifier": "p1"}, "/project_identifier"),
        ("dataset_administrative", {"license": "CC BY 4.0"}, "/license"),
        ("dataset_administrative", {"link_to_documentation": "docs/readme"}, "/link_to_documentation"),
        ("dataset_administrative", {"data_retention_schedule": {"period": "10 years"}}, "/data_retention_schedule/period"),
        ("experiment_contextual", {"experiment_dates": ["2026-11-02/2026-11-01"]}, "/experiment_dates/0"),
        ("experiment_contextual", {"experiment_dates": ["yesterday"]}, "/experiment_dates/0"),
    ],
)  # fmt: skip
def test_formats_are_asserted(manager: SchemaManager, name: str, change: dict[str, Any], where: str) -> None:
    errors = manager.assess(name, written(manager, name, **change)).errors
    assert pointers(errors) == {where}
    assert errors[0].get("keyword") == "format"


@pytest.mark.parametrize("license_id", ["CC-BY-4.0", "CC0-1.0", "LicenseRef-Lab-Terms", "MIT OR Apache-2.0"])
def test_spdx_licences_and_terms_of_ones_own_are_licences(manager: SchemaManager, license_id: str) -> None:
    assert manager.assess(
        "dataset_administrative", written(manager, "dataset_administrative", license=license_id)
    ).valid


def test_what_the_system_keeps_may_not_be_removed(manager: SchemaManager) -> None:
    document = written(manager, "project_descriptive")
    del document["project_identifier"]
    (error,) = manager.assess("project_descriptive", document).errors
    assert error["pointer"] == "/project_identifier"
    assert error["message"] == "Project identifier is kept by the system and must not be removed"


def test_unknown_fields_are_no_errors(manager: SchemaManager) -> None:
    document = written(manager, "project_descriptive", freezer_shelf="B4")
    assert manager.assess("project_descriptive", document).valid


def test_a_field_has_a_title_by_its_pointer(manager: SchemaManager) -> None:
    assert manager.title_of("project_descriptive", "/principal_investigator/orcid") == "ORCID iD"
    assert manager.title_of("contextual/computational_workflow", "/experimenters/0/name") == "Name"
    assert manager.title_of("project_descriptive", "/freezer_shelf") == "Freezer shelf"


def test_a_template_that_is_gone_is_judged_by_its_base_and_says_so(manager: SchemaManager) -> None:
    document = {**written(manager, "experiment_contextual"), "experiment_template_type": "gone"}
    assessment = manager.assess("contextual/gone", document)
    assert assessment.valid
    assert "no template 'gone'" in str(assessment.schema.problem)
    with pytest.raises(NotFound):
        manager.resolve("contextual/gone")
    with pytest.raises(NotFound):
        manager.assess("nonsense", {})


@pytest.mark.parametrize("name", ["../../etc/passwd", "contextual/../x", "a/b", "", "contextual/", "x" * 200])
def test_a_name_is_never_a_path(manager: SchemaManager, name: str) -> None:
    with pytest.raises(NotFound):
        manager.resolve(name)


def test_entries_are_checked_in_bulk_with_the_same_words(manager: SchemaManager) -> None:
    good = written(manager, "file_technical")
    bad = {**good, "file_size_bytes": "many", "mime_type": "nonsense"}
    faults = manager.assess_entries([good] * 300 + [bad])
    assert set(faults) == {300}
    assert pointers(faults[300]) == {"/file_size_bytes", "/mime_type"}
    structural = written(manager, "dataset_structural", file_descriptions=[good] * 300 + [bad])
    errors = manager.assess("dataset_structural", structural).errors
    assert pointers(errors) == {"/file_descriptions/300/file_size_bytes", "/file_descriptions/300/mime_type"}
