"""Which change gave each value of a document, and what kind of change that was; what is not known is not said."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal

from mdjourney_backend.changes import Content, Ref
from mdjourney_backend.documents import EDITABLE_APART, editing
from mdjourney_backend.origins.past import ACCOUNT, Step

Kind = Literal["typed", "inherited", "file", "copied", "default", "system"]

#: The member that says which project, dataset, run or instrument a document is of.
IDENTIFIER: Final[Mapping[str, str]] = {
    "project_descriptive": "project_identifier",
    "dataset_administrative": "dataset_identifier",
    "dataset_structural": "dataset_identifier",
    "experiment_contextual": "experiment_identifier_run_id",
    "instrument_technical": "instrument_unique_identifier",
}
_DEPTH: Final = 4
_SYSTEM = re.compile(r"@system\.mdjourney\.invalid\Z")
_COPY = re.compile(r"(?:.*: )?copy \d+ fields from run (?P<run>[0-9a-f]{8})\Z", re.DOTALL)
_CAPTURED = re.compile(r".*: run [0-9a-f]{8} (?:ended|ended unclean|goes on)\Z", re.DOTALL)
_COPIED_FOLDER = re.compile(r".*: copied, new identifier(?: \(and \d+ more changes\))?\Z", re.DOTALL)
_ADOPTED = re.compile(r".*: not recorded before(?: \(and \d+ more changes\))?\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from.

    `by` is a person's name; `commit` is None for what is not in history yet; `source` names one of `document`, `file`
    (with its `dataset`), `run`, `dataset` or `project`.
    """

    kind: Kind
    by: str | None = None
    at: datetime | None = None
    commit: str | None = None
    source: Mapping[str, str] | None = None


#: The origin of the value at a JSON pointer, or None.
Asked = Callable[[str], Origin | None]
#: Given the change a document began with: what can be asked about it.
Beginning = Callable[[Step], Asked]


def origins_of(
    ref: Ref,
    content: Content,
    schema: Mapping[str, Any],
    steps: Iterable[Step],
    beginning: Beginning,
    run_named: Callable[[str], str | None],
) -> dict[str, Origin]:
    """JSON pointer -> origin, for the members of a document and, inside objects, for each part.

    Args:
        steps: the changes of the document, newest first.
        run_named: the identifier of the run that begins with eight characters, where only one does.
    """
    apart = EDITABLE_APART.get(ref.kind)
    system = set(_system_members(ref.kind, schema))
    open_fields = {
        pointer
        for key, value in content.items()
        if key != apart and key not in system
        for pointer in _leaves(f"/{_escaped(key)}", value, 1)
    }
    found = {f"/{_escaped(key)}": Origin("system") for key in content if key in system and key != apart}
    for pointer, origin in _walk(ref, content, steps, open_fields, beginning, run_named):
        found[pointer] = origin
        for above in _above(pointer):
            known = found.get(above)
            if known is None or (origin.at and known.at and origin.at > known.at):
                found[above] = origin
    return {p: found[p] for p in sorted(found)}


def _walk(
    ref: Ref,
    content: Content,
    steps: Iterable[Step],
    wanted: set[str],
    beginning: Beginning,
    run_named: Callable[[str], str | None],
) -> Iterator[tuple[str, Origin]]:
    for number, step in enumerate(steps):
        if number == 0:  # what history was not told yet is nobody's as far as it knows
            wanted = {p for p in wanted if _same(editing.field(step.after, p), editing.field(content, p))}
        if not wanted:
            return
        first = step.before is None
        before = {} if step.before is None else step.before
        here = {
            p for p in wanted if first or not _same(editing.field(before, p), editing.field(step.after, p))
        }
        asked = _begun(ref, step, beginning) if first else _given(ref, step, run_named)
        for pointer in sorted(here):
            origin = asked(pointer)
            if origin is not None:
                yield pointer, origin
        wanted = wanted - here
        if first:
            return


def _given(ref: Ref, step: Step, run_named: Callable[[str], str | None]) -> Asked:
    """What a later change says of the values it set."""
    origin: Origin | None = made_by(step, "typed")
    copied = _COPY.match(step.subject)
    if copied is not None:
        run = run_named(copied["run"]) or copied["run"]
        origin = replace(made_by(step, "copied"), source={"run": run})
    elif _SYSTEM.search(step.email) or (
        ref.kind == "experiment_contextual" and _CAPTURED.match(step.subject)
    ):
        origin = made_by(step, "system")
    elif ACCOUNT.search(step.email) and " more changes)" in step.subject:
        origin = None  # it may hold a run that was captured as well as a document that was changed by hand
    return lambda pointer: origin


def _begun(ref: Ref, step: Step, beginning: Beginning) -> Asked:
    """What the change a document began with says of its values."""
    origin: Origin | None = None
    if _COPIED_FOLDER.match(step.subject):
        source = step.after.get("derived_from", step.made_from)
        named = {_noun(ref): source} if isinstance(source, str) else None
        origin = replace(made_by(step, "copied"), source=named)
    elif ref.kind == "instrument_technical" and not ACCOUNT.search(step.email):
        origin = made_by(step, "typed")
    elif not _ADOPTED.match(step.subject):
        return beginning(step)
    return lambda pointer: origin


def made_by(step: Step, kind: Kind) -> Origin:
    """An origin of a kind, with whoever made a change and when."""
    return Origin(kind, None if _SYSTEM.search(step.email) else step.name, step.at, step.commit)


def _system_members(kind: str, schema: Mapping[str, Any]) -> Iterator[str]:
    """Members that only the system fills."""
    yield from ("$schema", "schema_version", *editing.fixed_fields(kind))
    for key, field in schema.get("properties", {}).items():
        if isinstance(field, Mapping) and field.get("x-filled-by") == "system":
            yield key


def _leaves(pointer: str, value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, dict) and value and depth < _DEPTH:
        for key, inner in value.items():
            yield from _leaves(f"{pointer}/{_escaped(key)}", inner, depth + 1)
    else:
        yield pointer


def _above(pointer: str) -> Iterator[str]:
    """The objects a field lies in, nearest first."""
    above = pointer.rpartition("/")[0]
    while above:
        yield above
        above = above.rpartition("/")[0]


def _noun(ref: Ref) -> str:
    return {
        "project_descriptive": "project",
        "experiment_contextual": "run",
        "instrument_technical": "instrument",
    }.get(ref.kind, "dataset")


def _same(one: Any, other: Any) -> bool:
    return one is other or (type(one) is type(other) and bool(one == other))


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
