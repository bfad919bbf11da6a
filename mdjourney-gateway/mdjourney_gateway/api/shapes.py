"""How routes tell what they take and answer: models for the OpenAPI, each with an example put together from its fields."""

from datetime import datetime
from types import UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo


class Answer(BaseModel):
    """What a route answers: these members and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


Moment = Annotated[
    str, Field(json_schema_extra={"format": "date-time"}, examples=["2026-03-01T09:30:00.000Z"])
]
UserId = Annotated[str, Field(examples=["ada"])]
Domain = Annotated[str, Field(examples=["local"])]
Identifier = Annotated[str, Field(examples=["3b8f6f1c-6f0e-4c5e-9f0e-0c9b1f2a7d11"])]
Text = Annotated[str, Field(examples=["Heat"])]
Location = Annotated[str, Field(examples=["/data/lab"])]
NextCursor = Annotated[
    str | None, Field(description="Ask with it for the next page; null on the last.", examples=[None])
]

#: What stands for a value of a plain kind whose field gives no example.
_PLAIN: Final[dict[Any, Any]] = {
    str: "Heat",
    int: 1,
    float: 1.5,
    bool: False,
    dict: {},
    datetime: "2026-03-01T09:30:00Z",
    UUID: "3b8f6f1c-6f0e-4c5e-9f0e-0c9b1f2a7d11",
}


def example_of(model: type[BaseModel]) -> dict[str, Any]:
    """One answer or body as the model describes it, in JSON's kinds."""
    return {name: _of_field(field) for name, field in model.model_fields.items()}


def _of_field(field: FieldInfo) -> Any:
    if field.examples:
        return field.examples[0]
    return _of_kind(field.annotation)


def _of_kind(kind: Any) -> Any:
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Annotated:
        given = next((each.examples for each in inside[1:] if isinstance(each, FieldInfo)), None)
        return given[0] if given else _of_kind(inside[0])
    if origin is Literal:
        return inside[0]
    if origin in (Union, UnionType):
        return _of_kind(next(each for each in inside if each is not type(None)))
    if origin in (list, tuple):
        return [_of_kind(inside[0])]
    if origin is dict:
        return {_of_kind(inside[0]): _of_kind(inside[1])} if isinstance(inside[1], type(list[int])) else {}
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return example_of(kind)
    return _PLAIN[kind]


def takes(model: type[BaseModel], *, required: bool = True) -> dict[str, Any]:
    """`openapi_extra` of a route that reads its body itself, as JSON of a model."""
    content = {"application/json": {"schema": model.model_json_schema(), "example": example_of(model)}}
    return {"requestBody": {"required": required, "content": content}}


_CONFIG: Final = "monitor_path: /data/lab\nname: Lab\nmembers: [grace]\n"


def takes_config(also: type[BaseModel] | None = None) -> dict[str, Any]:
    """`openapi_extra` of a route that takes a session config as YAML or as the file `config` of a form."""
    yaml = {"schema": {"type": "string", "maxLength": 65536}, "example": _CONFIG}
    form = {
        "type": "object",
        "required": ["config"],
        "properties": {"config": {"type": "string", "format": "binary", "maxLength": 65536}},
    }
    content: dict[str, Any] = {"application/yaml": yaml, "multipart/form-data": {"schema": form}}
    if also is not None:
        content["application/json"] = {"schema": also.model_json_schema(), "example": example_of(also)}
    return {"requestBody": {"required": True, "content": content}}
