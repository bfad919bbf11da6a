"""DataCite 4.5 metadata of a complete record, as JSON."""

from typing import Any

from mdjourney_backend.changes import Content
from mdjourney_backend.export.identifiers import address, doi, license_uri, orcid, ror, urn
from mdjourney_backend.export.words import Parts, named

SCHEMA = "http://datacite.org/schema/kernel-4"
_ACCESS = {
    "Public": "openAccess",
    "Embargoed": "embargoedAccess",
    "Restricted": "restrictedAccess",
    "Confidential": "closedAccess",
}
#: `resourceTypeGeneral` of 4.5.
RESOURCE_TYPES = frozenset(
    {
        "Audiovisual",
        "Book",
        "BookChapter",
        "Collection",
        "ComputationalNotebook",
        "ConferencePaper",
        "ConferenceProceeding",
        "DataPaper",
        "Dataset",
        "Dissertation",
        "Event",
        "Image",
        "Instrument",
        "InteractiveResource",
        "Journal",
        "JournalArticle",
        "Model",
        "OutputManagementPlan",
        "PeerReview",
        "PhysicalObject",
        "Preprint",
        "Report",
        "Service",
        "Software",
        "Sound",
        "Standard",
        "StudyRegistration",
        "Text",
        "Workflow",
        "Other",
    }
)
#: `relationType` of 4.5.
RELATIONS = frozenset(
    {
        "IsCitedBy",
        "Cites",
        "IsCollectedBy",
        "Collects",
        "IsSupplementTo",
        "IsSupplementedBy",
        "IsContinuedBy",
        "Continues",
        "IsDescribedBy",
        "Describes",
        "HasMetadata",
        "IsMetadataFor",
        "HasVersion",
        "IsVersionOf",
        "IsNewVersionOf",
        "IsPreviousVersionOf",
        "IsPartOf",
        "HasPart",
        "IsPublishedIn",
        "IsReferencedBy",
        "References",
        "IsDocumentedBy",
        "Documents",
        "IsCompiledBy",
        "Compiles",
        "IsVariantFormOf",
        "IsOriginalFormOf",
        "IsIdenticalTo",
        "IsReviewedBy",
        "Reviews",
        "IsDerivedFrom",
        "IsSourceOf",
        "IsRequiredBy",
        "Requires",
        "Obsoletes",
        "IsObsoletedBy",
    }
)


def metadata(record: Content) -> Content:
    """The attributes of a DataCite DOI; the DOI itself is for whoever registers it."""
    parts = Parts.of(record)
    admin = parts.administrative
    kind = parts.structural.get("dataset_type") or "Dataset"
    made: Content = {
        "schemaVersion": SCHEMA,
        "creators": [_person(p) for p in parts.creators()],
        "titles": [{"title": admin["dataset_title"]}],
        "publisher": _publisher(parts),
        "publicationYear": parts.published()[:4],
        "types": {
            "resourceTypeGeneral": kind if kind in RESOURCE_TYPES else "Other",
            "resourceType": kind,
        },
        "subjects": [{"subject": s} for s in parts.keywords()],
        "contributors": _contributors(parts),
        "dates": _dates(parts),
        "alternateIdentifiers": [
            {"alternateIdentifier": admin["dataset_identifier"], "alternateIdentifierType": "UUID"}
        ],
        "relatedIdentifiers": _related(parts),
        "sizes": [f"{sum(e['file_size_bytes'] for e in parts.entries)} bytes", f"{len(parts.entries)} files"],
        "formats": sorted({e["mime_type"] for e in parts.entries if e.get("mime_type")}),
        "version": parts.structural.get("dataset_version"),
        "rightsList": _rights(admin),
        "descriptions": _descriptions(parts),
        "fundingReferences": [_funding(f) for f in parts.funders()],
    }
    return {k: v for k, v in made.items() if v not in (None, [])}


def _person(person: Content, **more: Any) -> Content:
    out: Content = {"name": person["name"], "nameType": "Personal", **more}
    identifier = orcid(person)
    if identifier:
        out["nameIdentifiers"] = [
            {
                "nameIdentifier": identifier,
                "nameIdentifierScheme": "ORCID",
                "schemeUri": "https://orcid.org",
            }
        ]
    if person.get("affiliation"):
        affiliation: Content = {"name": person["affiliation"]}
        if ror(person.get("affiliation_ror")):
            affiliation |= {
                "affiliationIdentifier": ror(person["affiliation_ror"]),
                "affiliationIdentifierScheme": "ROR",
                "schemeUri": "https://ror.org",
            }
        out["affiliation"] = [affiliation]
    return out


