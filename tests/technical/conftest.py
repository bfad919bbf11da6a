"""One child for extractors per module: starting it is the dear part."""

from collections.abc import Iterator

import pytest

from mdjourney_backend.technical import Extractors


@pytest.fixture(scope="module")
def extractors() -> Iterator[Extractors]:
    with Extractors(deadline_seconds=60, memory_mb=2048) as made:
        yield made


@pytest.fixture
def told(tmp_path, extractors):
    """What the extractor tells of a file, found by its name and bytes alone."""
    from mdjourney_backend.technical import read_file

    def ask(path):
        return extractors.extract(path, read_file(path).mime_type)

    return ask
