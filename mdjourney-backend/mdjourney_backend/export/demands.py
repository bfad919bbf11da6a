"""What each target asks of a record: said before the export, field by field."""

from collections.abc import Iterable, Iterator
from typing import Literal, TypedDict

from mdjourney_backend.changes import Content
from mdjourney_backend.export.datacite import RESOURCE_TYPES
from mdjourney_backend.export.identifiers import orcid, ror, software_address
from mdjourney_backend.export.words import Parts, named
from mdjourney_contract.problems import Conflict

Level = Literal["required", "recommended"]

_PROJECT, _ADMIN, _STRUCTURAL = "project_descriptive", "dataset_administrative", "dataset_structural"
_CONTEXT = "experiment_contextual"
_CRATES = ("ro-crate", "ro-crate-1.1", "bagit")
_DATACITE = ("datacite", "datacite-xml")


class Lacking(TypedDict):
    """One thing a target asks for and the record lacks."""

    pointer: str
    document: str
    title: str
    message: str
    level: Level


class Incomplete(Conflict):
    """A target requires what the record lacks."""

    title = "The record lacks what the export needs"

    def __init__(self, name: str, missing: list[Lacking]) -> None:
        fields = ", ".join(i["title"] for i in missing if i["level"] == "required")
        super().__init__(
            f"{name} needs: {fields}. Fill it in and complete the run again", ok=False, lacking=missing
        )


def lacking(record: Content, name: str) -> list[Lacking]:
    """What the target `name` asks for and the record lacks, required things first."""
    parts = Parts.of(record)
    found = [*_everywhere(parts)]
    if name in _CRATES:
        found += _crate(parts)
    if name == "ro-crate-1.1":
        found += _process_run(parts)
    if name in _DATACITE:
        found += _datacite(parts)
    return sorted(found, key=lambda item: item["level"] != "required")


def _everywhere(parts: Parts) -> Iterator[Lacking]:
    """A complete record has these; one completed under a local schema that asks for less may not."""
    admin = parts.administrative
    for field, title in (
        ("dataset_title", "Dataset title"),
        ("dataset_abstract", "Abstract"),
        ("license", "Licence"),
        ("access_level", "Access level"),
    ):
        if not admin.get(field):
            yield _item(_ADMIN, f"/{field}", title, "is asked for by every target", "required")
    if not parts.creators():
        yield _item(
            _CONTEXT, "/experimenters", "Experimenters", "nobody is named who made the data", "required"
        )


def _crate(parts: Parts) -> Iterator[Lacking]:
    publisher = parts.publisher()
    if publisher is None:
        yield _publisher("RO-Crate recommends a publisher", "recommended")
    elif not ror(publisher[1]):
        yield _publisher_id(parts)
    for pointer, document, who in _people(parts):
        if not orcid(who):
            yield _item(document, f"{pointer}/orcid", "ORCID iD", f"{who['name']} has none", "recommended")
        if not who.get("affiliation"):
            yield _item(
                document, f"{pointer}/affiliation", "Affiliation", f"{who['name']} has none", "recommended"
            )
        elif not ror(who.get("affiliation_ror")):
            yield _item(
                document,
                f"{pointer}/affiliation_ror",
                "Affiliation (ROR id)",
                f"{who['affiliation']} has none",
                "recommended",
            )
    for i, source in enumerate(parts.project.get("funding_sources", ())):
        if source.get("funder_name") and not ror(source.get("funder_ror")):
            pointer = f"/funding_sources/{i}/funder_ror"
            yield _item(
                _PROJECT, pointer, "Funder (ROR id)", f"{source['funder_name']} has none", "recommended"
            )
    if not parts.administrative.get("date_published_released"):
        yield _published("the day of the record stands in its place")


def _process_run(parts: Parts) -> Iterator[Lacking]:
    programs = parts.software()
    if not programs and not parts.context.get("command"):
        message = "without a program this is a plain RO-Crate 1.1, not a Process Run Crate"
        yield _item(_CONTEXT, "/software_used_acquisition_analysis", "Software", message, "recommended")
    for i, program in enumerate(programs):
        at = f"/software_used_acquisition_analysis/{i}"
        if not program.get("version"):
            yield _item(_CONTEXT, f"{at}/version", "Version", f"{program['name']} has none", "recommended")
        if not software_address(program):
            message = f"{program['name']} has no Software Heritage identifier, so nobody can look it up"
            yield _item(_CONTEXT, f"{at}/swhid", "Software Heritage identifier", message, "recommended")


def _datacite(parts: Parts) -> Iterator[Lacking]:
    if parts.publisher() is None:
        yield _publisher("DataCite requires a publisher", "required")
    if not parts.administrative.get("date_published_released"):
        yield _published(
            "DataCite asks for the year of publication; the year of embargo end or record stands in"
        )
    kind = parts.structural.get("dataset_type")
    if not kind:
        yield _item(_STRUCTURAL, "/dataset_type", "Type", "'Dataset' is written", "recommended")
    elif kind not in RESOURCE_TYPES:
        yield _item(
            _STRUCTURAL,
            "/dataset_type",
            "Type",
            f"{kind!r} is no DataCite type; 'Other' is written",
            "recommended",
        )


def _people(parts: Parts) -> Iterable[tuple[str, str, Content]]:
    experimenters = named(parts.context.get("experimenters"))
    for i, who in enumerate(experimenters):
        yield f"/experimenters/{i}", _CONTEXT, who
    for field, document, content in (
        ("principal_investigator", _PROJECT, parts.project),
        ("data_steward_contact_person", _ADMIN, parts.administrative),
    ):
        for leader in named([content.get(field)]):
            yield f"/{field}", document, leader


def _publisher(message: str, level: Level) -> Lacking:
    told = f"{message}: the institution, or the affiliation of the principal investigator"
    return _item(_PROJECT, "/originating_institution", "Originating institution", told, level)


def _publisher_id(parts: Parts) -> Lacking:
    own = bool(parts.project.get("originating_institution"))
    pointer = "/originating_institution_ror" if own else "/principal_investigator/affiliation_ror"
    title = "Originating institution (ROR id)" if own else "Affiliation (ROR id)"
    return _item(_PROJECT, pointer, title, "the publisher has no ROR id", "recommended")


def _published(message: str) -> Lacking:
    return _item(_ADMIN, "/date_published_released", "Published", message, "recommended")


def _item(document: str, pointer: str, title: str, message: str, level: Level) -> Lacking:
    return {"pointer": pointer, "document": document, "title": title, "message": message, "level": level}
