"""The shapes of old bytes of data files: what they take, and what collecting them removes."""

from typing import Annotated, Literal

from pydantic import Field

from mdjourney_backend.api.shapes.health import Trouble
from mdjourney_backend.api.shapes.words import Answer, Count, Sent

Bytes = Annotated[int, Field(ge=0, examples=[52428800])]


class Cache(Answer):
    """The DVC cache of the tree."""

    keeping: Annotated[
        Literal["copy", "reflink", "none"], Field(description="How old bytes are kept.", examples=["copy"])
    ]
    objects: Annotated[Count, Field(description="Versions that are kept.")]
    bytes: Annotated[Bytes, Field(description="What they take.")]
    limit_bytes: Annotated[
        int | None, Field(description="`history.dvc_cache_gib` in bytes; null: none.", examples=[10737418240])
    ]
    problem: Trouble


class Collect(Sent):
    """Which versions may go."""

    keep_days: Annotated[
        float, Field(90, ge=0, description="Versions that were in force within these days stay.")
    ]
    dry_run: Annotated[bool, Field(False, description="Only tell what would go.")]


class CollectedObjects(Answer):
    """What the cache held before, and what of it went, or would go."""

    objects: Annotated[Count, Field(description="Versions that were kept before.")]
    bytes: Annotated[Bytes, Field(description="Bytes they took.")]
    removed_objects: Annotated[Count, Field(description="Versions that went, or would.")]
    removed_bytes: Annotated[Bytes, Field(description="Bytes they took.")]
    dry_run: Annotated[bool, Field(description="Nothing was removed: it is what would go.", examples=[True])]
