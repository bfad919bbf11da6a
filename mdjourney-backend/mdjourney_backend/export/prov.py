"""W3C PROV-JSON of a complete record: the run as activity, its files and documents as entities, people as agents."""

from typing import Any
from urllib.parse import quote

from mdjourney_backend.changes import Content
from mdjourney_backend.export.words import Parts

_XSD_TIME = "xsd:dateTime"


def metadata(record: Content) -> Content:
    """A PROV document that `prov` reads back."""
    parts = Parts.of(record)
    dataset = _uuid(parts.administrative["dataset_identifier"])
    run, project = _uuid(parts.run_id), _uuid(parts.project["project_identifier"])
    agents = {_agent_id(p): _agent(p) for p in parts.context.get("experimenters", ())}
    software = {f"mdj:software-{_safe(n)}": {"prov:label": n} for n in parts.software_names()}
    instruments = {
        _uuid(i["instrument_unique_identifier"]): {"prov:label": i["instrument_name"]}
        for i in parts.instruments
    }
    inputs = set(parts.paths("input_files"))
    entities = {_uuid(e["file_identifier"]): _file(e) for e in parts.entries}
    used = [_uuid(e["file_identifier"]) for e in parts.entries if e["file_path"] in inputs]
    made = [_uuid(e["file_identifier"]) for e in parts.entries if e["file_path"] not in inputs]
    return {
        "prefix": {
            "mdj": "https://mdjourney.invalid/ns#",
            "uuid": "urn:uuid:",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "entity": {
            dataset: {
                "prov:label": parts.administrative["dataset_title"],
                "prov:type": _name("prov:Collection"),
            },
            project: {"prov:label": parts.project["project_title"], "prov:type": _name("prov:Plan")},
            **entities,
            **software,
            **instruments,
        },
        "activity": {run: _activity(parts)},
        "agent": agents,
        "hadMember": _numbered("m", [{"prov:collection": dataset, "prov:entity": e} for e in entities]),
        "used": _numbered(
            "u", [{"prov:activity": run, "prov:entity": e} for e in [*used, *software, *instruments]]
        ),
        "wasGeneratedBy": _numbered("g", [{"prov:entity": e, "prov:activity": run} for e in made]),
        "wasAssociatedWith": _numbered(
            "a", [{"prov:activity": run, "prov:agent": a, "prov:plan": project} for a in agents]
        ),
        "wasAttributedTo": _numbered("t", [{"prov:entity": dataset, "prov:agent": a} for a in agents]),
    }


def _activity(parts: Parts) -> Content:
    context = parts.context
    out: Content = {
        "prov:startTime": context["birth_timestamp"],
        "prov:label": context.get("experiment_name", parts.run_id),
    }
    return out | ({"prov:endTime": context["death_timestamp"]} if context.get("death_timestamp") else {})


def _file(entry: Content) -> Content:
    return {
        "prov:label": entry["file_path"],
        "mdj:sha256": entry["checksum"],
        "mdj:size": {"$": str(entry["file_size_bytes"]), "type": "xsd:long"},
        "mdj:modified": {"$": entry["file_modified_utc"], "type": _XSD_TIME},
    }


def _agent(person: Content) -> Content:
    out: Content = {"prov:label": person["name"], "prov:type": _name("prov:Person")}
    return out | ({"mdj:orcid": person["orcid"]} if person.get("orcid") else {})


def _agent_id(person: Content) -> str:
    return f"mdj:person-{_safe(str(person.get('orcid') or person['name']).rsplit('/', 1)[-1])}"


def _uuid(identifier: str) -> str:
    return f"uuid:{identifier}"


def _name(value: str) -> Content:
    return {"$": value, "type": "prov:QUALIFIED_NAME"}


def _numbered(letter: str, items: list[dict[str, Any]]) -> Content:
    return {f"_:{letter}{i}": item for i, item in enumerate(items, 1)}


def _safe(text: str) -> str:
    return quote(text, safe="").replace("%", "_")
