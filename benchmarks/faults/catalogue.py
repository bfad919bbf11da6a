"""Every fault there are trials of, by its code."""

from typing import Final

from benchmarks.faults import (
    accounts,
    attacks,
    calls,
    crowd,
    disks,
    dvc,
    events,
    folders,
    interleaved,
    kills,
    locks,
    names,
    planted,
    repositories,
    writing,
)  # fmt: skip
from benchmarks.faults.frame import Fault

_ALL = (
    kills.F1, disks.F3, calls.F4, accounts.F4P, events.F7, writing.F8, folders.F9, interleaved.F9P, locks.F10,
    repositories.F11, dvc.F12, folders.F13, folders.F14, crowd.F20, names.F23, names.F24, attacks.S2, planted.S21,
    planted.S22, attacks.S23,
)  # fmt: skip
FAULTS: Final[dict[str, Fault]] = {fault.code: fault for fault in _ALL}
