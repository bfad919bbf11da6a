"""Fixtures of the gateway's tests."""

import tempfile
from pathlib import Path

import pytest
from gateway.served import Served


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def place():
    """A short folder with `data` to monitor and `home` beside it."""
    with tempfile.TemporaryDirectory(prefix="mg", dir="/tmp") as folder:
        root = Path(folder).resolve()
        (root / "data").mkdir()
        (root / "home").mkdir(mode=0o700)
        yield root


@pytest.fixture
def served(place):
    with Served(place) as gateway:
        yield gateway


@pytest.fixture
def ada(served):
    with served.person() as client:
        yield client
