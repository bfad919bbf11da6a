"""The backend's OpenAPI: what FastAPI finds in the routes, made complete with problems, bodies and examples when it is
asked for."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from mdjourney_backend.api.shapes.problems import Problem
from mdjourney_backend.api.shapes.words import Sent
from mdjourney_contract.examples import example
from mdjourney_contract.problems import PROBLEM_TYPE

_METHODS: Final = ("get", "post", "put", "patch", "delete")
_COMPONENT: Final = "#/components/schemas/"
_PROBLEM: Final = {
    "description": "A problem, in words for people.",
    "content": {PROBLEM_TYPE: {"schema": {"$ref": f"{_COMPONENT}Problem"}}},
}


def describe(app: FastAPI) -> None:
    """Have an application answer its OpenAPI completely; it is made at the first question."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _complete(app)
        return app.openapi_schema

    setattr(app, "openapi", openapi)  # noqa: B010 - how FastAPI wants it extended; a type checker forbids the plain way


def _complete(app: FastAPI) -> dict[str, Any]:
    found = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    components: dict[str, Any] = found.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        components.pop(unused, None)
    components |= _shapes(Problem, *Sent.__subclasses__())
    for path in found["paths"].values():
        for method in _METHODS:
            if method in path:
                _finish(path[method], components)
    return found


def _shapes(*models: type[BaseModel]) -> dict[str, Any]:
    """The schemas of models that no route names as its answer."""
    _, definitions = models_json_schema(
        [(model, "validation") for model in models], ref_template=_COMPONENT + "{model}"
    )
    inside: dict[str, Any] = definitions.get("$defs", {})
    return inside


def _finish(operation: dict[str, Any], components: Mapping[str, Any]) -> None:
    answers = operation["responses"]
    answers.pop("422", None)
    answers["default"] = _PROBLEM
    told = [a for status, a in answers.items() if str(status).startswith("2")]
    for part in (*told, operation.get("requestBody", {})):
        content = part.get("content", {}).get("application/json")
        if not content or not content.get("schema") or "examples" in content:
            continue
        made = example(content["schema"], components)
        given = content.get("example")
        # FastAPI leaves members out that are null
        content["example"] = {**made, **given} if isinstance(given, dict) else made
