"""The documents one record is made of, and whether a record was made from exactly these."""

from collections.abc import Sequence
from dataclasses import dataclass

from mdjourney_backend.changes import Content, Ref
from mdjourney_backend.documents import Document, Documents, require_record
from mdjourney_backend.layout import administrative_ref, project_ref, structural_ref
from mdjourney_backend.tree import DatasetPlace, RunPlace, Tree
from mdjourney_backend.triggers import t4_complete, t5_finalize


@dataclass(frozen=True, slots=True)
class Parts:
    """The documents of a run's record as they are on disk now."""

    dataset: DatasetPlace
    context: Document
    project: Document
    administrative: Document
    structural: Document
    instruments: list[Document]


def parts_of(documents: Documents, tree: Tree, run: RunPlace) -> Parts:
    """The parts of one run; of the instruments those it names.

    Raises:
        NotFound: its dataset or project, or a document of them, is not there.
    """
    dataset = tree.dataset(run.dataset_id)
    project = tree.project(dataset.project_id)
    context = documents.read(run.ref)
    named = set(t4_complete.instrument_links(context.content))
    return Parts(
        dataset=dataset,
        context=context,
        project=documents.read(project_ref(project.path)),
        administrative=documents.read(administrative_ref(dataset.path)),
        structural=documents.read(structural_ref(dataset.path)),
        instruments=[
            d
            for d in instruments_of(documents, tree)
            if d.content.get("instrument_unique_identifier") in named
        ],
    )


def instruments_of(documents: Documents, tree: Tree) -> list[Document]:
    """Every instrument of the tree."""
    return [documents.read(place.ref) for place in tree.instruments()]


def made_from(documents: Documents, ref: Ref, parts: Parts) -> bool:
    """Whether a record was made from exactly these documents and files.

    Raises:
        Invalid: it was edited, and is no record any more; `errors` name the pointers.
    """
    record = documents.read(ref).content
    require_record(record, ref.path)
    components = record["metadata_components"]
    entries = t5_finalize.covered_entries(parts.structural.content, parts.context.content)
    return bool(
        components["experiment_contextual"]["sha256"] == parts.context.sha256
        and components["project_descriptive"]["sha256"] == parts.project.sha256
        and components["dataset_administrative"]["sha256"] == parts.administrative.sha256
        and _typed(components["dataset_structural"]["content"]) == _typed(parts.structural.without_entries())
        and [i["sha256"] for i in components["instrument_technical"]] == [i.sha256 for i in parts.instruments]
        and _hashes(entries) == _hashes(record["data_objects"])
    )


def _typed(structural: Content) -> Content:
    """What people answered about a dataset's structure; ingest moves only the entries and who changed it last."""
    return {k: v for k, v in structural.items() if k not in ("last_modified_by", "last_modified_date")}


def _hashes(entries: Sequence[Content]) -> set[tuple[str, str]]:
    return {(e["file_identifier"], e["checksum"]) for e in entries}
