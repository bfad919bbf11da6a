"""No value in a path, a question or a body makes a route of the catalogue stumble: each is answered or refused."""

import base64
import itertools
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store.test_hostile_queries import ROOT, Ask, ask

from mdjourney_contract.problems import BadRequest
from mdjourney_store.paging import decode

__all__ = ["ask"]  # a fixture

#: As they stand in an address.
VALUES = [
    "%00", "a%00b", "%20", "%09", "%F0%9F%98%80", "%ED%A0%80", "x" * 3000, "%EF%BC%9D1", "http%3A%2F%2Fa%3Ab%40c", "%27%3B--", "1e999", "-1",
    "9" * 40, "0001-01-01T00:00:00%2B23:59", "9999-12-31T23:59:59-23:59", "2026-01-01", "%25s", "%2E%2E",
]  # fmt: skip
#: As they stand in a body.
GIVEN = ["a\0b", " ", "x" * 3000, "\ud800", "\U0001f600", "http://a:b@c", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"]  # fmt: skip


USUAL = {"kind": "trial", "identifier": "run-hers", "project_id": "hers", "trial_id": "run-hers"}


@pytest.fixture
def routes(ask: Ask) -> list[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    """(method, path, what the route says of itself, all schemas) of every route of the catalogue."""
    said = ask("/api/openapi.json").json()
    found = [
        (method.upper(), path, about, said["components"]["schemas"])
        for path, methods in said["paths"].items()
        if path.startswith(ROOT)
        for method, about in methods.items()
    ]
    assert len(found) > 25
    return found


def addresses(path: str, about: dict[str, Any]) -> Iterator[str]:
    """The route's address with one hostile value in one place."""
    named = about.get("parameters", [])
    places = [one["name"] for one in named if one["in"] == "path"]
    usual = {name: USUAL.get(name, "x") for name in places}
    for value in VALUES:
        for name in places:
            yield path.format(**{**usual, name: value})
        for one in named:
            if one["in"] == "query":
                yield f"{path.format(**usual)}?{one['name']}={value}"


def _usual(name: re.Match[str]) -> str:
    return USUAL.get(name[1], "x")


def bodies(about: dict[str, Any], schemas: dict[str, Any]) -> Iterator[dict[str, Any] | None]:
    """What may be sent, with one hostile text in one place."""
    content = about.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        yield None
        return
    schema = content["schema"]
    schema = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    usual = {
        name: one["examples"][0] if one.get("examples") else one.get("enum", ["operator"])[0]
        for name, one in schema["properties"].items()
        if one.get("examples") or name in schema.get("required", [])
    }
    usual = {name: value for name, value in usual.items() if value is not None and name != "project_id"}
    yield usual
    for name in schema["properties"]:
        for value in GIVEN:
            yield {**usual, name: {value: value} if isinstance(usual.get(name), dict) else value}


def test_a_hostile_value_anywhere_is_answered_or_refused(ask: Ask, routes: list[Any], rows: Any) -> None:
    refused = 0
    for method, path, about, schemas in routes:
        sent = list(bodies(about, schemas))
        questions = [(address, sent[0]) for address in addresses(path, about)]
        usual = re.sub(r"{(\w+)}", _usual, path)
        for address, body in [*questions, *((usual, body) for body in sent)]:
            answer = ask(address, method, content=None if body is None else json.dumps(body))
            assert answer.status_code < 500, (method, address[:200], body, answer.text[:500])
            refused += answer.status_code in {400, 404, 422}
    assert refused > 300
    assert rows("SELECT count(*) AS n FROM trial_detail WHERE trial_id LIKE 'run-%%'") == [{"n": 2}]


MEMBERS = st.one_of(
    st.integers(), st.sampled_from([2**63, -(2**63) - 1, 2**64, 10**30, 0, True, None, 1.5]), st.text(max_size=8),
    st.sampled_from(["\ud800", "\0", "x" * 300, "2026-01-01T00:00:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-01-01"]),
    st.datetimes().map(lambda moment: moment.isoformat() + "Z"),
)  # fmt: skip
CURSORS = st.one_of(
    st.lists(MEMBERS, max_size=4).map(json.dumps),
    st.lists(st.sampled_from(["[", "]", "{", "1", ",", '"', "e", "-"]), max_size=12).map("".join),
    st.sampled_from(["[" * 1400, "[" * 1000 + "]" * 1000, "9" * 1400, '["2026-01-01T00:00:00Z","\\ud800"]', "[1e400]", "NaN", "[NaN]"]),
)  # fmt: skip


@pytest.mark.parametrize(
    ("cursor", "kind"),
    [("[" * 1400, int), (f"[{2**63}]", int), (f"[{-(2**63) - 1}]", int), ("[true]", int), ("[1.5]", int), ('["\\ud800"]', str), ('["\\u0000"]', str)],
    ids=str,
)  # fmt: skip
def test_what_no_row_holds_is_no_cursor(cursor: str, kind: type) -> None:
    with pytest.raises(BadRequest):
        decode(base64.urlsafe_b64encode(cursor.encode()).decode(), kind)


def test_a_cursor_somebody_made_up_is_answered_or_refused(ask: Ask, routes: list[Any]) -> None:
    lists = [
        re.sub(r"{(\w+)}", _usual, path)
        for method, path, about, _ in routes
        if method == "GET" and any(one["name"] == "cursor" for one in about.get("parameters", []))
    ]
    assert len(lists) > 8
    seen = {200: 0, 400: 0, 404: 0, 422: 0}

    def one(path: str, cursor: str) -> None:
        token = base64.urlsafe_b64encode(cursor.encode("utf-8", "surrogatepass")).decode().rstrip("=")
        answer = ask(path, params={"cursor": token})
        assert answer.status_code in seen, (path, cursor[:100], answer.text[:300])
        seen[answer.status_code] += 1

    right = ["2026-01-01T00:00:00Z", 5]
    hostile = ["\ud800", 2**63, -(2**63) - 1, "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "\0"]
    shapes = [(before, after) for before in range(3) for after in range(3 - before)]
    for path, (before, after), kind, value in itertools.product(lists, shapes, right, hostile):
        one(path, json.dumps([*[kind] * before, value, *[kind] * after]))

    @given(st.sampled_from(lists), CURSORS)
    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def generated(path: str, cursor: str) -> None:
        one(path, cursor)

    generated()
    assert seen[400] > 100, seen
