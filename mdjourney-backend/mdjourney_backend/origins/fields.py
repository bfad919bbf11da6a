"""What became of one field: the commits that changed its value, with the value before and after."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from mdjourney_backend.documents import editing
from mdjourney_backend.origins.past import Past, Step


@dataclass(frozen=True, slots=True)
class FieldStep:
    """One change of a field; `before` is None for `add`, `after` for `remove`."""

    step: Step
    op: Literal["add", "remove", "replace"]
    before: Any
    after: Any


def field_steps(past: Past, pointer: str) -> Iterator[FieldStep]:
    """The steps in which the value at a JSON pointer changed, newest first."""
    for step in past:
        before = editing.ABSENT if step.before is None else editing.field(step.before, pointer)
        after = editing.field(step.after, pointer)
        if before is after or (type(before) is type(after) and before == after):
            continue
        op: Literal["add", "remove", "replace"] = "replace"
        if before is editing.ABSENT:
            op, before = "add", None
        elif after is editing.ABSENT:
            op, after = "remove", None
        yield FieldStep(step, op, before, after)
