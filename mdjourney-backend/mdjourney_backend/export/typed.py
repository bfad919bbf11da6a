"""Whether what stands inside a record is of the types its schemas name: exports build on them."""

from collections.abc import Iterator
from typing import Any, Final

from mdjourney_backend.changes import Content
from mdjourney_backend.documents import refuse_record, require_record, schema_name
from mdjourney_backend.schemas import Fault, SchemaManager

_MOST_NAMED: Final = 100
#: What every file has that was ever described.
_OF_FILES: Final = ("file_name", "file_size_bytes", "file_modified_utc")


def require_types(record: Content, schemas: SchemaManager, path: str) -> None:
    """Refuse a record in which somebody put another type in the place of an answer. What has become incomplete or invalid
    otherwise, because a schema changed since, passes.

    Raises:
        Invalid: `errors` name the pointers.
    """
    require_record(record, path)
    errors = [{**fault} for fault, _ in zip(_wrong(record, schemas), range(_MOST_NAMED), strict=False)]
    if errors:
        refuse_record(path, errors)


def _wrong(record: Content, schemas: SchemaManager) -> Iterator[Fault]:
    for pointer, kind, content in _contents(record["metadata_components"]):
        yield from _of_types(schemas.errors(schema_name(kind, content), content), pointer)
    for i, entry in enumerate(record["data_objects"]):
        for name in _OF_FILES:
            if name not in entry:
                pointer = f"/data_objects/{i}/{name}"
                yield {"pointer": pointer, "title": name, "message": "is missing", "keyword": "required"}
    for i, faults in sorted(schemas.assess_entries(record["data_objects"]).items()):
        yield from _of_types(faults, f"/data_objects/{i}")


def _contents(components: dict[str, Any]) -> Iterator[tuple[str, str, Content]]:
    base = "/metadata_components"
    for kind, component in components.items():
        if kind == "instrument_technical":
            for i, one in enumerate(component):
                yield f"{base}/{kind}/{i}/content", kind, one["content"]
        elif kind == "dataset_structural":  # its entries stand apart
            yield f"{base}/{kind}/content", kind, {"file_descriptions": [], **component["content"]}
        elif isinstance(component, dict) and isinstance(component.get("content"), dict):
            yield f"{base}/{kind}/content", kind, component["content"]


def _of_types(faults: list[Fault], pointer: str) -> Iterator[Fault]:
    for fault in faults:
        if fault.get("keyword") == "type":
            moved: Fault = {**fault, "pointer": pointer + fault["pointer"]}
            yield moved
