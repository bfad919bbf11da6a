"""Whether the gateway lives, whether it is ready, and what it counts."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter
from prometheus_client.core import Metric
from starlette.responses import PlainTextResponse, Response

from mdjourney_gateway.api.answers import Json
from mdjourney_gateway.api.models import Alive, Ready
from mdjourney_gateway.api.reading import Admin
from mdjourney_gateway.metrics import Metrics


def probe_routes(
    metrics: Metrics, ready: Callable[[], dict[str, Any]], backends: Callable[[], Awaitable[list[Metric]]]
) -> APIRouter:
    """`/healthz`, `/readyz`, `/metrics`"""
    router = APIRouter(tags=["operations"])

    @router.get("/healthz", response_model=Alive)
    async def healthz() -> Response:
        """The gateway lives: it answers."""
        return Json({"status": "ok"})

    @router.get(
        "/readyz",
        response_model=Ready,
        responses={503: {"model": Ready, "description": "The store is away."}},
    )
    async def readyz() -> Response:
        """What works: 200 when the metadata store does too, 503 while only sign-in and sessions do."""
        state = ready()
        return Json(state, status_code=200 if state["store"] == "ok" else 503)

    @router.get("/metrics", response_class=PlainTextResponse)
    async def show_metrics(_admin: Admin) -> Response:
        """Counts and times of the gateway and of every backend, in Prometheus' text format."""
        return Response(metrics.text(await backends()), media_type="text/plain; version=0.0.4")

    return router
