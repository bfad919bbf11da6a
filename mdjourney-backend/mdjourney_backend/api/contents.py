"""The bytes of described data files, and small looks into them."""

import os
import re
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final, Literal
from urllib.parse import quote

import anyio.to_thread
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from mdjourney_backend.api import parameters as by
from mdjourney_backend.api.answers import json_answer
from mdjourney_backend.api.data_paths import DATA_PATH
from mdjourney_backend.api.looking import Looking, LookingAt
from mdjourney_backend.api.requests import BackendOf
from mdjourney_backend.described_files import Described
from mdjourney_contract.problems import Conflict, MDJourneyError

router = APIRouter()

_CHUNK: Final = 1 << 20
_RANGE: Final = re.compile(r"bytes=(?P<first>\d{0,18})-(?P<last>\d{0,18})\Z")
#: Nothing of a data file is ever drawn or run by a browser as what it says it is.
_SAFE: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-cache",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_MISSING: Final[dict[int | str, dict[str, Any]]] = {
    404: {"description": "No described file has this path, or it is gone."},
    409: {"description": "A link, or something that is no regular file, stands there."},
}


class ImagePreview(BaseModel):
    """A picture: its size in points, and the address of a small PNG of it."""

    kind: Annotated[Literal["image"], Field(description="What there is to see.")]
    width: Annotated[int, Field(description="Points from side to side.", examples=[2048])]
    height: Annotated[int, Field(description="Points from top to bottom.", examples=[1536])]
    thumbnail: Annotated[
        str,
        Field(
            description="Address of a small PNG.",
            examples=["/api/v1/datasets/7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10/thumbnail/a.tif"],
        ),
    ]
    entry: Annotated[dict[str, Any], Field(description="The file's entry in the structural document.")]


class TablePreview(BaseModel):
    """The first rows of a table, cells as they stand in the file."""

    kind: Annotated[Literal["table"], Field(description="What there is to see.")]
    columns: Annotated[list[str], Field(description="Headings.", examples=[["gene", "count"]])]
    rows: Annotated[list[list[str]], Field(description="Cells, row by row.", examples=[[["HSP70", "120"]]])]
    truncated: Annotated[bool, Field(description="There is more in the file.", examples=[False])]
    entry: Annotated[dict[str, Any], Field(description="The file's entry in the structural document.")]


class TextPreview(BaseModel):
    """The beginning of a text."""

    kind: Annotated[Literal["text"], Field(description="What there is to see.")]
    text: Annotated[str, Field(description="The first lines.", examples=["read me"])]
    encoding: Annotated[str | None, Field(description="How its bytes were read.", examples=["utf-8"])]
    truncated: Annotated[bool, Field(description="There is more in the file.", examples=[False])]
    entry: Annotated[dict[str, Any], Field(description="The file's entry in the structural document.")]


class NoPreview(BaseModel):
    """Why there is nothing to see."""

    kind: Annotated[Literal["none"], Field(description="What there is to see.")]
    reason: Annotated[str, Field(description="Why not.", examples=["no preview of this kind of file"])]
    entry: Annotated[dict[str, Any], Field(description="The file's entry in the structural document.")]


Preview = Annotated[ImagePreview | TablePreview | TextPreview | NoPreview, Field(discriminator="kind")]
_PREVIEW_EXAMPLE: Final = {
    "kind": "table",
    "columns": ["gene", "count"],
    "rows": [["HSP70", "120"]],
    "truncated": False,
    "entry": {"file_path": "table.csv", "mime_type": "text/csv", "file_size_bytes": 21, "status": "present"},
}


@router.get(
    f"/datasets/{{dataset_id}}/content/{DATA_PATH}",
    response_class=Response,
    responses={
        200: {"description": "The whole file.", "content": {"application/octet-stream": {}}},
        206: {"description": "The part that `Range` asks for.", "content": {"application/octet-stream": {}}},
        304: {"description": "It is still what `If-None-Match` names."},
        416: {"description": "The range lies behind the end."},
        **_MISSING,
    },
)
def content(
    dataset_id: by.DatasetId,
    path: by.DataPath,
    request: Request,
    backend: BackendOf,
    look: LookingAt,
    byte_range: by.ByteRange = None,
    if_range: by.IfRange = None,
    if_none_match: by.IfNoneMatch = None,
) -> Response:
    """The bytes of a described file, to be saved: whole, or one range of them. `ETag` is its SHA-256."""
    place = backend.tree.dataset(dataset_id)
    found = look.files.open(place.path, path)
    try:
        headers = {**_SAFE, "ETag": found.etag, "Accept-Ranges": "bytes", **_saved_as(path)}
        if if_none_match is not None and _among(found.etag, if_none_match):
            os.close(found.descriptor)
            return Response(status_code=304, headers=headers)
        size = found.seen.st_size
        part = _part(byte_range, size) if if_range in (None, found.etag) else None
        if part is not None and not part:
            raise OutsideTheFile(size)
        first, last = (part.start, part.stop) if part else (0, size)
        headers["Content-Length"] = str(last - first)
        if part:
            headers["Content-Range"] = f"bytes {first}-{last - 1}/{size}"
        return _Bytes(found, first, last, 206 if part else 200, headers, head=request.method == "HEAD")
    except BaseException:
        os.close(found.descriptor)
        raise


