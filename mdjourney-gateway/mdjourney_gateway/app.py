"""Puts the gateway together: `create_app` builds everything, nothing exists before it is called."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import anyio.to_thread
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from prometheus_client.core import Metric
from starlette.exceptions import HTTPException
from starlette.responses import Response

from mdjourney_contract import data
from mdjourney_contract.problems import PROBLEM_TYPE, MDJourneyError
from mdjourney_gateway.accounts import Accounts, Callers, Links, SignIns, Slowdown, Tokens, TrustedProxies
from mdjourney_gateway.admission import CookiePlace
from mdjourney_gateway.api.audit_log import log_routes
from mdjourney_gateway.api.auth import auth_routes
from mdjourney_gateway.api.configs import config_routes
from mdjourney_gateway.api.credentials import credential_routes
from mdjourney_gateway.api.describing import describe
from mdjourney_gateway.api.passwords import password_routes
from mdjourney_gateway.api.probes import probe_routes
from mdjourney_gateway.api.sessions import session_routes
from mdjourney_gateway.api.users import user_routes
from mdjourney_gateway.arrival import AsgiApp, Receive, Scope, Send
from mdjourney_gateway.audit import Audit
from mdjourney_gateway.catalogue import catalogue_routes
from mdjourney_gateway.configs import Configs
from mdjourney_gateway.door import PUBLIC_API, Door
from mdjourney_gateway.envelope import GIB
from mdjourney_gateway.metadata_store import MetadataStore
from mdjourney_gateway.metrics import Metrics
from mdjourney_gateway.pages import Pages
from mdjourney_gateway.prefix import BelowPrefix
from mdjourney_gateway.problems import body_of, plain_body
from mdjourney_gateway.proxy import Proxy
from mdjourney_gateway.sessions import Sessions
from mdjourney_gateway.sessions.ledger import Ledger
from mdjourney_gateway.sessions.numbers import ask_all
from mdjourney_gateway.sessions.session import Patience
from mdjourney_gateway.settings import Settings
from mdjourney_gateway.spawn import Spawner
from mdjourney_gateway.spawn.protocol import load_spawner
from mdjourney_gateway.state import State

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway that was built; `app` is what a server serves."""

    app: AsgiApp
    #: The FastAPI application inside: its routes, its OpenAPI.
    inner: FastAPI
    state: State
    accounts: Accounts
    links: Links
    sign_ins: SignIns
    tokens: Tokens
    callers: Callers
    sessions: Sessions
    store: MetadataStore
    #: Everything that runs beside the requests lives while this context does.
    running: Callable[[], Any]


