"""What every error is answered with."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field


class ProblemError(BaseModel):
    """One fault; more members where they are known."""

    model_config = ConfigDict(extra="allow", defer_build=True)

    message: Annotated[str, Field(examples=["Licence: 'MTI' is no SPDX identifier"])]
    pointer: Annotated[str | None, Field(examples=["/license"])] = None
    title: str | None = None
    key: str | None = None
    value: Any = None


class Problem(BaseModel):
    """RFC 9457: what is wrong, in words for people. `instance` is the id of the request."""

    model_config = ConfigDict(extra="allow", defer_build=True)

    type: Annotated[str, Field(examples=["about:blank"])]
    title: Annotated[str, Field(examples=["Not valid"])]
    status: Annotated[int, Field(examples=[422])]
    detail: Annotated[
        str, Field(examples=["p_Heat/day 1/.metadata/dataset_administrative.json was not saved"])
    ]
    errors: list[ProblemError]
    instance: Annotated[str | None, Field(examples=["3f2a9c51"])] = None
