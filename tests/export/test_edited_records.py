"""Records that somebody edited by hand: refused with the pointer, whatever is done with them."""

import copy
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from export.test_completing import ADA, RUN, lab

from mdjourney_backend.documents import require_record
from mdjourney_backend.export import FORMATS, Incomplete, export, require_types
from mdjourney_backend.schemas import SchemaManager
from mdjourney_contract.problems import Invalid

#: `...`: the member goes
OTHERS: tuple[Any, ...] = (None, True, 7, "text", [], ["text"], [[]], {}, {"a": 1}, ...)
SLOW = bool(os.environ.get("MDJOURNEY_SLOW_TESTS"))


def pointers(value: Any, pointer: str = "") -> Iterator[str]:
    """Every place in a document."""
    if pointer:
        yield pointer
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from pointers(item, f"{pointer}/{key}")


def with_other(record: dict[str, Any], pointer: str, other: Any) -> dict[str, Any]:
    made: Any = copy.deepcopy(record)
    *way, last = pointer.split("/")[1:]
    node = made
    for part in way:
        node = node[int(part)] if isinstance(node, list) else node[part]
    key = int(last) if isinstance(node, list) else last
    if other is ...:
        del node[key]
    else:
        node[key] = other
    return made  # type: ignore[no-any-return]  # a document


@pytest.mark.parametrize(
    ("pointer", "other"),
    [
        ("/metadata_components", []),
        ("/metadata_components/project_descriptive", "text"),
        ("/metadata_components/dataset_administrative/content", None),
        ("/metadata_components/dataset_structural/sha256", 7),
        ("/metadata_components/instrument_technical", {}),
        ("/metadata_components/instrument_technical/0", "text"),
        ("/data_objects", {}),
        ("/data_objects/1", None),
        ("/data_objects/1/file_path", ["x"]),
        ("/metadata_provenance/generation_date", 2026),
        ("/revision", True),
    ],
)
def test_another_type_is_refused_with_its_pointer(whole: dict[str, Any], pointer: str, other: Any) -> None:
    edited = with_other(whole, pointer, other)
    for refuse in (require_record, *(lambda r, n=n: export(r, n) for n in FORMATS)):
        with pytest.raises(Invalid) as refused:
            refuse(edited)
        assert refused.value.errors[0]["pointer"] == pointer
    require_record(whole)


def test_a_record_edited_anywhere_is_exported_or_refused(whole: dict[str, Any], tmp_path: Path) -> None:
    schemas = SchemaManager(tmp_path)
    require_types(whole, schemas, "record")
    cases = [(p, o) for p in pointers(whole) for o in OTHERS]
    for pointer, other in cases[:: 1 if SLOW else 13]:
        edited = with_other(whole, pointer, other)
        refused: list[dict[str, Any]] = []
        try:
            require_types(edited, schemas, "record")
            for name in FORMATS:
                export(edited, name)
        except Invalid as exc:
            refused = exc.errors
        except Incomplete:
            pass
        assert all(e["pointer"] and e["message"] for e in refused), (pointer, other)


def test_a_run_whose_record_was_edited_is_not_completed_again_in_silence(tmp_path: Path) -> None:
    runs, _documents = lab(tmp_path, lambda _document: None, committing=False)
    ref, _, _ = runs.complete(RUN, actor=ADA)
    place = tmp_path / ref.path
    place.write_text(json.dumps({**json.loads(place.read_bytes()), "metadata_components": ["x"]}))
    with pytest.raises(Invalid) as refused:
        runs.complete(RUN, actor=ADA)
    assert [e["pointer"] for e in refused.value.errors] == ["/metadata_components"]
    assert ref.path in refused.value.detail
    assert "/metadata_components" in runs.converge()[0]
