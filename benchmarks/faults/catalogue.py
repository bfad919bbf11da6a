"""Every fault there are trials of, by its code."""

from typing import Final

from benchmarks.faults import disks, events, kills
from benchmarks.faults.frame import Fault

FAULTS: Final[dict[str, Fault]] = {fault.code: fault for fault in (
    kills.F1, disks.F3, disks.F4, disks.F4P, events.F7, events.F8, events.F20,
)}
