"""Holds every JSON answer that a test gets from a gateway against what its OpenAPI says."""

import functools
import re
from pathlib import Path

import httpx
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from mdjourney_gateway.app import create_app
from mdjourney_gateway.settings import Settings


@functools.cache
def document():
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        gateway = create_app(Settings(home=Path(folder) / "h"), with_store=False)
        gateway.state.close()
        return gateway.inner.openapi()


def operations():
    """(method, path, operation) of every route."""
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


@functools.cache
def _patterns():
    return [
        (method, re.compile(re.sub(r"\\{identifier\\}", ".+", re.sub(r"\\{(?!identifier)\w+\\}", "[^/]+", re.escape(path)))), operation)
        for method, path, operation in sorted(operations(), key=lambda each: "{" in each[1])
    ]  # fmt: skip


def operation_of(method, path):
    return next((o for m, pattern, o in _patterns() if m == method and pattern.fullmatch(path)), None)


@functools.cache
def _registry():
    whole = Resource.from_contents(document(), default_specification=DRAFT202012)
    return Registry().with_resource("openapi", whole)


def validator(schema):
    return Draft202012Validator(_absolute(schema), registry=_registry())


def _absolute(node):
    if isinstance(node, dict):
        return {key: "openapi" + value if key == "$ref" else _absolute(value) for key, value in node.items()}
    return [_absolute(each) for each in node] if isinstance(node, list) else node


def whole(answer):
    """An answer that may be told by reference."""
    if "$ref" not in answer:
        return answer
    return document()["components"]["responses"][answer["$ref"].rpartition("/")[2]]


def check(response: httpx.Response):
    """An httpx hook: an answer of a described route is as described."""
    operation = operation_of(response.request.method, response.request.url.path)
    if operation is None or response.request.method == "HEAD":
        return
    answers = operation["responses"]
    status = str(response.status_code)
    where = f"{response.request.method} {response.request.url.path} {status}"
    # what is no fault of the request or of the store may stay untold
    assert status in answers or status == "500", f"{where} is not told"
    said = whole(answers.get(status, answers["default"]))
    kind = response.headers.get("content-type", "").partition(";")[0]
    content = {name.partition(";")[0]: media for name, media in said.get("content", {}).items()}
    if response.status_code == 204:
        assert "204" in answers, where
        return
    assert kind in content, f"{where}: {kind} is not described"
    if kind in ("application/json", "application/problem+json"):
        response.read()
        faults = list(validator(content[kind]["schema"]).iter_errors(response.json()))
        assert not faults, f"{where}: {faults[0].json_path}: {faults[0].message}"
