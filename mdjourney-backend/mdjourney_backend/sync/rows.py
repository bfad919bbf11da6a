"""What a document says, as rows of the store. Pure: no disk, no database."""

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from mdjourney_backend.changes import Content, Ref
from mdjourney_contract.people import Identity
from mdjourney_store.clean import clean
from mdjourney_store.rows import DatasetRow, DocumentRow, Entity, FileRow, ProjectRow, RecordRow, TrialRow

_STATES = {"V0": 0, "V1": 1, "V2": 2}
#: What a Complete Metadata File leaves in the store beside its parts, which have rows of their own.
_RECORD_KEYS = (
    "version",
    "experiment_identifier",
    "revision",
    "previous",
    "metadata_validation",
    "metadata_provenance",
)

#: What lies outside, no client can read in every time zone: as good as no moment.
_FIRST: Final = datetime(1, 1, 3, tzinfo=UTC)
_LAST: Final = datetime(9999, 12, 29, tzinfo=UTC)
_LARGE_INTEGER = re.compile(rb"[:\s,\[][-+]?[0-9]{19}")


class Unusable(ValueError):
    """A document nothing can be made of; says which field and why."""


def document_row(
    ref: Ref,
    raw: bytes,
    *,
    home_dataset: str | None = None,
    people: Sequence[Identity] = (),
    actor: Identity | None = None,
    at: datetime | None = None,
    subject: str | None = None,
) -> DocumentRow:
    """The rows one document becomes.

    Args:
        home_dataset: identifier of the dataset whose folder the document lies in, for documents of runs: a run that
            came along with a copied dataset names another one and is no trial of its own.
        people: who may be meant by a bare user id in the document, best guess first.
    """
    sha256 = hashlib.sha256(raw).hexdigest()
    row = DocumentRow(ref.path, ref.kind, sha256, len(raw), actor=actor, at=at, subject=subject)
    maker = _MAKERS.get(ref.kind)
    if maker is None:
        return replace(row, problem=f"the store knows no documents of kind {ref.kind}")
    try:
        identifier, entity, kept = maker(ref, _parsed(raw), home_dataset, people)
    except Unusable as error:
        return replace(row, problem=str(error))
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        # a member is something else than it is in every document of ours: nobody's other documents wait for this one
        return replace(row, problem=f"is not shaped like a {ref.kind}: {error}")
    return replace(row, entity=entity, entity_id=identifier, content=kept)


_Made = tuple[str, Entity | None, Content | None]


def _project(ref: Ref, content: Content, _home: str | None, people: Sequence[Identity]) -> _Made:
    identifier = _identifier(content, "project_identifier")
    row = ProjectRow(
        project_id=identifier,
        name=_text(content, "project_title") or ref.path.split("/.metadata/")[0].rpartition("/")[2],
        details=content,
        created_at=_moment(content, "created_date"),
        created_by=_person(content, people),
    )
    return identifier, row, None


def _administrative(ref: Ref, content: Content, _home: str | None, _people: Sequence[Identity]) -> _Made:
    identifier = _identifier(content, "dataset_identifier")
    row = DatasetRow(
        dataset_id=identifier,
        project_id=_identifier(content, "associated_project_identifier"),
        rel_path=_dataset_path(ref),
        title=_text(content, "dataset_title"),
        administrative=content,
        created_at=_moment(content, "created_date"),
    )
    return identifier, row, None


def _structural(ref: Ref, content: Content, _home: str | None, _people: Sequence[Identity]) -> _Made:
    identifier = _identifier(content, "dataset_identifier")
    entries = content.get("file_descriptions", [])
    if not isinstance(entries, list):
        raise Unusable("/file_descriptions is no list")
    row = DatasetRow(
        dataset_id=identifier,
        project_id=_identifier(content, "associated_project_identifier"),
        rel_path=_dataset_path(ref),
        structural={k: v for k, v in content.items() if k != "file_descriptions"},
        created_at=_moment(content, "created_date"),
        files=[_file(entry, index) for index, entry in enumerate(entries)],
    )
    return identifier, row, None


