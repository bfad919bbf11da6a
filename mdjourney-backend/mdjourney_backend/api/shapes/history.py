"""Commits, what they changed, what became of a field, and where values came from."""

from typing import Annotated, Literal

from pydantic import Field

from mdjourney_backend.api.shapes.words import (
    Answer,
    Anything,
    Commit,
    Cursor,
    DocumentPath,
    Moment,
    Pointer,
    Sent,
    Subject,
    Title,
)

Op = Annotated[Literal["add", "remove", "replace"], Field(examples=["replace"])]


class Author(Answer):
    """Who made a commit."""

    name: Annotated[str, Field(examples=["Ada Lovelace"])]
    email: Annotated[str, Field(examples=["ada@example.org"])]


class Revision(Answer):
    """A commit that touched a document."""

    commit: Commit
    at: Moment
    author: Author
    subject: Subject


class Revisions(Answer):
    """The history of a document, newest first."""

    items: list[Revision]
    next_cursor: Cursor


class Change(Answer):
    """One field that a commit changed."""

    pointer: Pointer
    op: Op
    before: Anything
    after: Anything
    title: Title


class Diff(Answer):
    """What one commit changed in a document."""

    commit: Commit
    document: DocumentPath
    changes: list[Change]


class FieldChange(Revision):
    """A commit that changed one field, with its value before and after."""

    op: Op
    before: Anything
    after: Anything


class FieldHistory(Answer):
    """What became of one field, newest first. A page may be short, even empty, and still have a cursor."""

    items: list[FieldChange]
    next_cursor: Cursor


class Named(Answer):
    """A person."""

    name: Annotated[str, Field(examples=["Ada Lovelace"])]


class Source(Answer):
    """What a value came from; one of the members, `dataset` also beside `file`."""

    document: DocumentPath | None = None
    file: Annotated[str | None, Field(examples=["raw/a.tif"])] = None
    run: str | None = None
    dataset: str | None = None
    project: str | None = None
    instrument: str | None = None


class Origin(Answer):
    """Where a value came from."""

    kind: Literal["typed", "inherited", "file", "copied", "default", "system"]
    by: Named | None
    at: Moment | None
    commit: Commit | None
    source: Source | None


class Origins(Answer):
    """JSON pointer -> origin; what nothing is known of is left out."""

    document: DocumentPath
    origins: Annotated[
        dict[str, Origin],
        Field(
            examples=[
                {
                    "/protocol_references": {
                        "kind": "copied",
                        "by": {"name": "Ada Lovelace"},
                        "at": "2026-11-22T09:30:00.000000Z",
                        "commit": "a7e0243d1c9b4f5e8a60b7c2d3e4f5061728394a",
                        "source": {"run": "7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10"},
                    }
                }
            ]
        ),
    ]
    whole: Annotated[
        bool, Field(description="False: the history is longer than is read at one go.", examples=[True])
    ]


class Restore(Sent):
    """What is brought back: a document, or one field of it."""

    document: DocumentPath
    pointer: Pointer | None = None
