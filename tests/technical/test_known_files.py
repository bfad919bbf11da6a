"""Known answers: all that is recorded of each known file, and that the documentation says the same."""

import json
from pathlib import Path
from typing import Any

import pytest
from technical.known_files import KNOWN, Known

from mdjourney_backend.technical import describe, read_file

#: Told by name, size, owner and clock, not by what is inside.
_OF_ANY_FILE = {
    "checksum", "checksum_algorithm", "file_accessed_utc", "file_extension", "file_metadata_changed_utc", "file_modified_utc",
    "file_name", "file_owner", "file_group", "file_path", "file_permissions", "file_size_bytes", "file_type_os",
}  # fmt: skip
_DOCS = Path(__file__).parents[2] / "docs/formats.md"


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.name)
def test_what_is_known_of_a_file_is_what_is_recorded(known: Known, tmp_path: Path, extractors: Any) -> None:
    path = tmp_path / known.name
    known.make(path)
    reading = read_file(path)
    entry = describe(known.name, reading) | extractors.extract(path, reading.mime_type)
    assert {key: value for key, value in entry.items() if key not in _OF_ANY_FILE} == known.recorded
    said = json.dumps(entry)
    assert not any(private in said for private in ("Doe", "4711", "52.0", "/etc/passwd"))


def test_the_documentation_shows_the_known_answers() -> None:
    wanted = "\n".join(map(_line, KNOWN))
    assert wanted in _DOCS.read_text(encoding="utf-8"), f"docs/formats.md should hold:\n{wanted}"


def _line(known: Known) -> str:
    told = "; ".join(f"{_words(key)} {_said(value)}" for key, value in known.recorded.items())
    return f"| `{known.name}` | {known.holds} | {told} |"


def _words(key: str) -> str:
    return {"data_format_standard": "format", "number_of_records": "records"}.get(key, key.replace("_", " "))


def _said(value: Any) -> str:
    """A value on one line: sizes with crosses, columns with their types, quantities with their units."""
    if isinstance(value, dict):
        if value.keys() == {"value", "unit"}:
            return f"{_said(value['value'])} {value['unit']}"
        return ", ".join(f"{key.replace('_', ' ')} {_said(inner)}" for key, inner in value.items())
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return ", ".join(f"{column['name']} ({column['type']})" for column in value)
    if isinstance(value, list):
        return (" x " if isinstance(value[0], int | float) else ", ").join(map(str, value))
    return str(value)
