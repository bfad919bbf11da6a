"""The journal's outbox in memory, and what tests of sync do with it."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from mdjourney_backend.changes import Ref
from mdjourney_backend.layout import Layout
from mdjourney_backend.sync import Sync
from mdjourney_backend.tree import Tree
from mdjourney_contract.people import Identity


@dataclass(frozen=True, slots=True)
class Item:
    seq: int
    ref: Ref
    actor: Identity
    at: datetime
    subject: str
    #: what is not on disk is gone
    deleted: bool = True


@dataclass
class MemoryOutbox:
    """The journal's outbox in memory."""

    items: dict[int, Item] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def pending(self, stage: str, limit: int = 1000) -> Sequence[Item]:
        return list(self.items.values())[:limit]

    def done(self, stage: str, seqs: Sequence[int]) -> None:
        for seq in seqs:
            self.items.pop(seq, None)

    def failed(self, stage: str, seqs: Sequence[int], error: str) -> None:
        pass

    def waiting(self, stage: str) -> int:
        return len(self.items)

    def wrote(self, lab: Any) -> None:
        for ref in tree_of(lab).documents():
            self.add(ref)

    def add(self, ref: Ref, user: str = "alice", *, deleted: bool = True) -> None:
        seq, at = next(self.numbers), datetime(2026, 3, 1, tzinfo=UTC)
        self.items[seq] = Item(seq, ref, Identity(user_id=user), at, "save", deleted)


def tree_of(lab: Any) -> Tree:
    return Tree(lab.root, Layout())


def pushed(sync: Sync) -> None:
    while sync.push():
        pass
