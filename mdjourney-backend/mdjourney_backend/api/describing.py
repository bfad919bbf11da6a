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
from mdjourney_contract.problems import PROBLEM_TYPE

_METHODS: Final = ("get", "post", "put", "patch", "delete")
_COMPONENT: Final = "#/components/schemas/"
_PROBLEM: Final = {
    "description": "A problem, in words for people.",
    "content": {PROBLEM_TYPE: {"schema": {"$ref": f"{_COMPONENT}Problem"}}},
}
#: What stands for a value of a plain kind whose field gives no example.
_PLAIN: Final[Mapping[str, Any]] = {
    "string": "text",
    "integer": 1,
    "number": 1.5,
    "boolean": True,
    "object": {},
    "null": None,
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


def example(schema: Mapping[str, Any], components: Mapping[str, Any]) -> Any:
    """A value that fits a schema, from the examples its fields give."""
    if "$ref" in schema:
        return example(components[schema["$ref"].removeprefix(_COMPONENT)], components)
    if schema.get("examples"):
        return schema["examples"][0]
    for key in ("const", "default"):
        if key in schema:
            return schema[key]
    if "enum" in schema:
        return schema["enum"][0]
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return example(schema[key][0], components)
    if schema.get("type") == "array":
        return [example(schema["items"], components)] if schema.get("items") else []
    if "properties" in schema:
        wanted = schema.get("required", list(schema["properties"]))
        return {k: example(v, components) for k, v in schema["properties"].items() if k in wanted}
    return _PLAIN.get(schema.get("type", ""))
