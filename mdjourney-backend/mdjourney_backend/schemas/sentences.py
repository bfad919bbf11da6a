"""Turns a validator's errors into faults: one sentence each, all of them, with JSON pointers."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from jsonschema.exceptions import ValidationError

from mdjourney_backend.schemas import titles
from mdjourney_backend.schemas.dialect import undeclared
from mdjourney_backend.schemas.faults import Fault, kind_of, pointer, shown
from mdjourney_backend.schemas.formats import WORDS

_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a group of fields",
    "null": "empty (null)",
}
Path = tuple[str | int, ...]


def faults(body: Mapping[str, Any], errors: Iterable[ValidationError]) -> list[Fault]:
    """Every error as a fault, each place and keyword once."""
    out: dict[tuple[str, str, str], Fault] = {}
    for error in errors:
        for fault in _told(body, error, ()):
            out.setdefault((fault["pointer"], fault["keyword"], fault["message"]), fault)
    return list(out.values())


def _told(body: Mapping[str, Any], error: ValidationError, base: Path) -> Iterator[Fault]:
    path = (*base, *error.relative_path)
    keyword = str(error.validator)
    wanted, instance, schema = _parts(error)
    if keyword in ("anyOf", "oneOf") and error.context:
        yield from _branches(body, error, path, keyword)
    elif keyword == "required":
        missing = [key for key in wanted if key not in instance]
        for key in missing:
            yield _fault(
                body, (*path, key), "required", None, "is kept by the system and must not be removed"
            )
    elif keyword == "additionalProperties" and wanted is False:
        for key in undeclared(instance, schema):
            yield _fault(body, (*path, key), keyword, instance[key], "is not a field of this schema")
    else:
        yield _fault(body, path, keyword, instance, _says(error))


def _parts(error: ValidationError) -> tuple[Any, Any, Any]:
    """The keyword's value, the offending instance and the schema around, as plain JSON."""
    return error.validator_value, error.instance, error.schema


def _branches(body: Mapping[str, Any], error: ValidationError, path: Path, keyword: str) -> Iterator[Fault]:
    """The branch that was meant, if one fits in kind; else what each would take."""
    by_branch: dict[Any, list[ValidationError]] = {}
    for inner in error.context:
        by_branch.setdefault(inner.schema_path[0], []).append(inner)
    deeper = [found for found in by_branch.values() if all(inner.relative_path for inner in found)]
    if deeper:
        for inner in min(deeper, key=len):
            yield from _told(body, inner, path)
        return
    ways = list(dict.fromkeys(_says(found[0]) for found in by_branch.values()))
    yield _fault(body, path, keyword, error.instance, " or ".join(ways[:4]))


def _fault(body: Mapping[str, Any], path: Path, keyword: str, value: Any, says: str) -> Fault:
    fault = Fault(
        pointer=pointer(path),
        title=titles.title(body, path),
        message=f"{titles.place(body, path)} {says}",
        keyword=keyword,
    )
    if keyword != "required":
        fault["value"] = shown(value)
    return fault


def _says(error: ValidationError) -> str:
    say = _SAYINGS.get(str(error.validator))
    return say(error) if say else f"does not meet the schema's {error.validator}"


def _type(error: ValidationError) -> str:
    wanted, instance, _ = _parts(error)
    kinds = [_TYPES.get(kind, kind) for kind in ([wanted] if isinstance(wanted, str) else wanted)]
    return f"must be {' or '.join(kinds)}, not {kind_of(instance)}"


def _enum(error: ValidationError) -> str:
    wanted, instance, _ = _parts(error)
    options = [str(shown(option, 60)) for option in wanted]
    more = f" or {len(options) - 15} more" if len(options) > 15 else ""
    return f"must be one of {', '.join(options[:15])}{more}, not {shown(instance, 40)}"


def _format(error: ValidationError) -> str:
    name = str(error.validator_value)
    return f"must be {WORDS.get(name, 'a ' + name)}, not {shown(error.instance, 40)!r}"


def _compared(words: str) -> Callable[[ValidationError], str]:
    return lambda error: words.format(shown(error.validator_value))


_SAYINGS: dict[str, Callable[[ValidationError], str]] = {
    "type": _type,
    "enum": _enum,
    "const": _compared("must be {}"),
    "format": _format,
    "pattern": _compared("must look like {}"),
    "minLength": _compared("must have at least {} characters"),
    "maxLength": _compared("must have at most {} characters"),
    "minimum": _compared("must be {} or more"),
    "maximum": _compared("must be {} or less"),
    "exclusiveMinimum": _compared("must be more than {}"),
    "exclusiveMaximum": _compared("must be less than {}"),
    "multipleOf": _compared("must be a multiple of {}"),
    "minItems": _compared("must have at least {} entries"),
    "maxItems": _compared("must have at most {} entries"),
    "minProperties": _compared("must have at least {} fields"),
    "maxProperties": _compared("must have at most {} fields"),
    "uniqueItems": lambda _: "has an entry that stands twice",
    "contains": lambda _: "lacks an entry of the kind the schema asks for",
    "unevaluatedProperties": lambda _: "has fields that the schema does not know",
    "not": lambda _: "is something the schema rules out",
}
