"""The words the shapes are made of: bases, and values that many of them have, each with an example."""

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field


class Answer(BaseModel):
    """What a route answers: these members and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Sent(BaseModel):
    """What a route takes as its JSON body."""

    model_config = ConfigDict(extra="allow", frozen=True, defer_build=True)


def takes(shape: type[Sent], *, required: bool = True, **other: Any) -> dict[str, Any]:
    """`openapi_extra` of a route that reads its JSON body itself; `other` are further content types."""
    schema = {"$ref": f"#/components/schemas/{shape.__name__}"}
    return {
        "requestBody": {"required": required, "content": {"application/json": {"schema": schema}, **other}}
    }


T = TypeVar("T")

_UUID = "7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10"


def _identifier(of: str) -> Any:
    return Field(description=f"Identifier of {of}.", json_schema_extra={"format": "uuid"}, examples=[_UUID])


ProjectId = Annotated[str, _identifier("the project")]
DatasetId = Annotated[str, _identifier("the dataset")]
RunId = Annotated[str, _identifier("the run")]
InstrumentId = Annotated[str, _identifier("the instrument")]
TreeId = Annotated[str, _identifier("the tree")]
Items = Annotated[list[T], Field(description="What the page holds, in order.")]
Valid = Annotated[bool, Field(description="It breaks no rule of its schema.", examples=[True])]
Complete = Annotated[
    bool, Field(description="It is valid, and holds every answer that is asked of people.", examples=[False])
]
Modified = Annotated[
    str | None,
    Field(
        description="When its documents were last saved, in UTC.",
        json_schema_extra={"format": "date-time"},
        examples=["2026-11-22T09:30:00.000000Z"],
    ),
]
Moment = Annotated[
    str,
    Field(
        description="A moment in UTC (RFC 3339).",
        json_schema_extra={"format": "date-time"},
        examples=["2026-11-22T09:30:00.000000Z"],
    ),
]
DocumentPath = Annotated[
    str,
    Field(
        description="Path from the root of the tree.",
        examples=["p_Heat/day 1/.metadata/dataset_administrative.json"],
    ),
]
Pointer = Annotated[str, Field(description="JSON pointer to a field.", examples=["/license"])]
Url = Annotated[
    str,
    Field(
        description="Where it is read and edited in this API.",
        examples=[f"/api/v1/runs/{_UUID}/metadata/experiment_contextual"],
    ),
]
Etag = Annotated[
    str,
    Field(
        description="Goes with the next change as If-Match.", examples=['"9f86d081884c7d659a2feaa0c55ad015"']
    ),
]
Title = Annotated[str, Field(description="What the schema calls the field.", examples=["Licence"])]
Message = Annotated[str, Field(description="What is wrong or missing.", examples=["Licence is missing"])]
Commit = Annotated[
    str,
    Field(description="40 hexadecimal digits.", examples=["a7e0243d1c9b4f5e8a60b7c2d3e4f5061728394a"]),
]
Subject = Annotated[
    str,
    Field(description="The commit's first line.", examples=["p_Heat/day 1: edit dataset_administrative"]),
]
DocumentName = Annotated[str, Field(description="The document's kind.", examples=["dataset_administrative"])]
DryRun = Annotated[bool, Field(description="Nothing was saved: it is what would change.", examples=[True])]
Cursor = Annotated[
    str | None, Field(description="Ask with it for the next page; null on the last.", examples=[None])
]
Count = Annotated[int, Field(ge=0, examples=[2])]
Content = Annotated[
    dict[str, Any],
    Field(
        description="A metadata document; its schema says what it holds.",
        examples=[{"dataset_title": "Day 1", "license": "CC-BY-4.0"}],
    ),
]
Anything = Annotated[
    Any, Field(description="The field's value; null: there is none.", examples=["CC-BY-4.0"])
]
Before = Annotated[Any, Field(description="The value before; null: there was none.", examples=["CC0-1.0"])]
After = Annotated[Any, Field(description="The value after; null: there is none.", examples=["CC-BY-4.0"])]
