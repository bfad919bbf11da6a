"""Starting and ending runs: asks triggers 3 to 5 what to do, and does it."""

import hashlib
import logging
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from importlib.metadata import version
from typing import Any

from mdjourney_backend.changes import Content, Edit, Ref
from mdjourney_backend.documents import Document, Documents
from mdjourney_backend.layout import structural_ref
from mdjourney_backend.runs.addresses import dataset_of, document_url
from mdjourney_backend.runs.converging import converge
from mdjourney_backend.runs.parts import Parts, instruments_of, made_from, parts_of
from mdjourney_backend.schemas import SchemaManager
from mdjourney_backend.tree import DatasetPlace, RunPlace, Tree
from mdjourney_backend.triggers import t3_context, t4_complete, t5_finalize
from mdjourney_contract.clock import now, rfc3339
from mdjourney_contract.people import Identity
from mdjourney_contract.problems import BadRequest, Conflict, NotFound

_log = logging.getLogger(__name__)

#: How long a completion waits for commits of what was saved a moment before.
_COMMIT_SECONDS = 1.0
_COMMIT_POLL_SECONDS = 0.02


class NotFinished(Conflict):
    """A run cannot be completed; `missing` says what every document lacks."""

    title = "The run cannot be completed yet"


class Runs:
    """The runs of one tree.

    Args:
        committed: the commit that holds exactly these bytes of a document, or None.
        committing: whether what is saved now will be committed shortly, so that waiting for it makes sense.
        ran: told the number of each trigger that ran.
    """

    def __init__(
        self,
        documents: Documents,
        schemas: SchemaManager,
        tree: Tree,
        committed: Callable[[Document], str | None],
        clock: Callable[[], datetime] = now,
        *,
        committing: Callable[[], bool] = lambda: False,
        ran: Callable[[int], None] = lambda _trigger: None,
    ) -> None:
        self._documents = documents
        self._schemas = schemas
        self._tree = tree
        self._committed = committed
        self._clock = clock
        self._committing = committing
        self._ran = ran

    def start(
        self,
        dataset_id: str,
        template: str,
        *,
        actor: Identity,
        files: Sequence[str] | None = None,
        answers: Mapping[str, Any] | None = None,
    ) -> RunPlace:
        """Trigger 3.

        Raises:
            NotFound: no such dataset.
            Unavailable: it was moved just now.
            BadRequest: no such template, or a file that is no present file of the dataset.
        """
        place = self._tree.dataset(dataset_id)
        name = f"contextual/{template}"
        if template not in self._schemas.templates():
            raise BadRequest(
                f"There is no template {template!r}", errors=[{"key": "template", "message": "unknown"}]
            )
        with self._tree.hold(place) as folder:
            documents = self._documents.within(folder)
            structural = documents.read(structural_ref(place.path)).content
            _all_present(structural, files)
            change = t3_context.RunStarts(
                run_id=str(uuid.uuid4()),
                dataset_path=place.path,
                template=template,
                at=self._clock(),
                actor=actor,
                files=None if files is None else tuple(files),
                answers=answers or {},
            )
            edits = t3_context.plan(
                change,
                structural=structural,
                schema=self._schemas.resolve(name).body,
                previous=self._last_run(place, template),
                instruments=[d.content for d in instruments_of(self._documents, self._tree)],
            )
            for edit in edits:
                documents.create(edit.ref, edit.apply(None), actor=actor, subject=edit.subject)
        self._ran(3)
        _log.info("trigger 3: run %s of %s began (%s)", change.run_id, place.path, template)
        return self._tree.run(change.run_id)

    def missing(self, run_id: str) -> list[t4_complete.Missing]:
        """Trigger 4: what every document of the record lacks."""
        run = self._tree.run(run_id)
        return self._missing(parts_of(self._documents, self._tree, run))

    def complete(self, run_id: str, *, actor: Identity) -> tuple[Ref, int, bool]:
        """Triggers 4 and 5: the Complete Metadata File, its revision, and whether it was written now.

        A run that is complete and unchanged since answers with the record it has.

        Raises:
            NotFinished: something is missing; nothing is written.
            Conflict: the run was abandoned (reopen it first).
            Stale: somebody saved the context meanwhile.
            Unavailable: the dataset was moved just now.
        """
        run = self._tree.run(run_id)
        parts = parts_of(self._documents, self._tree, run)
        if parts.context.content.get("run_status") == "abandoned":
            raise Conflict("The run was abandoned; reopen it before completing it")
        missing = self._missing(parts)
        self._ran(4)
        _log.info("trigger 4: run %s lacks %d fields", run_id, len(missing))
        if missing:
            fields = "1 field is" if len(missing) == 1 else f"{len(missing)} fields are"
            raise NotFinished(f"{fields} missing or not valid", missing=missing)
        revisions = self._tree.revisions(run)
        if revisions:
            number, ref = revisions[-1]
            if parts.context.content.get("run_status") == "complete" and made_from(
                self._documents, ref, parts
            ):
                return ref, number, False
        return self._finalize(run, parts, revisions, actor)

    def reopen(self, run_id: str, *, actor: Identity) -> RunPlace:
        """Open an ended run again; completing it makes a new revision, its death stays."""
        return self._turn(run_id, actor, "open", "reopen", ("complete", "abandoned"))

    def abandon(self, run_id: str, *, actor: Identity) -> RunPlace:
        """End a run that will not be completed."""
        return self._turn(run_id, actor, "abandoned", "abandon", ("open",))

    def converge(self) -> list[str]:
        """Finish completions that a crash cut off; answers what could not be finished, and why."""
        return converge(self._documents, self._tree)

    def _turn(
        self, run_id: str, actor: Identity, status: str, verb: str, allowed: tuple[str, ...]
    ) -> RunPlace:
        run = self._tree.run(run_id)
        at = rfc3339(self._clock())

        def apply(before: Content | None) -> Content:
            content = before or {}
            found = content.get("run_status")
            if found == status:
                return content
            if found not in allowed:
                raise Conflict(f"A run that is {found} cannot be turned into {status}")
            ended = {"death_timestamp": at, "clean_exit": False} if status == "abandoned" else {}
            return {**ended, **content, "run_status": status}

        edit = Edit(run.ref, apply, f"{dataset_of(run)}: {verb} run {run_id[:8]}")
        with self._tree.hold(run) as folder:
            self._documents.within(folder).apply(edit, actor=actor)
        return run

    def _missing(self, parts: Parts) -> list[t4_complete.Missing]:
        context = self._needed(parts.context)
        needed = [
            context,
            *(self._needed(d) for d in (parts.project, parts.administrative, *parts.instruments)),
        ]
        known = [d.content["instrument_unique_identifier"] for d in parts.instruments]
        return t4_complete.plan(
            needed,
            context=context,
            context_content=parts.context.content,
            known_instruments=known,
            still_written=t5_finalize.still_written(parts.structural.content, parts.context.content),
        )

    def _needed(self, document: Document) -> t4_complete.Needed:
        return t4_complete.Needed(
            document=document.ref.kind,
            path=document.ref.path,
            url=document_url(document),
            assessment=self._documents.assess(document),
        )

    def _finalize(
        self, run: RunPlace, parts: Parts, revisions: Sequence[tuple[int, Ref]], actor: Identity
    ) -> tuple[Ref, int, bool]:
        at = self._clock()
        revision = revisions[-1][0] + 1 if revisions else 1
        finished = t5_finalize.finished_context(parts.context.content, at)
        context = self._documents.prepared(run.ref, parts.context, finished, actor=actor, at=at)
        saved = (parts.project, parts.administrative, parts.structural, *parts.instruments)
        commits = self._commits(saved)
        project, administrative, structural, *instruments = (self._part(d, commits[d.ref]) for d in saved)
        record = t5_finalize.plan(
            t5_finalize.RunFinished(
                run_id=run.run_id,
                dataset_path=parts.dataset.path,
                at=at,
                actor=actor,
                project=project,
                administrative=administrative,
                structural=structural,
                context=self._part(context),
                instruments=instruments,
                revision=revision,
                previous=revisions[-1][1].path.rpartition("/")[2] if revisions else None,
                software={"name": "MDJourney", "version": version("mdjourney")},
            )
        )
        expect = {run.ref: parts.context.sha256}
        with self._tree.hold(run) as folder:
            documents = self._documents.within(folder)
            documents.together(record.together, actor=actor, at=at, expect=expect)
            documents.apply(record.marks, actor=actor)
        self._ran(5)
        _log.info("trigger 5: run %s completed as revision %d", run.run_id, revision)
        return record.ref, revision, True

    def _part(self, document: Document, commit: str | None = None) -> t5_finalize.Part:
        schema = self._documents.assess(document).schema
        header = b"blob %d\0" % len(document.raw)
        blob = hashlib.sha1(header + document.raw, usedforsecurity=False).hexdigest()
        return t5_finalize.Part(
            document.ref, document.content, document.sha256, schema.id, git_commit=commit, git_blob=blob
        )

    def _commits(self, documents: Sequence[Document]) -> dict[Ref, str | None]:
        """The commit of each; those saved a moment ago are waited for, shortly."""
        found: dict[Ref, str | None] = {}
        end = time.monotonic() + _COMMIT_SECONDS
        while True:
            found |= {d.ref: self._committed(d) for d in documents if not found.get(d.ref)}
            if all(found.values()) or time.monotonic() > end or not self._committing():
                return found
            time.sleep(_COMMIT_POLL_SECONDS)

    def _last_run(self, dataset: DatasetPlace, template: str) -> Content | None:
        contexts = [self._documents.read(run.ref).content for run in self._tree.runs(dataset.dataset_id)]
        same = [c for c in contexts if c.get("experiment_template_type") == template]
        return max(same, key=lambda c: str(c.get("birth_timestamp", "")), default=None)


def latest_record(tree: Tree, run: RunPlace, revision: int | None) -> Ref:
    """The Complete Metadata File of a run: its newest, or one revision.

    Raises:
        NotFound: the run has none (of that number).
    """
    found = dict(tree.revisions(run))
    wanted = max(found, default=0) if revision is None else revision
    if wanted not in found:
        which = "is not completed yet" if revision is None else f"has no revision {revision}"
        raise NotFound(f"Run {run.run_id} {which}")
    return found[wanted]


def _all_present(structural: Content, files: Sequence[str] | None) -> None:
    present = {
        e["file_path"] for e in structural.get("file_descriptions", ()) if e.get("status") != "removed"
    }
    unknown = [f for f in files or () if f not in present]
    if unknown:
        errors = [{"key": "files", "value": f, "message": "is no file of the dataset"} for f in unknown]
        raise BadRequest(f"{unknown[0]!r} is no file of the dataset", errors=errors)
