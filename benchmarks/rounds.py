"""Interleaved rounds: every side runs once per round, so that a machine that slows down slows all of them."""

import os
import resource
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    """One run of one side: wall and CPU seconds (CPU of this process and the children it waited for)."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Side:
    """A way of doing the work. `run` does it once and may return its own sample."""

    name: str
    run: Callable[[], Sample | None]


@dataclass(frozen=True)
class Measure:
    """One row of a results table: ours against a yardstick, and the ratio that is wanted, if one is.

    `unit` says what stands in the samples' `wall`: seconds, unless it is something else that was measured.
    """

    name: str
    ours: str
    against: str
    goal: float | None
    samples: dict[str, list[Sample]]
    note: str = ""
    unit: str = "s"

    def ratio(self, figure: str = "wall") -> float:
        """Median of the ratios round by round."""
        pairs = zip(self.samples[self.ours], self.samples[self.against], strict=True)
        return statistics.median(getattr(a, figure) / max(getattr(b, figure), 1e-9) for a, b in pairs)


def cpu_seconds() -> float:
    """CPU of this process and of its children that ended."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


@contextmanager
def timed(into: list[Sample]) -> Iterator[None]:
    """Append one sample for what runs inside."""
    wall, cpu = time.perf_counter(), cpu_seconds()
    yield
    into.append(Sample(time.perf_counter() - wall, cpu_seconds() - cpu))


def interleave(sides: Sequence[Side], rounds: int) -> dict[str, list[Sample]]:
    """Samples of each side, one per round, the order turning from round to round."""
    samples: dict[str, list[Sample]] = {side.name: [] for side in sides}
    for number in range(rounds):
        os.sync()
        for side in [*sides[number % len(sides) :], *sides[: number % len(sides)]]:
            measured: list[Sample] = []
            with timed(measured):
                own = side.run()
            samples[side.name].append(own or measured[0])
    return samples


def spread(samples: Sequence[Sample], figure: str = "wall") -> tuple[float, float, float]:
    """Minimum, median and maximum of a figure in seconds."""
    values = [getattr(sample, figure) for sample in samples]
    return min(values), statistics.median(values), max(values)
