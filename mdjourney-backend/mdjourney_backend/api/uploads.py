"""Uploads into a dataset: resumable, whole or not there, never over an existing file."""

import re
from collections.abc import AsyncIterator
from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Header, Request, Response

from mdjourney_backend.api.answers import json_answer
from mdjourney_backend.api.requests import BackendOf
from mdjourney_backend.documents.folder import plain_parts
from mdjourney_backend.layout import Meaning
from mdjourney_backend.uploads import Mode, Upload
from mdjourney_contract.problems import BadRequest

router = APIRouter()

_RANGE = re.compile(r"bytes (?:(?P<first>\d{1,18})-(?P<last>\d{1,18})|\*)/(?P<total>\d{1,18})\Z")


@router.put("/datasets/{dataset_id}/upload/{path:path}")
async def upload(
    dataset_id: str,
    path: str,
    request: Request,
    backend: BackendOf,
    content_range: Annotated[str | None, Header()] = None,
    content_length: Annotated[int | None, Header()] = None,
) -> Response:
    """The file's bytes, or one range of them. 201 when whole, 202 `{"received"}` while parts are missing.

    `Content-Range: bytes */TOTAL` with no body asks how much is there.
    """
    place = await anyio.to_thread.run_sync(backend.tree.dataset, dataset_id)
    plain_parts(path)
    target = f"{place.path}/{path}"
    meaning = backend.layout.meaning(target)
    if meaning.meaning is not Meaning.DATA:
        raise BadRequest(f"{path!r} is not a place for data (hidden, ignored or part of the metadata)")
    mode, first, total = _range(content_range, content_length)
    item = Upload(backend.root, place.path, path, mode=mode, first=first, total=total)
    await anyio.to_thread.run_sync(item.open)
    try:
        if mode != "ask":
            await _take(item, request.stream())
        done = await anyio.to_thread.run_sync(item.finish)
    finally:
        await anyio.to_thread.run_sync(item.close)
    if not done:
        return json_answer({"received": item.received, "total": total}, 202)
    backend.mark(place.path)
    return json_answer({"file_path": path, "received": item.received}, 201)


async def _take(item: Upload, stream: AsyncIterator[bytes]) -> None:
    async for chunk in stream:
        if chunk:
            await anyio.to_thread.run_sync(item.write, chunk)


def _range(content_range: str | None, length: int | None) -> tuple[Mode, int, int | None]:
    """What the request brings, its first byte, and the size of the whole file (None when nobody says)."""
    if content_range is None:
        return "whole", 0, length
    found = _RANGE.match(content_range)
    if found is None:
        raise BadRequest("Content-Range must be `bytes FIRST-LAST/TOTAL` or `bytes */TOTAL`")
    total = int(found["total"])
    if found["first"] is None:
        return "ask", 0, total
    first, last = int(found["first"]), int(found["last"])
    if not first <= last < total:
        raise BadRequest(f"Content-Range {content_range!r}: first <= last < total does not hold")
    if length is not None and length != last - first + 1:
        raise BadRequest(f"Content-Range says {last - first + 1} bytes, Content-Length {length}")
    return "part", first, total