def create_app(
    settings: Settings,
    *,
    spawner: Spawner | None = None,
    patience: Patience | None = None,
    webapp: Path | None = None,
    with_store: bool = True,
    accounts: Accounts | None = None,
    slowdown: Slowdown | None = None,
    state: State | None = None,
) -> Gateway:
    """Build a gateway for these settings; it opens the state and starts nothing else."""
    state = state or State.open(settings.home, settings.state_url)
    accounts = accounts or Accounts(state)
    sign_ins, links, tokens = SignIns(state), Links(state), Tokens(state)
    callers = Callers(accounts, sign_ins, tokens)
    store = MetadataStore(settings.home, settings.database_url, settings.backend_database_url)
    audit = Audit(settings.home)
    configs = Configs(state, audit=audit)
    sessions = Sessions(
        settings,
        accounts,
        configs,
        Ledger(state),
        spawner or load_spawner(settings.spawner, settings.home),
        store.backend_url,
        patience,
    )
    metrics = _metrics(sessions)
    cookies = CookiePlace(settings.path_prefix)
    inner = FastAPI(
        title="MDJourney gateway",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        redirect_slashes=False,  # a redirect would name the host and path that a reverse proxy hides
    )
    slowdown = slowdown or Slowdown()
    inner.include_router(auth_routes(accounts, sign_ins, links, callers, slowdown, audit, cookies))
    inner.include_router(credential_routes(sign_ins, tokens, callers, audit))
    inner.include_router(password_routes(accounts, callers, slowdown, audit))
    inner.include_router(log_routes(settings.home))
    inner.include_router(user_routes(accounts, store, links, tokens, callers, sessions, audit))
    inner.include_router(config_routes(settings, configs, sessions))
    inner.include_router(session_routes(settings, configs, sessions))
    inner.include_router(catalogue_routes(store, accounts))
    inner.include_router(
        probe_routes(metrics, lambda: {"status": "ok", "store": store.state}, partial(_numbers, sessions))
    )
    describe(inner, PUBLIC_API | {("GET", "/healthz"), ("GET", "/readyz")})
    _answer_problems(inner)
    front = _Front(inner, Pages(webapp or data.webapp(), settings.path_prefix))
    proxy = Proxy(sessions, metrics.proxied, prefix=settings.path_prefix)
    trusted = TrustedProxies.of(settings.sign_in_header, settings.trusted_proxies)
    door = Door(
        front,
        proxy,
        callers,
        settings.hosts,
        metrics.request,
        trusted,
        cookies,
        upload_limit=int(settings.max_upload_gib * GIB),
    )
    app: AsgiApp = BelowPrefix(door, settings.path_prefix) if settings.path_prefix else door

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        if with_store:
            store.start(sessions.store_came)
        await sessions.open()
        try:
            yield
        finally:
            await sessions.close()
            await anyio.to_thread.run_sync(store.stop)
            state.close()

    return Gateway(app, inner, state, accounts, links, sign_ins, tokens, callers, sessions, store, running)


class _Front:
    """Sends what is below /api and the probes to the routes, everything else to the web app's files."""

    def __init__(self, inner: FastAPI, pages: AsgiApp) -> None:
        self._inner = inner
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        ours = path == "/api" or path.startswith("/api/") or path in ("/healthz", "/readyz", "/metrics")
        await (self._inner if ours else self._pages)(scope, receive, send)


def _answer_problems(inner: FastAPI) -> None:
    def problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, MDJourneyError)
        status, headers, body = body_of(error, request.scope["mdjourney"].request_id)
        return Response(body, status, headers)

    def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        body = plain_body(error.status_code, str(error.detail), request.scope["mdjourney"].request_id)
        return Response(body, error.status_code, dict(error.headers or {}), media_type=PROBLEM_TYPE)

    def unreadable(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        errors = [
            {"pointer": "/" + "/".join(str(part) for part in e["loc"]), "message": e["msg"]}
            for e in error.errors()
        ]
        detail = "; ".join(f"{e['pointer']}: {e['message']}" for e in errors)
        body = plain_body(422, detail, request.scope["mdjourney"].request_id, errors)
        return Response(body, 422, media_type=PROBLEM_TYPE)

    def broken(request: Request, _error: Exception) -> Response:
        # Starlette raises it again after this answer, so that the door logs it in full.
        request_id = request.scope["mdjourney"].request_id
        status, headers, body = body_of(
            MDJourneyError(f"the gateway's log tells more under {request_id}"), request_id
        )
        return Response(body, status, headers)

    inner.add_exception_handler(MDJourneyError, problem)
    inner.add_exception_handler(Exception, broken)
    inner.add_exception_handler(HTTPException, refused)
    inner.add_exception_handler(RequestValidationError, unreadable)


async def _numbers(sessions: Sessions) -> list[Metric]:
    return await ask_all(sessions.all(), sessions.targets())


def _metrics(sessions: Sessions) -> Metrics:
    metrics = Metrics()
    sessions.spawned, sessions.died = metrics.spawned, metrics.died
    metrics.gauge("mdjourney_sessions", "Backends under supervision.", lambda: float(len(sessions.all())))
    metrics.gauge("mdjourney_backends_ready", "Backends that answer.", lambda: float(len(sessions.targets())))
    metrics.gauge("mdjourney_starts_waiting", "Starts that wait for room.", lambda: float(sessions.waiting))
    return metrics
