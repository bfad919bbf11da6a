"""Whatever is sent, the answer is a problem in words, never a fault of ours; each case here once was one, or could be."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from api.conftest import Ids
from api.shapes import openapi

from mdjourney_backend.assembly import Backend

pytestmark = pytest.mark.anyio

DOCUMENT = "p_Heat/.metadata/project_descriptive.json"
#: As they stand in an address: NUL, line break, non-UTF-8, lone surrogate (CESU-8), one folder up, very long, odd digits.
IN_ADDRESS = (
    "%00", "%0a", "%ff", "%ed%a0%80", "..", "%2e%2e", "%252e%252e", "%2f", "a%5cb", "%c2%b2", "%d9%a1", "x" * 3000,
    "9" * 5000, "-1", "%20", "%e2%80%ae", "e%cc%81", "null", "%7B%7D", "*", "'", '%22', "$(x)",
)  # fmt: skip
#: The document that examples name, and that is not in the tree of a test.
_EXAMPLE = "p_Heat/day 1/.metadata/dataset_administrative.json"
HUGE = 10**400
TEXTS = ["", "\0", "\n", "/\u00b2", "/" + "9" * 5000, "/-1", "/a/~2", "e\u0301", "\u202e", "x" * 100_000]
VALUES: list[Any] = [None, True, -1, HUGE, [], {}, [None], [{}], *TEXTS]
DEEP = b'{"content": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
BODIES = (
    b"", b"null", b"[]", b"0", b'"x"', b"{", b"\xff\xfe", b'{"a": "\\ud800"}', b'{"\\udfff": 1}', b'{"a":1,"a":2}', b'{"a": NaN}',
    b'{"a": 1e999}', b"{}" * 2, b"\xef\xbb\xbf{}", DEEP, b'{"content": {"a": ' + b"9" * 400 + b"}}", b"{" + b'"a":{' * 200 + b"}" * 201,
)  # fmt: skip
HEADERS: tuple[dict[str, str], ...] = (
    {"If-Match": ""},
    {"If-Match": "W/"},
    {"If-Match": '"' * 999},
    {"If-Match": "*, *"},
    {"If-Match": "*", "If-None-Match": "*"},
    {"If-None-Match": "x"},
    {"Content-Type": "text/html"},
    {"Content-Type": "multipart/form-data"},
    {"Content-Type": "multipart/form-data; boundary=" + "x" * 300},
    {"Content-Type": "application/json; charset=utf-16"},
    {"Content-Encoding": "gzip"},
    {"Range": "bytes=" + "9" * 4000 + "-"},
    {"Range": "bytes=-0"},
    {"Content-Range": "bytes 9-1/5"},
    {"Content-Range": "bytes " + "9" * 50 + "-9/9"},
    {"Last-Event-ID": "9" * 5000},
)


@pytest.fixture
async def places(backend: Backend, ada: httpx.AsyncClient, ids: Ids) -> dict[str, str]:
    body = {"template": "computational_workflow"}
    run = (await ada.post(f"/api/v1/datasets/{ids.dataset}/runs", json=body)).json()["run_id"]
    return {
        "project_id": ids.project,
        "dataset_id": ids.dataset,
        "run_id": run,
        "other": run,
        "kind": "dataset_administrative",
        "slug": "scope",
        "name": "project_descriptive",
        "template": "computational_workflow",
        "commit": "0" * 40,
        "path": "new.csv",
    }


def addresses(places: dict[str, str], **instead: str) -> list[tuple[str, str]]:
    """Method and address of every operation but the stream, which has no end."""
    return [
        (method.upper(), path.format(**(places | instead)))
        for path, methods in openapi()["paths"].items()
        for method in methods
        if not path.endswith("/events")
    ]


def assert_told(answer: httpx.Response, sent: object) -> None:
    """A success, or a problem in words."""
    assert answer.status_code < 500, (
        answer.request.method,
        answer.request.url,
        repr(sent)[:200],
        answer.text,
    )
    if answer.status_code >= 400:
        kind = answer.headers.get("content-type")
        assert kind == "application/problem+json", (answer.request.url, sent, answer.text)
        assert answer.json()["title"], answer.text


async def test_addresses(ada: httpx.AsyncClient, places: dict[str, str]) -> None:
    for name in places:
        for value in IN_ADDRESS:
            for method, address in {
                (m, p.format(**(places | {name: value})))
                for p, methods in openapi()["paths"].items()
                if f"{{{name}}}" in p
                for m in methods
            }:
                if method in ("get", "delete"):
                    assert_told(await ada.request(method, address, params={"document": DOCUMENT}), value)


async def test_questions(ada: httpx.AsyncClient, places: dict[str, str]) -> None:
    for path, methods in openapi()["paths"].items():
        for parameter in methods.get("get", {}).get("parameters", ()):
            if parameter["in"] != "query":
                continue
            for value in (
                *IN_ADDRESS[:5],
                "²",
                "١",
                "/²",
                "/" + "9" * 5000,
                str(HUGE),
                "-1",
                "é",
                "x" * 9000,
            ):
                sent = {"document": DOCUMENT, "pointer": "/x", parameter["name"]: value}
                address = path.format(**places)
                assert_told(await ada.get(address, params=sent), (parameter["name"], value))


async def test_bodies(ada: httpx.AsyncClient, places: dict[str, str], root: Path) -> None:
    before = (root / DOCUMENT).read_bytes()
    for method, address in addresses(places):
        if method in ("PUT", "POST", "PATCH") and "upload" not in address:
            for body in BODIES:
                assert_told(await ada.request(method, address, content=body, headers={"If-Match": "*"}), body)
    assert json.loads((root / DOCUMENT).read_bytes()).get("project_identifier") in before.decode()


async def test_values(ada: httpx.AsyncClient, places: dict[str, str]) -> None:
    """Every member of every body, with every kind of value."""
    components = openapi()["components"]["schemas"]
    for path, methods in openapi()["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if content is None:
                continue
            schema = content["schema"]
            if "$ref" in schema:
                schema = components[schema["$ref"].rpartition("/")[2]]
            for member in [*schema.get("properties", {}), "unknown"]:
                for value in VALUES:
                    given = next(
                        iter(content.get("examples", {"": {"value": content.get("example")}}).values())
                    )
                    sent = {
                        **json.loads(json.dumps(given["value"]).replace(_EXAMPLE, DOCUMENT)),
                        member: value,
                    }
                    answer = await ada.request(
                        method,
                        path.format(**places),
                        content=json.dumps(sent).encode(),
                        headers={"If-Match": "*"},
                    )
                    assert_told(answer, sent)


async def test_headers(ada: httpx.AsyncClient, places: dict[str, str]) -> None:
    for method, address in addresses(places):
        for headers in HEADERS:
            if method != "DELETE":
                assert_told(await ada.request(method, address, content=b"{}", headers=headers), headers)


@pytest.mark.parametrize(
    "pointer", ["/\u00b2", "/" + "9" * 5000, "/contributing_researchers/\u00b2", "/a/\u0661"]
)
async def test_odd_digits_in_pointers(ada: httpx.AsyncClient, pointer: str) -> None:
    sent = {"documents": [DOCUMENT], "pointer": pointer, "value": 1, "dry_run": True}
    assert_told(await ada.post("/api/v1/bulk", json=sent), pointer)
    params = {"document": DOCUMENT, "pointer": pointer}
    assert_told(await ada.get("/api/v1/history/field", params=params), pointer)
