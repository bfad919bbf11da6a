"""Documents as the system itself would write them, made from a schema's own examples."""

from collections.abc import Iterator, Mapping
from typing import Any

from mdjourney_backend.schemas.faults import Content
from mdjourney_backend.schemas.flatten import resolved

TEMPLATE_FIELD = "experiment_template_type"


def skeleton(name: str, body: Mapping[str, Any]) -> Content:
    """The least the system writes: the `required` fields, each with its first example."""
    required = body.get("required", ())
    out = {key: _example(body, body["properties"][key]) for key in required}
    return _named(name, out)


def written_by_the_system(name: str, body: Mapping[str, Any]) -> Iterator[Content]:
    """The skeleton, the skeleton with all the system or a file may add, and each value of a field it chooses from."""
    least = skeleton(name, body)
    yield least
    ours = {
        k: p
        for k, p in body["properties"].items()
        if resolved(body, p).get("x-filled-by") in ("system", "file")
    }
    yield _named(name, {k: _example(body, p) for k, p in ours.items()} | least)
    for key, field in ours.items():
        for value in resolved(body, field).get("enum", ()):
            yield _named(name, {**least, key: value})


def _example(body: Mapping[str, Any], schema: Any) -> Any:
    field = resolved(body, schema)
    for key in ("const", "default"):
        if key in field:
            return field[key]
    examples = field.get("examples") or field.get("enum")
    return examples[0] if examples else None


def _named(name: str, content: Content) -> Content:
    if TEMPLATE_FIELD in content and name.startswith("contextual/"):
        return {**content, TEMPLATE_FIELD: name.removeprefix("contextual/")}
    return content