def _contextual(_ref: Ref, content: Content, home: str | None, people: Sequence[Identity]) -> _Made:
    identifier = _identifier(content, "experiment_identifier_run_id")
    dataset = _text(content, "dataset_identifier_link")
    if home is not None and dataset is not None and dataset != home:
        return identifier, None, None
    birth = _moment(content, "birth_timestamp")
    if birth is None:
        raise Unusable("/birth_timestamp is no moment with a time zone between the years 1 and 9999")
    death = _moment(content, "death_timestamp")
    row = TrialRow(
        trial_id=identifier,
        dataset_id=dataset,
        birth_timestamp=birth,
        # a clock that went back: the run still happened
        death_timestamp=max(birth, death) if death else None,
        clean_exit=death is not None and content.get("clean_exit") is True,
        metadata=content,
        person=_person(content, people),
    )
    return identifier, row, None


def _record(_ref: Ref, content: Content, home: str | None, _people: Sequence[Identity]) -> _Made:
    identifier = _identifier(content, "experiment_identifier")
    kept = {k: content[k] for k in _RECORD_KEYS if k in content}
    component = content.get("metadata_components", {}).get("experiment_contextual", {}).get("content", {})
    if home is not None and component.get("dataset_identifier_link", home) != home:
        return identifier, None, kept
    revision = content.get("revision")
    return identifier, RecordRow(identifier, revision if isinstance(revision, int) else 1), kept


def _instrument(_ref: Ref, content: Content, _home: str | None, _people: Sequence[Identity]) -> _Made:
    return _identifier(content, "instrument_unique_identifier"), None, content


_MAKERS: dict[str, Callable[[Ref, Content, str | None, Sequence[Identity]], _Made]] = {
    "project_descriptive": _project,
    "dataset_administrative": _administrative,
    "dataset_structural": _structural,
    "experiment_contextual": _contextual,
    "complete_metadata": _record,
    "instrument_technical": _instrument,
}


def _file(entry: Any, index: int) -> FileRow:
    if not isinstance(entry, dict) or not isinstance(entry.get("file_path"), str):
        raise Unusable(f"/file_descriptions/{index}/file_path is no text")
    size = entry.get("file_size_bytes")
    return FileRow(
        path=entry["file_path"],
        extension=_text(entry, "file_extension"),
        mime_type=_text(entry, "mime_type"),
        size_bytes=size if isinstance(size, int) else None,
        checksum=_text(entry, "checksum"),
        modified_at=_moment(entry, "file_modified_utc"),
        status=(_text(entry, "status") or "present")[:20],
        state=_STATES.get(str(entry.get("version_state")), 1),
        role=(_text(entry, "role") or "")[:40] or None,
        technical=entry,
        entry_sha256=hashlib.sha256(orjson.dumps(entry, option=orjson.OPT_SORT_KEYS)).hexdigest(),
    )


def _parsed(raw: bytes) -> Content:
    try:
        # orjson makes floats of large integers, and refuses NaN, which somebody's editor may have written
        content = _parsed_leniently(raw) if _LARGE_INTEGER.search(raw) else orjson.loads(raw)
    except orjson.JSONDecodeError:
        content = _parsed_leniently(raw)
    if not isinstance(content, dict):
        raise Unusable("the document is no JSON object")
    cleaned: Content = clean(content)
    return cleaned


def _parsed_leniently(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Unusable(f"the document is no JSON: {error}") from error


def _identifier(content: Content, key: str) -> str:
    value = content.get(key)
    if not isinstance(value, str) or not value.strip():
        raise Unusable(f"/{key} is no identifier")
    if len(value) > 255:
        raise Unusable(f"/{key} is longer than 255 characters")
    return value


def _text(content: Content, key: str) -> str | None:
    value = content.get(key)
    return value if isinstance(value, str) and value else None


def _moment(content: Content, key: str) -> datetime | None:
    value = content.get(key)
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None and _FIRST < moment < _LAST else None


def _person(content: Content, people: Sequence[Identity]) -> Identity | None:
    user_id = _text(content, "created_by")
    if user_id is None:
        return None
    return next((p for p in people if p.user_id == user_id), Identity(user_id=user_id[:255]))


def _dataset_path(ref: Ref) -> str:
    return ref.path.split("/.metadata/")[0]
