"""The OpenAPI tells everything, and tells it right: `described.check` holds each answer of this folder's tests against it."""

import uuid

from gateway.described import document, operation_of, operations, validator
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
