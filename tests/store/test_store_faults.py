"""A few trials of each fault of PostgreSQL, and that they fail with a protection off; `make bench` makes many."""

import os

import pytest
from benchmarks.store_faults.kinds import KINDS, Cut, Full, Killed, Kind, Stopped
from benchmarks.store_faults.trials import CONTROLS, Control, run

#: The rest takes minutes: MDJOURNEY_SLOW_TESTS=1.
_SLOW = bool(os.environ.get("MDJOURNEY_SLOW_TESTS"))
_QUICK = (Killed, Full, Cut)
_QUICK_CONTROLS = ("a save tells the store itself", "births without idempotency keys")


@pytest.mark.parametrize("kind", KINDS if _SLOW else _QUICK, ids=lambda k: k.__name__)
def test_saves_go_on_and_everything_arrives_once(kind: type[Kind]) -> None:
    try:
        counted = run(kind(), 3 if _SLOW else 1)
    except OSError as error:
        pytest.skip(str(error))
    assert counted.failed == {}
    assert counted.under


@pytest.mark.parametrize(
    "control", [c for c in CONTROLS if _SLOW or c.name in _QUICK_CONTROLS], ids=lambda c: c.name
)
def test_without_a_protection_the_same_trials_fail(control: Control) -> None:
    assert run(control.kind(), 3 if _SLOW else 1, settle=4, control=control).failed


def test_every_protection_has_its_control() -> None:
    assert {c.kind for c in CONTROLS} == {Killed, Stopped, Cut, *(k for k in KINDS if k.__name__ == "Silent")}
