"""DataCite metadata judged by DataCite's JSON schema (4.5) and kernel-4 XSD."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from datacite import schema45
from export.judges import datacite_xsd
from export.records import documents, record
from lxml import etree

from mdjourney_backend.export import Incomplete, datacite, datacite_xml, export, lacking


def json_faults(made: dict[str, Any]) -> list[str]:
    return [e.message for e in schema45.validator.iter_errors(made)]


@pytest.fixture(scope="module")
def xsd() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(datacite_xsd()), etree.XMLParser(no_network=True)))


def xml_faults(xsd: etree.XMLSchema, raw: bytes) -> list[str]:
    xsd.validate(etree.fromstring(raw, etree.XMLParser(no_network=True, resolve_entities=False)))
    return [e.message for e in xsd.error_log]


def test_a_whole_record_is_accepted_as_json_and_xml(whole: Any, xsd: etree.XMLSchema) -> None:
    assert not json_faults(datacite.metadata(whole))
    assert not xml_faults(xsd, datacite_xml.document(whole))


@pytest.mark.parametrize("access", ["Embargoed", "Restricted", "Confidential"])
def test_so_is_one_that_is_not_public(access: str, xsd: etree.XMLSchema) -> None:
    made = record(documents(access))
    assert not json_faults(datacite.metadata(made))
    assert not xml_faults(xsd, datacite_xml.document(made))


def without(field: str) -> Callable[[dict[str, Any]], None]:
    return lambda made: made.pop(field) and None


def _bad_year(made: dict[str, Any]) -> None:
    made["publicationYear"] = "soon"


def _bad_relation(made: dict[str, Any]) -> None:
    made["relatedIdentifiers"][0]["relationType"] = "IsFriendOf"


def _bad_type(made: dict[str, Any]) -> None:
    made["types"]["resourceTypeGeneral"] = "Thing"


def _no_creator(made: dict[str, Any]) -> None:
    made["creators"] = []


BROKEN = [without("publisher"), without("titles"), _bad_year, _bad_relation, _bad_type, _no_creator]


@pytest.mark.parametrize("change", BROKEN)
def test_json_broken_in_one_way_is_refused(change: Any, whole: Any) -> None:
    made = copy.deepcopy(datacite.metadata(whole))
    change(made)
    assert json_faults(made)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"<publisher", b"<publishers"),
        (b'relationType="Cites"', b'relationType="IsFriendOf"'),
        (b'nameType="Personal"', b'nameType="Ghost"'),
        (b"<publicationYear>2026", b"<publicationYear>soon"),
        (b'resourceTypeGeneral="Dataset"', b'resourceTypeGeneral="Thing"'),
        (b'contributorType="ProjectLeader"', b'contributorType="Boss"'),
    ],
)
def test_xml_broken_in_one_way_is_refused(
    before: bytes, after: bytes, whole: Any, xsd: etree.XMLSchema
) -> None:
    raw = datacite_xml.document(whole)
    assert before in raw
    broken = raw.replace(before, after).replace(
        b"</publisher>", b"</publishers>" if b"publishers" in after else b"</publisher>"
    )
    assert xml_faults(xsd, broken)


def test_what_no_schema_of_theirs_checks_is_checked_by_us() -> None:
    docs = documents()
    docs["project"]["principal_investigator"] = {
        "name": "Eve",
        "orcid": "0000-0002-1825-0098",
        "affiliation": "X",
        "affiliation_ror": "https://ror.org/05dxps056",
    }
    docs["structural"]["dataset_type"] = "Zoo"
    docs["structural"]["related_publications"] = [{"identifier": "on my desk"}]
    made = datacite.metadata(record(docs))
    assert not json_faults(made)
    eve = next(c for c in made["contributors"] if c["name"] == "Eve")
    assert "nameIdentifiers" not in eve
    assert eve["affiliation"] == [{"name": "X"}]
    assert made["types"] == {"resourceTypeGeneral": "Other", "resourceType": "Zoo"}
    assert all(r["relatedIdentifierType"] == "URN" for r in made["relatedIdentifiers"][:-1])


def test_moments_become_days_and_an_embargo_tells_the_year() -> None:
    docs = documents("Embargoed")
    del docs["administrative"]["date_published_released"]
    made = datacite.metadata(record(docs))
    assert made["publicationYear"] == "2027"
    assert {"date": "2026-11-02/2026-11-03", "dateType": "Collected"} in made["dates"]
    assert {"date": "2027-06-30", "dateType": "Available"} in made["dates"]
    assert made["rightsList"][1]["rightsUri"] == "info:eu-repo/semantics/embargoedAccess"


def test_a_licence_of_the_lab_has_no_spdx_address() -> None:
    docs = documents()
    docs["administrative"]["license"] = "LicenseRef-Lab"
    assert datacite.metadata(record(docs))["rightsList"][0] == {"rights": "LicenseRef-Lab"}


def test_without_an_institution_there_is_no_publisher_and_that_is_said(least: Any) -> None:
    for name in ("datacite", "datacite-xml"):
        required = [i for i in lacking(least, name) if i["level"] == "required"]
        assert [(i["document"], i["pointer"]) for i in required] == [
            ("project_descriptive", "/originating_institution")
        ]
        with pytest.raises(Incomplete, match="Originating institution") as caught:
            export(least, name)
        assert caught.value.body()["lacking"] == lacking(least, name)
    assert json_faults(datacite.metadata(least))


def test_characters_xml_cannot_hold_do_not_break_it(xsd: etree.XMLSchema) -> None:
    docs = documents()
    docs["administrative"]["dataset_title"] = "bell \x07 & <b> \ufffe"
    raw = datacite_xml.document(record(docs))
    assert not xml_faults(xsd, raw)
    assert etree.fromstring(raw).findtext("{*}titles/{*}title") == "bell \ufffd & <b> \ufffd"
