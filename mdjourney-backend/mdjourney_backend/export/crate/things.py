"""Files, instruments, software, samples and values of a crate."""

from collections.abc import Iterator
from typing import Any

from mdjourney_backend.changes import Content
from mdjourney_backend.export.crate.graph import Entity, Graph
from mdjourney_backend.export.crate.people import organisation
from mdjourney_backend.export.identifiers import address, file_id, local, ror, software_address, urn
from mdjourney_backend.export.words import Parts, alone

_PRONOM = "https://www.nationalarchives.gov.uk/PRONOM/"


def file(graph: Graph, entry: Content) -> Entity:
    """A reference to a data file."""
    entity = {
        "@id": file_id(entry["file_path"]),
        "@type": "File",
        "name": entry["file_name"],
        "description": entry.get("file_description") or _seen(entry),
        "contentSize": str(entry["file_size_bytes"]),
        "encodingFormat": entry.get("mime_type"),
        # not in encodingFormat: rocrate-validator 0.13 refuses every entity there, and addresses as text
        "additionalType": f"{_PRONOM}{entry['pronom_id']}" if entry.get("pronom_id") else None,
        "sha256": entry.get("checksum"),
        "dateCreated": entry.get("file_created_utc"),
        "dateModified": entry["file_modified_utc"],
        "identifier": urn(entry["file_identifier"]),
    }
    return graph.add(entity)


def instrument(graph: Graph, content: Content) -> Entity:
    """A reference to an instrument, by its identifier."""
    maker, maker_ror = content.get("instrument_manufacturer"), content.get("instrument_manufacturer_ror")
    entity = {
        "@id": urn(content["instrument_unique_identifier"]),
        "@type": "IndividualProduct",
        "name": content.get("instrument_name") or content["instrument_unique_identifier"],
        "description": content.get("instrument_type"),
        "manufacturer": organisation(graph, maker, maker_ror) if maker and ror(maker_ror) else maker,
        "model": content.get("instrument_model"),
        "serialNumber": content.get("serial_number"),
        "identifier": alone(
            [i["identifier"] for i in content.get("alternate_identifiers", ()) if i.get("identifier")]
        ),
    }
    return graph.add(entity)


def software(graph: Graph, content: Content) -> Entity:
    """A reference to a program.

    RO-Crate 1.2 wants an address and a version of what it calls a SoftwareApplication; a program without them is a
    work with a name.
    """
    name, version, url = content["name"], content.get("version"), software_address(content)
    label = f"{name}-{version}" if version else name
    known = graph.dialect.process_run or (version and url)
    entity = {
        "@id": url or local("software", label),
        "@type": "SoftwareApplication" if known else "CreativeWork",
        "name": name,
        "url": url,
        "softwareVersion" if graph.dialect.process_run else "version": version,
    }
    return graph.add(entity)


def command(graph: Graph, parts: Parts) -> Entity | None:
    """A reference to the command of a captured run, at the version of its code."""
    words = parts.context.get("command")
    if not isinstance(words, list) or not words:
        return None
    code = parts.context.get("code_version") or {}
    commit, repository = code.get("commit"), address(str(code.get("repository") or ""))
    known = graph.dialect.process_run or (commit and repository)
    entity = {
        "@id": f"#command-{parts.run_id}",
        "@type": "SoftwareApplication" if known else "CreativeWork",
        "name": str(words[0]),
        "description": " ".join(map(str, words)),
        "url": repository,
        "softwareVersion" if graph.dialect.process_run else "version": commit,
    }
    return graph.add(entity)


def samples(graph: Graph, parts: Parts) -> list[Entity]:
    """References to the samples of the run."""
    about = parts.context.get("sample_source_description")
    return [
        graph.add(
            {
                "@id": address(s) or local("sample", s),
                "@type": "Product",
                "name": s,
                "identifier": s,
                "description": about,
            }
        )
        for s in parts.context.get("unique_sample_batch_identifiers", ())
    ]


def values(graph: Graph, kind: str, settings: Any) -> list[Entity]:
    """References to named values: plain ones, or `{value, unit}`."""
    return [
        graph.add(
            {
                "@id": local(kind, name),
                "@type": "PropertyValue",
                "name": name,
                "value": value,
                "unitText": unit,
            }
        )
        for name, value, unit in _flat(settings)
    ]


def work(graph: Graph, url: str, name: str, kind: str = "CreativeWork") -> Entity:
    """A reference to something that is read elsewhere."""
    return graph.add({"@id": url, "@type": kind, "name": name})


def _flat(settings: Any) -> Iterator[tuple[str, Any, str | None]]:
    for name, given in settings.items() if isinstance(settings, dict) else ():
        value, unit = (given.get("value"), given.get("unit")) if isinstance(given, dict) else (given, None)
        if isinstance(value, str | int | float | bool):
            yield name, value, unit


def _seen(entry: Content) -> str:
    """What the file itself tells, where nobody described it."""
    facts = [str(entry.get("data_format_standard") or entry.get("mime_type") or "file")]
    if entry.get("dimensions"):
        facts.append(" x ".join(map(str, entry["dimensions"])))
    for field, word in (("channels", "channels"), ("columns", "columns")):
        if entry.get(field):
            facts.append(f"{len(entry[field])} {word}")
    if entry.get("number_of_records") is not None:
        facts.append(f"{entry['number_of_records']} records")
    return ", ".join(facts)
