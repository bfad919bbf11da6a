"""What every backend can tell in numbers, and what the gateway knows of it, for `/metrics`."""

import asyncio
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric, SummaryMetricFamily

from mdjourney_contract.problems import MDJourneyError
from mdjourney_gateway.proxy.target import Target
from mdjourney_gateway.sessions.asking import ask_health
from mdjourney_gateway.sessions.view import View

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
    "disk_free_bytes": (("disk", "free_bytes"), "Room on the disk of the tree."),
    "disk_total_bytes": (("disk", "total_bytes"), "Size of the disk of the tree."),
    "cache_bytes": (("disk", "cache_bytes"), "Old bytes of data files kept beside the tree."),
}
#: What a counter of the health means; others are passed on under their own name.
_COUNTERS = {
    "files_processed": "Files read and described.",
    "files_failed": "Files that could not be read or described.",
    "bytes_read": "Bytes of files that were read.",
    "files_seconds": "Seconds spent reading and describing files.",
    "scans": "Looks at folders.",
    "scan_seconds": "Seconds spent looking at folders.",
    "documents_written": "Documents put on disk.",
    "commits": "Commits made.",
    "commit_seconds": "Seconds spent committing.",
    "commit_failures": "Commits that failed.",
    "rows_sent": "Rows sent to the metadata store.",
    "sync_seconds": "Seconds spent sending them.",
    "sync_failures": "Attempts to send them that failed.",
    "extractions": "Deep readings of files.",
    "extraction_failures": "Deep readings that failed.",
    "requests": "Requests answered.",
    "request_seconds": "Seconds spent answering them.",
    "requests_failed": "Requests answered with a 5xx.",
    **{f"triggers_{n}": f"How often trigger {n} ran." for n in range(6)},
}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,60}\Z")

Families = dict[str, Metric]


async def ask_all(views: Sequence[View], targets: Sequence[tuple[View, Target]]) -> list[Metric]:
    """One family for each number; of a backend that does not answer only what the gateway knows is told."""
    told = await asyncio.gather(*(_ask(target) for _, target in targets))
    families: Families = {}
    for view in views:
        restarts = _family(
            families, CounterMetricFamily, "restarts", "How often it was started again after it died."
        )
        restarts.add_metric(_labels(view), view.restarts)
        if view.spawn_seconds is not None:
            start = _family(
                families, GaugeMetricFamily, "start_seconds", "Its last start, to the first answer."
            )
            start.add_metric(_labels(view), view.spawn_seconds)
    for (view, target), health in zip(targets, told, strict=True):
        answers = _family(families, GaugeMetricFamily, "answers", "1 when the backend answered just now.")
        answers.add_metric(_labels(view), float(health is not None))
        proxied = _family(
            families, SummaryMetricFamily, "proxy_seconds", "Time to the head of its answers to people."
        )
        proxied.add_metric(_labels(view), target.answered, target.answer_seconds)
        for kind, name, meaning, value in _numbers(health or {}):
            _family(families, kind, name, meaning).add_metric(_labels(view), value)
    return list(families.values())


def _labels(view: View) -> list[str]:
    return [view.session_id, view.name, "yes" if view.resident else "no"]


def _family(families: Families, kind: Any, name: str, meaning: str) -> Any:
    if name not in families:
        families[name] = kind(f"mdjourney_backend_{name}", meaning, labels=_LABELS)
    return families[name]


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
            yield GaugeMetricFamily, name, meaning, float(value)
    counters = health.get("counters")
    for name, value in (counters if isinstance(counters, dict) else {}).items():
        if isinstance(name, str) and _NAME.match(name) and name not in _GAUGES and _is_number(value):
            yield CounterMetricFamily, name, _COUNTERS.get(name, f"{name} since it began."), float(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
