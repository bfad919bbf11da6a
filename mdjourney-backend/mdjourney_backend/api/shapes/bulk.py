"""Changes of many documents at once."""

from typing import Annotated, Any

from pydantic import Field

from mdjourney_backend.api.shapes.words import (
    After,
    Answer,
    Before,
    Count,
    DocumentPath,
    DryRun,
    Pointer,
    Sent,
    Title,
)

LookOnly = Annotated[bool, Field(description="Look only.", examples=[True])]


class BulkChange(Answer):
    """One field that changes, or (`error`) that cannot; `row` is the line of a table it came from."""

    document: DocumentPath
    pointer: Pointer
    title: Title
    before: Before
    after: After
    error: Annotated[str | None, Field(description="Why it cannot change; null: it can.", examples=[None])]
    row: Annotated[
        int | None, Field(description="Line of the table, from 1; null: it came from none.", examples=[None])
    ]


class BulkAnswer(Answer):
    """What was changed, or would be."""

    dry_run: DryRun
    saved: Annotated[bool, Field(description="Whether the changes were saved.", examples=[False])]
    documents: Annotated[Count, Field(description="How many documents change.")]
    errors: Annotated[
        int,
        Field(
            description="How many changes cannot be made; one is enough for none to be saved.",
            ge=0,
            examples=[0],
        ),
    ]
    changes: Annotated[list[BulkChange], Field(description="Each field that changes or cannot.")]


class BulkSent(Sent):
    """One value for a field of many documents: those that are named, or those that fit `where`."""

    documents: Annotated[
        list[str | dict[str, Any]] | None,
        Field(
            description='Paths, or objects with "document" and "etag".',
            examples=[["p_Heat/day 1/.metadata/dataset_administrative.json"]],
        ),
    ] = None
    where: Annotated[dict[str, Any] | None, Field(description="In place of documents.", examples=[None])] = (
        None
    )
    pointer: Pointer
    value: Annotated[Any, Field(description="null removes the field.", examples=["CC-BY-4.0"])]
    dry_run: LookOnly = False


class RevertSent(Sent):
    """Whether to look only."""

    dry_run: LookOnly = False


class CopySent(Sent):
    """The fields to take over."""

    pointers: Annotated[
        list[str], Field(description="JSON pointers of the fields.", examples=[["/protocol_references"]])
    ]
    dry_run: LookOnly = False
