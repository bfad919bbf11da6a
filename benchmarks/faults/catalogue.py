"""Every fault there are trials of, by its code."""

from typing import Final

from benchmarks.faults import attacks, disks, events, folders, gits, kills, names
from benchmarks.faults.frame import Fault

_ALL = (
    kills.F1, disks.F3, disks.F4, disks.F4P, events.F7, events.F8, folders.F9, gits.F10, gits.F11, gits.F12,
    folders.F13, folders.F14, events.F20, names.F23, names.F24, attacks.S2, gits.S21, gits.S22, attacks.S23,
)  # fmt: skip
FAULTS: Final[dict[str, Fault]] = {fault.code: fault for fault in _ALL}
