"""Describing, hashing and versioning files, against `dvc add` + git, git-annex and DataLad where they are installed, bare
hashing and bare scans of the same files.

`MDJOURNEY_BENCH_ROWS=small,restart python -m benchmarks ingest` runs only some rows; their names are the keys of `ROWS`.
"""

import os

from benchmarks.ingest.rows import ROWS
from benchmarks.rounds import Measure

TITLE = "Ingest"


def measure(*, smoke: bool) -> list[Measure]:
    """The rows that were asked for, or all."""
    wanted = os.environ.get("MDJOURNEY_BENCH_ROWS", "")
    names = [name for name in wanted.split(",") if name] or list(ROWS)
    unknown = set(names) - set(ROWS)
    if unknown:
        raise SystemExit(f"no row {', '.join(sorted(unknown))}; there are {', '.join(ROWS)}")
    return [measure for name in names for measure in ROWS[name](smoke)]
