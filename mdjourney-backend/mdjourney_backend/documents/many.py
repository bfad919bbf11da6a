"""Edits of many documents that are saved as one: what is wanted, what each would give, and how the sink is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self, runtime_checkable

from mdjourney_backend.changes import Edit, Ref, Write, WriteSink
from mdjourney_backend.documents.document import Document
from mdjourney_contract.problems import Conflict


@dataclass(frozen=True, slots=True)
class Wanted:
    """One edit of an existing document; `if_match` is the ETag it was made against, None for whatever is there."""

    edit: Edit
    if_match: str | None = None


@dataclass(frozen=True, slots=True)
class Proposed:
    """What an edit gives: `after` is `before` itself where nothing changes or `errors` say why nothing may."""

    ref: Ref
    subject: str
    before: Document
    after: Document
    errors: tuple[Mapping[str, Any], ...] = ()


class NotTogether(Conflict):
    """Edits that were to be saved as one cannot all be saved; none was. `errors` name each `document`."""

    title = "Nothing was changed"

    @classmethod
    def because(cls, refused: Sequence[Proposed]) -> Self:
        """All reasons."""
        errors = [{"document": p.ref.path, **e} for p in refused for e in p.errors]
        first = f"{errors[0]['document']}: {errors[0]['message']}"
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        return cls(f"Nothing was changed: {first}{more}", errors=errors)


@runtime_checkable
class WholeSink(Protocol):
    """A sink that can be told of several writes as one."""

    def written_together(self, writes: Sequence[Write]) -> None:
        """Called once, after all of them are in place, under their locks."""


def tell_all(sink: WriteSink, writes: Sequence[Write]) -> None:
    """Tell a sink of writes that belong together; one by one where it knows no better."""
    if isinstance(sink, WholeSink):
        sink.written_together(writes)
        return
    for write in writes:
        sink.written(write)
