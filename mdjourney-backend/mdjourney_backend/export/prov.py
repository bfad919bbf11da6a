"""W3C PROV-JSON of a complete record: the run as activity, its files and samples as entities, people as agents."""

from typing import Any
from urllib.parse import quote

from mdjourney_backend.changes import Content
from mdjourney_backend.export.identifiers import orcid
from mdjourney_backend.export.words import Parts

_XSD_TIME = "xsd:dateTime"
_PREFIXES = {
    "mdj": "https://mdjourney.invalid/ns#",
    "uuid": "urn:uuid:",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def metadata(record: Content) -> Content:
    """A PROV document that `prov` reads back."""
    parts = Parts.of(record)
    dataset = _uuid(parts.administrative["dataset_identifier"])
    run, project = _uuid(parts.run_id), _uuid(parts.project["project_identifier"])
    agents = {_agent_id(p): _agent(p) for p in parts.creators()}
    files = {_uuid(e["file_identifier"]): _file(e) for e in parts.entries}
    tools = _tools(parts)
    used = [*(_uuid(e["file_identifier"]) for e in parts.inputs()), *tools]
    made = [_uuid(e["file_identifier"]) for e in parts.made_entries()]
    origin = parts.structural.get("derived_from")
    found = {
        "prefix": _PREFIXES,
        "entity": {
            dataset: _labelled(parts.administrative["dataset_title"], "prov:Collection"),
            project: _labelled(parts.project.get("project_title") or project, "prov:Plan"),
            **files,
            **tools,
            **({_uuid(origin): {"prov:label": "the dataset this one was copied from"}} if origin else {}),
        },
        "activity": {run: _activity(parts)},
        "agent": agents,
        "hadMember": _numbered("m", [{"prov:collection": dataset, "prov:entity": e} for e in files]),
        "used": _numbered("u", [{"prov:activity": run, "prov:entity": e} for e in used]),
        "wasGeneratedBy": _numbered("g", [{"prov:entity": e, "prov:activity": run} for e in made]),
        "wasDerivedFrom": _numbered(
            "d", [{"prov:generatedEntity": dataset, "prov:usedEntity": _uuid(o)} for o in [origin] if o]
        ),
        "wasAssociatedWith": _numbered(
            "a", [{"prov:activity": run, "prov:agent": a, "prov:plan": project} for a in agents]
        ),
        "wasAttributedTo": _numbered("t", [{"prov:entity": dataset, "prov:agent": a} for a in agents]),
    }
    return {k: v for k, v in found.items() if v}


def _tools(parts: Parts) -> Content:
    """Software, instruments and samples the run used."""
    programs = [" ".join(filter(None, (s["name"], s.get("version")))) for s in parts.software()]
    return {
        **{f"mdj:software-{_safe(n)}": {"prov:label": n} for n in programs},
        **{
            _uuid(i["instrument_unique_identifier"]): {
                "prov:label": i.get("instrument_name") or i["instrument_unique_identifier"]
            }
            for i in parts.instruments
        },
        **{
            f"mdj:sample-{_safe(s)}": {"prov:label": s}
            for s in parts.context.get("unique_sample_batch_identifiers", ())
        },
    }


def _activity(parts: Parts) -> Content:
    context = parts.context
    out: Content = {
        "prov:startTime": context["birth_timestamp"],
        "prov:label": context.get("experiment_name") or parts.run_id,
    }
    return out | ({"prov:endTime": context["death_timestamp"]} if context.get("death_timestamp") else {})


def _file(entry: Content) -> Content:
    out: Content = {
        "prov:label": entry["file_path"],
        "mdj:size": {"$": str(entry["file_size_bytes"]), "type": "xsd:long"},
        "mdj:modified": {"$": entry["file_modified_utc"], "type": _XSD_TIME},
    }
    return out | ({"mdj:sha256": entry["checksum"]} if entry.get("checksum") else {})


def _labelled(label: str, kind: str) -> Content:
    return {"prov:label": label, "prov:type": {"$": kind, "type": "prov:QUALIFIED_NAME"}}


def _agent(person: Content) -> Content:
    identifier = orcid(person)
    return _labelled(person["name"], "prov:Person") | ({"mdj:orcid": identifier} if identifier else {})


def _agent_id(person: Content) -> str:
    return f"mdj:person-{_safe((orcid(person) or str(person['name'])).rsplit('/', 1)[-1])}"


def _uuid(identifier: str) -> str:
    return f"uuid:{identifier}"


def _numbered(letter: str, items: list[dict[str, Any]]) -> Content:
    return {f"_:{letter}{i}": item for i, item in enumerate(items, 1)}


def _safe(text: str) -> str:
    return quote(text, safe="").replace("%", "_")
