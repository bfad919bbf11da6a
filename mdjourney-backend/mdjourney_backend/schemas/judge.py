"""One resolved schema with its validators: says of a document whether it is valid and whether it is complete."""

from functools import cached_property
from typing import Any

from mdjourney_backend.schemas.completeness import Completeness
from mdjourney_backend.schemas.dialect import Checker, Compiled, TooExpensive, fast
from mdjourney_backend.schemas.faults import Assessment, Content, Fault, Schema
from mdjourney_backend.schemas.sentences import faults


class Judge:
    """Keeps the validators of one schema; they are built when first needed."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    @cached_property
    def checker(self) -> Checker:
        return Checker(self.schema.body)

    @cached_property
    def _compiled(self) -> Compiled:
        return fast(self.schema.body)

    @cached_property
    def _completeness(self) -> Completeness:
        return Completeness(self.schema.body, self.checker)

    def assess(self, content: Content) -> Assessment:
        """All errors and all that is missing."""
        errors = self.errors(content)
        missing = self._completeness.missing(content)
        return Assessment(not errors, not errors and not missing, errors, missing, self.schema)

    def errors(self, content: Any) -> list[Fault]:
        """All errors; none for what the compiled validator accepts (a test holds the two together)."""
        if self._compiled.is_valid(content):
            return []
        try:
            return faults(self.schema.body, self.checker.errors(content))
        except TooExpensive:
            return [
                Fault(
                    pointer="",
                    title=self.schema.title,
                    message="The schema refers to itself too often",
                    keyword="$ref",
                )
            ]

    def entries(self, entries: list[Content]) -> dict[int, list[Fault]]:
        """Faults by position of the entries that have any; pointers start at the entry."""
        return {i: self.errors_of(e) for i, e in enumerate(entries) if not self._compiled.is_valid(e)}

    def errors_of(self, entry: Content) -> list[Fault]:
        return faults(self.schema.body, self.checker.errors(entry))
