"""Server-sent events: what happened in the tree, resumable by `Last-Event-ID`."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

import anyio.to_thread
import orjson
from fastapi import APIRouter, Header, Request
from fastapi.responses import StreamingResponse

from mdjourney_backend import following
from mdjourney_backend.api.access import RightsOf, Sight
from mdjourney_backend.api.requests import BackendOf
from mdjourney_backend.assembly import Backend
from mdjourney_backend.changes import Ref
from mdjourney_backend.documents import EDITABLE_APART
from mdjourney_backend.journal.events import Event
from mdjourney_backend.permissions import Rights
from mdjourney_contract.problems import MDJourneyError

router = APIRouter()

_EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Server-sent events.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}

#: Seconds between comments that keep proxies from closing a silent stream.
KEEP_ALIVE = 15.0
_POLL = 0.25


@router.get("/events", response_class=StreamingResponse, responses=_EVENTS)
async def events(
    request: Request,
    backend: BackendOf,
    rights: RightsOf,
    last_event_id: Annotated[str | None, Header()] = None,
) -> StreamingResponse:
    """`document`, `ingest`, `history`, `sync`, `health`; each with an id to resume from. Of projects that the person may
    not see nothing is told."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    leader = backend.leader_elsewhere()
    if leader is not None:
        told = _sifted(backend, rights, following.events(leader, last_event_id))
        return StreamingResponse(told, 200, headers, "text/event-stream")
    since = int(last_event_id) if last_event_id and last_event_id.isdigit() else None
    return StreamingResponse(_stream(request, backend, rights, since), 200, headers, "text/event-stream")


async def _sifted(backend: Backend, rights: Rights, stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """A leader's stream, event by event, without those that are not this person's to see."""
    buffer = b""
    async for chunk in stream:
        *events, buffer = (buffer + chunk).split(b"\n\n")
        sight = await anyio.to_thread.run_sync(_sight, backend, rights)
        kept = [e for e in events if _may_pass(sight, e)]
        if kept:
            yield b"".join(e + b"\n\n" for e in kept)


def _sight(backend: Backend, rights: Rights) -> Sight:
    """What the person sees now: roles may have changed since the stream was opened."""
    return Sight(backend, backend.roles.rights(rights.actor))


def _may_pass(sight: Sight, block: bytes) -> bool:
    """Whether one event, as it stands in a stream, may be told."""
    lines = block.split(b"\n")
    kind = next((x[7:].decode() for x in lines if x.startswith(b"event: ")), "")
    data = next((x[6:] for x in lines if x.startswith(b"data: ")), b"null")
    return _visible(sight, kind, orjson.loads(data))


def _visible(sight: Sight, kind: str, payload: Any) -> bool:
    """Documents are seen with their project; the subject of a commit begins with the place it changed."""
    if not isinstance(payload, dict):
        return True
    if kind == "document":
        return sight.has(str(payload.get("document", "")))
    return kind != "history" or sight.has(str(payload.get("subject", "")).partition(": ")[0])


async def _stream(
    request: Request, backend: Backend, rights: Rights, since: int | None
) -> AsyncIterator[bytes]:
    yield b"retry: 1000\n\n"
    loop = asyncio.get_running_loop()
    spoke = loop.time()
    seq = since
    while not backend.draining and not await request.is_disconnected():
        found, seq = await anyio.to_thread.run_sync(_news, backend, rights, seq)
        if found:
            spoke = loop.time()
            yield b"".join(found)
            continue
        if loop.time() - spoke > KEEP_ALIVE:
            spoke = loop.time()
            yield b": still here\n\n"
        await backend.news.wait(_POLL)


def _news(backend: Backend, rights: Rights, seq: int | None) -> tuple[list[bytes], int | None]:
    """Events after `seq` as SSE, and where to go on. None starts at now."""
    if seq is None:
        return [], backend.last_event()
    found = backend.events_since(seq)
    if not found:
        return [], seq
    sight = _sight(backend, rights)
    told = [_sse(backend, e) for e in found if _visible(sight, e.kind, e.payload)]
    return told, found[-1].seq


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
