"""Trials told by instruments and scripts: birth, heartbeat, edit, death."""

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from pydantic import AwareDatetime, Field
from starlette.responses import Response

from mdjourney_contract.problems import BadRequest, NotAllowed
from mdjourney_gateway.accounts import Caller
from mdjourney_gateway.api.answers import Json
from mdjourney_gateway.api.reading import Body, caller_of, json_body
from mdjourney_gateway.api.refusals import also
from mdjourney_gateway.api.shapes import takes
from mdjourney_gateway.catalogue import models
from mdjourney_gateway.catalogue.asking import Catalogue
from mdjourney_gateway.catalogue.parameters import TrialId
from mdjourney_store import lifecycle

Moment = Annotated[AwareDatetime | None, Field(examples=["2026-03-01T09:30:00Z"])]
Lease = Annotated[float | None, Field(examples=[120])]


class Birth(Body):
    """A trial that began."""

    trial_id: str | None = Field(None, max_length=255, examples=[None])
    project_id: str | None = Field(None, max_length=255, examples=["3b8f6f1c-6f0e-4c5e-9f0e-0c9b1f2a7d11"])
    birth_timestamp: Moment = None
    metadata: Annotated[dict[str, Any] | None, Field(examples=[{"experiment_name": "Heat"}])] = None
    lease_seconds: Lease = None


class Heartbeat(Body):
    """A trial that is alive."""

    lease_seconds: Lease = None


class Edit(Body):
    """A trial's new metadata, whole."""

    metadata: Annotated[dict[str, Any], Field(examples=[{"experiment_name": "Heat"}])]


class Death(Body):
    """A trial that ended, as intended or not."""

    clean_exit: Annotated[bool, Field(examples=[True])]
    death_timestamp: Moment = None


async def _writer(request: Request) -> Caller:
    caller = caller_of(request)
    if caller.is_reader:
        raise NotAllowed("your role reads, it does not change anything")
    return caller


Writer = Annotated[Caller, Depends(_writer)]


_ASKED_ONCE: Final = {
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "What the client calls this birth: sent again, it answers with the same trial; 409 with another body.",
            "schema": {"type": "string", "maxLength": 255},
            "example": "plate-reader-2/2026-03-01/17",
        }
    ]
}


def _key_of(request: Request) -> str | None:
    keys = request.headers.getlist("idempotency-key")
    if len(keys) > 1:
        raise BadRequest("several Idempotency-Key headers")
    return keys[0] if keys else None


def life_routes(router: APIRouter, asking: Catalogue) -> None:
    """Add what changes trials."""

    @router.post(
        "/trials",
        response_model=models.ToldTrial,
        status_code=201,
        responses=also(404, 409),
        openapi_extra=takes(Birth) | _ASKED_ONCE,
    )
    async def birth(caller: Writer, request: Request) -> Response:
        """Record that a trial began; with `Idempotency-Key` a repeated request answers with the same trial."""
        asked = await json_body(request, Birth)
        key = _key_of(request)
        given = {name: getattr(asked, name) for name in type(asked).model_fields}
        made = await asking.value(caller, lifecycle.birth, **given, idempotency_key=key)
        return Json(made, status_code=201)

    @router.post(
        "/trials/{trial_id}/heartbeat",
        response_model=models.ToldTrial,
        responses=also(409),
        openapi_extra=takes(Heartbeat, required=False),
    )
    async def heartbeat(caller: Writer, trial_id: TrialId, request: Request) -> Response:
        """Say that a trial is alive."""
        asked = await json_body(request, Heartbeat) if await request.body() else Heartbeat()
        return await asking.ask(caller, lifecycle.heartbeat, trial_id, lease_seconds=asked.lease_seconds)

    @router.put(
        "/trials/{trial_id}/metadata",
        response_model=models.ToldTrial,
        responses=also(409),
        openapi_extra=takes(Edit),
    )
    async def edit(caller: Writer, trial_id: TrialId, request: Request) -> Response:
        """Replace a trial's metadata."""
        asked = await json_body(request, Edit)
        return await asking.ask(caller, lifecycle.edit, trial_id, asked.metadata)

    @router.post(
        "/trials/{trial_id}/death",
        response_model=models.ToldTrial,
        responses=also(409),
        openapi_extra=takes(Death),
    )
    async def death(caller: Writer, trial_id: TrialId, request: Request) -> Response:
        """Record that a trial ended."""
        asked = await json_body(request, Death)
        moment: datetime | None = asked.death_timestamp
        return await asking.ask(
            caller, lifecycle.death, trial_id, clean_exit=asked.clean_exit, death_timestamp=moment
        )
