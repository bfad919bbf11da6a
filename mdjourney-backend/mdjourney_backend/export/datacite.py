"""DataCite 4.5 metadata (JSON) of a complete record."""

from typing import Any

from mdjourney_backend.changes import Content
from mdjourney_backend.export.words import Parts, is_doi, is_open, license_uri

SCHEMA = "http://datacite.org/schema/kernel-4"
_ACCESS = {
    "Public": "openAccess",
    "Embargoed": "embargoedAccess",
    "Restricted": "restrictedAccess",
    "Confidential": "closedAccess",
}


def metadata(record: Content) -> Content:
    """The attributes of a DataCite DOI; the DOI itself is for whoever registers it."""
    parts = Parts.of(record)
    admin, project = parts.administrative, parts.project
    made: Content = {
        "schemaVersion": SCHEMA,
        "creators": [_person(p) for p in parts.creators()],
        "titles": [{"title": admin["dataset_title"]}],
        "publisher": _publisher(project),
        "publicationYear": parts.published()[:4],
        "types": {
            "resourceTypeGeneral": parts.structural.get("dataset_type", "Dataset"),
            "resourceType": parts.structural.get("dataset_type", "Dataset"),
        },
        "subjects": [
            {"subject": s}
            for s in dict.fromkeys(
                [*project.get("project_keywords", ()), *parts.structural.get("dataset_keywords", ())]
            )
        ],
        "contributors": _contributors(parts),
        "dates": _dates(parts),
        "alternateIdentifiers": [
            {"alternateIdentifier": admin["dataset_identifier"], "alternateIdentifierType": "UUID"}
        ],
        "relatedIdentifiers": _related(parts),
        "sizes": [f"{sum(e['file_size_bytes'] for e in parts.entries)} bytes", f"{len(parts.entries)} files"],
        "formats": sorted({e["mime_type"] for e in parts.entries}),
        "version": parts.structural.get("dataset_version"),
        "rightsList": _rights(admin),
        "descriptions": _descriptions(parts),
        "fundingReferences": [
            _funding(f) for f in project.get("funding_sources", ()) if f.get("funder_name")
        ],
    }
    return {k: v for k, v in made.items() if v not in (None, [])}


def _person(person: Content, **more: Any) -> Content:
    out: Content = {"name": person["name"], "nameType": "Personal", **more}
    if person.get("orcid"):
        orcid = str(person["orcid"]).rsplit("/", 1)[-1]
        out["nameIdentifiers"] = [
            {
                "nameIdentifier": f"https://orcid.org/{orcid}",
                "nameIdentifierScheme": "ORCID",
                "schemeUri": "https://orcid.org",
            }
        ]
    if person.get("affiliation"):
        affiliation: Content = {"name": person["affiliation"]}
        if person.get("affiliation_ror"):
            affiliation |= {
                "affiliationIdentifier": person["affiliation_ror"],
                "affiliationIdentifierScheme": "ROR",
            }
        out["affiliation"] = [affiliation]
    return out


def _publisher(project: Content) -> Content:
    pi = project["principal_investigator"]
    name = project.get("originating_institution") or pi.get("affiliation") or pi["name"]
    ror = project.get("originating_institution_ror")
    return {"name": name} | ({"publisherIdentifier": ror, "publisherIdentifierScheme": "ROR"} if ror else {})


def _contributors(parts: Parts) -> list[Content]:
    found = [
        _person(parts.project["principal_investigator"], contributorType="ProjectLeader"),
        _person(parts.administrative["data_steward_contact_person"], contributorType="ContactPerson"),
        *(_person(p, contributorType="DataCollector") for p in parts.context.get("experimenters", ())),
        *(
            _person(p, contributorType="ProjectMember")
            for p in parts.project.get("contributing_researchers", ())
        ),
    ]
    return [f for i, f in enumerate(found) if f not in found[:i]]


def _dates(parts: Parts) -> list[Content]:
    admin = parts.administrative
    found = [{"date": d, "dateType": "Collected"} for d in parts.context.get("experiment_dates", ())]
    found.append({"date": parts.structural["date_created"], "dateType": "Created"})
    if admin.get("date_published_released"):
        found.append({"date": admin["date_published_released"], "dateType": "Issued"})
    if admin.get("embargo_end_date"):
        found.append({"date": admin["embargo_end_date"], "dateType": "Available"})
    return found


def _related(parts: Parts) -> list[Content]:
    found = []
    for p in parts.structural.get("related_publications", ()):
        identifier = str(p["identifier"])
        kind = "DOI" if is_doi(identifier) else "URL"
        relation = p.get("relation") or "IsSupplementTo"
        found.append(
            {"relatedIdentifier": identifier, "relatedIdentifierType": kind, "relationType": relation}
        )
    return found


def _rights(admin: Content) -> list[Content]:
    licence: Content = {"rights": admin["license"]}
    if not admin["license"].startswith("LicenseRef-"):
        licence |= {
            "rightsUri": license_uri(admin["license"]),
            "rightsIdentifier": admin["license"],
            "rightsIdentifierScheme": "SPDX",
            "schemeUri": "https://spdx.org/licenses/",
        }
    access = admin["access_level"]
    return [licence, {"rights": access, "rightsUri": f"info:eu-repo/semantics/{_ACCESS[access]}"}]


def _descriptions(parts: Parts) -> list[Content]:
    found = [{"description": parts.administrative["dataset_abstract"], "descriptionType": "Abstract"}]
    method = parts.project.get("data_collection_method_summary")
    if method and is_open(parts):
        found.append({"description": method, "descriptionType": "Methods"})
    return found


def _funding(source: Content) -> Content:
    out: Content = {"funderName": source["funder_name"]}
    if source.get("funder_ror"):
        out |= {"funderIdentifier": source["funder_ror"], "funderIdentifierType": "ROR"}
    return out | ({"awardNumber": source["grant_id"]} if source.get("grant_id") else {})
