"""What the catalogue is asked with, in path and query: each with its bounds, a description and an example."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Path, Query
from pydantic import AwareDatetime

_LONGEST = 500
_UUID = "3b8f6f1c-6f0e-4c5e-9f0e-0c9b1f2a7d11"

ProjectId = Annotated[str, Path(description="A project's identifier.", examples=[_UUID])]
DatasetId = Annotated[str, Path(description="A dataset's identifier.", examples=[_UUID])]
TrialId = Annotated[
    str, Path(description="A trial's identifier: the run id of its document.", examples=[_UUID])
]
PersonId = Annotated[str, Path(description="A person's user id.", examples=["ada"])]
NodeKind = Annotated[
    Literal["trial", "project", "tag"], Path(description="What the node is.", examples=["trial"])
]
NodeId = Annotated[str, Path(description="Its identifier; of a tag the tag without `#`.", examples=["heat"])]

OfProject = Annotated[
    str | None, Query(max_length=_LONGEST, description="Only of this project.", examples=[_UUID])
]
OfDataset = Annotated[
    str | None, Query(max_length=_LONGEST, description="Only of this dataset.", examples=[_UUID])
]
OfPerson = Annotated[
    str | None,
    Query(max_length=_LONGEST, description="Only of the person of this user id.", examples=["ada"]),
]
OfStatus = Annotated[
    Literal["alive", "clean", "unclean", "abandoned"] | None,
    Query(description="Only trials that run, or that ended so.", examples=["alive"]),
]
PartOfName = Annotated[
    str | None,
    Query(max_length=_LONGEST, description="A part of the name, large or small letters.", examples=["heat"]),
]
PartOfPath = Annotated[
    str | None, Query(max_length=_LONGEST, description="A part of the path.", examples=["plate"])
]
PartOfPerson = Annotated[
    str | None, Query(max_length=_LONGEST, description="A part of a user id or name.", examples=["love"])
]
BeginningOfTag = Annotated[
    str | None, Query(max_length=_LONGEST, description="How the tag begins, without `#`.", examples=["he"])
]
BeginningOfField = Annotated[
    str | None,
    Query(
        max_length=_LONGEST,
        description="How the name, or a part of it after a dot, begins.",
        examples=["quality"],
    ),
]
Since = Annotated[
    AwareDatetime | None,
    Query(description="A moment with its offset from UTC.", examples=["2026-03-01T09:30:00Z"]),
]
Depth = Annotated[int, Query(ge=1, le=6, description="How many edges away nodes may be.", examples=[2])]
Direction = Annotated[
    Literal["out", "in", "both"],
    Query(description="Edges from the node, to it, or both.", examples=["both"]),
]
Domain = Annotated[
    str,
    Query(description="Where the user id is from; `local`: an account of this gateway.", examples=["local"]),
]
SavedSearchId = Annotated[UUID, Path(description="A saved search's identifier.", examples=[_UUID])]
Typed = Annotated[
    str,
    Query(max_length=20_000, description="A text as somebody types it.", examples=["#heat as in trial:t7"]),
]

Words = Annotated[
    str | None,
    Query(
        max_length=2000,
        description=(
            'A query: words, `"phrases"`, `beginn*`, `#tags`, `field:value` with `: = != < <= > >=`, AND, OR, NOT and'
            " brackets; terms beside each other must all match. Absent: everything."
        ),
        examples=['calibration #heat status:clean born>=2026-03-01 NOT (user:bob OR "second batch")'],
    ),
]
Kind = Annotated[
    Literal["trial", "project", "dataset", "file"] | None,
    Query(description="Only these; files are found with `file` alone.", examples=["trial"]),
]
Columns = Annotated[
    str | None,
    Query(
        max_length=_LONGEST,
        description="Further columns: names of fields, separated by commas.",
        examples=["rin,experiment_name"],
    ),
]
Limit = Annotated[int, Query(ge=1, le=500, description="How many at most.", examples=[50])]
Cursor = Annotated[
    str | None,
    Query(
        max_length=2000,
        description="`next_cursor` of the page before.",
        examples=["WyIyMDI2LTAzLTAxVDA5OjMwOjAwWiIsICIzYjhmNmYxYyJd"],
    ),
]
