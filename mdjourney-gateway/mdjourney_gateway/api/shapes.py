"""How routes tell what they take and answer: models for the OpenAPI, each with an example."""

from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from mdjourney_contract.examples import example


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


def example_of(model: type[BaseModel]) -> Any:
    """One answer or body as the model describes it, in JSON's kinds."""
    schema = model.model_json_schema()
    return example(schema, schema.get("$defs", {}))


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
