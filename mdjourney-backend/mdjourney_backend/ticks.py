"""What a file's times say of it: two changes within one tick of the file system's clock carry the same."""

import time
from typing import Final

#: No file system we know of has a tick as long.
_TICK_NS: Final = 50_000_000


def is_quiet(changed_ns: int) -> bool:
    """Whether a stat vouches for what is read from now on: a change as old as this would have been followed by a later time
    had there been another. Asked before the reading begins, however long that takes."""
    return changed_ns < time.time_ns() - _TICK_NS
