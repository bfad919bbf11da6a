"""Whether a session is up and in step, and what waits."""

from typing import Annotated, Literal

from pydantic import Field

from mdjourney_backend.api.shapes.words import Answer, Count, TreeId

Trouble = Annotated[
    str | None, Field(description="What is wrong, in words; null when nothing is.", examples=[None])
]
Bytes = Annotated[int | None, Field(description="Bytes.", examples=[52428800])]


class Progress(Answer):
    """How far the files found so far have been read."""

    files_done: Annotated[Count, Field(description="Files read so far.")]
    files_total: Annotated[Count, Field(description="Files found so far.")]
    bytes_done: Annotated[Count, Field(description="Bytes read so far.")]
    bytes_total: Annotated[Count, Field(description="Bytes found so far.")]
    files_per_second: Annotated[float, Field(description="Files read in a second, lately.", examples=[420.5])]
    seconds_left: Annotated[
        float | None, Field(description="Seconds until all are read, at that rate.", examples=[12.5])
    ]


class PipelineHealth(Answer):
    """What is dirty, waits to be read, or does not settle."""

    dirty: Annotated[
        int | None, Field(description="Places that have to be looked at; null: not known.", examples=[0])
    ]
    pending_files: Annotated[
        int | None, Field(description="Files that wait to be read; null: not known.", examples=[0])
    ]
    growing: Annotated[
        list[str], Field(description="Paths of files that still grow.", examples=[["p_Heat/day 1/long.csv"]])
    ]
    progress: Progress | None
    problem: Trouble


class HistoryHealth(Answer):
    """Where commits go, and how many writes wait for one."""

    mode: Annotated[
        Literal["own", "branch", "off"],
        Field(
            description="Commits go into a repository of our own, to a branch of the one there was, or nowhere.",
            examples=["own"],
        ),
    ]
    waiting: Annotated[Count, Field(description="Saves that are not committed yet.")]
    problem: Trouble


class SyncHealth(Answer):
    """Whether the metadata store is told, and how many writes wait."""

    state: Annotated[
        Literal["ok", "away", "off"],
        Field(description="Whether the metadata store answers; `off`: there is none.", examples=["ok"]),
    ]
    waiting: Annotated[Count, Field(description="Saves the store has not been told of.")]
    oldest_seconds: Annotated[
        float | None,
        Field(description="How long the oldest of them has waited; null: none waits.", examples=[None]),
    ]
    problem: Trouble
    refused: Annotated[
        Count,
        Field(
            description="Documents that the store does not have as they are: `/attention` tells which.",
            examples=[0],
        ),
    ]


class TreeNamed(Answer):
    """The tree that is served."""

    id: TreeId
    path: Annotated[
        str, Field(description="Its folder on the machine that serves it.", examples=["/data/lab"])
    ]
    name: Annotated[str, Field(description="What people call it.", examples=["Lab"])]


class SchemaTrouble(Answer):
    """A local override that is not used, and why."""

    name: Annotated[str, Field(description="The schema's name.", examples=["project_descriptive"])]
    message: Annotated[str, Field(description="Why it is not used.", examples=["line 3: not JSON"])]


class SchemasHealth(Answer):
    """Local schemas that cannot be used."""

    problems: Annotated[list[SchemaTrouble], Field(description="Local schemas that cannot be used.")]


class Disk(Answer):
    """The disk of the tree; null where it is away, or the cache was not measured yet."""

    free_bytes: Annotated[Bytes, Field(description="Bytes that can still be written.")]
    total_bytes: Annotated[Bytes, Field(description="Bytes of the whole disk.")]
    cache_bytes: Annotated[Bytes, Field(description="Bytes that old versions of files take.")]


class Health(Answer):
    """Always answered while the backend runs; what is wrong stands in the parts."""

    status: Annotated[Literal["ok"], Field(description="That the backend runs.", examples=["ok"])]
    in_step: Annotated[bool, Field(description="Nothing is dirty, pending, uncommitted or unsynced.")]
    leader: Annotated[
        bool,
        Field(
            description="Whether this backend writes down what happens to files, or another does.",
            examples=[True],
        ),
    ]
    available: Annotated[bool, Field(description="Whether the tree's folder is there.", examples=[True])]
    tree: TreeNamed
    pipeline: PipelineHealth
    history: HistoryHealth
    sync: SyncHealth
    schemas: SchemasHealth
    skipped: Annotated[Count, Field(description="Paths that are described nowhere.")]
    corrupt: Annotated[
        list[str], Field(description="Paths of unreadable documents that were set aside.", examples=[[]])
    ]
    disk: Disk
    counters: Annotated[
        dict[str, float],
        Field(description="Numbers that only grow since the process began.", examples=[{"requests": 12}]),
    ]


class InStep(Answer):
    """The answer to a rescan."""

    in_step: Annotated[
        bool, Field(description="Nothing is dirty, pending, uncommitted or unsynced.", examples=[True])
    ]
