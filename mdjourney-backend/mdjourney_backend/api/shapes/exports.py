"""What an export needs."""

from typing import Annotated, Literal

from pydantic import Field

from mdjourney_backend.api.shapes.words import Answer, Message, Pointer, Title


class Lacking(Answer):
    """One thing a target asks for and the record lacks."""

    pointer: Pointer
    document: Annotated[str, Field(examples=["dataset_administrative"])]
    title: Title
    message: Message
    level: Annotated[
        str, Field(description="`required` stands in the way of the export.", examples=["recommended"])
    ]


class ExportCheck(Answer):
    """Whether an export can be made, and what it would lack."""

    ok: bool
    format: Annotated[
        Literal["ro-crate", "ro-crate-1.1", "bagit", "datacite", "datacite-xml", "jsonld", "prov"],
        Field(examples=["ro-crate"]),
    ]
    lacking: list[Lacking]
