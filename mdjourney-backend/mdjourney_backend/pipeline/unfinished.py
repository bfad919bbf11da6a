"""What passes have left: files and folders that wait, what grows, what could not be done."""

import threading
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

#: A pass that left something waiting is followed by another after this part of the settle time.
_SETTLE_PART: Final = 0.25
_LONGEST_NAP: Final = 5.0
#: After this many passes that brought nothing forward, the pauses between them grow.
_PATIENT_PASSES: Final = 8

#: A path ("" for the tree as a whole), and why it could not be dealt with.
Problem = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Left:
    """What a pass over a dataset could not finish: files that wait, those of them that grow, and files refused.

    `paths` are those that wait, inside the dataset; None when nobody knows.
    """

    waiting: int
    growing: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    paths: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Sum:
    """All of it at one moment. `pending` are files that wait and do not grow."""

    folders: int
    pending: int
    growing: tuple[str, ...]
    problems: tuple[Problem, ...]


class Unfinished:
    """Written by the thread that looks, read by any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: dict[str, Left] = {}
        self._folders = 0
        self._problems: tuple[Problem, ...] = ()

    def of(self, dataset_id: str) -> Left | None:
        """What the last pass over a dataset left; None before the first."""
        return self._left.get(dataset_id)

    def leave(self, dataset_id: str, left: Left) -> None:
        """A pass over a dataset ended."""
        with self._lock:
            self._left[dataset_id] = left

    def ended(self, datasets: Collection[str], folders: int, problems: Collection[Problem]) -> None:
        """A pass over the tree ended: the datasets there are, and how many folders wait."""
        with self._lock:
            self._left = {k: v for k, v in self._left.items() if k in datasets}
            self._folders, self._problems = folders, tuple(problems)

    def failed(self, problem: str) -> None:
        """A pass over the tree could not be ended."""
        with self._lock:
            self._problems = (("", problem),)

    def sum(self) -> Sum:
        """As it is now."""
        with self._lock:
            left = list(self._left.values())
            return Sum(
                self._folders,
                sum(one.waiting - len(one.growing) for one in left),
                tuple(sorted(p for one in left for p in one.growing)),
                (*self._problems, *(p for one in left for p in one.problems)),
            )

    def waits(self) -> int:
        """How many folders and files wait, those that grow among them."""
        with self._lock:
            return self._folders + sum(one.waiting for one in self._left.values())

    def asks_for_a_pass(self) -> bool:
        """Whether something may go better at the next look, though nothing happened."""
        return bool(self._problems or self.waits())


def nap(waits: int, settle_seconds: float, idle_passes: int, until_full: float) -> float:
    """Seconds to the next look when nothing happens: short while something waits, longer each time that brings nothing
    forward (`idle_passes` times until now), never beyond the next look at everything."""
    if not waits:
        return min(until_full, _LONGEST_NAP)
    pause = pause_of(settle_seconds) * 2.0 ** min(max(0, idle_passes - _PATIENT_PASSES), 10)
    return min(until_full, pause, max(_LONGEST_NAP, settle_seconds))


def pause_of(settle_seconds: float) -> float:
    """Seconds between two looks at what settles."""
    return max(0.05, settle_seconds * _SETTLE_PART)
