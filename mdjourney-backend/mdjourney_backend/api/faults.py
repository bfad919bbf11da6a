"""Errors as `application/problem+json`: ours, FastAPI's, and the ones nobody foresaw."""

import logging

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from mdjourney_contract.problems import PROBLEM_TYPE, MDJourneyError

_log = logging.getLogger(__name__)


def install(app: FastAPI) -> None:
    """Answer every error of the app as a problem."""
    app.add_exception_handler(MDJourneyError, _ours)
    app.add_exception_handler(RequestValidationError, _parameters)
    app.add_exception_handler(HTTPException, _framework)
    app.add_exception_handler(Exception, _unforeseen)


def _request_id(request: Request) -> str | None:
    found: str = request.scope.get("state", {}).get("request_id", "")
    return found or None


def _answer(status: int, body: dict[str, object], headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(body, default=str), status, headers, media_type=PROBLEM_TYPE)


def _problem(
    request: Request, status: int, title: str, detail: str, errors: list[dict[str, object]]
) -> Response:
    body: dict[str, object] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "errors": errors,
    }
    request_id = _request_id(request)
    return _answer(status, body | ({"instance": request_id} if request_id else {}))


async def _ours(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, MDJourneyError)
    return _answer(exc.status, exc.body(_request_id(request)), exc.headers())


async def _parameters(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, RequestValidationError)
    errors: list[dict[str, object]] = [
        {"key": ".".join(str(p) for p in e["loc"][1:]), "message": e["msg"]} for e in exc.errors()
    ]
    detail = "; ".join(f"{e['key']}: {e['message']}" for e in errors)
    return _problem(request, 422, "Not valid", detail, errors)


async def _framework(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, HTTPException)
    return _problem(request, exc.status_code, str(exc.detail), f"{request.method} {request.url.path}", [])


async def _unforeseen(request: Request, exc: Exception) -> Response:
    _log.error("%s %s failed", request.method, request.url.path, exc_info=exc)
    return _problem(request, 500, "Something went wrong", "The log of the session says more", [])
