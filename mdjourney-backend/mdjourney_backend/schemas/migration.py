"""Carries documents from one version of a schema to the next, by pure steps, one after the other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mdjourney_backend.schemas.faults import Content, Schema
from mdjourney_contract.problems import Conflict


class NoWay(Conflict):
    """No chain of steps leads from a document's version to the wanted one."""

    title = "The document cannot be migrated"


@dataclass(frozen=True, slots=True)
class Step:
    """From one version of one schema to the next; `apply` is pure and keeps unknown keys. `name` may be a template."""

    name: str
    before: str
    after: str
    why: str
    apply: Callable[[Content], Content]


@dataclass(frozen=True, slots=True)
class Migration:
    """A document carried over: its new content and the steps taken, none if it was there already."""

    content: Content
    steps: tuple[Step, ...]

    @property
    def subject(self) -> str:
        """What history says of it: `schema 1.0.0 -> 1.2.0: split names; add units`."""
        if not self.steps:
            return "schema unchanged"
        return f"schema {self.steps[0].before} -> {self.steps[-1].after}: " + "; ".join(
            s.why for s in self.steps
        )


#: Every step there is, oldest first. Version 1.0.0 is the first that was written.
STEPS: tuple[Step, ...] = ()


def chain(name: str, before: str, after: str, steps: Sequence[Step] = STEPS) -> tuple[Step, ...]:
    """The steps from one version to another, in order.

    Raises:
        NoWay: a step is missing on the way.
    """
    by_version = {step.before: step for step in steps if step.name == name}
    way: list[Step] = []
    at = before
    while at != after:
        step = by_version.get(at)
        if step is None or step in way:
            raise NoWay(f"no step leads from version {at} of {name} towards {after}")
        way.append(step)
        at = step.after
    return tuple(way)


def migrate(schema: Schema, content: Content, steps: Sequence[Step] = STEPS) -> Migration:
    """The document under the version of `schema`; the content given is left as it was.

    Raises:
        NoWay: it names no version, or one from which no steps lead here.
    """
    before = content.get("schema_version")
    if not isinstance(before, str):
        raise NoWay("the document names no schema version")
    way = chain(schema.name, before, schema.version, steps)
    moved = content
    for step in way:
        moved = step.apply(dict(moved))
    if way:
        moved = {**moved, "$schema": schema.id, "schema_version": schema.version}
    return Migration(moved, way)
