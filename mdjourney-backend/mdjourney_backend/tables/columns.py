"""Documents as rows of dotted columns, and the JSON pointers behind the columns.

`principal_investigator.name` is a member of an object, `experimenters[2].name` of the second item of a list. Lists of plain
values stand in one cell (`a; b; c`); what has no plain form (long lists of objects, odd keys) stands there as JSON.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import orjson

#: Lists of objects up to this long get a column for each member of each item; longer ones are JSON in one cell.
MOST_ITEMS: Final = 5
_PLAIN_KEY: Final = re.compile(r"[^.\[\]\s/~][^.\[\]\n\r/~]*\Z")
_PART: Final = re.compile(r"([^.\[\]]+)((?:\[[1-9]\d{0,3}\])*)\Z")
_SEPARATOR: Final = "; "

Scalar = str | int | float | bool
Path = tuple[str | int, ...]


def columns_of(contents: Sequence[Mapping[str, Any]], known: Mapping[str, Any]) -> list[Path]:
    """The columns that hold all these contents, in the order of the schema's `properties` (`known`), others last.

    A plain field of the schema has a column even where nobody answered it yet.
    """
    found: dict[Path, None] = {}
    names = [*known, *(k for c in contents for k in c if k not in known)]
    for name in dict.fromkeys(names):
        values = [c[name] for c in contents if c.get(name) is not None]
        for path in _split((name,), values):
            found[path] = None
        if not values:
            found[(name,)] = None
    return list(found)


def _split(path: Path, values: Sequence[Any]) -> Iterator[Path]:
    """The columns of one place, given all values that stand there."""
    if values and all(isinstance(v, dict) and v and all(map(_plain, v)) for v in values):
        for key in dict.fromkeys(k for v in values for k in v):
            yield from _split((*path, key), [v[key] for v in values if v.get(key) is not None])
    elif values and all(_short_list_of_objects(v) for v in values):
        for i in range(max(len(v) for v in values)):
            yield from _split((*path, i), [v[i] for v in values if i < len(v)])
    else:
        yield path


def _plain(key: str) -> bool:
    return _PLAIN_KEY.match(key) is not None


def _short_list_of_objects(value: Any) -> bool:
    return (
        isinstance(value, list)
        and 0 < len(value) <= MOST_ITEMS
        and all(isinstance(v, dict) and v and all(map(_plain, v)) for v in value)
    )


def header_of(path: Path) -> str:
    """`("experimenters", 1, "name")` is `experimenters[2].name`."""
    out = ""
    for part in path:
        out += f"[{part + 1}]" if isinstance(part, int) else f"{'.' if out else ''}{part}"
    return out


def path_of(header: str) -> Path | None:
    """The path a header names, or None where it is not one of ours."""
    out: list[str | int] = []
    for part in header.strip().split("."):
        found = _PART.match(part)
        if found is None:
            return None
        out.append(found[1])
        out.extend(int(n) - 1 for n in re.findall(r"\d+", found[2]))
    return tuple(out)


def value_at(content: Any, path: Path) -> Any:
    """The value at a path; None where there is none."""
    for part in path:
        if isinstance(part, int):
            content = content[part] if isinstance(content, list) and part < len(content) else None
        else:
            content = content.get(part) if isinstance(content, dict) else None
    return content


def cell_of(value: Any) -> Scalar | None:
    """What a cell shows for a value; None for nothing, an empty list or an empty group."""
    if value is None or value == [] or value == {} or value == "":
        return None
    if isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, list) and all(_listable(v) for v in value):
        return _SEPARATOR.join(_said(v) for v in value)
    return orjson.dumps(value).decode()


def _listable(value: Any) -> bool:
    """Whether an item reads back the same from `a; b`."""
    if isinstance(value, str):
        return (
            bool(value)
            and value == value.strip()
            and not re.search(r"[;\n\r]", value)
            and value[0] not in "[{"
        )
    return isinstance(value, int | float)


def _said(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
