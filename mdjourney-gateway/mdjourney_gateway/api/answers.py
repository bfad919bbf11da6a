"""JSON answers."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson
from starlette.responses import Response

from mdjourney_contract.clock import rfc3339


class Json(Response):
    """A JSON answer written by orjson; by the standard library where it holds integers of more than 64 bits."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """The body."""
        try:
            return orjson.dumps(content, default=_plain, option=orjson.OPT_UTC_Z)
        except TypeError:  # the metadata store gives 1e30 back as an integer
            return json.dumps(content, default=_plain, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return rfc3339(value)
    return float(value) if isinstance(value, Decimal) else str(value)
