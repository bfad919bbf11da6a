"""A tree that faults happen to."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from benchmarks.faults.place import Place, until


@pytest.fixture
def place() -> Iterator[Place]:
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="mc") as base:
        yield Place(Path(base))


@pytest.fixture
def eventually() -> Callable[..., None]:
    return until
