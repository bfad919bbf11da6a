"""What the catalogue's searches answer."""

from typing import Annotated, Literal

from pydantic import Field

from mdjourney_gateway.api.shapes import Answer, Domain, Identifier, Moment, NextCursor, Text, UserId
from mdjourney_gateway.catalogue.models import Edge, Place, Total


class Match(Answer):
    """A trial, project, dataset or file that matches; which members are there goes by `kind`."""

    kind: Literal["trial", "project", "dataset", "file"]
    entity_id: Identifier
    title: Text | None
    at: Moment | None
    project_id: Identifier | None
    tags: Annotated[list[str] | None, Field(examples=[["heat"]])]
    status: Annotated[str | None, Field(examples=["clean"])] = None
    user_id: UserId | None = None
    user_domain: Domain | None = None
    trial_id: Identifier | None = None
    dataset_id: Identifier | None = None
    file_id: int | None = None
    dataset_path: Place | None = None
    path: Annotated[str | None, Field(examples=["raw/plate 7.csv"])] = None
    extension: Annotated[str | None, Field(examples=[".csv"])] = None
    mime_type: Annotated[str | None, Field(examples=["text/csv"])] = None
    size_bytes: Annotated[int | None, Field(examples=[4096])] = None
    checksum: Annotated[str | None, Field(examples=["sha256:9f86d081884c7d65…"])] = None
    state: int | None = None
    role: Annotated[str | None, Field(examples=["raw data"])] = None


class Matches(Answer):
    """A page of a search."""

    items: list[Match]
    next_cursor: NextCursor
    total: Total


class Count(Answer):
    """A value and how often it is there."""

    value: Annotated[str, Field(examples=["clean"])]
    count: int


class Facets(Answer):
    """The most frequent values of each facet among what matches."""

    facets: Annotated[dict[str, list[Count]], Field(examples=[{"status": [{"value": "clean", "count": 1}]}])]
    truncated: Annotated[bool, Field(description="Whether only a part of the matches was counted.")]


class Edges(Answer):
    """The edges a text would give."""

    items: list[Edge]
    next_cursor: NextCursor


class SavedSearch(Answer):
    """A search that is kept."""

    saved_search_id: Identifier
    name: Annotated[str, Field(examples=["hot runs"])]
    query: Annotated[str, Field(examples=["tag:heat status:clean"])]
    created_at: Moment
    updated_at: Moment


class SavedSearches(Answer):
    """A person's saved searches."""

    items: list[SavedSearch]
    next_cursor: NextCursor
