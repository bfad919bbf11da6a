"""The OpenAPI tells everything, and tells it right: `described.check` holds each answer of this folder's tests against it."""

import uuid

from gateway.described import document, operation_of, operations, validator, whole
from gateway.served import Served

from mdjourney_gateway.metadata_store import Came

NO_JSON = {"/api/session/events", "/metrics", "/api/catalog/v1/search.csv"}
BODILESS = {("POST", "/api/auth/logout"), ("POST", "/api/users/{user_id}/login-link")}


def test_every_route_tells_its_answer_its_body_and_an_example_of_both():
    for method, path, operation in operations():
        where = f"{method} {path}"
        good = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
        assert good, where
        for answer in good:
            media = answer.get("content", {}).get("application/json")
            if media is None:
                assert path in NO_JSON or "204" in operation["responses"], where
                continue
            assert "$ref" in media["schema"], where
            validator(media["schema"]).validate(media["example"])
        if method in ("POST", "PUT", "PATCH") and (method, path) not in BODILESS:
            for kind, media in operation["requestBody"]["content"].items():
                assert media["schema"], where
                if kind == "application/json":
                    validator(media["schema"]).validate(media["example"])
        assert "application/problem+json" in operation["responses"]["default"]["content"], where
        assert operation["summary"], where
        assert operation.get("description"), where


def test_every_parameter_says_what_it_is_and_gives_an_example_that_fits():
    seen = 0
    for method, path, operation in operations():
        for told in operation.get("parameters", ()):
            where = f"{method} {path} {told['name']}"
            assert told.get("description"), where
            given = told["schema"].get("examples") or [told["example"]]
            for example in given:
                assert example is not None, where
                validator(told["schema"]).validate(example)
            seen += 1
    assert seen > 70


def test_a_birth_may_name_its_request():
    told = operation_of("POST", "/api/catalog/v1/trials")["parameters"]
    assert [(each["name"], each["in"]) for each in told] == [("Idempotency-Key", "header")]


def expected_refusals(method, path, operation):
    """By which statuses a route refuses at least: from what it is, not from how the document is made."""
    takes = {"requestBody"} & operation.keys()
    statuses = {400}
    if operation["security"]:
        statuses |= {401, 403}
    if "{" in path:
        statuses.add(404)
    if takes:
        statuses.add(413)
    if takes or operation.get("parameters"):
        statuses.add(422)
    if path.startswith("/api/"):
        statuses.add(503)
    return statuses


def test_every_route_says_how_it_refuses_with_an_example_of_each():
    used = set()
    for method, path, operation in operations():
        where = f"{method} {path}"
        told = {int(s): whole(a) for s, a in operation["responses"].items() if s.isdigit() and s >= "400"}
        used |= set(told)
        assert expected_refusals(method, path, operation) <= set(told), where
        for status, answer in told.items():
            assert answer["description"], where
            if where == "GET /readyz" and status == 503:
                continue
            media = answer["content"]["application/problem+json"]
            validator(media["schema"]).validate(media["example"])
            assert media["example"]["status"] == status, where
            if status in (429, 503):
                assert answer["headers"]["Retry-After"]["example"] == media["example"]["retry_after"], where
    assert used == {400, 401, 403, 404, 409, 413, 422, 429, 503, 504}


def test_a_query_that_cannot_be_read_is_told_with_its_column():
    for path in ("/search", "/facets", "/search.csv"):
        told = whole(operation_of("GET", "/api/catalog/v1" + path)["responses"]["400"])
        assert told["content"]["application/problem+json"]["example"]["errors"][0]["column"] == 6


def test_what_needs_no_sign_in_says_so_and_nothing_else():
    public = {(method, path) for method, path, operation in operations() if operation["security"] == []}
    assert public == {
        ("GET", "/healthz"), ("GET", "/readyz"), ("POST", "/api/auth/login"), ("POST", "/api/auth/setup"),
    }  # fmt: skip


def test_no_route_is_left_out_of_it(served):
    from gateway.test_door import walk

    told = {(method, path) for method, path, _ in operations()}
    there = {
        (method, path.replace(":path}", "}"))
        for path, methods in walk(served.gateway.inner.routes)
        for method in methods - {"HEAD"}
    }
    assert there - told == {("GET", "/api/openapi.json")}
    assert not told - there
    assert document()["components"]["schemas"]["Problem"]


def test_the_document_is_for_people_who_are_signed_in(served, ada):
    assert ada.get("/api/openapi.json").json()["paths"].keys() == document()["paths"].keys()


ASKED = (
    "/projects", "/projects/p", "/projects/p/history", "/trials", "/trials?status=alive", "/trials/t", "/trials/t/timeline",
    "/datasets", "/datasets/d", "/datasets/d/files", "/tags", "/fields", "/fields?q=experiment_n&limit=1", "/changes", "/audit", "/people", "/graph/trial/t?depth=3",
    "/graph/tag/hot", "/graph/project/p?direction=in", "/health", "/search?q=", "/search?q=hot", "/search?kind=file", "/facets",
    "/facets?q=hot", "/preview?text=%23a%20trial:t", "/searches", "/search.csv",
)  # fmt: skip


def test_every_answer_of_the_catalogue_is_as_described(place, store):
    with Served(place) as served, served.person() as ada:
        served.gateway.store._came = Came(store, "")
        asked = set()
        for path in ASKED:
            answer = ada.get("/api/catalog/v1" + path)
            assert answer.status_code == 200, (path, answer.text)
            if answer.headers["content-type"] == "application/json" and "items" in answer.json():
                assert answer.json()["items"] or path.startswith("/searches"), path
            asked.add(("GET", path.partition("?")[0]))
        for method, path, body, status in CHANGES:
            answer = ada.request(method, "/api/catalog/v1" + path, json=body)
            assert answer.status_code == status, (path, answer.text)
            asked.add((method, path))
        assert ada.get("/api/catalog/v1/searches").json()["items"]
        assert ada.get("/api/catalog/v1/trials/n/timeline").json()["items"]
        seen = {id(operation_of(method, "/api/catalog/v1" + path)) for method, path in asked}
        for method, path, operation in operations():
            if "/catalog/" in path:
                assert id(operation) in seen, f"{method} {path} was not asked"
        served.gateway.store._came = None


CHANGES = (
    (
        "POST",
        "/trials",
        {"trial_id": "n", "project_id": "p", "lease_seconds": 60, "metadata": {"a": 1e30}},
        201,
    ),
    ("POST", "/trials/n/heartbeat", {}, 200),
    ("PUT", "/trials/n/metadata", {"metadata": {"b": 2}}, 200),
    ("POST", "/trials/n/death", {"clean_exit": True}, 200),
    ("PUT", "/projects/p/roles/grace", {"role": None}, 204),
    ("POST", "/search", {"query": {"text": "hot"}}, 200),
    ("POST", "/searches", {"name": "mine", "query": "hot"}, 201),
    ("DELETE", f"/searches/{uuid.UUID(int=0)}", None, 404),
)
