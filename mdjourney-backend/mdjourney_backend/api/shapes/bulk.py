"""Changes of many documents at once."""

from typing import Annotated, Any

from pydantic import Field

from mdjourney_backend.api.shapes.words import Answer, Anything, Count, Pointer, Sent, Title

DryRun = Annotated[bool, Field(description="Look only.", examples=[True])]


class BulkChange(Answer):
    """One field that changes, or (`error`) that cannot; `row` is the line of a table it came from."""

    document: Annotated[str, Field(examples=["p_Heat/day 1/.metadata/dataset_administrative.json"])]
    pointer: Annotated[str, Field(examples=["/license"])]
    title: Title
    before: Anything
    after: Anything
    error: Annotated[str | None, Field(examples=[None])]
    row: Annotated[int | None, Field(examples=[None])]


class BulkAnswer(Answer):
    """What was changed, or would be."""

    dry_run: bool
    saved: bool
    documents: Count
    errors: Annotated[int, Field(ge=0, examples=[0])]
    changes: list[BulkChange]


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
    dry_run: DryRun = False


class RevertSent(Sent):
    """Whether to look only."""

    dry_run: DryRun = False


class CopySent(Sent):
    """The fields to take over."""

    pointers: Annotated[list[str], Field(examples=[["/protocol_references"]])]
    dry_run: DryRun = False
