"""JSON answers."""

from typing import Any

import orjson
from starlette.responses import Response


class Json(Response):
    """A JSON answer written by orjson."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """The body."""
        return orjson.dumps(content, default=str)
