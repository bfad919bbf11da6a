"""Projects, datasets, runs, instruments and what a person still owes."""

from typing import Annotated, Literal

from pydantic import Field

from mdjourney_backend.api.shapes.words import (
    Answer,
    Complete,
    Content,
    Count,
    Cursor,
    DatasetId,
    DocumentName,
    DocumentPath,
    InstrumentId,
    Items,
    Message,
    Modified,
    Moment,
    Pointer,
    ProjectId,
    RunId,
    Sent,
    Title,
    Url,
    Valid,
)

State = Annotated[
    Literal["V0", "V1", "V2"], Field(description="The lowest state of its files.", examples=["V1"])
]
Missing = Annotated[int, Field(ge=0, description="How many answers are owed.", examples=[3])]
Name = Annotated[str | None, Field(description="What people call it.", examples=["Heat shift, replicate 1"])]


class Project(Answer):
    """A project in a list."""

    project_id: ProjectId
    title: Annotated[str | None, Field(description="What people call it.", examples=["Heat stress in roots"])]
    path: Annotated[str, Field(description="Its folder, from the root of the tree.", examples=["p_Heat"])]
    status: Annotated[str | None, Field(description="Its state, as people say.", examples=["Active"])]
    valid: Valid
    complete: Complete
    missing: Missing
    owed: Annotated[int, Field(ge=0, description="With its datasets and their runs.", examples=[18])]
    modified: Modified
    datasets: Annotated[Count, Field(description="How many datasets it has.")]


class Projects(Answer):
    """The projects a person may see."""

    items: Items[Project]
    next_cursor: Cursor


class Dataset(Answer):
    """A dataset in a list; `files` and `bytes` count what is present."""

    dataset_id: DatasetId
    project_id: ProjectId
    title: Annotated[str | None, Field(description="What people call it.", examples=["Day 1"])]
    path: Annotated[
        str, Field(description="Its folder, from the root of the tree.", examples=["p_Heat/day 1"])
    ]
    state: State
    files: Annotated[Count, Field(description="How many files are present.")]
    bytes: Annotated[int, Field(description="Bytes of the files that are present.", ge=0, examples=[1048576])]
    valid: Valid
    complete: Complete
    missing: Missing
    owed: Annotated[int, Field(ge=0, description="With its runs.", examples=[7])]
    modified: Modified
    runs: Annotated[Count, Field(description="How many runs it has.")]


class Datasets(Answer):
    """The datasets of a project."""

    items: Items[Dataset]
    next_cursor: Cursor


class Run(Answer):
    """A run in a list; `revision` is that of its newest Complete Metadata File."""

    run_id: RunId
    dataset_id: DatasetId
    project_id: ProjectId
    template: Annotated[
        str | None,
        Field(description="The template it was started from.", examples=["computational_workflow"]),
    ]
    name: Name
    status: Annotated[str | None, Field(description="open, complete or abandoned", examples=["open"])]
    birth_timestamp: Annotated[Moment | None, Field(description="When it began.")]
    death_timestamp: Annotated[Moment | None, Field(description="When it ended.")]
    clean_exit: Annotated[
        bool | None,
        Field(description="Whether its command ended without an error; null: nobody said.", examples=[None]),
    ]
    valid: Valid
    complete: Complete
    missing: Missing
    revision: Annotated[
        int | None,
        Field(description="Revision of its newest record, from 1; null: it has none.", examples=[None]),
    ]
    files: Annotated[Count, Field(description="How many files it covers.")]


class Runs(Answer):
    """The runs of a dataset."""

    items: Items[Run]
    next_cursor: Cursor


class DatasetWithRuns(Dataset):
    """One dataset and its runs."""

    runs_list: Annotated[list[Run], Field(description="Its runs.")]


class RunStart(Sent):
    """The template of a new run, and the files it covers; all present ones without `files`."""

    template: Annotated[str, Field(description="The kind of run.", examples=["computational_workflow"])]
    files: Annotated[
        list[str] | None,
        Field(
            description="Paths from the root of the dataset; all present files without.",
            examples=[["raw/a.csv"]],
        ),
    ] = None


class Completed(Answer):
    """The Complete Metadata File of a run."""

    run_id: RunId
    revision: Annotated[int, Field(description="Counted from 1.", ge=1, examples=[1])]
    path: DocumentPath
    complete_metadata: Url


class Owed(Answer):
    """One thing that completing a run still asks for."""

    document: DocumentName
    document_path: DocumentPath
    url: Url
    pointer: Pointer
    title: Title
    message: Message


class AllOwed(Answer):
    """What completing a run would ask for."""

    items: Items[Owed]
    next_cursor: Cursor


class InboxItem(Answer):
    """One field that is missing or faulty, and where it is mended."""

    kind: Annotated[
        Literal["missing", "invalid"],
        Field(description="Whether an answer is missing, or breaks a rule.", examples=["missing"]),
    ]
    document: DocumentPath
    url: Url
    project_id: ProjectId | None
    dataset_id: DatasetId | None
    run_id: RunId | None
    title: Annotated[str, Field(description="What people call the place.", examples=["Day 1"])]
    pointer: Pointer
    field_title: Title
    message: Message


class Inbox(Answer):
    """Everything a person still owes."""

    items: Items[InboxItem]
    next_cursor: Cursor
    total: Annotated[Count, Field(description="How many there are.")]


class SkippedPath(Answer):
    """A path that is described nowhere, and why."""

    path: Annotated[str, Field(description="From the root of the tree.", examples=["p_Heat/notes.txt"])]
    reason: Annotated[str, Field(description="Why it is not described.", examples=["lies in no dataset"])]


class Skipped(Answer):
    """What is described nowhere."""

    items: Items[SkippedPath]
    next_cursor: Cursor


class Instrument(Answer):
    """An instrument in a list."""

    slug: Annotated[
        str, Field(description="Its short name, as in its folder and address.", examples=["confocal-2"])
    ]
    instrument_id: InstrumentId | None
    name: Annotated[str | None, Field(description="What people call it.", examples=["Confocal 2"])]
    type: Annotated[str | None, Field(description="What kind of instrument.", examples=["Microscope"])]
    manufacturer: Annotated[str | None, Field(description="Who made it.", examples=["Zeiss"])]
    model: Annotated[str | None, Field(description="The maker's name for it.", examples=["LSM 980"])]
    complete: Complete


class Instruments(Answer):
    """The instruments of the tree."""

    items: Items[Instrument]
    next_cursor: Cursor


class InstrumentSuggestion(Answer):
    """An instrument that files name and nobody registered."""

    slug: Annotated[str, Field(description="A short name that is free.", examples=["confocal-2"])]
    content: Content
    files: Annotated[Count, Field(description="How many files name it.")]
    datasets: Annotated[
        list[str], Field(description="Folders of the datasets they lie in.", examples=[["p_Heat/day 1"]])
    ]


class InstrumentSuggestions(Answer):
    """What could be registered."""

    items: Items[InstrumentSuggestion]
    next_cursor: Cursor
