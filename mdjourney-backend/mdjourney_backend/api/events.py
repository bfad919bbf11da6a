"""Server-sent events: what happened in the tree, resumable by `Last-Event-ID`."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

import anyio.to_thread
import orjson
from fastapi import APIRouter, Header, Request
from fastapi.responses import StreamingResponse

from mdjourney_backend import following
from mdjourney_backend.api.requests import BackendOf
from mdjourney_backend.assembly import Backend
from mdjourney_backend.changes import Ref
from mdjourney_backend.documents import EDITABLE_APART
from mdjourney_backend.journal.events import Event
from mdjourney_contract.problems import MDJourneyError

router = APIRouter()

#: Seconds between comments that keep proxies from closing a silent stream.
KEEP_ALIVE = 15.0
_POLL = 0.25


@router.get("/events")
async def events(
    request: Request, backend: BackendOf, last_event_id: Annotated[str | None, Header()] = None
) -> StreamingResponse:
    """`document`, `ingest`, `history`, `sync`, `health`; each with an id to resume from."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    leader = backend.leader_elsewhere()
    if leader is not None:
        return StreamingResponse(following.events(leader, last_event_id), 200, headers, "text/event-stream")
    since = int(last_event_id) if last_event_id and last_event_id.isdigit() else None
    return StreamingResponse(_stream(request, backend, since), 200, headers, "text/event-stream")


async def _stream(request: Request, backend: Backend, since: int | None) -> AsyncIterator[bytes]:
    yield b"retry: 1000\n\n"
    loop = asyncio.get_running_loop()
    spoke = loop.time()
    seq = since
    while not backend.draining and not await request.is_disconnected():
        found, seq = await anyio.to_thread.run_sync(_news, backend, seq)
        if found:
            spoke = loop.time()
            yield b"".join(found)
            continue
        if loop.time() - spoke > KEEP_ALIVE:
            spoke = loop.time()
            yield b": still here\n\n"
        await backend.news.wait(_POLL)


def _news(backend: Backend, seq: int | None) -> tuple[list[bytes], int | None]:
    """Events after `seq` as SSE, and where to go on. None starts at now."""
    if seq is None:
        return [], backend.last_event()
    found = backend.events_since(seq)
    return [_sse(backend, e) for e in found], found[-1].seq if found else seq


def _sse(backend: Backend, event: Event) -> bytes:
    payload = _whereabouts(backend, event.payload) if event.kind == "document" else event.payload
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (event.seq, event.kind.encode(), orjson.dumps(payload))


def _whereabouts(backend: Backend, payload: dict[str, Any]) -> dict[str, Any]:
    """A document event with the ids of its project, dataset and run, and the ETag people edit against."""
    path, kind = str(payload.get("document", "")), str(payload.get("kind", ""))
    place = backend.layout.meaning(path)
    projects = {p.path: p.project_id for p in backend.tree.projects()}
    project_id = projects.get(place.project or "")
    datasets = {d.path: d.dataset_id for d in backend.tree.datasets(project_id)} if project_id else {}
    parts = path.split("/.metadata/runs/")
    etag: str | None = f'"{str(payload.get("etag", ""))[:32]}"'
    if kind in EDITABLE_APART:
        try:
            etag = backend.documents.read(Ref(kind, path)).etag
        except MDJourneyError:  # gone or unreadable meanwhile: the next event says so
            etag = None
    return {
        **payload,
        "project_id": project_id,
        "dataset_id": datasets.get(place.dataset or ""),
        "run_id": parts[1].split("/")[0] if len(parts) == 2 else None,
        "etag": etag,
    }
