"""A tree that faults happen to."""

from collections.abc import Callable, Iterator

import pytest
from benchmarks.faults.place import Place, until
from harness.folders import short_folder


@pytest.fixture
def place() -> Iterator[Place]:
    with short_folder() as base:
        yield Place(base)


@pytest.fixture
def eventually() -> Callable[..., None]:
    return until
