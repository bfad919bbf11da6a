"""The content of `ro-crate-metadata.json`, and of the whole crate."""

import hashlib
from typing import Any

from mdjourney_backend.changes import Content
from mdjourney_backend.documents import render
from mdjourney_backend.export.crate import preview, things
from mdjourney_backend.export.crate.graph import (
    DESCRIPTOR,
    PREVIEW,
    PROCESS_RUN,
    V1_2,
    Dialect,
    Entity,
    Graph,
)
from mdjourney_backend.export.crate.people import contact, organisation, person
from mdjourney_backend.export.identifiers import address, file_id, license_uri, local, urn
from mdjourney_backend.export.words import Parts, alone


def contents(record: Content, dialect: Dialect = V1_2) -> dict[str, bytes]:
    """The files of a crate by name: descriptor, page and, of a Public dataset, the record it was made from."""
    parts, made = Parts.of(record), metadata(record, dialect)
    files = {DESCRIPTOR: render(made), PREVIEW: preview.page(made).encode()}
    return files | ({parts.record_path: render(record)} if parts.is_open else {})


def metadata(record: Content, dialect: Dialect = V1_2) -> Content:
    """The content of `ro-crate-metadata.json`."""
    parts, graph = Parts.of(record), Graph(dialect)
    graph.add(
        {
            "@id": DESCRIPTOR,
            "@type": "CreativeWork",
            "name": "RO-Crate metadata",
            "conformsTo": {"@id": dialect.profile},
            "about": {"@id": "./"},
            "dateCreated": parts.made,
        }
    )
    graph.add({"@id": "./", "@type": "Dataset"})
    # before other people of the same institution, so that its contact is the steward
    publisher = _publisher(graph, parts)
    files = [things.file(graph, e) for e in parts.entries]
    run = _run(graph, parts)
    _root(graph, parts, files + _record_file(graph, parts, record), run, publisher)
    return graph.document()


def _root(
    graph: Graph, parts: Parts, files: list[Entity], run: list[Entity], publisher: Entity | None
) -> None:
    admin, structural = parts.administrative, parts.structural
    graph.add(
        {
            "@id": "./",
            "@type": "Dataset",
            "name": admin["dataset_title"],
            "description": admin["dataset_abstract"],
            "identifier": _identifier(graph, admin["dataset_identifier"]),
            "conformsTo": _profiles(graph, parts),
            "datePublished": parts.published(),
            "dateCreated": structural.get("date_created"),
            "license": _license(graph, admin["license"]),
            "conditionsOfAccess": parts.access(),
            "isAccessibleForFree": parts.is_open,
            "author": alone([person(graph, p) for p in parts.creators()]),
            "publisher": publisher,
            "maintainer": _steward(graph, parts),
            "funder": alone(
                [organisation(graph, f["funder_name"], f.get("funder_ror")) for f in parts.funders()]
            ),
            "isPartOf": _project(graph, parts),
            "hasPart": alone(files),
            "mentions": alone(run),
            "version": structural.get("dataset_version"),
            "keywords": ", ".join(parts.keywords()),
            "citation": alone(_publications(graph, parts)),
            "creditText": admin.get("recommended_citation"),
            "isBasedOn": _origin(graph, structural.get("derived_from")),
            "temporalCoverage": alone([_days(d) for d in parts.context.get("experiment_dates", ())]),
            "variableMeasured": alone(_variables(graph, parts)),
            "measurementTechnique": parts.project.get("data_collection_method_summary"),
            "subjectOf": alone(_documentation(graph, parts)),
            "softwareRequirements": alone(
                [
                    things.software(graph, s)
                    for s in structural.get("software_to_read_access_data", ())
                    if s.get("name")
                ]
            ),
        }
    )


def _run(graph: Graph, parts: Parts) -> list[Entity]:
    """What happened: of a 1.1 crate the program's run and the measurement apart, as Process Run Crate asks."""
    context = parts.context
    programs = [things.software(graph, s) for s in parts.software()]
    called = things.command(graph, parts)
    programs += [called] if called else []
    machines = [things.instrument(graph, i) for i in parts.instruments]
    apart = graph.dialect.process_run and bool(programs)
    settings = things.values(graph, "parameter", context.get("instrument_settings_run_parameters"))
    settings += things.values(graph, "parameter", context.get("parameters"))
    metrics = things.values(graph, "metric", context.get("quality_control_metrics"))
    inputs = [{"@id": file_id(e["file_path"])} for e in parts.inputs()]
    outputs = [{"@id": file_id(e["file_path"])} for e in parts.made_entries()]
    action: Entity = {
        "@id": urn(parts.run_id),
        "@type": "CreateAction" if programs or not graph.dialect.process_run else "Action",
        "name": context.get("experiment_name") or parts.run_id,
        "description": context.get("experimenter_notes_observations"),
        "startTime": context["birth_timestamp"],
        "endTime": context.get("death_timestamp"),
        "agent": alone([person(graph, p) for p in parts.creators()]),
        "instrument": alone(programs if apart else machines + programs),
        "object": alone(inputs + settings + ([] if apart else things.samples(graph, parts))),
        "result": alone(outputs + metrics),
        "actionStatus": _status(graph, ended_well=context.get("clean_exit", True)),
    }
    found = [graph.add(action), *_protocols(graph, parts)]
    return found + ([_measurement(graph, parts, machines)] if apart and machines else [])


