"""Finishes completions that a crash cut off: a record that is written, but not yet marked on run and files."""

from mdjourney_backend.changes import Content, Edit, Ref
from mdjourney_backend.documents import Documents, require_record
from mdjourney_backend.layout import structural_ref
from mdjourney_backend.runs.addresses import dataset_of
from mdjourney_backend.tree import RunPlace, Tree
from mdjourney_backend.triggers import t5_finalize
from mdjourney_contract.people import SYSTEM
from mdjourney_contract.problems import MDJourneyError


def converge(documents: Documents, tree: Tree) -> list[str]:
    """Finish what can be finished; answers what could not, and why."""
    problems = []
    for run in tree.runs():
        revisions = tree.revisions(run)
        if revisions:
            try:
                with tree.hold(run) as folder:
                    _finish(documents.within(folder), run, revisions[-1][1])
            except MDJourneyError as exc:
                problems.append(f"run {run.run_id}: {exc.detail}")
    return problems


def _finish(documents: Documents, run: RunPlace, ref: Ref) -> None:
    record = documents.read(ref).content
    component, covered, by = _parts(ref, record)
    context = documents.read(run.ref)
    actor = SYSTEM.model_copy(update={"user_id": by})
    if t5_finalize.is_unfinished_completion(context.content, record):
        edit = Edit(run.ref, lambda _before: component, f"finish completing run {run.run_id[:8]}")
        documents.apply(edit, actor=actor)
    elif context.content.get("run_status") != "complete":
        return
    where = ref.path.removeprefix(f"{dataset_of(run)}/")
    structural = structural_ref(dataset_of(run))
    if documents.exists(structural):
        subject = f"{dataset_of(run)}: mark the files of run {run.run_id[:8]}"
        mark = Edit(
            structural,
            lambda before: t5_finalize.marked(covered, where, before or {}, only_v1=True),
            subject,
        )
        documents.apply(mark, actor=actor)


def _parts(ref: Ref, record: Content) -> tuple[Content, dict[str, str], str]:
    """The run as it was completed, checksums of the files the record covers by identifier, and who completed it.

    Raises:
        Invalid: the file is named like a record, and is none: nothing is finished from it.
    """
    require_record(record, ref.path)
    component = record["metadata_components"]["experiment_contextual"]["content"]
    covered = {
        e["file_identifier"]: e["checksum"] for e in record["data_objects"] if e.get("version_state") == "V2"
    }
    return component, covered, record["metadata_provenance"]["generated_by"]
