"""schema.org JSON-LD of a complete record, as dataset search engines read it."""

from typing import Any

from mdjourney_backend.changes import Content
from mdjourney_backend.export.words import Parts, is_open, license_uri, person_id


def metadata(record: Content) -> Content:
    """One `schema:Dataset` with its people, licence, funding and files."""
    parts = Parts.of(record)
    admin, project = parts.administrative, parts.project
    show = is_open(parts)
    made: Content = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": f"urn:uuid:{admin['dataset_identifier']}",
        "identifier": {"@type": "PropertyValue", "propertyID": "UUID", "value": admin["dataset_identifier"]},
        "name": admin["dataset_title"],
        "description": admin["dataset_abstract"],
        "creator": [_person(p, show) for p in parts.creators()],
        "contactPoint": _person(admin["data_steward_contact_person"], show),
        "license": license_uri(admin["license"]),
        "conditionsOfAccess": admin["access_level"],
        "isAccessibleForFree": admin["access_level"] == "Public",
        "datePublished": admin.get("date_published_released"),
        "dateCreated": parts.structural["date_created"],
        "version": parts.structural.get("dataset_version"),
        "keywords": [*project.get("project_keywords", ()), *parts.structural.get("dataset_keywords", ())],
        "isPartOf": {
            "@type": "ResearchProject",
            "@id": f"urn:uuid:{project['project_identifier']}",
            "name": project["project_title"],
            "description": project["project_description"],
        },
        "funder": [_funder(f) for f in project.get("funding_sources", ()) if f.get("funder_name")],
        "citation": [p["identifier"] for p in parts.structural.get("related_publications", ())],
        "creditText": admin.get("recommended_citation"),
        "hasPart": [_file(e) for e in parts.entries],
    }
    return {k: v for k, v in made.items() if v not in (None, [])}


def _person(person: Content, show_email: bool) -> Content:
    out: Content = {"@type": "Person", "name": person["name"]}
    if person.get("orcid"):
        out["@id"] = person_id(person)
    if show_email and person.get("email"):
        out["email"] = person["email"]
    if person.get("affiliation"):
        out["affiliation"] = _organisation(person["affiliation"], person.get("affiliation_ror"))
    return out


def _funder(source: Content) -> Content:
    return _organisation(source["funder_name"], source.get("funder_ror"))


def _organisation(name: str, ror: Any) -> Content:
    return {"@type": "Organization", "name": name} | ({"@id": ror} if ror else {})


def _file(entry: Content) -> Content:
    return {
        "@type": "DataDownload",
        "name": entry["file_path"],
        "contentSize": f"{entry['file_size_bytes']} B",
        "encodingFormat": entry["mime_type"],
        "sha256": entry["checksum"],
        "dateModified": entry["file_modified_utc"],
    }
