"""What an export needs."""

from typing import Annotated, Literal

from pydantic import Field

from mdjourney_backend.api.shapes.words import Answer, DocumentName, Message, Pointer, Title


class Lacking(Answer):
    """One thing a target asks for and the record lacks."""

    pointer: Pointer
    document: DocumentName
    title: Title
    message: Message
    level: Annotated[
        str, Field(description="`required` stands in the way of the export.", examples=["recommended"])
    ]


class ExportCheck(Answer):
    """Whether an export can be made, and what it would lack."""

    ok: Annotated[bool, Field(description="Nothing that is required is lacking.", examples=[True])]
    format: Annotated[
        Literal["ro-crate", "ro-crate-1.1", "bagit", "datacite", "datacite-xml", "jsonld", "prov"],
        Field(description="The standard it was checked for.", examples=["ro-crate"]),
    ]
    lacking: Annotated[list[Lacking], Field(description="What is lacking.")]
