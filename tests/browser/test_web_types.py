"""The web app's types are those of the servers' OpenAPI documents."""

import os

import pytest
from browser.web_types import WEBAPP, out_of_date


def test_the_types_of_the_web_app_are_those_the_servers_answer_with() -> None:
    if not (WEBAPP / "node_modules" / "openapi-typescript").is_dir() and not os.environ.get("CI"):
        pytest.skip("the web app's dependencies are not installed")
    stale = out_of_date()
    assert not stale, f"run `python tests/browser/web_types.py`: {', '.join(stale)} changed"
