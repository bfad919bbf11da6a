"""What the benchmarks write: one JSON and one Markdown table per benchmark."""

import json
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from benchmarks.rounds import Measure, spread

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Latency:
    """Seconds of each request and of the yardstick's, taken in turns; the goal is for the ratio of `figure`."""

    name: str
    took: list[float]
    null: list[float]
    against: str
    goal: float
    figure: Literal["p95", "median"] = "p95"
    note: str = ""

    def ratio(self) -> float:
        """Ours over the yardstick's."""
        return figure(self.took, self.figure) / max(figure(self.null, self.figure), 1e-9)


@dataclass(frozen=True)
class Told:
    """A figure without a yardstick; with a goal it must not lie above it."""

    name: str
    value: float
    unit: str
    goal: float | None = None


def figure(values: Sequence[float], which: Literal["p95", "median"]) -> float:
    """The median, or the value that 95 of 100 do not exceed."""
    ordered = sorted(values)
    return (
        statistics.median(ordered)
        if which == "median"
        else ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    )


def table(measures: Sequence[Measure | Latency | Told]) -> str:
    """A Markdown table for each kind of figure there is."""
    parts = (
        _pairs([m for m in measures if isinstance(m, Measure)]),
        _latencies([m for m in measures if isinstance(m, Latency)]),
        _told([m for m in measures if isinstance(m, Told)]),
    )
    return "\n".join(part for part in parts if part)


def _pairs(measures: list[Measure]) -> str:
    """Medians with their spread, the ratio, the goal and whether it was met."""
    if not measures:
        return ""
    lines = [
        "| measure | ours: median (min-max) | yardstick: median (min-max) | ratio | CPU ratio | goal | met |",
        "|---|---|---|---|---|---|---|",
    ]
    for m in measures:
        cells = []
        for side in (m.ours, m.against):
            low, middle, high = spread(m.samples[side])
            cells.append(f"{side}: {middle:.4f} ({low:.4f}-{high:.4f}) {m.unit}")
        name = f"{m.name} ({m.note})" if m.note else m.name
        cpu = (
            f"{m.ratio('cpu'):.2f}"
            if all(s.cpu > 0 for side in (m.ours, m.against) for s in m.samples[side])
            else ""
        )
        lines.append(
            f"| {name} | {cells[0]} | {cells[1]} | {m.ratio():.2f} | {cpu} | {_judged(m.ratio(), m.goal)} |"
        )
    return "\n".join(lines) + "\n"


def _latencies(rows: list[Latency]) -> str:
    if not rows:
        return ""
    lines = [
        "| measure | n | median ms | p95 ms | yardstick: median / p95 ms | median ratio | p95 ratio | p95 / yardstick's median | goal | met |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        half, most = figure(row.took, "median"), figure(row.took, "p95")
        base, worst = figure(row.null, "median"), figure(row.null, "p95")
        name = f"{row.name} ({row.note})" if row.note else row.name
        lines.append(
            f"| {name} | {len(row.took)} | {half * 1e3:.2f} | {most * 1e3:.2f} | {row.against}: {base * 1e3:.2f} / {worst * 1e3:.2f} "
            f"| {half / base:.1f} | {most / worst:.1f} | {most / base:.1f} "
            f"| {row.figure} <= {row.goal:g} | {'yes' if row.ratio() <= row.goal else 'no'} |"
        )
    return "\n".join(lines) + "\n"


def _told(rows: list[Told]) -> str:
    if not rows:
        return ""
    lines = ["| measure | value | goal | met |", "|---|---|---|---|"]
    lines += [f"| {row.name} | {row.value:.4g} {row.unit} | {_judged(row.value, row.goal)} |" for row in rows]
    return "\n".join(lines) + "\n"


def _judged(value: float, goal: float | None) -> str:
    """The two cells `goal` and `met`, empty where nothing was wanted."""
    return " | " if goal is None else f"<= {goal:.3g} | {'yes' if value <= goal else 'no'}"


def write(name: str, title: str, measures: Sequence[Measure | Latency | Told]) -> str:
    """Write `<name>.json` and `<name>.md`; returns the table."""
    RESULTS.mkdir(exist_ok=True)
    text = table(measures)
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    (RESULTS / f"{name}.md").write_text(
        f"# {title}\n\n{machine}. Written by `python -m benchmarks {name}`.\n\n{text}", encoding="utf-8"
    )
    body = {"machine": machine, "measures": [_plain(m) for m in measures]}
    (RESULTS / f"{name}.json").write_text(json.dumps(body, indent=2) + "\n", encoding="utf-8")
    return text


def _plain(measure: Measure | Latency | Told) -> dict[str, Any]:
    values = asdict(measure)
    if isinstance(measure, Measure):
        return {**values, "wall_ratio": measure.ratio(), "cpu_ratio": measure.ratio("cpu")}
    if isinstance(measure, Latency):
        for side in ("took", "null"):
            values[side] = {which: figure(values[side], which) for which in ("median", "p95")} | {
                "n": len(values[side])
            }  # type: ignore[arg-type]
        return {**values, "ratio": measure.ratio()}
    return values
