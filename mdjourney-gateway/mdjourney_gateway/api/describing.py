"""The gateway's OpenAPI: what FastAPI finds in the routes, made complete with problems, sign-in and examples."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel

from mdjourney_contract.problems import PROBLEM_TYPE
from mdjourney_gateway.api.models import Problem
from mdjourney_gateway.api.refusals import components as refusal_components
from mdjourney_gateway.api.refusals import refusals
from mdjourney_gateway.api.shapes import example_of

_METHODS = ("get", "post", "put", "patch", "delete")
_SECURITY = {
    "cookie": {"type": "apiKey", "in": "cookie", "name": "mdj", "description": "`__Host-mdj` off localhost."},
    "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"},
    "token": {"type": "http", "scheme": "bearer", "description": "An API token, `mdj_...`."},
}
_DEFAULT = {
    "description": "A problem, in words for people.",
    "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def describe(inner: FastAPI, public: frozenset[tuple[str, str]]) -> None:
    """Have an application answer its OpenAPI completely; `public` are routes that need no sign-in."""

    def openapi() -> dict[str, Any]:
        if inner.openapi_schema is None:
            inner.openapi_schema = _complete(inner, public)
        return inner.openapi_schema

    setattr(inner, "openapi", openapi)  # noqa: B010 - how FastAPI wants it extended; a type checker forbids the plain way


def _complete(inner: FastAPI, public: frozenset[tuple[str, str]]) -> dict[str, Any]:
    found = get_openapi(
        title=inner.title, version=inner.version, description=inner.description, routes=inner.routes
    )
    components = found.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        components.pop(unused, None)
    components["Problem"] = Problem.model_json_schema() | {"example": example_of(Problem)}
    found["components"]["securitySchemes"] = _SECURITY
    found["components"]["responses"] = refusal_components()
    answers = {(m.lower(), path): model for path, m, model in _answers(inner)}
    for path, methods in found["paths"].items():
        for method in _METHODS:
            if method in methods:
                open_to_all = (method.upper(), path) in public
                refused = refusals(method, path, methods[method], public=open_to_all)
                _finish(methods[method], answers.get((method, path)), refused)
                methods[method]["security"] = _needs(method, open_to_all)
    return found


def _needs(method: str, public: bool) -> list[dict[str, list[str]]]:
    if public:
        return []
    cookie: dict[str, list[str]] = {"cookie": []} if method == "get" else {"cookie": [], "csrf": []}
    return [cookie, {"token": []}]


def _finish(operation: dict[str, Any], model: type[BaseModel] | None, refused: dict[str, Any]) -> None:
    answers = operation["responses"]
    answers.pop("422", None)  # the framework's
    answers |= refused
    answers["default"] = _DEFAULT
    for status, answer in answers.items():
        content = answer.get("content", {}).get("application/json")
        if status.startswith("2") and content is not None and model is not None:
            content["example"] = example_of(model)


def _answers(inner: FastAPI) -> Iterator[tuple[str, str, type[BaseModel]]]:
    for prefix, route in _routes(inner.routes):
        model = route.response_model
        if isinstance(model, type) and issubclass(model, BaseModel):
            for method in route.methods or ():
                yield prefix + route.path_format, method, model


def _routes(routes: Any, prefix: str = "") -> Iterator[tuple[str, APIRoute]]:
    for route in routes:
        if isinstance(route, APIRoute):
            yield prefix, route
        elif hasattr(route, "original_router"):
            yield from _routes(route.original_router.routes, prefix + route.include_context.prefix)
