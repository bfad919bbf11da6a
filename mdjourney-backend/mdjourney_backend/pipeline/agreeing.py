"""What looks at folders that never hold still agree on: a folder is missed only if it is renamed while its neighbours are
read, so what many looks in a row tell alike is believed."""

from collections import deque
from collections.abc import Hashable, Iterable
from typing import Final

#: So many looks in a row must have missed the same folder for a verdict to be wrong.
ENOUGH: Final = 8


class Agreeing:
    """The last looks at the folders of one kind. Verdicts are whatever tells them apart."""

    def __init__(self) -> None:
        self._alike: dict[Hashable, int] = {}
        self._ids: deque[frozenset[str]] = deque(maxlen=ENOUGH)

    def look(self, verdicts: Iterable[Hashable], ids: frozenset[str]) -> None:
        """A look gave these verdicts, and saw these identifiers."""
        self._alike = {v: self._alike.get(v, 0) + 1 for v in set(verdicts)}
        self._ids.append(ids)

    def on(self, verdict: Hashable) -> bool:
        """Whether enough looks in a row, with the last, gave it."""
        return self._alike.get(verdict, 0) >= ENOUGH

    def seen(self) -> frozenset[str] | None:
        """Identifiers that one of enough looks saw; None before there were as many."""
        return frozenset[str]().union(*self._ids) if len(self._ids) == ENOUGH else None
