"""Uploads into a dataset: resumable, whole or not there, never over an existing file."""

import re
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

import anyio
import anyio.to_thread
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from starlette.requests import ClientDisconnect

from mdjourney_backend.api import parameters as by
from mdjourney_backend.api.answers import json_answer
from mdjourney_backend.api.data_paths import DATA_PATH
from mdjourney_backend.api.requests import BackendOf
from mdjourney_backend.assembly import Backend
from mdjourney_backend.documents.folder import plain_parts
from mdjourney_backend.layout import Meaning
from mdjourney_backend.uploads import Mode, Upload
from mdjourney_contract.problems import BadRequest, MDJourneyError

router = APIRouter()

#: Seconds without a byte after which a body is given up.
PATIENCE: Final = 60.0
#: What file systems take.
_NAME_BYTES: Final = 255
_RANGE = re.compile(r"bytes (?:(?P<first>\d{1,18})-(?P<last>\d{1,18})|\*)/(?P<total>\d{1,18})\Z")


class Stalled(MDJourneyError):
    """The body did not go on."""

    status, title = 408, "No more came"


class Arrived(BaseModel):
    """The file is whole and has its name."""

    file_path: Annotated[str, Field(description="From the root of the dataset.", examples=["raw/a.csv"])]
    received: Annotated[int, Field(description="Bytes of the file.", examples=[21])]


class Partly(BaseModel):
    """What is there of it; the next range begins at `received`."""

    received: Annotated[int, Field(description="Bytes that are there.", examples=[8388608])]
    total: Annotated[
        int | None, Field(description="Bytes of the whole file; null: nobody said.", examples=[21000000])
    ]


_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    201: {"content": {"application/json": {"example": {"file_path": "raw/a.csv", "received": 21}}}},
    202: {
        "model": Partly,
        "description": "Parts are missing.",
        "content": {"application/json": {"example": {"received": 8388608, "total": 21000000}}},
    },
    408: {"description": f"Nothing came for {PATIENCE:.0f} seconds; what came in parts is kept."},
    409: {
        "description": "It exists (`existing`), is being uploaded, or the range does not follow (`received`)."
    },
    413: {"description": "More was announced than a file may have, or came than was announced."},
    507: {"description": "It does not fit on the disk."},
}
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    }
}


@router.put(
    f"/datasets/{{dataset_id}}/upload/{DATA_PATH}",
    status_code=201,
    response_model=Arrived,
    responses=_ANSWERS,
    openapi_extra=_BODY,
)
async def upload(
    dataset_id: by.DatasetId,
    path: by.DataPath,
    request: Request,
    backend: BackendOf,
    content_range: by.ContentRange = None,
    content_length: by.ContentLength = None,
) -> Response:
    """The file's bytes, or one range of them. 201 when whole, 202 `{"received"}` while parts are missing.

    `Content-Range: bytes */TOTAL` with no body asks how much is there. A file sent as a whole is whole or not there;
    one sent in ranges can be gone on with for a week.
    """
    folder = await anyio.to_thread.run_sync(_folder, backend, dataset_id, path)
    mode, first, total = _range(content_range, content_length)
    item = Upload(backend.root, folder, path, mode=mode, first=first, total=total)
    await anyio.to_thread.run_sync(item.open)
    try:
        if mode != "ask":
            await _take(item, request.stream())
            if total is None or item.received >= total:
                backend.mark(folder)  # before the file is there: whoever sees it first knows for whom it came
        done = await anyio.to_thread.run_sync(item.finish)
    except ClientDisconnect:
        raise Stalled(f"{path}: the connection was lost after {item.received} bytes") from None
    finally:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(item.close)
    if not done:
        return json_answer({"received": item.received, "total": total}, 202)
    backend.mark(folder)
    return json_answer({"file_path": path, "received": item.received}, 201)


@router.delete(f"/datasets/{{dataset_id}}/upload/{DATA_PATH}", status_code=204)
def give_up(dataset_id: by.DatasetId, path: by.DataPath, backend: BackendOf) -> Response:
    """Forget what came of a file in parts. A file that is whole is never touched."""
    folder = _folder(backend, dataset_id, path)
    Upload(backend.root, folder, path, mode="drop").open().close()
    return Response(status_code=204)


def _folder(backend: Backend, dataset_id: str, path: str) -> str:
    """The dataset's folder, once it is sure that data may lie at `path` in it."""
    place = backend.tree.dataset(dataset_id)
    if any(len(part.encode("utf-8", "replace")) > _NAME_BYTES for part in plain_parts(path)):
        raise BadRequest(f"a name may have {_NAME_BYTES} bytes")
    meaning = backend.layout.meaning(f"{place.path}/{path}")
    if meaning.meaning is not Meaning.DATA:
        raise BadRequest(f"{path!r} is not a place for data (hidden, ignored or part of the metadata)")
    return place.path


async def _take(item: Upload, stream: AsyncIterator[bytes]) -> None:
    """Write what comes, as long as it comes."""
    while True:
        try:
            with anyio.fail_after(PATIENCE):
                chunk = await anext(stream)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise Stalled(
                f"Nothing came for {PATIENCE:.0f} seconds; {item.received} bytes are here"
            ) from None
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
