"""What one look at all folders found: who lies where, and what is not sure yet."""

from dataclasses import dataclass, field

from mdjourney_backend.held import Elsewhere
from mdjourney_backend.tree import DatasetPlace


@dataclass(frozen=True, slots=True)
class Home(DatasetPlace):
    """A dataset and the very folder it is: its path may lead to another one by now."""

    inode: int
    dev: int

    @property
    def key(self) -> tuple[int, int]:
        """What the folder is known by, wherever it lies."""
        return (self.inode, self.dev)


@dataclass(slots=True)
class Standing:
    """The outcome of one look at all folders.

    Args:
        datasets: those that can be ingested.
        waiting: how many folders wait to settle, or to be looked at again.
        moving: folders came, went or were renamed while they were looked at.
        unsure: so somebody was not found, or not believed to be who they seem; who is not among `datasets` may lie anywhere.
        away: folders whose disk is away.
        left: paths that moved (before -> now) or went (None), in this look or one whose moves are not told of yet.
        arrived: datasets (by identifier) that lie where they did not lie before, likewise.
        problems: what could not be done, by path.
    """

    datasets: list[Home] = field(default_factory=list)
    waiting: int = 0
    moving: bool = False
    unsure: bool = False
    away: list[str] = field(default_factory=list)
    left: dict[str, str | None] = field(default_factory=dict)
    arrived: frozenset[str] = frozenset()
    problems: list[tuple[str, str]] = field(default_factory=list)


class Homes:
    """Where every dataset lies, as the last look at all folders found it."""

    def __init__(self) -> None:
        self._homes: dict[str, Home] = {}
        self._unsure = False

    def take(self, standing: Standing) -> None:
        """A new look."""
        self._homes = {home.dataset_id: home for home in standing.datasets}
        self._unsure = standing.unsure

    def all(self) -> dict[str, Home]:
        """By identifier."""
        return self._homes

    def of(self, dataset_id: str) -> Home | None:
        """None for one that is not in the tree now.

        Raises:
            Elsewhere: it may be, and nobody knows where.
        """
        home = self._homes.get(dataset_id)
        if home is None and self._unsure:
            raise Elsewhere(f"nobody knows where the dataset {dataset_id} lies now")
        return home
