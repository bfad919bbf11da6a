"""Validators that reach no network and need no more than linear time: re2 patterns, hashed uniqueItems, counted refs."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Protocol

import jsonschema_rs
import re2
from jsonschema import Draft7Validator, Draft201909Validator, Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from referencing import Registry

from mdjourney_backend.schemas.formats import CHECKS

DRAFT_2020_12 = "https://json-schema.org/draft/2020-12/schema"
_CLASSES: dict[str, Any] = {
    DRAFT_2020_12: Draft202012Validator,
    "https://json-schema.org/draft/2019-09/schema": Draft201909Validator,
    "http://json-schema.org/draft-07/schema": Draft7Validator,
}
#: References followed in one validation before it is given up; honest documents stay far below.
MAX_STEPS = 2_000_000

Errors = Iterator[ValidationError]


class TooExpensive(Exception):
    """A validation that follows references without end."""


def dialects() -> tuple[str, ...]:
    """The `$schema` values that are understood, without the trailing `#`."""
    return tuple(_CLASSES)


def dialect_of(body: Mapping[str, Any]) -> str:
    """The `$schema` of a schema; 2020-12 where it names none."""
    return str(body.get("$schema", DRAFT_2020_12)).removesuffix("#")


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> Any:
    """A pattern in re2.

    Raises:
        re2.error: look-around, back-references or no regular expression at all.
    """
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)


def _pattern(_: Any, pattern: str, instance: Any, __: Any) -> Errors:
    if isinstance(instance, str) and not compiled(pattern).search(instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _pattern_properties(validator: Any, patterns: Mapping[str, Any], instance: Any, _: Any) -> Errors:
    if not isinstance(instance, dict):
        return
    for pattern, subschema in patterns.items():
        search = compiled(pattern).search
        for key, value in instance.items():
            if search(key):
                yield from validator.descend(value, subschema, path=key, schema_path=pattern)


def undeclared(instance: Mapping[str, Any], schema: Mapping[str, Any]) -> list[str]:
    """Keys that `additionalProperties` speaks about."""
    named = schema.get("properties", {})
    searches = [compiled(pattern).search for pattern in schema.get("patternProperties", {})]
    return [key for key in instance if key not in named and not any(search(key) for search in searches)]


def _additional_properties(validator: Any, allowed: Any, instance: Any, schema: Mapping[str, Any]) -> Errors:
    if not isinstance(instance, dict):
        return
    extras = undeclared(instance, schema)
    if allowed is False and extras:
        yield ValidationError("has fields that the schema does not know: " + ", ".join(extras))
    elif isinstance(allowed, dict):
        for key in extras:
            yield from validator.descend(instance[key], allowed, path=key)


def _hashable(value: Any) -> Any:
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, dict):
        return ("object", frozenset((key, _hashable(item)) for key, item in value.items()))
    if isinstance(value, list):
        return ("array", tuple(map(_hashable, value)))
    return value


def _unique_items(_: Any, wanted: Any, instance: Any, __: Any) -> Errors:
    if wanted and isinstance(instance, list) and len({_hashable(item) for item in instance}) != len(instance):
        yield ValidationError("has an entry that stands twice")


def _counting_ref(original: Callable[..., Any], steps: list[int]) -> Callable[..., Errors]:
    def ref(validator: Any, target: str, instance: Any, schema: Any) -> Errors:
        steps[0] += 1
        if steps[0] > MAX_STEPS:
            raise TooExpensive
        yield from original(validator, target, instance, schema) or ()

    return ref


@lru_cache(maxsize=1)
def _format_checker() -> FormatChecker:
    checker = FormatChecker(formats=())
    for name, check in CHECKS.items():
        checker.checkers[name] = (_asserting(check), ())
    return checker


def _asserting(check: Callable[[str], bool]) -> Callable[[object], bool]:
    return lambda value: not isinstance(value, str) or check(value)


class Checker:
    """The authority for one flattened schema: formats asserted, nothing fetched."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        self._steps = [0]
        base = _CLASSES[dialect_of(body)]
        cls = extend(  # type: ignore[no-untyped-call]  # the stubs leave extend untyped
            base,
            {
                "pattern": _pattern,
                "patternProperties": _pattern_properties,
                "additionalProperties": _additional_properties,
                "uniqueItems": _unique_items,
                "$ref": _counting_ref(base.VALIDATORS["$ref"], self._steps),
            },
        )
        self.validator: Validator = cls(body, registry=Registry(), format_checker=_format_checker())

    def errors(self, content: Any) -> list[ValidationError]:
        """Every error, in the order of the schema.

        Raises:
            TooExpensive: references multiply without end.
        """
        self._steps[0] = 0
        try:
            return list(self.validator.iter_errors(content))
        except RecursionError:
            raise TooExpensive from None

    def accepts(self, subschema: Any, content: Any) -> bool:
        """Whether a part of the schema, taken as a schema of its own, holds for a value."""
        self._steps[0] = 0
        return bool(self.validator.evolve(schema=subschema).is_valid(content))


def against_meta_schema(body: Mapping[str, Any]) -> tuple[list[str | int], str] | None:
    """The first thing the meta-schema says against a schema: where, and what."""
    try:
        jsonschema_rs.meta.validate({**body, "$schema": dialect_of(body)})
    except jsonschema_rs.ValidationError as exc:
        return list(exc.instance_path), exc.message
    return None


class Compiled(Protocol):
    """A compiled validator: quick to say yes, no use for messages."""

    def is_valid(self, instance: Any) -> bool: ...


class NotCompiled(Exception):
    """A schema that jsonschema-rs does not take."""


def fast(body: Mapping[str, Any]) -> Compiled:
    """The same schema compiled by jsonschema-rs; a differential test holds it to `Checker`.

    Raises:
        NotCompiled: something in it is understood differently there, such as a pattern only re2 knows.
    """
    try:
        made: Compiled = jsonschema_rs.validator_for(
            dict(body),
            validate_formats=True,
            formats=dict(CHECKS),
            pattern_options=jsonschema_rs.RegexOptions(),
            offline=True,
        )
    except (ValueError, jsonschema_rs.ReferencingError) as exc:
        raise NotCompiled(str(exc).partition("\n")[0]) from None
    return made
