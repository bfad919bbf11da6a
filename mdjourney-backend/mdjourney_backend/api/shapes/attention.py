"""Documents that a person has to look at, and who is in the way."""

from typing import Annotated, Literal

from pydantic import Field

from mdjourney_backend.api.shapes.words import (
    Answer,
    Count,
    Cursor,
    DatasetId,
    DocumentPath,
    Items,
    ProjectId,
    RunId,
)

_NAMED = "null where there is none, or where the person has no role in the project it is part of."


class Held(Answer):
    """What a document speaks of and another holds."""

    kind: Annotated[
        Literal["project", "dataset", "trial"],
        Field(description="What the identifier names.", examples=["dataset"]),
    ]
    identifier: Annotated[
        str,
        Field(description="As it stands in the document.", examples=["7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10"]),
    ]
    by_store: Annotated[
        bool,
        Field(description="It was recorded through the API; no tree holds it.", examples=[False]),
    ]
    host: Annotated[
        str | None,
        Field(description=f"The machine that serves the tree which holds it; {_NAMED}", examples=["lab-2"]),
    ]
    folder: Annotated[
        str | None,
        Field(description=f"Where that tree lies on it; {_NAMED}", examples=["/data/heat"]),
    ]
    project_id: Annotated[
        str | None,
        Field(
            description=f"The project it is part of; {_NAMED}",
            examples=["7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10"],
        ),
    ]
    named_to: Annotated[
        list[tuple[str, str]] | None,
        Field(
            description="User id and domain of those who may be told host and folder; only for other backends.",
            examples=[None],
        ),
    ]


class Attention(Answer):
    """One document: set aside because it cannot be read, not stored (`reason` says why), or naming what is `held` elsewhere."""

    kind: Annotated[
        Literal["set_aside", "not_stored", "held_elsewhere"],
        Field(description="What is wrong with it.", examples=["held_elsewhere"]),
    ]
    document: DocumentPath
    project_id: ProjectId | None
    dataset_id: DatasetId | None
    run_id: RunId | None
    aside: Annotated[
        str | None,
        Field(
            description="Path of the unreadable file that was set aside, from the root of the tree.",
            examples=["p_Heat/day 1/.metadata/dataset_administrative.json.corrupt-20261122T093000000000Z"],
        ),
    ]
    restored: Annotated[
        bool | None,
        Field(description="Of one set aside: its last good version is back in place.", examples=[True]),
    ]
    reason: Annotated[
        str | None, Field(description="Why it is not stored.", examples=["dataset_identifier is missing"])
    ]
    held: Held | None


class AttentionList(Answer):
    """What a person has to look at; at most 100 of each kind."""

    items: Items[Attention]
    next_cursor: Cursor
    hidden: Annotated[
        Count,
        Field(
            description="How many more there are in projects that are not shown to this person, whose config it is.",
            examples=[0],
        ),
    ]
    unknown: Annotated[
        str | None,
        Field(
            description="Why what the store says is not known here; null: it is.",
            examples=["another machine leads this tree"],
        ),
    ]
