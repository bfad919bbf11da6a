"""RO-Crate 1.2 of a complete record: a detached description of the files where they lie, plus the record itself."""

import io
import json
import zipfile
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from mdjourney_backend.changes import Content
from mdjourney_backend.export.words import Parts, is_open, license_uri, person_id

CONTEXT = "https://w3id.org/ro/crate/1.2/context"
PROFILE = "https://w3id.org/ro/crate/1.2"
DESCRIPTOR = "ro-crate-metadata.json"

Entity = dict[str, Any]


def metadata(record: Content) -> Content:
    """The content of `ro-crate-metadata.json`."""
    parts = Parts.of(record)
    people = _People(hide_email=not is_open(parts))
    files = [_file(e) for e in parts.entries]
    run = _run(parts, people)
    root = _root(parts, people, files)
    graph: list[Entity] = [
        _descriptor(),
        root,
        _project(parts, people),
        run,
        *_instruments(parts),
        *_software(parts),
    ]
    graph += [*_record_file(record, parts), *files, *_license(parts), *people.entities.values()]
    return {"@context": CONTEXT, "@graph": _once(graph)}


def zipped(record: Content) -> bytes:
    """The crate as a ZIP: the descriptor and, of a public dataset, the record it was made from.

    A record holds addresses and notes as they were typed; those of other datasets do not leave the lab.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        contents = {DESCRIPTOR: metadata(record)}
        if is_open(Parts.of(record)):
            contents[Parts.of(record).record_name] = record
        for name, content in contents.items():
            info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, json.dumps(content, indent=2, ensure_ascii=False))
    return out.getvalue()


class _People:
    """Persons and organisations met so far, each once."""

    def __init__(self, *, hide_email: bool) -> None:
        self.entities: dict[str, Entity] = {}
        self._hide_email = hide_email

    def person(self, person: Content) -> Entity:
        """A reference to a person, who joins the graph."""
        found: Entity = {"@id": person_id(person), "@type": "Person", "name": person["name"]}
        if person.get("email") and not self._hide_email:
            found["email"] = person["email"]
        if person.get("affiliation"):
            found["affiliation"] = self.organisation(person["affiliation"], person.get("affiliation_ror"))
        self.entities[found["@id"]] = {**self.entities.get(found["@id"], {}), **found}
        return {"@id": found["@id"]}

    def organisation(self, name: str, ror: str | None = None) -> Entity:
        """A reference to an organisation."""
        identifier = ror or f"#organisation-{quote(name, safe='')}"
        self.entities[identifier] = {"@id": identifier, "@type": "Organization", "name": name}
        return {"@id": identifier}


def _descriptor() -> Entity:
    return {
        "@id": DESCRIPTOR,
        "@type": "CreativeWork",
        "conformsTo": {"@id": PROFILE},
        "about": {"@id": "./"},
    }


def _root(parts: Parts, people: _People, files: list[Entity]) -> Entity:
    admin, project = parts.administrative, parts.project
    root: Entity = {
        "@id": "./",
        "@type": "Dataset",
        "name": admin["dataset_title"],
        "description": admin["dataset_abstract"],
        "identifier": f"urn:uuid:{admin['dataset_identifier']}",
        "datePublished": admin.get("date_published_released") or parts.made[:10],
        "license": {"@id": license_uri(admin["license"])},
        "conditionsOfAccess": admin["access_level"],
        "isAccessibleForFree": admin["access_level"] == "Public",
        "author": _list([people.person(p) for p in parts.context.get("experimenters", ())]),
        "contactPoint": people.person(admin["data_steward_contact_person"]),
        "publisher": _publisher(project, people),
        "isPartOf": {"@id": f"urn:uuid:{project['project_identifier']}"},
        "hasPart": _list([{"@id": f["@id"]} for f in files] + [{"@id": parts.record_name}] * is_open(parts)),
        "mentions": {"@id": f"urn:uuid:{parts.run_id}"},
        "version": parts.structural.get("dataset_version"),
        "keywords": ", ".join(
            [*project.get("project_keywords", ()), *parts.structural.get("dataset_keywords", ())]
        ),
        "citation": _list(
            [{"@id": p["identifier"]} for p in parts.structural.get("related_publications", ())]
        ),
        "creditText": admin.get("recommended_citation"),
    }
    return _present(root)


def _publisher(project: Content, people: _People) -> Entity | None:
    name = project.get("originating_institution") or project["principal_investigator"].get("affiliation")
    if not name:
        return people.person(project["principal_investigator"])
    ror = project.get("originating_institution_ror") or project["principal_investigator"].get(
        "affiliation_ror"
    )
    return people.organisation(name, ror)


def _project(parts: Parts, people: _People) -> Entity:
    project = parts.project
    return _present(
        {
            "@id": f"urn:uuid:{project['project_identifier']}",
            "@type": "ResearchProject",
            "name": project["project_title"],
            "description": project["project_description"],
            "member": _list(
                [
                    people.person(project["principal_investigator"]),
                    *(people.person(p) for p in project.get("contributing_researchers", ())),
                ]
            ),
            "funder": _list(
                [
                    people.organisation(f["funder_name"], f.get("funder_ror"))
                    for f in project.get("funding_sources", ())
                    if f.get("funder_name")
                ]
            ),
        }
    )


def _run(parts: Parts, people: _People) -> Entity:
    context = parts.context
    instruments = [{"@id": f"urn:uuid:{i['instrument_unique_identifier']}"} for i in parts.instruments]
    software = [{"@id": s["@id"]} for s in _software(parts)]
    return _present(
        {
            "@id": f"urn:uuid:{parts.run_id}",
            "@type": "CreateAction",
            "name": context.get("experiment_name"),
            "description": context.get("experimenter_notes_observations") if is_open(parts) else None,
            "startTime": context["birth_timestamp"],
            "endTime": context.get("death_timestamp"),
            "agent": _list([people.person(p) for p in context.get("experimenters", ())]),
            "instrument": _list(instruments + software),
            "result": _list([{"@id": _file_id(e)} for e in parts.entries]),
            "actionStatus": {
                "@id": "http://schema.org/CompletedActionStatus"
                if context.get("clean_exit", True)
                else "http://schema.org/FailedActionStatus"
            },
        }
    )


def _file(entry: Content) -> Entity:
    return _present(
        {
            "@id": _file_id(entry),
            "@type": "File",
            "name": entry["file_name"],
            "description": entry.get("file_description"),
            "contentSize": str(entry["file_size_bytes"]),
            "encodingFormat": entry["mime_type"],
            "sha256": entry["checksum"],
            "dateModified": entry["file_modified_utc"],
            "identifier": f"urn:uuid:{entry['file_identifier']}",
        }
    )


def _file_id(entry: Content) -> str:
    """A relative reference, percent-encoded (a colon too, so that nothing looks like a scheme)."""
    return quote(entry["file_path"], safe="/")


def _record_file(record: Content, parts: Parts) -> Iterable[Entity]:
    if is_open(parts):
        yield {
            "@id": parts.record_name,
            "@type": "File",
            "name": "Complete metadata record",
            "description": "Every document this crate was made from, with digests, schemas and commits.",
            "encodingFormat": "application/json",
            "dateModified": record["metadata_provenance"]["generation_date"],
        }


def _instruments(parts: Parts) -> Iterable[Entity]:
    for i in parts.instruments:
        yield _present(
            {
                "@id": f"urn:uuid:{i['instrument_unique_identifier']}",
                "@type": "IndividualProduct",
                "name": i["instrument_name"],
                "additionalType": i["instrument_type"],
                "manufacturer": i["instrument_manufacturer"],
                "model": i["instrument_model"],
                "serialNumber": i.get("serial_number"),
            }
        )


def _software(parts: Parts) -> list[Entity]:
    found = []
    for s in parts.context.get("software_used_acquisition_analysis", ()):
        name, version = s.get("name"), s.get("version")
        if name:
            label = f"{name}-{version}" if version else name
            identifier = s.get("swhid") or f"#software-{quote(label, safe='')}"
            found.append(
                _present(
                    {
                        "@id": identifier,
                        "@type": "SoftwareApplication",
                        "name": name,
                        "softwareVersion": version,
                    }
                )
            )
    return found


def _license(parts: Parts) -> Iterable[Entity]:
    name = parts.administrative["license"]
    yield {"@id": license_uri(name), "@type": "CreativeWork", "name": name, "identifier": name}
    for p in parts.structural.get("related_publications", ()):
        yield _present({"@id": p["identifier"], "@type": "ScholarlyArticle", "name": p["identifier"]})


def _list(items: list[Entity]) -> Any:
    """One item stands alone: validators dislike lists of one."""
    return items[0] if len(items) == 1 else items


def _present(entity: Entity) -> Entity:
    return {k: v for k, v in entity.items() if v not in (None, "", [])}


def _once(graph: Iterable[Entity]) -> list[Entity]:
    return list({e["@id"]: e for e in graph}.values())