def _status(graph: Graph, *, ended_well: bool) -> Entity:
    name = "CompletedActionStatus" if ended_well else "FailedActionStatus"
    return graph.add({"@id": f"http://schema.org/{name}", "@type": "ActionStatusType", "name": name})


def _measurement(graph: Graph, parts: Parts, machines: list[Entity]) -> Entity:
    return graph.add(
        {
            "@id": f"#measurement-{parts.run_id}",
            "@type": "Action",
            "name": f"Measurement of {parts.context.get('experiment_name') or parts.run_id}",
            "instrument": alone(machines),
            "object": alone(things.samples(graph, parts)),
            "agent": alone([person(graph, p) for p in parts.creators()]),
        }
    )


def _profiles(graph: Graph, parts: Parts) -> Entity | None:
    if not graph.dialect.process_run or not (parts.software() or parts.context.get("command")):
        return None
    return graph.add(
        {"@id": PROCESS_RUN, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"}
    )


def _identifier(graph: Graph, dataset: str) -> Entity:
    return graph.add(
        {
            "@id": f"#identifier-{dataset}",
            "@type": "PropertyValue",
            "name": "Dataset identifier",
            "propertyID": "UUID",
            "value": urn(dataset),
        }
    )


def _publisher(graph: Graph, parts: Parts) -> Entity | None:
    publisher = parts.publisher()
    if publisher is None:
        return None
    steward = parts.administrative.get("data_steward_contact_person")
    point = contact(graph, steward, "data steward") if steward and steward.get("name") else None
    return organisation(graph, *publisher, point=point)


def _steward(graph: Graph, parts: Parts) -> Any:
    admin = parts.administrative
    found = [admin.get("data_steward_contact_person"), admin.get("access_conditions_contact")]
    asked = [person(graph, p) for p in found if p and p.get("name")]
    return alone([p for i, p in enumerate(asked) if p not in asked[:i]])


def _project(graph: Graph, parts: Parts) -> Entity:
    project = parts.project
    leader, others = project.get("principal_investigator"), project.get("contributing_researchers", ())
    members = [person(graph, p) for p in (leader, *others) if p and p.get("name")]
    return graph.add(
        {
            "@id": urn(project["project_identifier"]),
            "@type": "ResearchProject",
            "name": project.get("project_title") or project["project_identifier"],
            "description": project.get("project_description"),
            "member": alone([m for i, m in enumerate(members) if m not in members[:i]]),
            "foundingDate": project.get("project_start_date"),
            "dissolutionDate": project.get("project_end_date"),
            "funder": alone(
                [organisation(graph, f["funder_name"], f.get("funder_ror")) for f in parts.funders()]
            ),
            "identifier": alone([f["grant_id"] for f in parts.funders() if f.get("grant_id")]),
        }
    )


def _license(graph: Graph, name: str) -> Entity:
    uri = license_uri(name)
    told = "A licence of the SPDX list." if uri.startswith("https:") else "The terms named by the data owner."
    return graph.add(
        {"@id": uri, "@type": "CreativeWork", "name": name, "identifier": name, "description": told}
    )


def _publications(graph: Graph, parts: Parts) -> list[Entity]:
    found = [(address(p["identifier"]), p["identifier"]) for p in parts.publications()]
    return [
        graph.add({"@id": url or local("work", name), "@type": "ScholarlyArticle", "name": name})
        for url, name in found
    ]


def _origin(graph: Graph, dataset: str | None) -> Entity | None:
    if not dataset:
        return None
    return graph.add(
        {
            "@id": urn(dataset),
            "@type": "CreativeWork",
            "name": f"The dataset this one was copied from, {dataset}",
        }
    )


def _documentation(graph: Graph, parts: Parts) -> list[Entity]:
    links = (
        (parts.administrative.get("link_to_documentation"), "Documentation"),
        (parts.structural.get("link_to_data_dictionary"), "Data dictionary"),
    )
    return [things.work(graph, url, name) for url, name in links if url]


def _protocols(graph: Graph, parts: Parts) -> list[Entity]:
    return [
        graph.add(
            {
                "@id": address(str(p.get("identifier") or "")) or local("protocol", p["title"]),
                "@type": "HowTo",
                "name": p["title"],
                "identifier": p.get("identifier"),
            }
        )
        for p in parts.context.get("protocol_references", ())
        if p.get("title")
    ]


def _variables(graph: Graph, parts: Parts) -> list[Entity]:
    return [
        graph.add(
            {
                "@id": local("variable", v["name"]),
                "@type": "PropertyValue",
                "name": v["name"],
                "description": v.get("description"),
                "unitText": v.get("unit"),
            }
        )
        for v in parts.structural.get("variables", ())
        if v.get("name")
    ]


def _record_file(graph: Graph, parts: Parts, record: Content) -> list[Entity]:
    if not parts.is_open:
        return []
    raw = render(record)
    entity = {
        "@id": parts.record_path,
        "@type": "File",
        "name": "Complete metadata record",
        "description": "Every document this crate was made from, with digests, schemas and commits.",
        "encodingFormat": "application/json",
        "contentSize": str(len(raw)),
        "sha256": hashlib.sha256(raw).hexdigest(),
        "dateModified": parts.made,
    }
    return [graph.add(entity)]


def _days(date: str) -> str:
    return "/".join(part[:10] for part in date.split("/"))
