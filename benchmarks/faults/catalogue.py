"""Every fault there are trials of, by its code."""

from typing import Final

from benchmarks.faults import disks, events, folders, kills, names
from benchmarks.faults.frame import Fault

_ALL = (
    kills.F1, disks.F3, disks.F4, disks.F4P, events.F7, events.F8, folders.F9, folders.F13, folders.F14,
    events.F20, names.F23, names.F24,
)  # fmt: skip
FAULTS: Final[dict[str, Fault]] = {fault.code: fault for fault in _ALL}
