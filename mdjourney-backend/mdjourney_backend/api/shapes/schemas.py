"""Schemas, and local overrides of them."""

from typing import Annotated, Any, Literal

from pydantic import Field

from mdjourney_backend.api.shapes.documents import Layer
from mdjourney_backend.api.shapes.words import Answer, Count, Cursor, DryRun, Items, Sent

Name = Annotated[str, Field(description="The schema's name.", examples=["contextual/computational_workflow"])]
Title = Annotated[str, Field(description="What people call it.", examples=["Computational workflow"])]
Version = Annotated[str, Field(description="As the schema says.", examples=["1.0.0"])]
_OVERRIDE = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "x-required-to-complete": ["funding_sources"],
}


class SchemaItem(Answer):
    """A schema in a list; `reason` says why its layer won, `problem` why an override is not used."""

    name: Name
    title: Title
    kind: Annotated[
        Literal["document", "template"],
        Field(
            description="Whether it is for a document of its own, or for a kind of run.",
            examples=["document"],
        ),
    ]
    source: Layer
    version: Version
    problem: Annotated[str | None, Field(description="Why a local override is not used.", examples=[None])]
    reason: Annotated[str, Field(description="Why its layer won.", examples=["no local override"])]


class Schemas(Answer):
    """Every schema of the tree."""

    items: Items[SchemaItem]
    next_cursor: Cursor


class Template(Answer):
    """A template a run can start from."""

    name: Name
    template: Annotated[
        str, Field(description="What a run is started with.", examples=["computational_workflow"])
    ]
    title: Title
    source: Layer


class Templates(Answer):
    """The templates runs can start from."""

    items: Items[Template]
    next_cursor: Cursor


class OverrideSent(Sent):
    """A local schema, and whether to look only."""

    schema_: Annotated[
        dict[str, Any], Field(alias="schema", description="A JSON Schema.", examples=[_OVERRIDE])
    ]
    dry_run: Annotated[bool, Field(description="Only tell what would change.", examples=[True])] = False


class Impact(Answer):
    """What a local schema changes, or would."""

    name: Name
    dry_run: DryRun
    saved: Annotated[bool, Field(description="Whether it applies now.", examples=[False])]
    version: Version
    documents: Annotated[Count, Field(description="Documents it is for.")]
    impact: Annotated[
        str,
        Field(
            description="What changes, in a sentence.", examples=["2 of 5 documents would become incomplete"]
        ),
    ]
    incomplete: Annotated[
        list[str],
        Field(
            description="Paths of documents that owe answers then.",
            examples=[["p_Heat/.metadata/project_descriptive.json"]],
        ),
    ]
    invalid: Annotated[
        list[str], Field(description="Paths of documents that break a rule then.", examples=[[]])
    ]
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
    source: Annotated[Layer | None, Field(description="null: the template is no more.")]
