"""JSON answers."""

from decimal import Decimal
from typing import Any

import orjson
from starlette.responses import Response


class Json(Response):
    """A JSON answer written by orjson."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """The body."""
        return orjson.dumps(content, default=_plain, option=orjson.OPT_UTC_Z)


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else str(value)
