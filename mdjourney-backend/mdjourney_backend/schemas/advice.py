"""Advice on a document: what is neither wrong nor missing, yet could be said better."""

from collections.abc import Iterator, Mapping
from typing import Any

from mdjourney_backend.schemas import titles
from mdjourney_backend.schemas.faults import Fault, pointer, shown
from mdjourney_backend.schemas.flatten import UnknownReference, resolved
from mdjourney_backend.schemas.vocabularies import is_ucum

Path = tuple[str | int, ...]


def advice(body: Mapping[str, Any], content: Any) -> list[Fault]:
    """One line for each unit that does not read as UCUM; nothing is refused for it."""
    return [
        Fault(
            pointer=pointer(path),
            title=titles.title(body, path),
            message=f"{titles.place(body, path)}: {unit!r} is no UCUM unit that is known here, such as Cel, mg/L or um",
            keyword="ucum",
            value=shown(unit),
        )
        for path, unit in _units(body, body, content, ())
        if not is_ucum(unit)
    ]


def _units(body: Mapping[str, Any], schema: Any, content: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Texts in `unit` beside a `value`, or in fields drawn as units."""
    if isinstance(content, list):
        for index, item in enumerate(content):
            yield from _units(body, titles.field(body, schema, index), item, (*path, index))
    elif isinstance(content, dict):
        for key, value in content.items():
            member = titles.field(body, schema, key)
            if isinstance(value, str):
                if (key == "unit" and "value" in content) or _widget(body, member) == "ucum":
                    yield (*path, key), value
            else:
                yield from _units(body, member, value, (*path, key))


def _widget(body: Mapping[str, Any], schema: Any) -> Any:
    try:
        found = resolved(body, schema)
    except UnknownReference:
        return None
    return found.get("x-widget") if isinstance(found, dict) else None
