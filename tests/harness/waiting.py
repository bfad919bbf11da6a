"""Waiting on a condition with a deadline."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(condition: Callable[[], T], seconds: float = 60, every: float = 0.05, why: str = "") -> T:
    """The first truthy value of `condition`; fails the test at the deadline."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(
                f"{why or 'the condition'} did not come true within {seconds} s; last: {value!r}"
            )
        time.sleep(every)
