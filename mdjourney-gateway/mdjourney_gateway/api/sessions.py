"""Starting, stopping and following sessions."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import anyio.to_thread
import orjson
from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response, StreamingResponse

from mdjourney_contract.problems import NotFound
from mdjourney_gateway.accounts import Caller
from mdjourney_gateway.api.answers import Json
from mdjourney_gateway.api.configs import may_upload
from mdjourney_gateway.api.models import MySessions, RunningSessions, SessionLog, SessionView
from mdjourney_gateway.api.parameters import Lines, SessionId
from mdjourney_gateway.api.reading import Admin, Body, Person, content_type, json_body, yaml_body
from mdjourney_gateway.api.refusals import also
from mdjourney_gateway.api.shapes import takes, takes_config
from mdjourney_gateway.configs import Config, Configs, check_config
from mdjourney_gateway.routing import PrefixRouter
from mdjourney_gateway.sessions import Sessions, View
from mdjourney_gateway.settings import Settings


class Start(Body):
    """A stored config by id or name."""

    config: str = Field(min_length=1, max_length=200, examples=["Lab"])


class Stop(Body):
    """Which session to stop; absent: the current one."""

    session_id: Annotated[str | None, Field(examples=["3b8f6f1c-6f0e-4c5e-9f0e-0c9b1f2a7d11"])] = None


class Events(StreamingResponse):
    """Server-sent events."""

    media_type = "text/event-stream"


def session_routes(settings: Settings, configs: Configs, sessions: Sessions) -> APIRouter:
    """`/api/session...` and `/api/sessions`"""
    router = PrefixRouter(prefix="/api", tags=["sessions"])

    async def wanted(request: Request, caller: Caller) -> Config:
        if content_type(request) == "application/json":
            asked = await json_body(request, Start)
            return await anyio.to_thread.run_sync(configs.find, caller.identity, asked.config)
        may_upload(caller, settings)
        checked = await anyio.to_thread.run_sync(check_config, await yaml_body(request), settings)
        return await anyio.to_thread.run_sync(configs.register, caller.identity, checked)

    @router.post(
        "/session/start",
        response_model=SessionView,
        status_code=201,
        responses={
            202: {"model": SessionView, "description": "Under way: follow it."},
            **also(404, 409, 429),
        },
        openapi_extra=takes_config(Start),
    )
    async def start(request: Request, caller: Person) -> Response:
        """Start a session from YAML or a stored config, or join the one that runs: 201 ready, 202 under way."""
        view = await sessions.start(caller.identity, await wanted(request, caller))
        return Json(view.answer(), status_code=201 if view.state == "ready" else 202)

    @router.get("/session", response_model=MySessions)
    async def current(caller: Person) -> Response:
        """The session requests go to, and all of the person's."""
        user_id = caller.identity.user_id
        view = sessions.current(user_id)
        mine = [each.answer() for each in sessions.of(user_id)]
        return Json({"session": None if view is None else view.answer(), "sessions": mine})

    @router.post(
        "/session/stop",
        response_model=SessionView,
        responses=also(404),
        openapi_extra=takes(Stop, required=False),
    )
    async def stop(request: Request, caller: Person) -> Response:
        """Stop a session: an admin any, others their own; answers when its backend is gone."""
        asked = await json_body(request, Stop) if await request.body() else Stop()
        mine = sessions.of(caller.identity.user_id)
        if asked.session_id is None and not mine:
            raise NotFound("no session runs")
        session_id = asked.session_id or mine[-1].session_id
        if not caller.is_admin and session_id not in {each.session_id for each in mine}:
            raise NotFound(f"no session {session_id!r}")
        return Json((await sessions.stop(session_id)).answer())

    @router.get("/session/events", response_class=Events)
    async def events(caller: Person) -> Response:
        """Changes of the person's sessions as server-sent events called `state`."""
        user_id = caller.identity.user_id
        return Events(
            _stream(sessions.current(user_id), sessions.watch(user_id)),
            headers={"cache-control": "no-store", "x-accel-buffering": "no"},
        )

    @router.get("/sessions", response_model=RunningSessions)
    async def all_sessions(_admin: Admin) -> Response:
        """Every session with owner, port and process, resident backends too."""
        return Json({"items": [_for_admin(view) for view in sessions.all()], "waiting": sessions.waiting})

    @router.get("/sessions/{session_id}/log", response_model=SessionLog)
    async def session_log(_admin: Admin, session_id: SessionId, lines: Lines = 100) -> Response:
        """The last lines a session's backend wrote."""
        view, tail = await sessions.log(session_id, lines)
        return Json({"session_id": view.session_id, "lines": tail})

    return router


async def _stream(first: View | None, changes: AsyncIterator[View | None]) -> AsyncIterator[bytes]:
    yield b"retry: 1000\n\n"
    if first is not None:
        yield _event(first)
    async for view in changes:
        yield b": still here\n\n" if view is None else _event(view)


def _event(view: View) -> bytes:
    return b"event: state\ndata: " + orjson.dumps({"session": view.answer()}, default=str) + b"\n\n"


def _for_admin(view: View) -> dict[str, Any]:
    return {
        **view.answer(),
        "pid": view.pid,
        "memory_bytes": _memory(view.pid),
        "spawn_seconds": view.spawn_seconds,
    }


def _memory(pid: int | None) -> int | None:
    """Resident memory of a process in bytes, where the system tells it."""
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as statm:
            return int(statm.read().split()[1]) * 4096
    except OSError:
        return None
