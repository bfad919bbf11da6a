"""Commits, what they changed, what became of a field, and where values came from."""

from typing import Annotated, Literal

from pydantic import Field

from mdjourney_backend.api.shapes.words import (
    After,
    Answer,
    Before,
    Commit,
    Cursor,
    DocumentPath,
    Items,
    Moment,
    Pointer,
    Sent,
    Subject,
    Title,
)

Op = Annotated[
    Literal["add", "remove", "replace"], Field(description="What became of it.", examples=["replace"])
]


class Author(Answer):
    """Who made a commit."""

    name: Annotated[str, Field(description="As people call them.", examples=["Ada Lovelace"])]
    email: Annotated[str, Field(description="As git records it.", examples=["ada@example.org"])]


class Revision(Answer):
    """A commit that touched a document."""

    commit: Commit
    at: Annotated[Moment, Field(description="When it was saved.")]
    author: Author
    subject: Subject


class Revisions(Answer):
    """The history of a document, newest first."""

    items: Items[Revision]
    next_cursor: Cursor


class Change(Answer):
    """One field that a commit changed."""

    pointer: Pointer
    op: Op
    before: Before
    after: After
    title: Title


class Diff(Answer):
    """What one commit changed in a document."""

    commit: Commit
    document: DocumentPath
    changes: Annotated[list[Change], Field(description="Each field that changed.")]


class FieldChange(Revision):
    """A commit that changed one field, with its value before and after."""

    op: Op
    before: Before
    after: After


class FieldHistory(Answer):
    """What became of one field, newest first. A page may be short, even empty, and still have a cursor."""

    items: Items[FieldChange]
    next_cursor: Cursor


class Named(Answer):
    """A person."""

    name: Annotated[str, Field(description="As people call them.", examples=["Ada Lovelace"])]


class Source(Answer):
    """What a value came from; one of the members, `dataset` also beside `file`."""

    document: DocumentPath | None = None
    file: Annotated[
        str | None, Field(description="A file's path from the root of the dataset.", examples=["raw/a.tif"])
    ] = None
    run: Annotated[
        str | None,
        Field(description="A run's identifier.", examples=["7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10"]),
    ] = None
    dataset: Annotated[
        str | None,
        Field(description="A dataset's identifier.", examples=["7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10"]),
    ] = None
    project: Annotated[
        str | None,
        Field(description="A project's identifier.", examples=["7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10"]),
    ] = None
    instrument: Annotated[
        str | None, Field(description="An instrument's short name.", examples=["confocal-2"])
    ] = None


class Origin(Answer):
    """Where a value came from."""

    kind: Annotated[
        Literal["typed", "inherited", "file", "copied", "default", "system"],
        Field(description="How the value came about.", examples=["typed"]),
    ]
    by: Named | None
    at: Annotated[Moment | None, Field(description="When.")]
    commit: Commit | None
    source: Source | None


class Origins(Answer):
    """JSON pointer -> origin; what nothing is known of is left out."""

    document: DocumentPath
    origins: Annotated[
        dict[str, Origin],
        Field(
            description="By JSON pointer.",
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
            ],
        ),
    ]
    whole: Annotated[
        bool, Field(description="False: the history is longer than is read at one go.", examples=[True])
    ]


class Restore(Sent):
    """What is brought back: a document, or one field of it."""

    document: DocumentPath
    pointer: Annotated[Pointer | None, Field(description="Only this field; the whole document without.")] = (
        None
    )
