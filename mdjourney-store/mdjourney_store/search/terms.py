"""What a query means, independent of how it was written."""

import dataclasses
from dataclasses import dataclass
from typing import Literal

Operator = Literal[":", "=", "!=", ">", ">=", "<", "<="]


@dataclass(frozen=True, slots=True)
class Text:
    """Words that stand next to each other in this order; `prefix`: the last one may go on."""

    text: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Compare:
    """A field and a value. `:` is "contains" for texts and "equals" for everything else.

    `at` is where it is written: a column of the query's text, from 1, or a pointer into its JSON.
    """

    field: str
    operator: Operator
    value: str
    at: int | str | None = dataclasses.field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """All that `term` does not match."""

    term: "Term"


@dataclass(frozen=True, slots=True)
class All:
    """What every term matches; everything when there is none."""

    terms: tuple["Term", ...]


@dataclass(frozen=True, slots=True)
class OneOf:
    """What any term matches."""

    terms: tuple["Term", ...]


Term = Text | Compare | Not | All | OneOf
EVERYTHING = All(())