router.add_api_route(
    f"/datasets/{{dataset_id}}/content/{DATA_PATH}", content, methods=["HEAD"], include_in_schema=False
)


@router.get(
    f"/datasets/{{dataset_id}}/preview/{DATA_PATH}",
    response_model=Preview,
    responses={
        200: {"content": {"application/json": {"example": _PREVIEW_EXAMPLE}}},
        **_MISSING,
        503: {"description": "Other previews are being made."},
    },
)
def preview(dataset_id: by.DatasetId, path: by.DataPath, backend: BackendOf, look: LookingAt) -> Response:
    """A look into a described file: its picture, first rows or first lines; made apart, under limits."""
    place = backend.tree.dataset(dataset_id)
    with look.files.opened(place.path, path) as found:
        made = look.previews.look(found.descriptor, found.entry)
    if made["kind"] == "image":
        made["thumbnail"] = f"/api/v1/datasets/{dataset_id}/thumbnail/{quote(path)}"
    return json_answer({**made, "entry": found.entry}, headers=_SAFE)


@router.get(
    f"/datasets/{{dataset_id}}/thumbnail/{DATA_PATH}",
    response_class=Response,
    responses={
        200: {"description": "A small picture.", "content": {"image/png": {}}},
        304: {"description": "It is still what `If-None-Match` names."},
        **_MISSING,
        503: {"description": "Other previews are being made."},
    },
)
def thumbnail(
    dataset_id: by.DatasetId,
    path: by.DataPath,
    backend: BackendOf,
    look: LookingAt,
    size: by.Side = 512,
    if_none_match: by.IfNoneMatch = None,
) -> Response:
    """A PNG of a picture, drawn anew from its points: nothing else of the file is in it."""
    place = backend.tree.dataset(dataset_id)
    with look.files.opened(place.path, path) as found:
        etag = found.etag.removesuffix('"') + f'-{size}"'
        if if_none_match is not None and _among(etag, if_none_match):
            return Response(status_code=304, headers={**_SAFE, "ETag": etag})
        made = _drawn(look, found, size)
    return Response(made, media_type="image/png", headers={**_SAFE, "ETag": etag})


def _drawn(look: Looking, found: Described, size: int) -> bytes:
    if found.entry.get("mime_type") not in look.previews.drawn:
        raise Conflict("There is no picture of this kind of file")
    made = look.previews.thumbnail(found.descriptor, size)
    if isinstance(made, str):
        raise Conflict(made)
    return made


class OutsideTheFile(MDJourneyError):
    """The range asked for begins behind the end."""

    status, title = 416, "Outside the file"

    def __init__(self, size: int) -> None:
        super().__init__(f"The file has {size} bytes", size=size)

    def headers(self) -> dict[str, str]:
        """`Content-Range` tells the size."""
        return {"Content-Range": f"bytes */{self.extra['size']}"}


class _Bytes(StreamingResponse):
    """Part of an open file, as long as it was when it was opened; closes it, however the answer ends.

    An answer that cannot be finished as announced (the file became shorter, or was written to although its ETag
    names its content) breaks the connection, so that nobody takes it for whole.
    """

    def __init__(
        self, found: Described, first: int, last: int, status: int, headers: dict[str, str], *, head: bool
    ) -> None:
        self._found = found
        super().__init__(
            _nothing() if head else self._read(first, last), status, headers, "application/octet-stream"
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            os.close(self._found.descriptor)

    async def _read(self, first: int, last: int) -> AsyncIterator[bytes]:
        checked = not self._found.etag.startswith("W/")
        while first < last:
            length = min(_CHUNK, last - first)
            data = await anyio.to_thread.run_sync(os.pread, self._found.descriptor, length, first)
            first += len(data)
            if not data or (checked and first == last and not self._found.still()):
                raise ChangedMeanwhile
            yield data


class ChangedMeanwhile(Exception):
    """The file became something else while it was sent."""


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield b""


def _part(asked: str | None, size: int) -> range | None:
    """The bytes asked for; empty when they lie behind the end, None when no (single) range is asked for."""
    found = _RANGE.match(asked or "")
    if found is None or (not found["first"] and not found["last"]):
        return None
    if not found["first"]:
        return range(max(size - int(found["last"]), 0), size)
    first = int(found["first"])
    last = min(int(found["last"]), size - 1) if found["last"] else size - 1
    if found["last"] and int(found["last"]) < first:
        return None
    return range(first, last + 1)


def _among(etag: str, listed: str) -> bool:
    """Whether `If-None-Match` names it; weakly compared."""
    bare = etag.removeprefix("W/")
    return listed.strip() == "*" or any(one.strip().removeprefix("W/") == bare for one in listed.split(","))


def _saved_as(path: str) -> dict[str, str]:
    """To be saved under its own name, never shown; names as RFC 6266 has them."""
    name = path.rpartition("/")[2]
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", name)[:150]
    exact = quote(name.encode("utf-8", "replace"), safe="")
    return {"Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}"}
