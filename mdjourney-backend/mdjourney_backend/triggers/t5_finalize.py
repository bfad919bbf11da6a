"""Trigger 5: the Complete Metadata File of a finished run, and the marks it leaves on the run and its files."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mdjourney_backend.changes import Content, Edit, Ref
from mdjourney_backend.layout import complete_ref, run_ref, structural_ref
from mdjourney_contract.clock import rfc3339
from mdjourney_contract.people import Identity

#: The version of the Complete Metadata File itself: the data object it describes is "Version 2".
VERSION = "2.0"

#: Fields of a context whose values name files of the dataset.
_FILE_FIELDS = ("links_to_raw_data_files", "input_files", "output_files")


@dataclass(frozen=True, slots=True)
class Part:
    """One document that goes into the record: its bytes' hashes, and the commit that holds them when there is one."""

    ref: Ref
    content: Content
    sha256: str
    schema: str
    git_commit: str | None = None
    git_blob: str | None = None


@dataclass(frozen=True, slots=True)
class RunFinished:
    """Trigger 4 let a run pass. `context` is the contextual document as it will be on disk: already complete."""

    run_id: str
    dataset_path: str
    at: datetime
    actor: Identity
    project: Part
    administrative: Part
    structural: Part
    context: Part
    instruments: Sequence[Part]
    revision: int = 1
    previous: str | None = None
    software: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """The edits of one completion: `together` lie in one folder and are saved under one lock, then `marks`."""

    revision: int
    ref: Ref
    together: list[Edit]
    marks: Edit


def plan(change: RunFinished) -> Record:
    """The record, the finished context and the marked entries."""
    ref = complete_ref(change.dataset_path, change.run_id, change.revision)
    where = ref.path.removeprefix(f"{change.dataset_path}/")
    covered = covered_entries(change.structural.content, change.context.content)
    record = _record(change, [_marked(e, where) for e in covered])
    subject = f"{change.dataset_path}: complete run {change.run_id[:8]}, revision {change.revision}"
    together = [
        Edit(ref, lambda before: before or record, subject),
        Edit(run_ref(change.dataset_path, change.run_id), lambda _before: change.context.content, subject),
    ]
    marks = Edit(
        structural_ref(change.dataset_path),
        lambda before: marked({e["file_identifier"]: e["checksum"] for e in covered}, where, before or {}),
        subject,
    )
    return Record(change.revision, ref, together, marks)


def covered_entries(structural: Content, context: Content) -> list[Content]:
    """The files of a run: those its context names, or all present ones when it names none of this dataset.

    A file that is still being written has no digest yet and belongs to no record.
    """
    present = [e for e in structural.get("file_descriptions", ()) if _is_present(e)]
    named = _named(context)
    chosen = [e for e in present if e["file_path"] in named]
    return chosen or present


def covered_number(entries: Iterable[Content], context: Content) -> int:
    """How many `covered_entries` there are; looks at each entry once, and keeps none."""
    named = _named(context)
    present = chosen = 0
    for entry in entries:
        if _is_present(entry):
            present += 1
            chosen += entry["file_path"] in named
    return chosen or present


def _is_present(entry: Content) -> bool:
    return bool(entry.get("status", "present") == "present")


def _named(context: Content) -> set[str]:
    return {path for name in _FILE_FIELDS for path in _paths(context.get(name))}


def still_written(structural: Content, context: Content) -> list[tuple[str, str]]:
    """Files a run names that are still being written: the pointer of each in the context, and its path."""
    growing = {
        e["file_path"] for e in structural.get("file_descriptions", ()) if e.get("status") == "growing"
    }
    return [
        (f"/{name}/{i}", path)
        for name in _FILE_FIELDS
        for i, path in enumerate(_paths(context.get(name)))
        if path in growing
    ]


def finished_context(context: Content, at: datetime) -> Content:
    """The context of a run completed at that moment; a death and a verdict written earlier stay."""
    return {"death_timestamp": rfc3339(at), "clean_exit": True, **context, "run_status": "complete"}


def is_unfinished_completion(context: Content, record: Content) -> bool:
    """Whether a completion was cut off after its record was written: the run on disk is what it was just before."""
    component = record["metadata_components"]["experiment_contextual"]["content"]
    moment = ("run_status", "death_timestamp", "clean_exit", "last_modified_by", "last_modified_date")
    same = all(context.get(k) == component.get(k) for k in {*context, *component} if k not in moment)
    younger = str(component.get("last_modified_date", "")) > str(context.get("last_modified_date", ""))
    return context.get("run_status") == "open" and same and younger


def marked(covered: Mapping[str, str], where: str, structural: Content, *, only_v1: bool = False) -> Content:
    """The structural document with the entries of these files (identifier: checksum) at V2.

    A file that changed since the record was made keeps the state it has; with `only_v1` so does one that another
    record has marked meanwhile.
    """
    entries = [
        _marked(e, where)
        if covered.get(e.get("file_identifier", "")) == e.get("checksum", "")
        and not (only_v1 and e.get("version_state") == "V2")
        else e
        for e in structural.get("file_descriptions", ())
    ]
    return {**structural, "file_descriptions": entries}


def _marked(entry: Content, where: str) -> Content:
    return {**entry, "version_state": "V2", "complete_metadata": where}


def _paths(value: Any) -> list[str]:
    items = value if isinstance(value, list) else []
    return [p for i in items if isinstance(p := i.get("file_path") if isinstance(i, dict) else i, str)]


def _record(change: RunFinished, objects: list[Content]) -> Content:
    structural = {k: v for k, v in change.structural.content.items() if k != "file_descriptions"}
    record: Content = {
        "version": VERSION,
        "experiment_identifier": change.run_id,
        "revision": change.revision,
        "data_objects": objects,
        "metadata_components": {
            "project_descriptive": _component(change.project),
            "dataset_administrative": _component(change.administrative),
            "dataset_structural": {**_component(change.structural), "content": structural},
            "experiment_contextual": _component(change.context),
            "instrument_technical": [_component(i) for i in change.instruments],
        },
        "metadata_relationships": _relationships(change, objects),
        "metadata_validation": {"valid": True, "complete": True, "checked_with": _schemas(change)},
        "metadata_provenance": {
            "generated_by": change.actor.user_id,
            "generation_date": rfc3339(change.at),
            "software": dict(change.software),
        },
    }
    return record | ({"previous": change.previous} if change.previous else {})


def _component(part: Part) -> Content:
    made = {"schema": part.schema, "sha256": part.sha256, "git_commit": part.git_commit}
    return made | ({"git_blob": part.git_blob} if part.git_blob else {}) | {"content": part.content}


def _schemas(change: RunFinished) -> list[str]:
    parts = [change.project, change.administrative, change.structural, change.context, *change.instruments]
    return list(dict.fromkeys(p.schema for p in parts))


def _relationships(change: RunFinished, objects: list[Content]) -> list[dict[str, str]]:
    """Who belongs to whom, as subject, predicate, object."""
    dataset = change.administrative.content["dataset_identifier"]
    run, project = change.run_id, change.project.content["project_identifier"]
    instruments = [i.content["instrument_unique_identifier"] for i in change.instruments]
    files = [e["file_identifier"] for e in objects]
    return [
        {"subject": dataset, "predicate": "isPartOf", "object": project},
        {"subject": run, "predicate": "describes", "object": dataset},
        *[{"subject": run, "predicate": "usedInstrument", "object": i} for i in instruments],
        *[{"subject": f, "predicate": "isPartOf", "object": dataset} for f in files],
        *[{"subject": run, "predicate": "concerns", "object": f} for f in files],
    ]