def _publisher(parts: Parts) -> Content | None:
    publisher = parts.publisher()
    if publisher is None:
        return None
    name, identifier = publisher[0], ror(publisher[1])
    scheme = {
        "publisherIdentifier": identifier,
        "publisherIdentifierScheme": "ROR",
        "schemeUri": "https://ror.org",
    }
    return {"name": name} | (scheme if identifier else {})


def _contributors(parts: Parts) -> list[Content]:
    project, admin = parts.project, parts.administrative
    contacts = (admin.get("data_steward_contact_person"), admin.get("access_conditions_contact"))
    found = [
        *(
            _person(p, contributorType="ProjectLeader")
            for p in named([project.get("principal_investigator")])
        ),
        *(_person(p, contributorType="ContactPerson") for p in named(contacts)),
        *(_person(p, contributorType="DataCollector") for p in named(parts.context.get("experimenters"))),
        *(
            _person(p, contributorType="ProjectMember")
            for p in named(project.get("contributing_researchers"))
        ),
    ]
    if project.get("originating_laboratory"):
        laboratory = {"name": project["originating_laboratory"], "nameType": "Organizational"}
        found.append({**laboratory, "contributorType": "HostingInstitution"})
    return [f for i, f in enumerate(found) if f not in found[:i]]


def _dates(parts: Parts) -> list[Content]:
    admin = parts.administrative
    found = [
        *((_days(d), "Collected") for d in parts.context.get("experiment_dates", ())),
        (parts.structural.get("date_created"), "Created"),
        (admin.get("date_published_released"), "Issued"),
        (admin.get("embargo_end_date"), "Available"),
    ]
    return [{"date": d, "dateType": t} for d, t in dict.fromkeys(found) if d]


def _days(date: str) -> str:
    """A day or an interval of days: times of day are more than the kernel's dates take."""
    return "/".join(part[:10] for part in date.split("/"))


def _related(parts: Parts) -> list[Content]:
    structural = parts.structural
    found = [(_target(str(p["identifier"])), _relation(p.get("relation"))) for p in parts.publications()]
    found.append(((urn(parts.project["project_identifier"]), "URN"), "IsPartOf"))
    found += [((urn(i["instrument_unique_identifier"]), "URN"), "IsCollectedBy") for i in parts.instruments]
    if structural.get("derived_from"):
        found.append(((urn(structural["derived_from"]), "URN"), "IsDerivedFrom"))
    links = (parts.administrative.get("link_to_documentation"), structural.get("link_to_data_dictionary"))
    found += [(_target(link), "IsDocumentedBy") for link in links if link]
    return [
        {"relatedIdentifier": target[0], "relatedIdentifierType": target[1], "relationType": relation}
        for target, relation in found
        if target is not None
    ]


def _relation(given: Any) -> str:
    return given if given in RELATIONS else "IsSupplementTo"


def _target(identifier: str) -> tuple[str, str] | None:
    bare = doi(identifier)
    if bare:
        return bare, "DOI"
    return (identifier, "URL") if address(identifier) else None


def _rights(admin: Content) -> list[Content]:
    name = admin["license"]
    licence: Content = {"rights": name}
    if license_uri(name).startswith("https:"):
        licence |= {
            "rightsUri": license_uri(name),
            "rightsIdentifier": name,
            "rightsIdentifierScheme": "SPDX",
            "schemeUri": "https://spdx.org/licenses/",
        }
    access = admin["access_level"]
    uri = f"info:eu-repo/semantics/{_ACCESS[access]}" if access in _ACCESS else None
    return [licence, {"rights": access} | ({"rightsUri": uri} if uri else {})]


def _descriptions(parts: Parts) -> list[Content]:
    found = (
        (parts.administrative.get("dataset_abstract"), "Abstract"),
        (parts.project.get("data_collection_method_summary"), "Methods"),
        (parts.structural.get("data_structure_description"), "TechnicalInfo"),
    )
    return [{"description": text, "descriptionType": kind} for text, kind in found if text]


def _funding(source: Content) -> Content:
    out: Content = {"funderName": source["funder_name"]}
    if ror(source.get("funder_ror")):
        out |= {
            "funderIdentifier": ror(source["funder_ror"]),
            "funderIdentifierType": "ROR",
        }
    return out | ({"awardNumber": source["grant_id"]} if source.get("grant_id") else {})
