"""The OpenAPI of a backend is whole: every JSON answer and body has a shape, and an example that fits it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from api.shapes import faults, openapi

from mdjourney_backend.app import new_routes

#: Answers that are files, streams, or nothing.
_NO_JSON = {
    ("get", "/api/v1/events"),
    ("get", "/api/v1/datasets/{dataset_id}/content/{path}"),
    ("get", "/api/v1/datasets/{dataset_id}/thumbnail/{path}"),
    ("delete", "/api/v1/datasets/{dataset_id}/upload/{path}"),
    ("get", "/api/v1/tables/{kind}"),
    ("get", "/api/v1/datasets/{dataset_id}/export"),
}


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in openapi()["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def contents(operation: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for status, answer in operation["responses"].items():
        for kind, content in answer.get("content", {}).items():
            yield status, kind, content
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        yield "body", kind, content


def test_every_answer_that_is_json_has_a_shape_and_an_example() -> None:
    bare = []
    for method, path, operation in operations():
        found = [
            content
            for status, kind, content in contents(operation)
            if status.startswith("2") and kind == "application/json"
        ]
        if (method, path) not in _NO_JSON and not found:
            bare.append(f"{method} {path} announces no JSON")
        if (method, path) not in _NO_JSON:
            whole = all(c.get("schema") and {"example", "examples"} & set(c) for c in found)
            bare += [] if whole else [f"{method} {path} has no shape or no example"]
    assert bare == []


def test_examples_fit_their_shapes() -> None:
    wrong = []
    for method, path, operation in operations():
        for status, kind, content in contents(operation):
            if kind != "application/json":
                continue
            given = [e["value"] for e in content.get("examples", {}).values()]
            given += [content["example"]] if "example" in content else []
            wrong += [f"{method} {path} {status}: {f}" for e in given for f in faults(content["schema"], e)]
    assert wrong == []


def test_every_parameter_says_what_it_is_and_gives_an_example_that_fits() -> None:
    told = [
        (f"{method} {path} {each['name']}", each)
        for method, path, operation in operations()
        for each in operation.get("parameters", ())
    ]
    assert len(told) > 100
    assert [where for where, each in told if not each.get("description")] == []
    assert [where for where, each in told if not each["schema"].get("examples")] == []
    wrong = [
        f"{where}: {fault}"
        for where, each in told
        for given in each["schema"]["examples"]
        for fault in (["null"] if given is None else faults(each["schema"], given))
    ]
    assert wrong == []


def wordless(where: str, schema: dict[str, Any]) -> Iterator[str]:
    """Members, at any depth, of which nothing is said; a shape says itself what it is."""
    for name, member in schema.get("properties", {}).items():
        if not says(member):
            yield f"{where}/{name}"
        yield from wordless(f"{where}/{name}", member)
    for part in ("items", "additionalProperties"):
        if isinstance(schema.get(part), dict):
            yield from wordless(where, schema[part])


def says(schema: dict[str, Any]) -> bool:
    choices = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    return bool({"description", "$ref"} & set(schema)) or (choices != [] and all(map(says, choices)))


def test_every_shape_and_every_member_of_a_body_or_answer_says_what_it_is() -> None:
    shapes = openapi()["components"]["schemas"]
    assert [name for name, shape in shapes.items() if not shape.get("description")] == []
    bare = [line for name, shape in shapes.items() for line in wordless(name, shape)]
    for method, path, operation in operations():
        for _, _, content in contents(operation):
            bare += wordless(f"{method} {path}", content.get("schema", {}))
    assert bare == []


def test_a_member_without_words_is_noticed() -> None:
    within = {
        "properties": {"told": {"description": "Yes."}, "list": {"items": {"properties": {"bare": {}}}}}
    }
    maybe = {"properties": {"maybe": {"anyOf": [{"type": "string"}, {"type": "null"}]}}}
    assert list(wordless("it", within)) == ["it/list", "it/list/bare"]
    assert list(wordless("it", maybe)) == ["it/maybe"]


def test_every_route_that_takes_a_body_says_of_what_shape() -> None:
    takes_none = {"complete", "abandon", "reopen", "rescan"}
    bare = [
        f"{method} {path}"
        for method, path, operation in operations()
        if method in ("put", "post", "patch")
        and path.rpartition("/")[2] not in takes_none
        and "requestBody" not in operation
    ]
    assert bare == []


def test_every_route_announces_problems_and_no_shape_of_the_framework() -> None:
    for method, path, operation in operations():
        problem = operation["responses"]["default"]["content"]["application/problem+json"]
        assert problem["schema"] == {"$ref": "#/components/schemas/Problem"}, f"{method} {path}"
        assert "422" not in operation["responses"], f"{method} {path}"
    assert not {"HTTPValidationError", "ValidationError"} & set(openapi()["components"]["schemas"])


def test_every_reference_leads_somewhere_and_every_operation_has_a_name_of_its_own() -> None:
    text = json.dumps(openapi())
    named = {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}
    assert named <= set(openapi()["components"]["schemas"])
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(names) == len(set(names))


def test_shapes_are_made_only_when_somebody_asks() -> None:
    """They cost a start nothing: what routes answer is put together without them."""
    app = new_routes()
    assert app.openapi_schema is None
    assert app.openapi() is app.openapi()


@pytest.mark.parametrize("wrong", [{"items": [{"path": 1}], "next_cursor": None}, {"items": []}])
def test_the_check_of_answers_notices(wrong: dict[str, Any]) -> None:
    assert faults({"$ref": "#/components/schemas/Skipped"}, wrong)
