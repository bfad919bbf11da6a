"""Every fault of `benchmarks.faults`: nothing fails with everything on, and something does with a protection off.

A few trials of each; `python -m benchmarks.faults` makes them all. MDJOURNEY_SLOW_TESTS=1 adds the long ones.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from benchmarks.faults.catalogue import FAULTS
from benchmarks.faults.record import bound

_SLOW = {"F9"}
_ALL = bool(os.environ.get("MDJOURNEY_SLOW_TESTS"))


def _lines(code: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.faults", "--few", "--json", code],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.stdout, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("code", [code for code in FAULTS if _ALL or code not in _SLOW])
def test_a_fault_costs_nothing_and_would_without_its_protection(code: str) -> None:
    for line in _lines(code):
        if line["off"] is None:
            assert line["failed"] == {}, line
        elif line["trials"] and line["left_out"] is None:
            assert line["failed"], f"nothing failed without {line['off']}"
        if line["left_out"] is not None:
            pytest.skip(line["left_out"])


@pytest.mark.parametrize(
    ("failures", "trials", "expected"),
    [(0, 1, 0.95), (0, 59, 0.0495), (0, 300, 0.00994), (1, 100, 0.0466), (5, 10, 0.7776), (10, 10, 1.0)],
)
def test_bounds_are_those_of_the_tables(failures: int, trials: int, expected: float) -> None:
    """Clopper-Pearson, one-sided, 95 %."""
    assert bound(failures, trials) == pytest.approx(expected, abs=1e-3)
