"""Whether a session is up and in step, and what waits."""

from typing import Annotated, Literal

from pydantic import Field

from mdjourney_backend.api.shapes.words import Answer, Count, Uuid

Trouble = Annotated[
    str | None, Field(description="What is wrong, in words; null when nothing is.", examples=[None])
]
Bytes = Annotated[int | None, Field(examples=[52428800])]


class Progress(Answer):
    """How far the files found so far have been read."""

    files_done: Count
    files_total: Count
    bytes_done: Count
    bytes_total: Count
    files_per_second: Annotated[float, Field(examples=[420.5])]
    seconds_left: Annotated[float | None, Field(examples=[12.5])]


class PipelineHealth(Answer):
    """What is dirty, waits to be read, or does not settle."""

    dirty: Annotated[int | None, Field(examples=[0])]
    pending_files: Annotated[int | None, Field(examples=[0])]
    growing: Annotated[list[str], Field(examples=[["p_Heat/day 1/long.csv"]])]
    progress: Progress | None
    problem: Trouble


class HistoryHealth(Answer):
    """Where commits go, and how many writes wait for one."""

    mode: Literal["own", "branch", "off"]
    waiting: Count
    problem: Trouble


class SyncHealth(Answer):
    """Whether the metadata store is told, and how many writes wait."""

    state: Literal["ok", "away", "off"]
    waiting: Count
    oldest_seconds: Annotated[
        float | None,
        Field(description="How long the oldest of them has waited; null: none waits.", examples=[None]),
    ]
    problem: Trouble


class TreeNamed(Answer):
    """The tree that is served."""

    id: Uuid
    path: Annotated[str, Field(examples=["/data/lab"])]
    name: Annotated[str, Field(examples=["Lab"])]


class SchemaTrouble(Answer):
    """A local override that is not used, and why."""

    name: Annotated[str, Field(examples=["project_descriptive"])]
    message: Annotated[str, Field(examples=["line 3: not JSON"])]


class SchemasHealth(Answer):
    """Local schemas that cannot be used."""

    problems: list[SchemaTrouble]


class Disk(Answer):
    """The disk of the tree; null where it is away, or the cache was not measured yet."""

    free_bytes: Bytes
    total_bytes: Bytes
    cache_bytes: Bytes


class Health(Answer):
    """Always answered while the backend runs; what is wrong stands in the parts."""

    status: Literal["ok"]
    in_step: Annotated[bool, Field(description="Nothing is dirty, pending, uncommitted or unsynced.")]
    leader: bool
    available: bool
    tree: TreeNamed
    pipeline: PipelineHealth
    history: HistoryHealth
    sync: SyncHealth
    schemas: SchemasHealth
    skipped: Count
    corrupt: Annotated[list[str], Field(examples=[[]])]
    disk: Disk
    counters: Annotated[
        dict[str, float],
        Field(description="Numbers that only grow since the process began.", examples=[{"requests": 12}]),
    ]


class InStep(Answer):
    """The answer to a rescan."""

    in_step: bool
