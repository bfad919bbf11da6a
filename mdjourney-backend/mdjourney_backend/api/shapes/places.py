"""Projects, datasets, runs, instruments and what a person still owes."""

from typing import Annotated, Literal

from pydantic import Field

from mdjourney_backend.api.shapes.words import (
    Answer,
    Content,
    Count,
    Cursor,
    DocumentPath,
    Message,
    Moment,
    Pointer,
    Sent,
    Title,
    Url,
    Uuid,
)

State = Annotated[
    Literal["V0", "V1", "V2"], Field(description="The lowest state of its files.", examples=["V1"])
]
Missing = Annotated[int, Field(ge=0, description="How many answers are owed.", examples=[3])]
Name = Annotated[str | None, Field(examples=["Heat shift, replicate 1"])]


class Project(Answer):
    """A project in a list."""

    project_id: Uuid
    title: Annotated[str | None, Field(examples=["Heat stress in roots"])]
    path: Annotated[str, Field(examples=["p_Heat"])]
    status: Annotated[str | None, Field(examples=["Active"])]
    valid: bool
    complete: bool
    missing: Missing
    owed: Annotated[int, Field(ge=0, description="With its datasets and their runs.", examples=[18])]
    modified: Moment | None
    datasets: Count


class Projects(Answer):
    """The projects a person may see."""

    items: list[Project]
    next_cursor: Cursor


class Dataset(Answer):
    """A dataset in a list; `files` and `bytes` count what is present."""

    dataset_id: Uuid
    project_id: Uuid
    title: Annotated[str | None, Field(examples=["Day 1"])]
    path: Annotated[str, Field(examples=["p_Heat/day 1"])]
    state: State
    files: Count
    bytes: Annotated[int, Field(ge=0, examples=[1048576])]
    valid: bool
    complete: bool
    missing: Missing
    owed: Annotated[int, Field(ge=0, description="With its runs.", examples=[7])]
    modified: Moment | None
    runs: Count


class Datasets(Answer):
    """The datasets of a project."""

    items: list[Dataset]
    next_cursor: Cursor


class Run(Answer):
    """A run in a list; `revision` is that of its newest Complete Metadata File."""

    run_id: Uuid
    dataset_id: Uuid
    project_id: Uuid
    template: Annotated[str | None, Field(examples=["computational_workflow"])]
    name: Name
    status: Annotated[str | None, Field(description="open, complete or abandoned", examples=["open"])]
    birth_timestamp: Moment | None
    death_timestamp: Moment | None
    clean_exit: Annotated[bool | None, Field(examples=[None])]
    valid: bool
    complete: bool
    missing: Missing
    revision: Annotated[int | None, Field(examples=[None])]
    files: Count


class Runs(Answer):
    """The runs of a dataset."""

    items: list[Run]
    next_cursor: Cursor


class DatasetWithRuns(Dataset):
    """One dataset and its runs."""

    runs_list: list[Run]


class RunStart(Sent):
    """The template of a new run, and the files it covers; all present ones without `files`."""

    template: Annotated[str, Field(examples=["computational_workflow"])]
    files: Annotated[list[str] | None, Field(examples=[["raw/a.csv"]])] = None


class Completed(Answer):
    """The Complete Metadata File of a run."""

    run_id: Uuid
    revision: Annotated[int, Field(ge=1, examples=[1])]
    path: DocumentPath
    complete_metadata: Url


class Owed(Answer):
    """One thing that completing a run still asks for."""

    document: Annotated[str, Field(examples=["dataset_administrative"])]
    document_path: DocumentPath
    url: Url
    pointer: Pointer
    title: Title
    message: Message


class AllOwed(Answer):
    """What completing a run would ask for."""

    items: list[Owed]
    next_cursor: Cursor


class InboxItem(Answer):
    """One field that is missing or faulty, and where it is mended."""

    kind: Literal["missing", "invalid"]
    document: DocumentPath
    url: Url
    project_id: Uuid | None
    dataset_id: Uuid | None
    run_id: Uuid | None
    title: Annotated[str, Field(description="What people call the place.", examples=["Day 1"])]
    pointer: Pointer
    field_title: Title
    message: Message


class Inbox(Answer):
    """Everything a person still owes."""

    items: list[InboxItem]
    next_cursor: Cursor
    total: Count


class SkippedPath(Answer):
    """A path that is described nowhere, and why."""

    path: Annotated[str, Field(examples=["p_Heat/notes.txt"])]
    reason: Annotated[str, Field(examples=["lies in no dataset"])]


class Skipped(Answer):
    """What is described nowhere."""

    items: list[SkippedPath]
    next_cursor: Cursor


class Instrument(Answer):
    """An instrument in a list."""

    slug: Annotated[str, Field(examples=["confocal-2"])]
    instrument_id: Uuid | None
    name: Annotated[str | None, Field(examples=["Confocal 2"])]
    type: Annotated[str | None, Field(examples=["Microscope"])]
    manufacturer: Annotated[str | None, Field(examples=["Zeiss"])]
    model: Annotated[str | None, Field(examples=["LSM 980"])]
    complete: bool


class Instruments(Answer):
    """The instruments of the tree."""

    items: list[Instrument]
    next_cursor: Cursor


class InstrumentSuggestion(Answer):
    """An instrument that files name and nobody registered."""

    slug: Annotated[str, Field(examples=["confocal-2"])]
    content: Content
    files: Count
    datasets: Annotated[list[str], Field(examples=[["p_Heat/day 1"]])]


class InstrumentSuggestions(Answer):
    """What could be registered."""

    items: list[InstrumentSuggestion]
    next_cursor: Cursor
