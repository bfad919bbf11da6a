"""Trigger 3: a run starts; its contextual document with what files, instruments, person and last run already tell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mdjourney_backend.changes import Content, Edit
from mdjourney_backend.layout import run_ref
from mdjourney_contract.clock import rfc3339
from mdjourney_contract.people import Identity

#: Present files up to this many are listed in `links_to_raw_data_files` when nobody chose.
MOST_LINKS = 1000
#: What a run takes over from the last run of the same dataset and template.
_CARRIED = ("protocol_references", "instrument_used_link", "software_used_acquisition_analysis")


@dataclass(frozen=True, slots=True)
class RunStarts:
    """Somebody starts a run.

    `files` are dataset-relative paths chosen by the person, None for all. `answers` are fields already known by
    whoever starts it (`mdjourney run` knows the command); they win over everything found.
    """

    run_id: str
    dataset_path: str
    template: str
    at: datetime
    actor: Identity
    files: tuple[str, ...] | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)


def plan(
    change: RunStarts,
    *,
    structural: Content,
    schema: Mapping[str, Any],
    previous: Content | None = None,
    instruments: Sequence[Content] = (),
) -> list[Edit]:
    """The one edit that creates the contextual document.

    `schema` is the body of the template: only its fields are pre-filled. What nobody knows stays absent.
    """
    entries = chosen_entries(structural, change.files)
    found = {
        **{k: previous[k] for k in _CARRIED if previous and previous.get(k)},
        **_from_files(entries, instruments),
        **_from_person(change.actor),
        **_links(entries, change.files),
        **change.answers,
    }
    known = schema.get("properties", {})
    content: Content = {
        "experiment_identifier_run_id": change.run_id,
        "experiment_template_type": change.template,
        "dataset_identifier_link": structural["dataset_identifier"],
        **{k: v for k, v in found.items() if k in known and v not in (None, [], {})},
        "run_status": "open",
        "birth_timestamp": rfc3339(change.at),
    }
    subject = f"{change.dataset_path}: start run {change.run_id[:8]} ({change.template})"
    return [Edit(run_ref(change.dataset_path, change.run_id), lambda before: before or content, subject)]


def chosen_entries(structural: Content, files: Iterable[str] | None) -> list[Content]:
    """The entries of these paths, or of all present files."""
    present = [e for e in structural.get("file_descriptions", ()) if e.get("status") != "removed"]
    if files is None:
        return present
    wanted = set(files)
    return [e for e in present if e["file_path"] in wanted]


def _from_person(actor: Identity) -> Content:
    """The person who starts it, when their name is known; an account name is no name."""
    if not actor.name:
        return {}
    person = {"name": actor.name} | ({"email": actor.email} if actor.email else {})
    return {"experimenters": [person]}


def _links(entries: list[Content], files: tuple[str, ...] | None) -> Content:
    raw = [e["file_path"] for e in entries if files is not None or e.get("role", "raw") == "raw"]
    return {"links_to_raw_data_files": raw} if raw and (files is not None or len(raw) <= MOST_LINKS) else {}


def _from_files(entries: list[Content], instruments: Sequence[Content]) -> Content:
    software = _distinct(e.get("acquisition_software") for e in entries)
    settings = _agreed(e.get("instrument_settings") for e in entries)
    detected = _distinct(e.get("instrument_detected") for e in entries)
    used = _distinct(_registered(d, instruments) for d in detected)
    found = {
        "software_used_acquisition_analysis": [s for s in software if s.get("name")],
        "instrument_settings_run_parameters": settings,
        "instrument_used_link": used,
    }
    return {k: v for k, v in found.items() if v}


def _distinct(values: Iterable[Any]) -> list[Any]:
    out: list[Any] = []
    for value in values:
        if value and value not in out:
            out.append(value)
    return out


def _agreed(settings: Iterable[Any]) -> Content:
    """What every file that names a setting says alike."""
    seen: dict[str, list[Any]] = {}
    for one in settings:
        for key, value in (one or {}).items():
            values = seen.setdefault(key, [])
            if value not in values:
                values.append(value)
    return {k: v[0] for k, v in seen.items() if len(v) == 1}


def _registered(detected: Content, instruments: Sequence[Content]) -> str | None:
    """The registered instrument a file was made with: the same serial number, else the only one of that model."""
    serial = detected.get("serial_number")
    if serial:
        same = [i for i in instruments if i.get("serial_number") == serial]
    else:
        model = (detected.get("manufacturer"), detected.get("model"))
        same = [
            i
            for i in instruments
            if all(model) and (i.get("instrument_manufacturer"), i.get("instrument_model")) == model
        ]
    return same[0]["instrument_unique_identifier"] if len(same) == 1 else None
