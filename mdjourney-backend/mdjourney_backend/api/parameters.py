"""What routes are asked with, in path, query and headers: each with its bounds, a description and an example."""

from typing import Annotated, Literal

from fastapi import Header, Path, Query

from mdjourney_backend.tables.writing import Format as TableFormat

_UUID = "7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10"
_ETAG = '"9f86d081884c7d659a2feaa0c55ad015"'
_DOCUMENT = "p_Heat/day 1/.metadata/dataset_administrative.json"

ProjectId = Annotated[str, Path(description="A project's identifier.", examples=[_UUID])]
DatasetId = Annotated[str, Path(description="A dataset's identifier.", examples=[_UUID])]
RunId = Annotated[str, Path(description="A run's identifier.", examples=[_UUID])]
OtherRunId = Annotated[
    str, Path(description="The identifier of the run that answers are taken from.", examples=[_UUID])
]
OfDataset = Annotated[
    str,
    Path(
        description="Which of its two documents: `dataset_administrative` or `dataset_structural`.",
        examples=["dataset_administrative"],
    ),
]
DataPath = Annotated[
    str,
    Path(description="A data file's path from the root of its dataset, with `/`.", examples=["raw/a.csv"]),
]
Slug = Annotated[
    str,
    Path(
        description="An instrument's short name: lower-case letters, digits, hyphens; 80 at most.",
        examples=["confocal-2"],
    ),
]
SchemaName = Annotated[
    str,
    Path(description="A schema's name: that of the document it is for.", examples=["project_descriptive"]),
]
TemplateName = Annotated[
    str,
    Path(description="A template's name: the kind of run it is for.", examples=["computational_workflow"]),
]
Commit = Annotated[
    str,
    Path(
        description="A commit: 40 hexadecimal digits.", examples=["a7e0243d1c9b4f5e8a60b7c2d3e4f5061728394a"]
    ),
]
TableKind = Annotated[
    str,
    Path(
        description="`projects`, `datasets`, `structures`, `runs` or `instruments`.",
        examples=["runs"],
    ),
]

Document = Annotated[
    str, Query(description="A document's path from the root of the tree.", examples=[_DOCUMENT])
]
FieldPointer = Annotated[str, Query(description="JSON pointer to a field of it.", examples=["/license"])]
Revision = Annotated[
    int | None,
    Query(
        ge=1, description="Which Complete Metadata File, counted from 1; the newest without.", examples=[1]
    ),
]
DryRun = Annotated[bool, Query(description="Only tell what would change.", examples=[True])]
Cursor = Annotated[
    str | None,
    Query(description="`next_cursor` of the page before; the first page without.", examples=["cmF3L2EuY3N2"]),
]
CommitCursor = Annotated[
    str | None,
    Query(
        description="`next_cursor` of the page before; the first page without.",
        examples=["a7e0243d1c9b4f5e8a60b7c2d3e4f5061728394a"],
    ),
]
FileLimit = Annotated[int, Query(ge=1, le=5000, description="Entries of a page at most.", examples=[100])]
LogLimit = Annotated[int, Query(ge=1, le=500, description="Commits of a page at most.", examples=[50])]
StepLimit = Annotated[int, Query(ge=1, le=200, description="Steps of a page at most.", examples=[20])]
Offset = Annotated[
    int | None,
    Query(ge=0, le=10**9, description="How many entries to pass over, in place of a cursor.", examples=[200]),
]
Brief = Annotated[bool, Query(description="Only what a table of files shows.", examples=[True])]
PartOfPath = Annotated[
    str, Query(max_length=1000, description="Part of a path, whatever its case.", examples=["raw/"])
]
Statuses = Annotated[
    list[Literal["present", "growing", "removed"]] | None,
    Query(description="Repeatable; only files that are so.", examples=[["present"]]),
]
Roles = Annotated[
    list[str] | None,
    Query(description='What people say a file is; repeatable, "" stands for none.', examples=[["raw"]]),
]
MimeTypes = Annotated[
    list[str] | None,
    Query(description='Media types; repeatable, "" stands for none.', examples=[["text/csv"]]),
]
Extensions = Annotated[
    list[str] | None,
    Query(description='Ends of names, without the dot; repeatable, "" stands for none.', examples=[["csv"]]),
]
Described = Annotated[
    list[bool] | None,
    Query(description="Repeatable; whether somebody typed a description.", examples=[[False]]),
]
Side = Annotated[
    int, Query(ge=16, le=1024, description="The longer side, in points, at most.", examples=[512])
]
ExportFormat = Annotated[
    Literal["ro-crate", "ro-crate-1.1", "bagit", "datacite", "datacite-xml", "jsonld", "prov"],
    Query(alias="format", description="The standard it is written in.", examples=["ro-crate"]),
]
AsTable = Annotated[
    TableFormat,
    Query(alias="format", description="A spreadsheet, or comma-separated text in UTF-8.", examples=["csv"]),
]
InProject = Annotated[
    str | None, Query(description="Only documents of the project of this identifier.", examples=[_UUID])
]
InDataset = Annotated[
    str | None, Query(description="Only documents of the dataset of this identifier.", examples=[_UUID])
]

IfMatch = Annotated[
    str | None,
    Header(description="The ETag that was edited; `*` stands for whatever is there.", examples=[_ETAG]),
]
#: As browsers write it, in the address of an override.
IfMatchOverride = Annotated[
    str | None,
    Header(alias="If-Match", description="The ETag of the override that was edited.", examples=[_ETAG]),
]
IfNoneMatchNew = Annotated[
    str | None, Header(description="`*`: only where there is none of this name yet.", examples=["*"])
]
IfNoneMatch = Annotated[
    str | None, Header(description="ETags of what one has: 304 while it is one of them.", examples=[_ETAG])
]
IfRange = Annotated[
    str | None,
    Header(
        description="The ETag the range belongs to; the whole file where it is another.", examples=[_ETAG]
    ),
]
ByteRange = Annotated[
    str | None,
    Header(alias="range", description="One range of bytes, counted from 0.", examples=["bytes=0-1048575"]),
]
ContentRange = Annotated[
    str | None,
    Header(
        description="Which bytes these are, counted from 0, of how many; `bytes */TOTAL` asks how much is there.",
        examples=["bytes 0-8388607/21000000"],
    ),
]
ContentLength = Annotated[int | None, Header(ge=0, description="Bytes of the body.", examples=[8388608])]
LastEventId = Annotated[
    str | None,
    Header(
        description="The id of the last event one had; what came since is told.",
        examples=["0f1e2d3c4b5a6978-412"],
    ),
]
