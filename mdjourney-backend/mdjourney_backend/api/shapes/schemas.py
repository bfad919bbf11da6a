"""Schemas, and local overrides of them."""

from typing import Annotated, Any, Literal

from pydantic import Field

from mdjourney_backend.api.shapes.documents import Layer
from mdjourney_backend.api.shapes.words import Answer, Count, Cursor, Sent

Name = Annotated[str, Field(examples=["contextual/computational_workflow"])]
Title = Annotated[str, Field(examples=["Computational workflow"])]
Version = Annotated[str, Field(examples=["1.0.0"])]
_OVERRIDE = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "x-required-to-complete": ["funding_sources"],
}


class SchemaItem(Answer):
    """A schema in a list; `reason` says why its layer won, `problem` why an override is not used."""

    name: Name
    title: Title
    kind: Literal["document", "template"]
    source: Layer
    version: Version
    problem: Annotated[str | None, Field(examples=[None])]
    reason: Annotated[str, Field(examples=["no local override"])]


class Schemas(Answer):
    """Every schema of the tree."""

    items: list[SchemaItem]
    next_cursor: Cursor


class Template(Answer):
    """A template a run can start from."""

    name: Name
    template: Annotated[str, Field(examples=["computational_workflow"])]
    title: Title
    source: Layer


class Templates(Answer):
    """The templates runs can start from."""

    items: list[Template]
    next_cursor: Cursor


class OverrideSent(Sent):
    """A local schema, and whether to look only."""

    schema_: Annotated[dict[str, Any], Field(alias="schema", examples=[_OVERRIDE])]
    dry_run: Annotated[bool, Field(examples=[True])] = False


class Impact(Answer):
    """What a local schema changes, or would."""

    name: Name
    dry_run: bool
    saved: bool
    version: Version
    documents: Count
    impact: Annotated[str, Field(examples=["2 of 5 documents would become incomplete"])]
    incomplete: Annotated[list[str], Field(examples=[["p_Heat/.metadata/project_descriptive.json"]])]
    invalid: Annotated[list[str], Field(examples=[[]])]
    schema_: Annotated[
        dict[str, Any] | None,
        Field(
            alias="schema",
            description="Of a dry run: the schema as documents would get it, put together.",
            examples=[{"title": "Project"}],
        ),
    ]


class OverrideGone(Answer):
    """Which layer applies now; null: the template is no more."""

    name: Name
    source: Layer | None
