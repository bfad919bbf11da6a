"""Moves that places know already and others were not told of yet: noted with the places, so that a pass that ends early,
or a process that is killed, leaves them to the next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from mdjourney_backend.documents import parse, render
from mdjourney_backend.journal import Journal

_NOTE: Final = "untold moves"


@dataclass(frozen=True, slots=True)
class Untold:
    """`left` are paths that moved (before -> now) or went (None), `arrived` the datasets that lie where they did not lie
    before."""

    left: Mapping[str, str | None] = field(default_factory=dict)
    arrived: frozenset[str] = frozenset()

    def then(self, left: Mapping[str, str | None], arrived: Iterable[str]) -> "Untold":
        """These moves, and after them those of a later look: who moved on is told of once."""
        moved_on = {
            before: left.get(now, now) if now is not None else None for before, now in self.left.items()
        }
        back = {before for before, now in moved_on.items() if before == now}
        kept = {before: now for before, now in moved_on.items() if before not in back}
        return Untold({**kept, **left}, self.arrived | frozenset(arrived))

    def of(self, paths: Iterable[str]) -> "Untold":
        """Only the moves that these paths, before or after them, have part in; who arrived was told."""
        asked = tuple(paths)

        def has_part(*folders: str | None) -> bool:
            return any(path.startswith(f"{folder}/") for folder in folders if folder for path in asked)

        return Untold({before: now for before, now in self.left.items() if has_part(before, now)})


def noted(journal: Journal) -> Untold:
    """What passes before left."""
    raw = journal.noted(_NOTE)
    if not raw:
        return Untold()
    content = parse(raw.encode())
    return Untold(content["left"], frozenset(content["arrived"]))


def note(journal: Journal, untold: Untold) -> None:
    """Leave moves to the next pass."""
    content = {"left": dict(untold.left), "arrived": sorted(untold.arrived)}
    journal.note(_NOTE, render(content).decode())
