"""Giving memory back to the machine: the C library keeps what it freed, and after a large ingest that is much."""

import ctypes
from collections.abc import Callable


def _trimmer() -> Callable[[int], int] | None:
    try:
        found = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):  # not the GNU C library
        return None
    found.argtypes, found.restype = [ctypes.c_size_t], ctypes.c_int
    trim: Callable[[int], int] = found
    return trim


def give_back() -> bool:
    """Give free pages back; takes about a millisecond. Whether there were any, False also where it cannot be done."""
    trim = _trimmer()
    return trim is not None and bool(trim(0))
