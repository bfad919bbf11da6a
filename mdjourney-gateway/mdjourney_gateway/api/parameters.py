"""What the gateway's own routes are asked with, in path and query: each with a description and an example."""

from typing import Annotated

from fastapi import Path, Query

_UUID = "3b8f6f1c-6f0e-4c5e-9f0e-0c9b1f2a7d11"

UserName = Annotated[str, Path(description="The name a person signs in with.", examples=["grace"])]
ConfigId = Annotated[str, Path(description="A config's identifier.", examples=[_UUID])]
SessionId = Annotated[str, Path(description="A session's identifier.", examples=[_UUID])]
SignInId = Annotated[
    str, Path(description="A sign-in's identifier, as the list of devices tells it.", examples=[_UUID])
]
TokenId = Annotated[
    str, Path(description="An API token's identifier; not its secret.", examples=[_UUID.replace("-", "")])
]
Lines = Annotated[int, Query(ge=1, le=1000, description="How many of the last lines.", examples=[100])]
