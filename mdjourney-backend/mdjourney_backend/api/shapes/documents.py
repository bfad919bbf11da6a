"""Documents: as they are answered, and as they are sent."""

from typing import Annotated, Literal

from pydantic import Field

from mdjourney_backend.api.shapes.words import (
    Answer,
    Anything,
    Content,
    DocumentPath,
    Etag,
    Message,
    Pointer,
    Sent,
    Title,
)

Layer = Literal["local", "packaged"]


class SchemaUsed(Answer):
    """Which schema a document was judged by, and which layer it came from."""

    name: Annotated[str, Field(examples=["dataset_administrative"])]
    source: Layer
    version: Annotated[str, Field(examples=["1.0.0"])]
    problem: Annotated[str | None, Field(description="Why a local override is not used.", examples=[None])]
    url: Annotated[str, Field(examples=["/api/v1/schemas/dataset_administrative"])]


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
    valid: bool
    complete: bool
    errors: list[Fault]
    missing: list[Fault]
    etag: Etag


class DocumentSent(Sent):
    """The whole content that people edit; what only the system sets may be left out."""

    content: Content


class DocumentPatch(Sent):
    """A JSON merge patch (RFC 7396): members replace, null removes."""
