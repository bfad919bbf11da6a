"""What `make bench` writes: one JSON and one Markdown table per benchmark."""

import json
import platform
from dataclasses import asdict
from pathlib import Path

from benchmarks.rounds import Measure, spread

RESULTS = Path(__file__).parent / "results"


def table(measures: list[Measure]) -> str:
    """A Markdown table: medians with their spread, the ratio, the goal and whether it was met."""
    lines = [
        "| measure | ours: median (min-max) s | yardstick: median (min-max) s | wall ratio | CPU ratio | goal | met |",
        "|---|---|---|---|---|---|---|",
    ]
    for m in measures:
        cells = []
        for side in (m.ours, m.against):
            low, middle, high = spread(m.samples[side])
            cells.append(f"{side}: {middle:.4f} ({low:.4f}-{high:.4f})")
        met = "yes" if m.ratio() <= m.goal else "no"
        name = f"{m.name} ({m.note})" if m.note else m.name
        lines.append(
            f"| {name} | {cells[0]} | {cells[1]} | {m.ratio():.2f} | {m.ratio('cpu'):.2f} | <= {m.goal:g} | {met} |"
        )
    return "\n".join(lines) + "\n"


def write(name: str, title: str, measures: list[Measure]) -> str:
    """Write `<name>.json` and `<name>.md`; returns the table."""
    RESULTS.mkdir(exist_ok=True)
    text = table(measures)
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    (RESULTS / f"{name}.md").write_text(
        f"# {title}\n\n{machine}. Written by `make bench`.\n\n{text}", encoding="utf-8"
    )
    body = [{**asdict(m), "wall_ratio": m.ratio(), "cpu_ratio": m.ratio("cpu")} for m in measures]
    (RESULTS / f"{name}.json").write_text(
        json.dumps({"machine": machine, "measures": body}, indent=2) + "\n", encoding="utf-8"
    )
    return text
