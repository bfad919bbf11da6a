"""Turns errors into `application/problem+json` at the gateway's edge; nothing of the inside is shown."""

import json
import logging
from typing import Any

import orjson

from mdjourney_contract.problems import PROBLEM_TYPE, MDJourneyError
from mdjourney_gateway.arrival import Send

log = logging.getLogger(__name__)

_TITLES = {404: "Not found", 405: "Method not allowed", 415: "Cannot read that kind of content"}


def _dumped(body: dict[str, Any]) -> bytes:
    """JSON of a problem, whatever value of a request it shows: lone surrogates and huge numbers are what orjson refuses."""
    try:
        return orjson.dumps(body, default=str)
    except TypeError:
        return json.dumps(body, default=str).encode("ascii")


def body_of(error: MDJourneyError, request_id: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body for an error."""
    headers = {"content-type": PROBLEM_TYPE, **error.headers()}
    return error.status, headers, _dumped(error.body(request_id))


def plain_body(status: int, detail: str, request_id: str, errors: list[Any] | None = None) -> bytes:
    """The body for a status that no error of ours stands behind."""
    title = _TITLES.get(status, "The request cannot be answered")
    return _dumped(
        {
            "type": "about:blank",
            "title": title,
            "status": status,
            "detail": detail,
            "errors": errors or [],
            "instance": request_id,
        }
    )


async def send_problem(send: Send, error: MDJourneyError, request_id: str, *, head: bool = False) -> None:
    """Answer with a problem."""
    status, headers, body = body_of(error, request_id)
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    raw.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": b"" if head else body})
