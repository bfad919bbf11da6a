"""The audit log on a screen: sign-ins, accounts, configs and tokens, newest first."""

import os
from pathlib import Path
from typing import Annotated, Any

import anyio.to_thread
import orjson
from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from mdjourney_gateway.api.answers import Json
from mdjourney_gateway.api.reading import Admin
from mdjourney_gateway.api.shapes import Answer, Moment, UserId
from mdjourney_gateway.audit import FILE
from mdjourney_gateway.routing import PrefixRouter

_BLOCK_BYTES = 64 * 1024
_OWN = ("at", "event", "actor", "subject", "request_id")


class Line(Answer):
    """A line of the log."""

    at: Moment
    event: Annotated[str, Field(examples=["account-changed"])]
    actor: UserId
    subject: Annotated[str | None, Field(description="What it was done to.", examples=["bob"])]
    request_id: Annotated[str | None, Field(examples=["1f4f5f0c9f3b4e0e8a6e2f6b8a7d0c11"])]
    details: Annotated[dict[str, Any], Field(examples=[{"role": "researcher -> reader"}])]


class Log(Answer):
    """A page of the log, newest first."""

    items: list[Line]
    next_cursor: Annotated[
        int | None, Field(description="Ask with it for older lines; null: there are none.", examples=[None])
    ]


Size = Annotated[int, Query(ge=1, le=500, description="How many lines.", examples=[100])]
Before = Annotated[int | None, Query(ge=0, description="`next_cursor` of a page.", examples=[4096])]


def log_routes(home: Path) -> APIRouter:
    """`/api/audit`"""
    router = PrefixRouter(prefix="/api/audit", tags=["users"])

    @router.get("", response_model=Log)
    async def audit_log(_admin: Admin, limit: Size = 100, cursor: Before = None) -> Response:
        """Who signed in, which accounts, configs and tokens were changed and by whom, newest first."""
        return Json(await anyio.to_thread.run_sync(newest, home, limit, cursor))

    return router


def newest(home: Path, limit: int, before: int | None) -> dict[str, Any]:
    """The last whole lines that end at or before byte `before`; a line that cannot be read is left out, `verify` tells it."""
    lines: list[tuple[int, bytes]] = []
    try:
        with (home / FILE).open("rb") as log:
            size = log.seek(0, os.SEEK_END)
            end = size if before is None else min(before, size)
            while end and len(lines) < limit:
                begin, block = _lines_before(log.fileno(), end)
                lines += reversed(block)
                end = begin
    except FileNotFoundError:
        return {"items": [], "next_cursor": None}
    chosen = lines[:limit]
    oldest = chosen[-1][0] if chosen else 0
    return {"items": [one for _, raw in chosen if (one := _told(raw))], "next_cursor": oldest or None}


def _lines_before(fd: int, end: int) -> tuple[int, list[tuple[int, bytes]]]:
    """Where the lines of the last block before `end` begin, and each with its own place."""
    length = _BLOCK_BYTES
    while True:
        start = max(0, end - length)
        block = os.pread(fd, end - start, start)
        cut = 0 if start == 0 else block.find(b"\n") + 1
        if start == 0 or 0 < cut < len(block):
            break
        length *= 2  # one line is longer than the block
    lines, at = [], start + cut
    for raw in block[cut:].splitlines(keepends=True):
        lines.append((at, raw))
        at += len(raw)
    return start + cut, lines


def _told(raw: bytes) -> dict[str, Any] | None:
    try:
        line = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(line, dict) or not {"at", "event", "actor"} <= line.keys():
        return None
    details = {name: value for name, value in line.items() if name not in (*_OWN, "prev")}
    return {**{name: line.get(name) for name in _OWN}, "details": details}
