"""What every backend that runs can tell in numbers, for `/metrics`."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from mdjourney_contract.problems import MDJourneyError
from mdjourney_gateway.proxy.target import Target
from mdjourney_gateway.sessions.session import View, ask_health

#: A backend that does not answer within this is counted as not answering.
ASK_SECONDS = 2.0
_LABELS = ("session", "config", "resident")
#: Gauge -> where it stands in the answer of `/api/v1/health`, and what it means.
_GAUGES = {
    "in_step": (("in_step",), "1 when nothing is dirty, pending, uncommitted or unsynced."),
    "leads": (("leader",), "1 when this backend leads its tree."),
    "dirty_folders": (("pipeline", "dirty"), "Folders to be looked at."),
    "pending_files": (("pipeline", "pending_files"), "Files to be described."),
    "growing_files": (("pipeline", "growing"), "Files that do not settle."),
    "commits_waiting": (("history", "waiting"), "Writes not yet in the history."),
    "rows_waiting": (("sync", "waiting"), "Writes not yet in the metadata store."),
    "corrupt_documents": (("corrupt",), "Documents that were moved aside."),
}


async def ask_all(targets: Sequence[tuple[View, Target]]) -> list[Metric]:
    """One family for each number; a backend that does not answer has `mdjourney_backend_answers` 0 and nothing else."""
    told = await asyncio.gather(*(_ask(target) for _, target in targets))
    answers = GaugeMetricFamily(
        "mdjourney_backend_answers", "1 when the backend answered just now.", labels=_LABELS
    )
    families: dict[str, GaugeMetricFamily | CounterMetricFamily] = {}
    for (view, _), health in zip(targets, told, strict=True):
        labels = [view.session_id, view.name, "yes" if view.resident else "no"]
        answers.add_metric(labels, float(health is not None))
        for kind, name, meaning, value in _numbers(health or {}):
            family = families.setdefault(name, kind(name, meaning, labels=_LABELS))
            family.add_metric(labels, value)
    return [answers, *families.values()]


async def _ask(target: Target) -> dict[str, Any] | None:
    try:
        health = json.loads(await ask_health(target, ASK_SECONDS))
    except (MDJourneyError, ValueError):
        return None
    return health if isinstance(health, dict) and "status" in health else None


def _numbers(health: dict[str, Any]) -> Iterator[tuple[Any, str, str, float]]:
    for name, (path, meaning) in _GAUGES.items():
        value: Any = health
        for part in path:
            value = value.get(part) if isinstance(value, dict) else None
        if isinstance(value, list):
            value = len(value)
        if isinstance(value, int | float):
            yield GaugeMetricFamily, f"mdjourney_backend_{name}", meaning, float(value)
    counters = health.get("counters")
    for name, value in (counters if isinstance(counters, dict) else {}).items():
        if name.replace("_", "").isalnum() and name.isascii() and isinstance(value, int | float):
            yield (
                CounterMetricFamily,
                f"mdjourney_backend_{name}",
                f"{name} since the backend began.",
                float(value),
            )
