"""One running lab for each module of end-to-end tests."""

from collections.abc import Iterator

import pytest
from harness.lab import Lab


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab() as running:
        yield running
