"""What the catalogue's routes answer: the columns of the store's tables."""

from typing import Annotated, Any, Literal

from pydantic import Field

from mdjourney_gateway.api.shapes import Answer, Domain, Identifier, Moment, NextCursor, Text, UserId

Document = Annotated[dict[str, Any], Field(examples=[{"experiment_name": "Heat"}])]
Place = Annotated[str, Field(description="Relative to MONITOR_PATH.", examples=["p_Heat/first set"])]
RunStatus = Literal["alive", "clean", "unclean", "abandoned"]
Total = Annotated[
    int | None, Field(description="Null: more than are counted, or not counted on this page.", examples=[1])
]


class Actor(Answer):
    """Who did it; null for nobody known."""

    actor_user_id: UserId | None
    actor_domain: Domain | None


class Project(Answer):
    """A project with the numbers of what is in it."""

    project_id: Identifier
    name: Text | None
    created_at: Moment
    updated_at: Moment
    created_by_user_id: UserId | None
    created_by_domain: Domain | None
    rel_path: Place | None
    project_status: Annotated[str | None, Field(examples=["Active"])]
    principal_investigator: Annotated[str | None, Field(examples=["Ada Lovelace"])]
    datasets: int
    trials: int
    alive: Annotated[int, Field(description="Trials that run.", examples=[0])]
    last_birth: Moment | None


class Projects(Answer):
    """A page of projects."""

    items: list[Project]
    next_cursor: NextCursor


class ProjectRole(Answer):
    """A person's role in a project."""

    user_id: UserId
    domain: Domain
    name: Annotated[str | None, Field(examples=["Ada Lovelace"])]
    role: Literal["admin", "operator"]


class WholeProject(Project):
    """A project with its document and roles."""

    details: Document | None
    origin_id: Identifier | None
    roles: list[ProjectRole]


class Saved(Actor):
    """A document that was saved."""

    event_id: int
    at: Moment
    kind: Annotated[str, Field(examples=["project_descriptive"])]
    rel_path: Annotated[str, Field(examples=["p_Heat/.metadata/project_descriptive.json"])]
    subject: Annotated[str | None, Field(examples=["project p_Heat: title"])]
    project_id: Identifier | None
    dataset_id: Identifier | None
    trial_id: Identifier | None
    sha256: Annotated[str | None, Field(examples=["9f86d081884c7d65…"])]


class ProjectHistory(Answer):
    """A page of what was saved."""

    items: list[Saved]
    next_cursor: NextCursor


class Trial(Answer):
    """A trial: one run of an experiment."""

    trial_id: Identifier
    user_id: UserId | None
    user_domain: Domain | None
    project_id: Identifier | None
    birth_timestamp: Moment
    death_timestamp: Annotated[Moment | None, Field(description="Null while it runs.", examples=[None])]
    clean_exit: bool
    created_at: Moment
    updated_at: Moment
    recorded_by: Literal["api", "document"]
    status: RunStatus
    experiment_name: Text | None
    template: Annotated[str | None, Field(examples=["computational_workflow"])]
    project_name: Text | None
    dataset_id: Identifier | None


class Trials(Answer):
    """A page of trials."""

    items: list[Trial]
    next_cursor: NextCursor


class ToldTrial(Trial):
    """A trial with its metadata."""

    metadata: Document | None


class TrialDataset(Answer):
    """A dataset that a trial belongs to."""

    dataset_id: Identifier
    title: Text | None
    rel_path: Place | None


class Edge(Answer):
    """What a text links to."""

    target_entity_type: Literal["trial", "project", "tag"]
    target_entity_id: Annotated[str, Field(examples=["heat"])]


class WholeTrial(ToldTrial):
    """A trial with its metadata, datasets and edges."""

    datasets: list[TrialDataset]
    edges: list[Edge]


class Moments(Actor):
    """Something that happened to a trial."""

    at: Moment
    event: Annotated[str, Field(examples=["birth"])]
    detail: Document | None


class Timeline(Answer):
    """Everything that happened to a trial."""

    items: list[Moments]
    next_cursor: NextCursor


class Dataset(Answer):
    """A dataset."""

    dataset_id: Identifier
    project_id: Identifier | None
    title: Text | None
    rel_path: Place | None
    state: Annotated[int | None, Field(description="0, 1 or 2: V0, V1, V2.", examples=[1])]
    files: int | None
    bytes: int | None
    created_at: Moment
    updated_at: Moment
    access_level: Annotated[str | None, Field(examples=["Restricted"])]
    license: Annotated[str | None, Field(examples=["CC-BY-4.0"])]


