"""Removing old bytes when somebody asks, told in the words that API and command line share."""

from dataclasses import asdict
from typing import Any

from mdjourney_backend.history.pointers import Pointers
from mdjourney_backend.history.words import Collected


def collected(pointers: Pointers | None, keep_days: float, *, dry_run: bool) -> dict[str, Any]:
    """Remove versions replaced more than `keep_days` ago, or only tell what would go.

    Args:
        pointers: None where a tree keeps none: then there is nothing to remove.

    Returns:
        `objects`, `bytes`, `removed_objects`, `removed_bytes`, `dry_run`.

    Raises:
        Conflict, HistoryUnavailable, HistoryRefused: as `Pointers.collect_garbage`.
    """
    done = Collected() if pointers is None else pointers.collect_garbage(keep_days, dry_run=dry_run)
    return {**asdict(done), "dry_run": dry_run}
