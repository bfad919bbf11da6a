"""Documents: as they are answered, and as they are sent."""

from typing import Annotated, Literal

from pydantic import Field

from mdjourney_backend.api.shapes.words import (
    Answer,
    Anything,
    Complete,
    Content,
    DocumentPath,
    Etag,
    Message,
    Pointer,
    Sent,
    Title,
    Valid,
)

Layer = Annotated[
    Literal["local", "packaged"],
    Field(description="Whether it lies in the tree or came with the program.", examples=["packaged"]),
]


class SchemaUsed(Answer):
    """Which schema a document was judged by, and which layer it came from."""

    name: Annotated[str, Field(description="The schema's name.", examples=["dataset_administrative"])]
    source: Layer
    version: Annotated[str, Field(description="As the schema says.", examples=["1.0.0"])]
    problem: Annotated[str | None, Field(description="Why a local override is not used.", examples=[None])]
    url: Annotated[
        str,
        Field(description="Where the schema is read.", examples=["/api/v1/schemas/dataset_administrative"]),
    ]


class Fault(Answer):
    """One thing to mend."""

    pointer: Pointer
    title: Title
    message: Message
    keyword: Annotated[
        str | None, Field(description="The schema keyword that failed.", examples=["x-required-to-complete"])
    ] = None
    value: Anything = None


class DocumentAnswer(Answer):
    """A document with its schema, what is wrong with it, what a person still owes, and its ETag."""

    document: DocumentPath
    content: Content
    schema_: Annotated[SchemaUsed, Field(alias="schema")]
    valid: Valid
    complete: Complete
    errors: Annotated[list[Fault], Field(description="What breaks a rule.")]
    missing: Annotated[list[Fault], Field(description="What a person still owes.")]
    etag: Etag


class DocumentSent(Sent):
    """The whole content that people edit; what only the system sets may be left out."""

    content: Content


class DocumentPatch(Sent):
    """A JSON merge patch (RFC 7396): members replace, null removes."""