class Datasets(Answer):
    """A page of datasets."""

    items: list[Dataset]
    next_cursor: NextCursor


class WholeDataset(Dataset):
    """A dataset with its documents."""

    administrative: Document | None
    structural: Document | None


class File(Answer):
    """A file entry."""

    path: Annotated[str, Field(examples=["raw/plate 7.csv"])]
    extension: Annotated[str | None, Field(examples=[".csv"])]
    mime_type: Annotated[str | None, Field(examples=["text/csv"])]
    size_bytes: Annotated[int | None, Field(examples=[4096])]
    checksum: Annotated[str | None, Field(examples=["sha256:9f86d081884c7d65…"])]
    modified_at: Moment | None
    status: Annotated[str | None, Field(examples=["present"])]
    state: int | None
    role: Annotated[str | None, Field(examples=["raw data"])]
    technical: Document | None


class Files(Answer):
    """A page of file entries."""

    items: list[File]
    next_cursor: NextCursor


class Tag(Answer):
    """A tag and how often it is used."""

    tag: Annotated[str, Field(examples=["heat"])]
    uses: int


class Tags(Answer):
    """A page of tags."""

    items: list[Tag]
    next_cursor: NextCursor


class FieldName(Answer):
    """A field that searches can compare, and how often it is used."""

    field: Annotated[str, Field(examples=["quality_control_metrics.rin"])]
    type: Annotated[
        Literal["text", "number", "mixed"],
        Field(description="What it holds; mixed: here a text, there a number.", examples=["number"]),
    ]
    uses: int


class Fields(Answer):
    """A page of names of fields."""

    items: list[FieldName]
    next_cursor: NextCursor


class Change(Actor):
    """Something the store learned."""

    event_id: int
    known_at: Moment
    at: Moment
    event: Annotated[
        str,
        Field(description="The kind of document, or what a trial told.", examples=["project_descriptive"]),
    ]
    project_id: Identifier | None
    dataset_id: Identifier | None
    trial_id: Identifier | None
    rel_path: Annotated[str | None, Field(examples=["p_Heat/.metadata/project_descriptive.json"])]
    subject: Annotated[str | None, Field(examples=["project p_Heat: title"])]


class Changes(Answer):
    """What changed, oldest first; `next_cursor` is always there."""

    items: list[Change]
    next_cursor: Annotated[str, Field(examples=["WzEyLCAxLCAzXQ"])]
    more: Annotated[bool, Field(description="Whether there is more already.")]


class StorePerson(Answer):
    """A person of the store."""

    user_id: UserId
    domain: Domain
    name: Annotated[str | None, Field(examples=["Ada Lovelace"])]
    email: Annotated[str | None, Field(examples=["ada@example.org"])]
    created_at: Moment
    updated_at: Moment


class People(Answer):
    """A page of people."""

    items: list[StorePerson]
    next_cursor: NextCursor


class Node(Answer):
    """A node of the graph; `known` is false for what is not there or not the viewer's to see."""

    kind: Literal["trial", "project", "tag"]
    id: Identifier
    depth: Annotated[int, Field(examples=[0])]
    more: Annotated[bool, Field(description="Whether it has more neighbours than are shown.")]
    known: Annotated[bool, Field(examples=[True])]
    label: Text
    project_id: Identifier | None = None
    birth_timestamp: Moment | None = None
    death_timestamp: Moment | None = None
    clean_exit: bool | None = None


class Link(Answer):
    """An edge of the graph: `kind:id` of both ends."""

    source: Annotated[str, Field(examples=["trial:3b8f6f1c-6f0e-4c5e-9f0e-0c9b1f2a7d11"])]
    target: Annotated[str, Field(examples=["tag:heat"])]


class Graph(Answer):
    """Nodes and edges around one node."""

    nodes: list[Node]
    edges: list[Link]
    truncated: bool


class Parked(Answer):
    """What the connector gave up on."""

    entity_type: Annotated[str, Field(examples=["trial"])]
    entity_id: Identifier
    last_error: Annotated[str | None, Field(examples=["value too long"])]


class Queue(Answer):
    """What the connector still has to do."""

    waiting: Annotated[int, Field(examples=[0])]
    oldest_seconds: float | None
    parked: list[Parked]


class StoreHealth(Answer):
    """Whether the store answers."""

    status: Literal["ok"]
    connector: Queue
