"""A tree with room for local overrides."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mdjourney_backend.schemas import SchemaManager

Override = Callable[[str, Any], Path]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def manager(root: Path) -> SchemaManager:
    return SchemaManager(root)


@pytest.fixture
def override(root: Path) -> Override:
    """Writes a local override: a body, or raw text."""

    def write(name: str, body: Any) -> Path:
        path = root / ".template_schemas" / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body if isinstance(body, str) else json.dumps(body))
        return path

    return write
