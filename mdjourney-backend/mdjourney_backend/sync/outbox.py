"""What sync needs of the journal."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Protocol

from mdjourney_backend.changes import Ref
from mdjourney_contract.people import Identity


class Waiting(Protocol):
    """A document that was written, or is `deleted`. What it says now is read from disk."""

    @property
    def seq(self) -> int: ...
    @property
    def ref(self) -> Ref: ...
    @property
    def actor(self) -> Identity: ...
    @property
    def at(self) -> datetime: ...
    @property
    def subject(self) -> str: ...
    @property
    def deleted(self) -> bool: ...


class Outbox(Protocol):
    """The journal's outbox, oldest first."""

    def pending(self, stage: Literal["sync"], limit: int = ...) -> Sequence[Waiting]:
        """Writes the store has not been told of."""

    def done(self, stage: Literal["sync"], seqs: Sequence[int]) -> None:
        """The store knows these."""

    def failed(self, stage: Literal["sync"], seqs: Sequence[int], error: str) -> None:
        """These stay; the reason is shown."""

    def waiting(self, stage: Literal["sync"]) -> int:
        """How many writes the store has not been told of."""
