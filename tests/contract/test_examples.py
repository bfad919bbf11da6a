"""Examples put together from a schema fit it."""

from typing import Any

import pytest

from mdjourney_contract.examples import example

PARTS: dict[str, Any] = {"Person": {"properties": {"name": {"type": "string", "examples": ["Ada"]}}}}


@pytest.mark.parametrize(
    ("schema", "made"),
    [
        ({"type": "string"}, "text"),
        ({"type": "string", "examples": ["Heat", "Cold"]}, "Heat"),
        ({"enum": ["a", "b"]}, "a"),
        ({"const": 3}, 3),
        ({"anyOf": [{"type": "null"}, {"type": "string"}]}, None),
        ({"type": "array", "items": {"type": "integer"}}, [1]),
        ({"$ref": "#/$defs/Person"}, {"name": "Ada"}),
        ({"$ref": "#/components/schemas/Person"}, {"name": "Ada"}),
        ({"$ref": "#/$defs/Person", "examples": [{"name": "Grace"}]}, {"name": "Grace"}),
    ],
)
def test_an_example_is_what_the_schema_gives(schema: dict[str, Any], made: Any) -> None:
    assert example(schema, PARTS) == made


def test_members_that_may_be_missing_stand_only_with_something_to_say() -> None:
    schema = {
        "required": ["id"],
        "properties": {
            "id": {"type": "integer"},
            "note": {"type": "string"},
            "name": {"type": "string", "examples": ["Heat"]},
            "limit": {"type": "integer", "default": 50},
            "cursor": {"type": "string", "default": None},
        },
    }
    assert example(schema, {}) == {"id": 1, "name": "Heat", "limit": 50}
