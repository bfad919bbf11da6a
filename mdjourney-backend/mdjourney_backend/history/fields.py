"""Field-level difference of two documents, and taking one field from an older one; pure."""

import difflib
import json
import re
from collections.abc import Iterator
from typing import Any, Final

from mdjourney_backend.history.words import Content, FieldChange
from mdjourney_contract.problems import NotFound

#: By what the items of a list are recognised, in order of preference.
_KEYS = ("file_identifier", "file_path", "orcid", "identifier", "name")
_ALIGN_ITEMS = 2000
#: An index of a list in a pointer: what people send may hold other digits, and very many.
_INDEX: Final = re.compile(r"[0-9]{1,9}\Z")
_ABSENT: Final = object()


def field_diff(before: Content, after: Content) -> list[FieldChange]:
    """What changed, field by field, in document order.

    Pointers of `add` and `replace` are those in `after`, of `remove` those in `before`. Items of lists are matched by
    their identifier where they have one, else as a text diff matches lines.
    """
    return list(_compare("", before, after))


def field_at(content: Content, pointer: str) -> Any:
    """The value at a JSON pointer.

    Raises:
        NotFound: the document has no such field.
    """
    value: Any = content
    for step in _steps(pointer):
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and _INDEX.match(step) and int(step) < len(value):
            value = value[int(step)]
        else:
            raise NotFound(f"there is no field {pointer}")
    return value


def with_field(content: Content, pointer: str, older: Content) -> Content:
    """`content` with the field at `pointer` as `older` has it: set, or removed where `older` lacks it.

    Raises:
        NotFound: the field's parent is absent from `content`, or `pointer` names the whole document.
    """
    steps = _steps(pointer)
    if not steps:
        raise NotFound("a pointer to one field is needed")
    try:
        value = field_at(older, pointer)
    except NotFound:
        value = _ABSENT
    changed: Content = json.loads(json.dumps(content))
    place = field_at(changed, pointer.rpartition("/")[0])
    _put(place, steps[-1], value, pointer)
    return changed


def _put(place: Any, step: str, value: Any, pointer: str) -> None:
    if isinstance(place, dict):
        if value is _ABSENT:
            place.pop(step, None)
        else:
            place[step] = value
    elif isinstance(place, list) and _INDEX.match(step) and int(step) <= len(place):
        place[int(step) : int(step) + 1] = [] if value is _ABSENT else [value]
    else:
        raise NotFound(f"there is no field {pointer}")


def _compare(pointer: str, before: Any, after: Any) -> Iterator[FieldChange]:
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _compare_objects(pointer, before, after)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _compare_lists(pointer, before, after)
    elif type(before) is not type(after) or before != after:
        yield FieldChange(pointer, "replace", before, after)


def _compare_objects(pointer: str, before: Content, after: Content) -> Iterator[FieldChange]:
    for key, old in before.items():
        here = f"{pointer}/{_escaped(key)}"
        if key in after:
            yield from _compare(here, old, after[key])
        else:
            yield FieldChange(here, "remove", before=old)
    for key, new in after.items():
        if key not in before:
            yield FieldChange(f"{pointer}/{_escaped(key)}", "add", after=new)


def _compare_lists(pointer: str, before: list[Any], after: list[Any]) -> Iterator[FieldChange]:
    if before == after:
        return
    old_names, new_names = _names(before), _names(after)
    if old_names is not None and new_names is not None:
        yield from _compare_named(pointer, before, after, old_names, new_names)
        return
    old_text, new_text = ([json.dumps(item, sort_keys=True) for item in items] for items in (before, after))
    if max(len(before), len(after)) > _ALIGN_ITEMS:
        yield FieldChange(pointer, "replace", before, after)
        return
    for op, a0, a1, b0, b1 in difflib.SequenceMatcher(None, old_text, new_text, autojunk=False).get_opcodes():
        if op == "equal":
            continue
        shared = min(a1 - a0, b1 - b0)
        for step in range(shared):
            yield from _compare(f"{pointer}/{b0 + step}", before[a0 + step], after[b0 + step])
        for index in range(a0 + shared, a1):
            yield FieldChange(f"{pointer}/{index}", "remove", before=before[index])
        for index in range(b0 + shared, b1):
            yield FieldChange(f"{pointer}/{index}", "add", after=after[index])


def _compare_named(
    pointer: str, before: list[Any], after: list[Any], old: dict[str, int], new: dict[str, int]
) -> Iterator[FieldChange]:
    for name, index in old.items():
        if name in new:
            yield from _compare(f"{pointer}/{new[name]}", before[index], after[new[name]])
        else:
            yield FieldChange(f"{pointer}/{index}", "remove", before=before[index])
    for name, index in new.items():
        if name not in old:
            yield FieldChange(f"{pointer}/{index}", "add", after=after[index])


def _names(items: list[Any]) -> dict[str, int] | None:
    """Identifier -> index, if all items are objects that carry one and no two share it."""
    if not items or not all(isinstance(item, dict) for item in items):
        return {} if not items else None
    for key in _KEYS:
        names = {str(item[key]): index for index, item in enumerate(items) if item.get(key)}
        if len(names) == len(items):
            return names
    return None


def _steps(pointer: str) -> list[str]:
    if pointer and not pointer.startswith("/"):
        raise NotFound(f"{pointer!r} is no JSON pointer")
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
