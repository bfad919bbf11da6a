"""What every error is answered with."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field


class ProblemError(BaseModel):
    """One fault; more members where they are known."""

    model_config = ConfigDict(extra="allow", defer_build=True)

    message: Annotated[
        str,
        Field(description="What is wrong, for people.", examples=["Licence: 'MTI' is no SPDX identifier"]),
    ]
    pointer: Annotated[str | None, Field(description="JSON pointer to the field.", examples=["/license"])] = (
        None
    )
    title: Annotated[
        str | None, Field(description="What the schema calls the field.", examples=["Licence"])
    ] = None
    key: Annotated[str | None, Field(description="The key or parameter.", examples=["license"])] = None
    value: Annotated[Any, Field(description="What was given.", examples=["MTI"])] = None


class Problem(BaseModel):
    """RFC 9457: what is wrong, in words for people. `instance` is the id of the request."""

    model_config = ConfigDict(extra="allow", defer_build=True)

    type: Annotated[
        str,
        Field(
            description="What kind of problem; `about:blank`: as the status says.", examples=["about:blank"]
        ),
    ]
    title: Annotated[str, Field(description="The kind of problem, in words.", examples=["Not valid"])]
    status: Annotated[int, Field(description="The status of the answer.", examples=[422])]
    detail: Annotated[
        str,
        Field(
            description="What is wrong here.",
            examples=["p_Heat/day 1/.metadata/dataset_administrative.json was not saved"],
        ),
    ]
    errors: Annotated[list[ProblemError], Field(description="Each fault by itself.")]
    instance: Annotated[
        str | None, Field(description="The id of the request, as in the logs.", examples=["3f2a9c51"])
    ] = None
