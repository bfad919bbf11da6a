"""From a tag typed in a form to its edge in the graph: through gateway, backend, outbox, PostgreSQL and connector."""

import contextlib
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.results import Told, figure
from benchmarks.store_faults.served import Served

TITLE = "A tag becomes an edge"
ALLOWED_SECONDS = 2.0


def measure(*, smoke: bool) -> list[Told]:
    """`tags` saves, each with a tag nobody used before; told are seconds from the save's first byte to the edge."""
    tags = 3 if smoke else 100
    with _served() as served:
        took = [tag_to_edge(served, f"never-seen-{number}") for number in range(tags)]
        gone = [edge_gone(served, f"never-seen-{tags - 1}")]
    return [
        Told(f"a tag typed in a form is an edge, p95 of {tags}", figure(took, "p95"), "s", ALLOWED_SECONDS),
        Told(f"a tag typed in a form is an edge, median of {tags}", figure(took, "median"), "s"),
        Told("a tag that was taken out is no edge any more", max(gone), "s", ALLOWED_SECONDS),
    ]


def tag_to_edge(served: Served, tag: str) -> float:
    """Save a text with the tag, ask for the tag's neighbours until the project is one."""
    began = time.perf_counter()
    served.save(f"Calibrated again, #{tag}")
    while not _edge(served, tag):
        if time.perf_counter() - began > 60:
            raise TimeoutError(f"#{tag} is no edge after a minute")
        time.sleep(0.01)
    return time.perf_counter() - began


def edge_gone(served: Served, tag: str) -> float:
    """Take the tag out, ask until its edge is gone."""
    began = time.perf_counter()
    served.save("Calibrated again")
    while _edge(served, tag):
        if time.perf_counter() - began > 60:
            raise TimeoutError(f"#{tag} is an edge after a minute")
        time.sleep(0.01)
    return time.perf_counter() - began


def _edge(served: Served, tag: str) -> bool:
    answer = served.http.get(f"/api/catalog/v1/graph/tag/{tag}", params={"depth": 1})
    return answer.status_code == 200 and bool(answer.json()["edges"])


@contextlib.contextmanager
def _served() -> Iterator[Served]:
    base = Path(tempfile.mkdtemp(dir="/tmp", prefix="m"))
    base.chmod(0o755)
    try:
        with Served(base) as served:
            yield served
    finally:
        shutil.rmtree(base, ignore_errors=True)
