"""schema.org JSON-LD of a complete record, as dataset search engines read it."""

from typing import Any

from mdjourney_backend.changes import Content
from mdjourney_backend.export.identifiers import address, license_uri, orcid, ror, urn
from mdjourney_backend.export.words import Parts, named, present


def metadata(record: Content) -> Content:
    """One `schema:Dataset` with its people, licence, funding and files."""
    parts = Parts.of(record)
    admin, project, structural = parts.administrative, parts.project, parts.structural
    publisher = parts.publisher()
    return present(
        {
            "@context": "https://schema.org/",
            "@type": "Dataset",
            "@id": urn(admin["dataset_identifier"]),
            "identifier": {
                "@type": "PropertyValue",
                "propertyID": "UUID",
                "value": admin["dataset_identifier"],
            },
            "name": admin["dataset_title"],
            "description": admin["dataset_abstract"],
            "creator": [_person(p) for p in parts.creators()],
            "maintainer": [_person(p) for p in named([admin.get("data_steward_contact_person")])],
            "publisher": _organisation(*publisher) if publisher else None,
            "license": _license(admin["license"]),
            "conditionsOfAccess": parts.access(),
            "isAccessibleForFree": parts.is_open,
            "datePublished": admin.get("date_published_released"),
            "dateCreated": structural.get("date_created"),
            "temporalCoverage": parts.context.get("experiment_dates"),
            "version": structural.get("dataset_version"),
            "keywords": parts.keywords(),
            "isPartOf": _project(project),
            "isBasedOn": urn(structural["derived_from"]) if structural.get("derived_from") else None,
            "funder": [_organisation(f["funder_name"], f.get("funder_ror")) for f in parts.funders()],
            "citation": [address(p["identifier"]) or p["identifier"] for p in parts.publications()],
            "creditText": admin.get("recommended_citation"),
            "variableMeasured": [_variable(v) for v in named(structural.get("variables"))],
            "distribution": [_file(e) for e in parts.entries],
        }
    )


def _project(project: Content) -> Content:
    return present(
        {
            "@type": "CreativeWork",
            "additionalType": "https://schema.org/ResearchProject",
            "@id": urn(project["project_identifier"]),
            "name": project.get("project_title"),
            "description": project.get("project_description"),
        }
    )


def _license(name: str) -> Any:
    uri = license_uri(name)
    return uri if uri.startswith("https:") else {"@type": "CreativeWork", "name": name}


def _person(person: Content) -> Content:
    affiliation = person.get("affiliation")
    return present(
        {
            "@type": "Person",
            "@id": orcid(person),
            "name": person["name"],
            "email": person.get("email"),
            "affiliation": _organisation(affiliation, person.get("affiliation_ror")) if affiliation else None,
        }
    )


def _organisation(name: str, ror_id: str | None) -> Content:
    return present({"@type": "Organization", "@id": ror(ror_id), "name": name})


def _variable(variable: Content) -> Content:
    return present(
        {
            "@type": "PropertyValue",
            "name": variable["name"],
            "description": variable.get("description"),
            "unitText": variable.get("unit"),
        }
    )


def _file(entry: Content) -> Content:
    return present(
        {
            "@type": "DataDownload",
            "name": entry["file_path"],
            "description": entry.get("file_description"),
            "contentSize": f"{entry['file_size_bytes']} B",
            "encodingFormat": entry.get("mime_type"),
            "sha256": entry.get("checksum"),
            "dateModified": entry["file_modified_utc"],
            "identifier": urn(entry["file_identifier"]),
        }
    )
