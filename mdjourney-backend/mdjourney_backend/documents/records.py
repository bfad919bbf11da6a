"""What everybody who reads a Complete Metadata File counts on, and a refusal that names what is otherwise in one."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from mdjourney_backend.changes import Content
from mdjourney_contract.problems import Invalid

#: The components, and what the system itself puts into the content of each.
_COMPONENTS: Final[Mapping[str, Mapping[str, type]]] = {
    "project_descriptive": {"project_identifier": str},
    "dataset_administrative": {"dataset_identifier": str},
    "dataset_structural": {},
    "experiment_contextual": {"birth_timestamp": str},
}
_INSTRUMENT: Final[Mapping[str, type]] = {"instrument_unique_identifier": str}
_COMPONENT: Final[Mapping[str, type]] = {"sha256": str, "content": dict}
_ENTRY: Final[Mapping[str, type]] = {"file_identifier": str, "file_path": str, "checksum": str}
_RECORD: Final[Mapping[str, type]] = {
    "experiment_identifier": str,
    "revision": int,
    "data_objects": list,
    "metadata_components": dict,
    "metadata_provenance": dict,
}
_PROVENANCE: Final[Mapping[str, type]] = {"generated_by": str, "generation_date": str}
_CALLED: Final[Mapping[type, str]] = {dict: "an object", list: "a list", str: "a text", int: "a whole number"}
_MOST_NAMED: Final = 100


def require_record(record: Content, path: str = "The record") -> None:
    """Refuse what is named like a complete record, or was one before somebody edited it.

    Raises:
        Invalid: `errors` has the pointer of each member that is missing or of another type (the first hundred).
    """
    errors = []
    for pointer, wanted, found in _wrong(record):
        errors.append({"pointer": pointer, "message": f"must be {wanted}, not {found}", "keyword": "type"})
        if len(errors) == _MOST_NAMED:
            break
    if errors:
        refuse_record(path, errors)


def refuse_record(path: str, errors: list[dict[str, Any]]) -> None:
    """
    Raises:
        Invalid: always; it says the first of these.
    """
    first = f"{errors[0]['pointer']} {errors[0]['message']}"
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    raise Invalid(
        f"{path} is named like a complete record, and is none: {first}{more}."
        " Put it right, or take the file away",
        errors=errors,
    )


_Wrong = Iterator[tuple[str, str, str]]


def _wrong(record: Content) -> _Wrong:
    yield from _members("", record, _RECORD)
    yield from _members("/metadata_provenance", record.get("metadata_provenance"), _PROVENANCE)
    components = record.get("metadata_components")
    if isinstance(components, dict):
        base = "/metadata_components"
        yield from _members(
            base, components, {**dict.fromkeys(_COMPONENTS, dict), "instrument_technical": list}
        )
        for name, needed in _COMPONENTS.items():
            yield from _component(f"{base}/{name}", components.get(name), needed)
        for pointer, one in _items(f"{base}/instrument_technical", components.get("instrument_technical")):
            yield from _is_object(pointer, one)
            yield from _component(pointer, one, _INSTRUMENT)
    for pointer, entry in _items("/data_objects", record.get("data_objects")):
        yield from _is_object(pointer, entry)
        yield from _members(pointer, entry, _ENTRY)


def _component(pointer: str, component: Any, needed: Mapping[str, type]) -> _Wrong:
    yield from _members(pointer, component, _COMPONENT)
    if isinstance(component, dict):
        yield from _members(f"{pointer}/content", component.get("content"), needed)


def _items(pointer: str, items: Any) -> Iterator[tuple[str, Any]]:
    for i, item in enumerate(items if isinstance(items, list) else ()):
        yield f"{pointer}/{i}", item


def _is_object(pointer: str, value: Any) -> _Wrong:
    if not isinstance(value, dict):
        yield pointer, _CALLED[dict], _called(value)


def _members(pointer: str, value: Any, members: Mapping[str, type]) -> _Wrong:
    """Of a value that is no object somebody else tells."""
    if not isinstance(value, dict):
        return
    for name, kind in members.items():
        found = value.get(name)
        if not isinstance(found, kind) or isinstance(found, bool):
            yield f"{pointer}/{name}", _CALLED[kind], _called(found) if name in value else "missing"


def _called(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return next((said for kind, said in _CALLED.items() if isinstance(value, kind)), "a number")
