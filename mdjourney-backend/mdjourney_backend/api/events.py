"""Server-sent events: what happened in the tree, resumable by `Last-Event-ID`."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Any, Final

import anyio.to_thread
import orjson
from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from mdjourney_backend import following
from mdjourney_backend.api import parameters as by
from mdjourney_backend.api.access import RightsOf, Sight
from mdjourney_backend.api.requests import BackendOf
from mdjourney_backend.assembly import Backend
from mdjourney_backend.changes import Ref
from mdjourney_backend.documents import EDITABLE_APART
from mdjourney_backend.journal.events import Event
from mdjourney_backend.leading import Leading
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
#: Seconds between looks at how far ingest has come and whether something is wrong.
_PULSE: Final = 1.0
#: Which journal an event is of, and its number there.
_ID: Final = re.compile(r"(?P<journal>[0-9a-f]{16})-(?P<seq>[0-9]{1,18})\Z")


@router.get("/events", response_class=StreamingResponse, responses=_EVENTS)
async def events(
    request: Request,
    backend: BackendOf,
    rights: RightsOf,
    last_event_id: by.LastEventId = None,
) -> StreamingResponse:
    """`document`, `ingest`, `history`, `sync`, `health`, each with an id to resume from; `missed` where what happened
    since the id that was sent cannot be told any more. Of projects that the person may not see nothing is told."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    leader = backend.leader_elsewhere()
    if leader is not None:
        given = last_event_id if last_event_id is None or _ID.match(last_event_id) else "-"
        told = _sifted(backend, rights, following.events(leader, given))
        return StreamingResponse(told, 200, headers, "text/event-stream")
    stream = _stream(request, backend, Listener(backend, rights, last_event_id))
    return StreamingResponse(stream, 200, headers, "text/event-stream")


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
    """Documents and files are seen with their project; the subject of a commit, or a problem, names places."""
    if not isinstance(payload, dict):
        return True
    if kind == "document":
        return sight.has(str(payload.get("document", "")))
    if kind == "ingest":
        return "path" not in payload or sight.has(str(payload["path"]))
    if kind == "health":  # who may not see it learns at the next look at `/health` that something is wrong
        return not any(sight.is_named_in(str(problem)) for problem in payload.values())
    return kind != "history" or not sight.is_named_in(str(payload.get("subject", "")))


async def _stream(request: Request, backend: Backend, listener: "Listener") -> AsyncIterator[bytes]:
    # the place is found before the first byte: what happens after it was read is told
    yield b"retry: 1000\n\n" + b"".join(await anyio.to_thread.run_sync(listener.news))
    loop = asyncio.get_running_loop()
    spoke = looked = loop.time()
    while not backend.draining and not await request.is_disconnected():
        if backend.leader_elsewhere() is not None:
            return  # who asks again is told by whoever leads now
        found = await anyio.to_thread.run_sync(listener.news)
        if loop.time() - looked > _PULSE:
            looked = loop.time()
            found += await anyio.to_thread.run_sync(listener.pulse)
        if found:
            spoke = loop.time()
            yield b"".join(found)
            continue
        if loop.time() - spoke > KEEP_ALIVE:
            spoke = loop.time()
            yield b": still here\n\n"
        await backend.news.wait(_POLL)


class Listener:
    """One who listens: how far they were told, in which journal.

    Args:
        last_event_id: the id of the last event they had; None: they want what comes from now on.
    """

    def __init__(self, backend: Backend, rights: Rights, last_event_id: str | None) -> None:
        self._backend = backend
        self._rights = rights
        self._last_event_id = last_event_id
        self._journal: str | None = None
        self._seq = 0
        self._shown: tuple[bytes, bytes] = (b"", b"")

    def news(self) -> list[bytes]:
        """What happened since the last call; nothing while nobody leads."""
        leading = self._backend.leading
        if leading is None:
            return []
        begun = [] if self._journal == leading.journal_id else self._begin(leading)
        found = leading.journal.events_since(self._seq)
        if not found:
            return begun
        self._seq = found[-1].seq
        sight = _sight(self._backend, self._rights)
        told = [e for e in found if _visible(sight, e.kind, e.payload)]
        return begun + [_sse(self._backend, leading.journal_id, e) for e in told]

    def _begin(self, leading: Leading) -> list[bytes]:
        """Find the place in a journal; the first block has the id of that place, so that it can be resumed from."""
        newest = leading.journal.events.last()
        place = self._place(leading, newest)
        self._journal, self._seq = leading.journal_id, newest if place is None else place
        missed = place is None and self._last_event_id is not None
        self._last_event_id = f"{leading.journal_id}-{self._seq}"
        here = b"id: %s\n" % self._last_event_id.encode()
        return [here + (b"event: missed\ndata: {}\n\n" if missed else b"\n")]

    def _place(self, leading: Leading, newest: int) -> int | None:
        """The number to go on from, when the journal is the same and still has what came after it."""
        given = _ID.match(self._last_event_id or "")
        if given is None or given["journal"] != leading.journal_id or int(given["seq"]) > newest:
            return None
        seq = int(given["seq"])
        following_it = leading.journal.events_since(seq, 1)
        return seq if seq == newest or (following_it and following_it[0].seq == seq + 1) else None

    def pulse(self) -> list[bytes]:
        """How far ingest has come, and what is wrong, when that changed: told as it is now, so without an id."""
        leading = self._backend.leading
        if leading is None:
            return []
        progress, troubles = leading.pulse()
        if any(isinstance(trouble, str) for trouble in troubles.values()):
            sight = _sight(self._backend, self._rights)
            troubles = {k: sight.problem(v) if isinstance(v, str) else v for k, v in troubles.items()}
        told = (
            orjson.dumps({"progress": None if progress is None else asdict(progress)}),
            orjson.dumps(troubles),
        )
        kinds = (b"ingest", b"health")
        changed = [
            b"event: %s\ndata: %s\n\n" % (kind, now)
            for kind, now, before in zip(kinds, told, self._shown, strict=True)
            if now != before and (before or (kind == b"ingest" and progress is not None))
        ]
        self._shown = told
        return changed


def _sse(backend: Backend, journal_id: str, event: Event) -> bytes:
    payload = _whereabouts(backend, event.payload) if event.kind == "document" else event.payload
    return b"id: %s-%d\nevent: %s\ndata: %s\n\n" % (
        journal_id.encode(),
        event.seq,
        event.kind.encode(),
        orjson.dumps(payload),
    )


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
