"""Holds answers against the OpenAPI that was published for them."""

import json
import re
from functools import cache
from typing import Any

import httpx
from jsonschema import Draft202012Validator

from mdjourney_backend.app import routes


@cache
def openapi() -> dict[str, Any]:
    """The document as anybody reads it."""
    found: dict[str, Any] = json.loads(json.dumps(routes().openapi()))
    return found


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    def pattern(template: str) -> re.Pattern[str]:
        parts = re.split(r"(\{\w+\})", template)
        tail = "{path}"
        return re.compile(
            "".join((".+" if p == tail else "[^/]+") if p.startswith("{") else re.escape(p) for p in parts)
            + r"\Z",
            re.DOTALL,
        )

    # what has the fewest variables is what the router takes first
    return sorted(((pattern(t), t) for t in openapi()["paths"]), key=lambda found: found[1].count("{"))


def operation_of(method: str, path: str) -> tuple[str, dict[str, Any]] | None:
    """The address (with its variables) and operation a request went to."""
    for pattern, template in _patterns():
        if pattern.match(path) and method.lower() in openapi()["paths"][template]:
            return template, openapi()["paths"][template][method.lower()]
    return None


@cache
def _validator(text: str) -> Draft202012Validator:
    return Draft202012Validator({**json.loads(text), "components": openapi()["components"]})


def faults(schema: dict[str, Any], value: Any) -> list[str]:
    """What does not fit."""
    found = _validator(json.dumps(schema)).iter_errors(value)
    return [f"{error.json_path}: {error.message}"[:300] for error in found]


def check(method: str, path: str, status: int, kind: str, body: bytes) -> None:
    """Fail unless an answer is one that was announced."""
    found = operation_of(method, path)
    if found is None or not body or kind not in ("application/json", "application/problem+json"):
        return
    template, operation = found
    answers = operation["responses"]
    told = answers.get(str(status))
    if status >= 400 and "content" not in (told or {}):
        told = answers["default"]
    assert told is not None, f"{method} {template} answers {status}, which it does not announce"
    content = told.get("content", {}).get(kind)
    assert content is not None, f"{method} {template} {status}: {kind} is not announced"
    wrong = faults(content.get("schema", {}), json.loads(body))
    assert not wrong, f"{method} {template} {status}: {wrong[:3]}"


async def check_answer(response: httpx.Response) -> None:
    """An httpx hook that checks every answer."""
    kind = response.headers.get("content-type", "").partition(";")[0]
    if kind in ("application/json", "application/problem+json"):
        await response.aread()
        request = response.request
        check(request.method, request.url.path, response.status_code, kind, response.content)
